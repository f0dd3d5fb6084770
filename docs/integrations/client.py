"""What a company uses at present, with the client that openapi-python-client makes: see clients.md.

python client.py https://stacks.example fam
"""

import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from stacks_api_client import Client
from stacks_api_client.api.companies import companies_usages_read
from stacks_api_client.models import PaginatedUsageList, Problem, Usage
from stacks_api_client.types import UNSET, Unset


def usages(client: Client, slug: str) -> Iterator[Usage]:
    """All pages, one after the other."""
    cursor: str | Unset = UNSET
    while True:
        page = companies_usages_read.sync(slug, client=client, current=True, page_size=500, cursor=cursor)
        if isinstance(page, Problem):
            sys.exit(page.detail)
        if not isinstance(page, PaginatedUsageList):
            sys.exit("No answer that can be read.")
        yield from page.results
        if page.next_ is None:
            return
        cursor = parse_qs(urlsplit(page.next_).query)["cursor"][0]


def main() -> None:
    address, slug = sys.argv[1:]
    # an old slug leads on by 301
    client = Client(base_url=address, follow_redirects=True, raise_on_unexpected_status=True)
    for usage in usages(client, slug):
        since = usage.started or usage.started_known_since
        print(usage.category.name, usage.technology.name, since or "", sep="\t")


if __name__ == "__main__":
    main()
