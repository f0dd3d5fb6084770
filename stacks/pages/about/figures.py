"""What the catalogue holds and how well it is founded, counted."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q

from stacks.comparison.period import is_old
from stacks.models import Company, Evidence, Migration, Source, Stance, Technology, Usage


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `usages`, those in use: how many have a dated edition, were compared with their source, are old, rest on one.

    `newest` is the newest edition, against which is told what is old.
    """

    companies: int
    technologies: int
    used: int
    usages: int
    migrations: int
    sources: int
    own_words: int
    dated: int
    verified: int
    old: int
    single: int
    newest: str

    @property
    def undated(self) -> int:
        return self.usages - self.dated


def read_figures(newest: str) -> Figures:
    """Nine queries, however much there is; nothing of it depends on today's date."""
    usages = Usage.objects.published().current()
    supporting = Evidence.objects.filter(usage=OuterRef("pk"), stance=Stance.SUPPORTS).order_by()
    technologies = Technology.objects.published().aggregate(all=Count("pk"), used=Count("pk", Q(companies_count__gt=0)))
    sources = Source.objects.published()
    return Figures(
        companies=Company.objects.published().count(),
        technologies=technologies["all"],
        used=technologies["used"],
        usages=usages.count(),
        migrations=Migration.objects.published().count(),
        sources=sources.count(),
        own_words=sources.own_words().count(),
        verified=usages.filter(Exists(supporting.filter(verified_on__gt=""))).count(),
        single=_single(),
        newest=newest,
        **_dates(usages, newest),
    )


def _dates(usages, newest: str) -> dict[str, int]:
    """From the days on which they were last said: few, however many usages there are."""
    said = dict(usages.exclude(last_said="").order_by().values_list("last_said").annotate(n=Count("*")))
    old = sum(n for day, n in said.items() if is_old(day, newest, settings.STALE_YEARS))
    return {"dated": sum(said.values()), "old": old}


def _single() -> int:
    """Usages that one source supports, however many editions or sentences of it are cited."""
    shown = Evidence.objects.filter(stance=Stance.SUPPORTS, usage__in=Usage.objects.published().current().order_by())
    counted = shown.order_by().values("usage").annotate(n=Count("source", distinct=True))
    return counted.filter(n=1).count()


@dataclass(frozen=True, slots=True)
class FigureView:
    """`of` is what it is a part of, if anything."""

    what: str
    count: int
    of: int | None
    means: str


def show_figures(figures: Figures) -> list[FigureView]:
    usages, years = figures.usages, settings.STALE_YEARS
    return [
        FigureView("Companies", figures.companies, None, "Those about which something is published here."),
        FigureView("Technologies", figures.technologies, None, "Known by name, with the other names they go by."),
        FigureView(
            "Technologies in use", figures.used, figures.technologies, "A company here is documented to use it."
        ),
        FigureView("Usages", usages, None, "One company, one technology, one role; neither planned nor ended."),
        FigureView("Dated usages", figures.dated, usages, "A source with a date says so."),
        FigureView(
            "Usages whose date is not stated",
            figures.undated,
            usages,
            "No source says when. Views of a past date leave them out.",
        ),
        FigureView("Verified usages", figures.verified, usages, "The source was opened again, and still said so."),
        FigureView(
            "Old usages", figures.old, usages, f"Last said more than {years} years before the newest source here."
        ),
        FigureView("Single-sourced usages", figures.single, usages, "One source says so, and no second one."),
        FigureView("Migrations", figures.migrations, None, "Moves from one technology to another."),
        FigureView("Sources", figures.sources, None, "Each counts once, however often it is cited."),
        FigureView(
            "First-party sources", figures.own_words, figures.sources, "A company in the catalogue is speaking."
        ),
    ]
