"""A client of the Reconciliation Service API, in its own classes, finds what a column of names means."""

import json
from collections.abc import Iterator

from development.proof import Failed, Tools

_ASK = """
import json, sys
from py_reconciliation_service_api import build_reconciliation_service
from py_reconciliation_service_api.models.reconciliation import ReconciliationQuery
address, kind, *names = sys.argv[1:]
service = build_reconciliation_service(address, httpx_args={"timeout": 60})
told = {}
for start in range(0, len(names), 20):
    some = names[start : start + 20]
    answers = service.reconcile_batch([ReconciliationQuery(query=name, type=kind) for name in some])
    for name, answer in zip(some, answers):
        told[name] = [[one.id, bool(one.match)] for one in answer.result[:1]]
print(json.dumps(told))
"""
_TYPO = {"Postgressql": "postgresql", "Elasticsaerch": "elasticsearch"}


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    python = tools.python("py-reconciliation-service-api==0.2.1") / "python"
    with tools.serve() as site:
        for kind, path in (("technology", "technologies/?used=true&"), ("company", "companies/?")):
            rows = site.read(f"/api/v1/{path}page_size=200&fields=slug,name")["results"]
            means = {row["name"]: row["slug"] for row in rows}
            answers = json.loads(tools.run(python, "-c", _ASK, f"{site.address}/reconcile/", kind, *means))
            wrong = [name for name, slug in means.items() if answers[name] != [[f"{kind}:{slug}", True]]]
            if wrong:
                raise Failed(f"other than meant: {[(name, answers[name]) for name in wrong]}")
            yield f"the names of {len(means)} {path.partition('/')[0]}", "each matched with its own, 0 other"
        asked = json.loads(tools.run(python, "-c", _ASK, f"{site.address}/reconcile/", "technology", *_TYPO, "Wibble"))
        if any(match for found in asked.values() for _, match in found):
            raise Failed(f"a slip of the pen was taken for sure: {asked}")
        found = [name for name, slug in _TYPO.items() if asked[name][:1] == [[f"technology:{slug}", False]]]
        yield "two names with a slip of the pen, and one that nothing bears", f"{len(found)} offered, 0 matched"
