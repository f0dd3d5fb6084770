"""What a site does while its database or its cache is away."""

import json
import time

from tests.running.conftest import SECONDS

KEPT, NEVER_ASKED, API = "/companies/", "/technologies/", "/api/v1/usages/"


def well_again(server, path):
    """How long it took until the path was answered."""
    began = time.monotonic()
    while server.get(path)[0] != 200:
        assert time.monotonic() < began + SECONDS
        time.sleep(0.1)
    return time.monotonic() - began


def is_told(answer):
    status, headers, _ = answer
    return status == 503 and int(headers["Retry-After"]) > 0 and "no-store" in headers["Cache-Control"]


def survives_without_its_database(server, never_asked=NEVER_ASKED):
    kept = server.get(KEPT)
    assert server.get("/healthz")[0] == 200

    yield "goes"
    answer = server.get(KEPT)
    assert answer[0] == 200
    assert answer[2] == kept[2]
    assert answer[1]["Stacks-Revision"].endswith("the database is away")
    assert answer[1]["Cache-Control"] == "no-cache"
    assert server.get(KEPT, [("If-None-Match", kept[1]["ETag"])])[0] == 304
    assert is_told(server.get(never_asked))
    assert is_told(server.get(f"{KEPT}?q=x"))
    assert is_told(server.get("/admin/", [("Cookie", "sessionid=somebodys")]))
    assert is_told(server.get(API))
    assert json.loads(server.get(API)[2])["status"] == 503
    assert server.get("/healthz")[0] == 200
    assert server.get("/readyz")[0] == 503

    yield "comes back"
    well_again(server, never_asked)
    assert "Stacks-Revision" not in server.get(KEPT)[1]
    assert server.get("/readyz")[0] == 200
