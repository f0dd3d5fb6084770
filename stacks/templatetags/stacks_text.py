"""Presentation of text."""

import re
from datetime import datetime

import nh3
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_TAGS = {
    "p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "del",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"class"}, "td": {"class"}, "ol": {"start"}}


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as HTML, sanitised; headings begin below the page's own, and nothing carries a style."""
    html = _ALIGNED.sub(r' class="align-\1"', _markdown.render(text or ""))
    html = html.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h4>").replace("</h2>", "</h4>")
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="nofollow noopener"
    )
    return mark_safe(clean)  # noqa: S308  (sanitised in the line above)


@register.filter
def moment(at: datetime) -> SafeString:
    """A date in the machine's form inside `<time>`."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d}")


class _Captured(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str):
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> str:
        context[self.name] = self.nodelist.render(context)
        return context[self.name]


@register.tag
def named(parser: template.base.Parser, token: template.base.Token) -> _Captured:
    """`{% named x %}...{% endnamed %}` prints what is within and keeps it as `x`, so that a block can be said twice."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endnamed",))
    parser.delete_first_token()
    return _Captured(nodelist, name)
