"""datasette: the statement in the address, what is cited as JSON made by SQLite, as one would do it there."""

import asyncio
import json
import sqlite3
import sys
from pathlib import Path

from datasette.app import Datasette

from benchmarks import bare
from benchmarks.peers.timing import least_of

_SQL = """
    SELECT u.uid, c.slug AS company, c.name AS company_name, t.slug AS technology, t.name AS technology_name,
        k.slug AS category, k.name AS category_name, u.scope, u.purpose, u.remarks, u.stage, u.hosting, u.started,
        u.known_since, u.ended, u.known_until, u.last_said, u.updated_at,
        (SELECT json_group_array(json_object('uid', s.uid, 'url', s.url, 'title', s.title, 'publisher', s.publisher,
            'kind', s.kind, 'edition_on', e.edition_on, 'published_on', s.published_on, 'quote', e.quote,
            'stance', e.stance, 'stage', e.stage, 'accessed_on', e.accessed_on))
         FROM stacks_evidence e JOIN stacks_source s ON s.id = e.source_id WHERE e.usage_id = u.id) AS sources
    FROM stacks_usage u
    JOIN stacks_company c ON c.id = u.company_id
    JOIN stacks_technology t ON t.id = u.technology_id
    JOIN stacks_category k ON k.id = u.category_id
    WHERE u.visible ORDER BY u.added LIMIT 100
"""


def main(database: str) -> None:
    served = Datasette([database], settings={"sql_time_limit_ms": 20_000, "max_returned_rows": 1000})
    loop = asyncio.new_event_loop()
    loop.run_until_complete(served.invoke_startup())
    address = f"/{Path(database).stem}.json"

    def answer() -> bytes:
        asked = {"sql": _SQL, "_shape": "array", "_json": "sources"}
        response = loop.run_until_complete(served.client.get(address, params=asked))
        assert response.status_code == 200, response.text
        return response.content

    assert len(json.loads(answer())) == len(json.loads(bare.page(sqlite3.connect(database), "added"))["results"]) == 100
    connection = sqlite3.connect(database)
    print(least_of(answer, lambda: bare.page(connection, "added")))


if __name__ == "__main__":
    main(sys.argv[1])
