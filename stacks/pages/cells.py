"""The cells of a comparison, rendered once per company and kept under its own and the vocabulary's revision.

A cell depends on the other columns only by a class and a few words ("= Zerodha"), which are filled in afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from stacks.comparison.load import load_bases, load_columns
from stacks.comparison.matrix import Bases, Column, Entry, Fact
from stacks.conditional import code_version
from stacks.models import Company
from stacks.pages.parts import in_words, show_use

_DAY = 24 * 3600
# Unlike anything a catalogue holds, and left alone by escaping.
_CLASS, _WORDS = "\x02class\x03", "\x02words\x03"


@dataclass(frozen=True, slots=True)
class Cells:
    """A company's facts without what their HTML has already, and the HTML of each usage by uid."""

    column: Column
    html: dict[str, str]


def load_cells(companies: Sequence[Company], vocabulary_revision: int) -> list[Cells]:
    """The cells of each company. No query when all are kept, three when any is not."""
    keys = {
        company.pk: f"cells:{code_version()}:{company.pk}:{company.revision}:{vocabulary_revision}"
        for company in companies
    }
    kept = cache.get_many(keys.values())
    missing = [company for company in companies if keys[company.pk] not in kept]
    if missing:
        made = {keys[c.pk]: _render(column) for c, column in zip(missing, load_columns(missing), strict=True)}
        cache.set_many(made, _DAY)
        kept |= made
    return [kept[keys[company.pk]] for company in companies]


def load_kept_bases(vocabulary_revision: int) -> Bases:
    """What is a managed form or fork of what, kept under the vocabulary's revision."""
    return cache.get_or_set(f"bases:{vocabulary_revision}", load_bases, _DAY)


def fill_in(html: dict[str, str], entry: Entry) -> SafeString:
    """The HTML of a usage as it stands in its row."""
    if entry.same:
        css, words = " same", f"= {in_words(ref.name for ref in entry.same)}"
    elif entry.relatives:
        css, words = " family", f"≈ {in_words(ref.name for ref in entry.relatives)}"
    else:
        css, words = "", ""
    span = f' <span class="match">{escape(words)}</span>' if words else ""
    return mark_safe(html[entry.fact.uid].replace(_CLASS, css).replace(_WORDS, span))  # noqa: S308  (the template escaped it)


def _render(column: Column) -> Cells:
    template = get_template("stacks/partials/_use.html")
    html = {
        fact.uid: template.render({"use": replace(show_use(fact), css=_CLASS, matches=_WORDS), "anchored": False})
        for fact in column.facts
    }
    return Cells(replace(column, facts=tuple(_slim(fact) for fact in column.facts)), html)


def _slim(fact: Fact) -> Fact:
    return replace(fact, purpose="", remarks="", hosting="unknown", via=None, icon="", sources=())
