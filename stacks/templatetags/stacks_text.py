"""Presentation of text."""

import html
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import nh3
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from stacks.comparison.matrix import Cited
from stacks.links import at_quotation
from stacks.models import Stage

STAGES = dict(Stage.choices)

register = template.Library()
_SHORT = 100  # characters of what is remembered


def escaped(text: str) -> str:
    """As a template prints it; Django's own function asks of each text first whether it is lazy."""
    if isinstance(text, SafeString):
        return text
    return _escaped(text) if len(text) <= _SHORT else html.escape(text)


@lru_cache(maxsize=8192)
def _escaped(text: str) -> str:
    """Names stand on a page dozens of times."""
    return html.escape(text)


def as_html(text: str) -> SafeString:
    """Of what is HTML in each of its parts, or was `escaped`: for text that is put together without a template."""
    return SafeString(text)  # who calls it sees to each part; `mark_safe` would first ask whether it is lazy


_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
# One line of letters, digits and the signs that mean nothing in Markdown and HTML: what most reasons are.
_SENTENCES = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:?()%/'’–—-])*[^\W_]\.?")
_ONE_LINE = re.compile(r"[^\W\d_](?:[^\n\r]*\S)?")  # begins with a letter, so that it is nothing but a paragraph
_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_TAGS = {
    "p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "del",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"class"}, "td": {"class"}, "ol": {"start"}}
_clean = nh3.Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="nofollow noopener"
).clean


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as HTML, sanitised; headings begin below the page's own, and nothing carries a style."""
    text = text or ""
    if _SENTENCES.fullmatch(text):
        return as_html(f"<p>{text}</p>\n")  # as the parser would print it, which takes a hundred times as long
    if _ONE_LINE.fullmatch(text):
        return _sanitised(f"<p>{_markdown.renderInline(text)}</p>\n")  # as well, in two thirds of the time
    made = _ALIGNED.sub(r' class="align-\1"', _markdown.render(text))
    made = made.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h4>").replace("</h2>", "</h4>")
    return _sanitised(made)


def _sanitised(made: str) -> SafeString:
    return mark_safe(_clean(made))  # noqa: S308


@register.filter
def moment(at: datetime) -> SafeString:
    """A date in the machine's form inside `<time>`."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d}")


@register.filter
def linked(links: Iterable, shown: str = "name") -> list[SafeString]:
    """Each with its `name`, or with its `text`, which says what a technology is that is called Go."""
    return [
        as_html(f'<a href="{escaped(link.url)}">{escaped(getattr(link, shown))}</a>')  # both are escaped
        for link in links
    ]


@register.filter
def listed(links: Iterable, shown: str = "name") -> SafeString:
    """Links with commas between, from which the line breaks of a template would part the names."""
    return as_html(", ".join(linked(links, shown)))


@register.filter
def counted(pairs: Iterable[tuple]) -> SafeString:
    """Links, each with a number in brackets behind it: A (3), B (2)."""
    return format_html_join(", ", '<a href="{}">{}</a> ({})', ((link.url, link.name, n) for link, n in pairs))


@register.filter
def with_users(pairs: Iterable[tuple]) -> SafeString:
    """Links, each with a quiet number behind it where that is not zero."""
    return format_html_join(", ", "{}{}", ((*linked([link]), _quiet(n)) for link, n in pairs))


def _quiet(n: int) -> str:
    return format_html(' <span class="t">({})</span>', n) if n else ""


@register.filter
def arrows(steps: Iterable[str]) -> SafeString:
    """One after the other: A → B, for the ear "A to B"."""
    arrow = SafeString(' <span aria-hidden="true">→</span><span class="vh">to</span> ')
    return format_html_join(arrow, "{}", ((step,) for step in steps))


@register.filter
def paired(pairs: Iterable[tuple]) -> SafeString:
    """Relatives: A ≈ B; C ≈ D."""
    return format_html_join("; ", "{} ≈ {}", (linked(pair) for pair in pairs))


@register.filter
def attribution(cited: Cited) -> str:
    """What follows a source's title: ", Fam (first party, 2021, trial, version 2.1; slide 3)"."""
    publisher = f", {cited.publisher}" if cited.publisher else ""
    party = "first party" if cited.first_party else "third party"
    stage = f", {STAGES[cited.stage].lower()}" if cited.stage else ""
    version = f", version {cited.technology_version}" if cited.technology_version else ""
    locator = f"; {cited.locator}" if cited.locator else ""
    gone = ""
    if cited.is_gone:
        gone = "; the page is gone, this is a stored copy" if cited.archive_url else "; the page is gone"
    return f"{publisher} ({party}, {cited.edition or 'date not stated'}{stage}{version}{locator}{gone})"


@register.filter
def address(cited: Cited) -> str:
    """Of the page that is cited, opened at the quoted sentence where there is one."""
    return at_quotation(cited.page, cited.quote)


class _Named(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str):
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> str:
        context[self.name] = mark_safe(" ".join(self.nodelist.render(context).split()))  # noqa: S308  (rendered above)
        return ""


@register.tag
def named(parser: template.base.Parser, token: template.base.Token) -> _Named:
    """`{% named x %}...{% endnamed %}` keeps what is within as `x`, as one line, so that a block can be said twice."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endnamed",))
    parser.delete_first_token()
    return _Named(nodelist, name)
