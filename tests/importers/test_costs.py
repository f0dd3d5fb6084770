"""An import is written at the same cost however long the text is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.curating import curating
from stacks.derived import check
from stacks.models import Evidence, ImportLine, Source
from tests.factories import make_category, make_company, make_technology
from tests.importers.test_apply import applied

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MANY = 6


def cost_of(text, company, **more):
    with CaptureQueriesContext(connection) as asked:
        plan = applied(text, company, **more)
    assert not [line.problem for line in plan.reading.lines if line.problem]
    return len(asked), plan


def some_names(kind, time, rows, category):
    """Names that nothing else in a text is taken for, each time others."""
    names = [f"{kind}{'ABC'[time]}{'ABCDEFGHIJ'[n]}xyz" for n in range(rows)]
    with curating():
        for name in names:
            make_technology(name, category)
    return names


def test_a_stack_is_written_and_looked_at_again_at_the_same_cost(db):
    """Usages, moves, figures and pages that are cited; then an edition that says other pages of what stands by now."""
    category, costs = make_category("Databases"), []
    for time, rows in enumerate((1, 1, MANY)):
        company = make_company()
        names, others = (some_names(kind, time, rows, category) for kind in ("Frobni", "Quuxa"))
        text = "# Our stack\n\n| Purpose | Service | Remarks |\n|---|---|---|\n"
        for n, (name, old) in enumerate(zip(names, others, strict=True)):
            text += f"| Purpose {n} | {name} | [story](https://else.example/{company.pk}/{n}) |\n"
            text += f"| Purpose {n} | {old} → {name} | [story](https://else.example/{company.pk}/{n}) |\n"
        text += "\n## Scale\n\n" + "".join(
            f"In {2010 + n} we stored {n + 2} PB of data in {name}.\n" for n, name in enumerate(names)
        )
        first, plan = cost_of(text, company.name)
        assert company.usages.filter(state="proposed").count() >= 2 * rows
        assert company.migrations.count() == rows
        assert Source.objects.filter(url__startswith=f"https://else.example/{company.pk}/").count() == rows
        assert plan.written["waiting"] >= rows
        again, plan = cost_of(text.replace("/else.", "/other."), company.name, edition="2025")
        assert ImportLine.objects.filter(company=company, kind="evidence", state="waiting").count() >= 2 * rows
        costs.append((first, again))
    assert costs[1] == costs[2]
    assert Evidence.objects.count() >= 3 * MANY
    assert check() == []
