"""Every document of a catalogue, a line each, read by the client that openapi-python-client made of the schema.

`python crawling.py ADDRESS`, by the Python of an environment of its own, with the client's folder on PYTHONPATH. It
shares nothing with Stacks.
"""

import importlib
import json
import sys
from urllib.parse import parse_qs, urlsplit

LISTS = ("categories", "technologies", "sources", "companies", "usages", "migrations", "coverage")


def main(address: str) -> None:
    made = importlib.import_module("client")
    with made.Client(base_url=address, raise_on_unexpected_status=True) as client:
        for name in LISTS:
            read = importlib.import_module(f"client.api.{name}.{name}_read").sync
            asked: dict | None = {"page_size": 500}
            while asked:
                page = read(client=client, **asked)
                for row in page.results:
                    print(json.dumps([name, row.to_dict()]))
                cursor = page.next_ and parse_qs(urlsplit(page.next_).query)["cursor"][0]
                asked = {"page_size": 500, "cursor": cursor} if cursor else None


if __name__ == "__main__":
    main(sys.argv[1])
