"""The page of compared companies, put together: its template is rendered once for each kind of page, then filled in."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from stacks.models import Company
from stacks.pages.compare.companies_view import MEANT, CommonView, MatrixView
from stacks.pages.context import site
from stacks.pages.detail import DetailView
from stacks.pages.formats import FormLink
from stacks.pages.linked_data import Described
from stacks.pages.skeletons import joined, mark, skeleton
from stacks.pages.snippets import Snippet
from stacks.templatetags.stacks_text import as_html, escaped, listed, paired

_DESCRIBED = Described("", as_html(mark("script")))


def companies_page(
    request: HttpRequest,
    page: MatrixView,
    companies: Sequence[Company],
    *,
    may_add: bool,
    described: Described,
    forms: Sequence[FormLink],
    snippet: Snippet,
) -> bytes:
    """The whole page; one query, for the revision, where nobody has asked for it yet."""
    around = {name: str(value) for name, value in site(request).items() if value}
    section = around.pop("section")
    values: dict[str, str | list[bytes]] = {
        **around,
        "script": described.script,
        "snippet": snippet.text,
        "title": page.title,
        "lede": page.lede,
        "path": page.path,
        "here": page.here,
        "facts": _facts(page),
        "pairs": joined(pair.html for pair in page.pairs),
        "lines": joined(column.line for column in page.columns),
    }
    values |= {f"form_{n}": form.url for n, form in enumerate(forms)}
    values |= {f"asked_{name}": value for name, value in page.asked}
    values |= {f"detail_{n}": view.url for n, view in enumerate(page.details)}
    for n, view in enumerate(page.filters):
        values |= {f"filter_{n}": view.url, f"count_{n}": str(view.count)}
    if page.as_of:
        values["as_of"] = page.as_of
    if page.total:
        values["bar"] = page.bar
    if page.notes:
        values["notes"] = joined(as_html(f'<p class="note">{escaped(note)}</p>') for note in page.notes)
    if page.common:
        values["common"] = joined(
            _fact(as_html(f"<bdi>{escaped(common.category)}</bdi>"), _told(common)) for common in page.common
        )
    if page.unique:
        values["unique"] = joined(_fact(group.names, group.words) for group in page.unique)
    if page.more_pairs:
        values["more_pairs"] = joined(pair.html for pair in page.more_pairs)
        values["how_many_more"] = str(len(page.more_pairs))
    if may_add:
        values |= {f"slug_{n}": company.slug for n, company in enumerate(companies)}
    if page.areas:
        values |= {"detail": page.detail, "caption": page.caption, "heads": page.heads, "areas": page.rows}
        of_link = skeleton("stacks/compare/_area_link.html", "anchor", "name")
        values["area_links"] = joined([of_link.fill(anchor=area.anchor, name=area.name) for area in page.areas])
        if page.focuses:
            values |= {f"focus_{n}": column.name for n, column in enumerate(page.columns)}
    elif page.only:
        values["all_rows"] = page.all_rows
    columns = range(len(companies))
    of_page = skeleton(
        "stacks/compare/compare_companies.html",
        *values,
        prefix=get_script_prefix(),  # decides the links that the template makes
        section=section,
        described=_DESCRIBED,
        meanings=MEANT,
        n=len(columns),
        many=page.many,
        forms=tuple([FormLink(form.label, mark(f"form_{n}"), form.type) for n, form in enumerate(forms)]),
        snippets=(Snippet(snippet.title, mark("snippet")),),
        asked=tuple([(name, mark(f"asked_{name}")) for name, _ in page.asked]),
        filters=tuple(
            [(view.label, mark(f"filter_{n}"), mark(f"count_{n}"), view.current) for n, view in enumerate(page.filters)]
        ),
        details=tuple(
            [DetailView(view.label, mark(f"detail_{n}"), view.current, view.css) for n, view in enumerate(page.details)]
        ),
        added_to=tuple([mark(f"slug_{n}") for n in columns]) if may_add else (),
        focuses=tuple([(n + 1, mark(f"focus_{n}")) for n in columns]) if page.areas and page.focuses else (),
    )
    return b"".join(of_page.pieces(values))


def _facts(page: MatrixView) -> SafeString:
    """Which technologies they share, which are relatives, and where they differ."""
    facts = [_fact(group.names, listed(group.technologies, "text"), group.more) for group in page.groups]
    if page.families:
        facts.append(_fact("Same family", paired(page.families), page.more_families))
    if page.different:
        facts.append(_fact("Different", listed(page.different), page.more_different))
    return joined(facts)


def _fact(name: str, told: str, more: int = 0) -> SafeString:
    values = {"name": name, "told": told} | ({"more": str(more)} if more else {})
    return skeleton("stacks/compare/_fact.html", *values).fill(**values)


def _told(common: CommonView) -> SafeString:
    return as_html(f'{listed(common.technologies, "text")} <span class="t">({escaped(common.words)})</span>')
