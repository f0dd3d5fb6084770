"""Who uses a technology, as an ADOPTERS.md for its makers."""

from django.http import HttpRequest, HttpResponse

from stacks.comparison.load import load_facts
from stacks.comparison.matrix import Place, Ref
from stacks.exporters.interchange import Adopter, to_adopters
from stacks.exporters.table import escape
from stacks.models import Technology, Usage
from stacks.pages.formats import cite, give

MOST = 1000


def give_adopters(request: HttpRequest, technology: Technology) -> HttpResponse:
    """Everybody who uses or plans it, by name: the file is whole, and says where it is not. Five queries."""
    usages = Usage.objects.published().open().filter(technology=technology).for_display()
    found = list(usages.order_by("company__sort_key", "company__slug", "position", "added")[: MOST + 1])
    facts = {fact.uid: fact for fact in load_facts(Usage.objects.filter(pk__in=[usage.pk for usage in found[:MOST]]))}
    adopters = [
        Adopter(
            Ref(usage.company.slug, usage.company.name),
            usage.company.website,
            facts[usage.uid],
            Place(
                Ref(usage.category.parent.slug, usage.category.parent.name),
                Ref(usage.category.slug, usage.category.name),
                (),
            ),
        )
        for usage in found[:MOST]
    ]
    citation = cite(request, f"Adopters of {technology}")
    cut = [escape(f"The first {MOST:,} by name.")] if len(found) > MOST else []
    notes = [*cut, citation.note()]
    ref = Ref(technology.slug, technology.name)
    return give("adopters", technology.slug, citation, {"adopters": lambda: to_adopters(ref, adopters, notes)})
