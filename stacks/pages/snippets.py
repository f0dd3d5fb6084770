"""What to copy to show a page of the catalogue elsewhere."""

import html
from dataclasses import dataclass

from django.urls import reverse

from stacks.addresses import origin, path_of
from stacks.exporters.table import escape


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` is what is copied, as it is."""

    title: str
    text: str


def badge_snippets(name: str, page: str, badge: str, slug: str) -> list[Snippet]:
    """A badge that leads to the page; `badge` names the address of its picture, `page` is the path of the page."""
    picture, target = origin() + reverse(badge, args=[slug]), origin() + page
    image = f'<img src="{html.escape(picture)}" alt="{html.escape(name)}">'
    return [
        Snippet("Badge, Markdown", f"[![{escape(name)}]({picture})]({target})"),
        Snippet("Badge, HTML", f'<a href="{html.escape(target)}">{image}</a>'),
    ]


def usage_snippet(name: str, page: str, company: str) -> Snippet:
    """A badge of a company with a technology that whoever copies it names."""
    picture = origin() + reverse("usage_badge", args=[company, "SLUG"])
    text = f"[![{escape(name)}]({picture})]({origin()}{page})"
    return Snippet("Badge of one technology, its slug in place of SLUG, Markdown", text)


def frame_snippets(title: str, embed: str, path: str) -> list[Snippet]:
    """The page in short, in a frame; `embed` names the address of that."""
    return [Snippet("In a frame, HTML", frame(origin() + path_of(embed, path), title, "100%", 600))]


def frame(address: str, title: str, width: int | str, height: int) -> str:
    said = f'src="{html.escape(address)}" title="{html.escape(title)}" width="{width}" height="{height}"'
    return f'<iframe {said} loading="lazy"></iframe>'
