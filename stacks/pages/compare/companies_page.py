"""The page of compared companies, put together: its template is rendered once for each kind of page, then filled in.

Each process has the pages of today at hand, but for what they say of the catalogue's revision: an edit of anything else
leaves them as they are.
"""

from collections.abc import Hashable, Iterable, Sequence

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from stacks.comparison.aligning import align
from stacks.comparison.matrix import MOST
from stacks.conditional import subject_of
from stacks.finished import Finished
from stacks.models import Company
from stacks.pages.compare.companies_view import MEANT, CommonView, MatrixView, says_of_each, show_matrix
from stacks.pages.compare.forms import Asked
from stacks.pages.compare.rows import NAMED_GROUPS
from stacks.pages.compare.standing import load_standings, stamps_of
from stacks.pages.context import site
from stacks.pages.detail import DetailView
from stacks.pages.formats import FormLink, form_links
from stacks.pages.kept import load_kept_bases
from stacks.pages.linked_data import Described, describe_companies
from stacks.pages.skeletons import InBytes, Skeleton, joined, kept, mark, skeleton
from stacks.pages.snippets import Snippet, frame_snippets
from stacks.templatetags.stacks_text import as_html, escaped, listed, paired

_DESCRIBED = Described("", as_html(mark("script")))
_OF_REVISION = ("revision", "corrections_url")
PAGES: Finished[InBytes] = Finished(16 * 2**20)


def companies_page(request: HttpRequest, companies: Sequence[Company], slugs: str, asked: Asked) -> bytes:
    """The whole page; one query, for the revision, where nobody has asked for it yet and all is at hand."""
    around = {name: str(value) for name, value in site(request).items() if value}
    told = {name: around.pop(name) for name in _OF_REVISION if name in around}
    told["script"] = describe_companies(request, companies, asked.as_of).script
    if asked.as_of or settings.DEBUG:
        return _begin(request, companies, slugs, asked, around, told).fill(told)
    name = subject_of(request)
    stamps: dict[Hashable, Hashable] = {name: stamps_of(request, companies)}
    page = PAGES.get(stamps.items()).get(name)
    if page is None:
        page = _begin(request, companies, slugs, asked, around, told)
        PAGES.put(stamps, {name: (page, page.size)})
    return page.fill(told)


def _show(request: HttpRequest, companies: Sequence[Company], asked: Asked) -> MatrixView:
    columns = load_standings(request, companies, asked.as_of, says_of_each(asked.detail, companies))
    known = [column.column for column in columns]
    matrix = align(
        [column.standing for column in columns],
        [place for column in known for place in column.places],
        [look for column in known for look in column.looks],
        load_kept_bases(request),
        asked.as_of,
        sum(column.undated for column in columns),
    )
    return show_matrix(matrix, asked.only, asked.detail, [column.finished for column in columns])


def _begin(
    request: HttpRequest,
    companies: Sequence[Company],
    slugs: str,
    asked: Asked,
    around: dict[str, str],
    told: Iterable[str],
) -> InBytes:
    """The page with all that stands on it, but what is `told` of the revision."""
    page = _show(request, companies, asked)
    forms = form_links(request, "json", "csv", "md", "cite")
    (snippet,) = frame_snippets(f"{page.title} compared", "embed_comparison", slugs)
    section = around.pop("section")
    values: dict[str, str | list[bytes]] = {
        **around,
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
    if len(companies) < MOST:
        values |= {f"slug_{n}": company.slug for n, company in enumerate(companies)}
    if page.areas:
        values |= {"detail": page.detail, "caption": page.caption, "heads": page.heads, "areas": page.rows}
        values["area_links"] = joined([area.link for area in page.areas])
        if page.focuses:
            values |= {f"focus_{n}": column.name for n, column in enumerate(page.columns)}
    elif page.only:
        values["all_rows"] = page.all_rows
    of_page = _of_page(
        get_script_prefix(),
        section,
        (*values, *told),
        len(companies),
        tuple([(form.label, form.type) for form in forms]),
        snippet.title,
        tuple([name for name, _ in page.asked]),
        tuple([(view.label, view.current) for view in page.filters]),
        tuple([(view.label, view.current, view.css) for view in page.details]),
    )
    return of_page.in_bytes.begin(values)


@kept
def _of_page(
    _prefix: str,  # decides the links that the template makes
    section: str,
    names: tuple[str, ...],
    n: int,
    forms: Iterable[tuple[str, str]],
    snippet: str,
    asked: Iterable[str],
    filters: Iterable[tuple[str, bool]],
    details: Iterable[tuple[str, bool, str]],
) -> Skeleton:
    """`names` are those of the values that are filled in."""
    columns = range(n)
    return skeleton(
        "stacks/compare/compare_companies.html",
        *names,
        section=section,
        described=_DESCRIBED,
        meanings=MEANT,
        n=n,
        many=n > NAMED_GROUPS,
        forms=tuple([FormLink(label, mark(f"form_{n}"), kind) for n, (label, kind) in enumerate(forms)]),
        snippets=(Snippet(snippet, mark("snippet")),),
        asked=tuple([(name, mark(f"asked_{name}")) for name in asked]),
        filters=tuple(
            [(label, mark(f"filter_{n}"), mark(f"count_{n}"), current) for n, (label, current) in enumerate(filters)]
        ),
        details=tuple(
            [DetailView(label, mark(f"detail_{n}"), current, css) for n, (label, current, css) in enumerate(details)]
        ),
        added_to=tuple([mark(f"slug_{n}") for n in columns]) if "slug_0" in names else (),
        focuses=tuple([(n + 1, mark(f"focus_{n}")) for n in columns]) if "focus_0" in names else (),
    )


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
