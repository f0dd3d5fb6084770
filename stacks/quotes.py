"""Whether a quote stands in a text: its words, whatever the markup and the way of writing a sign."""

import html
import re
import unicodedata

# Ways of writing one sign: what a page has and what a curator typed differ in these and say the same.
_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201f\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015", "-")
)
_UNSEEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
# Bounded and never gone back in, as a page may be made to be slow.
_LINK = re.compile(r"!?\[([^\]]{0,300}+)\]\([^)\s]{0,1000}+(?:\s[^)]{0,300}+)?+\)")
_TAG = re.compile(r"<[^<>]{1,500}>")
_MARKS = re.compile(r"[*`_]+")
GAP = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|…|\.\.\.)\s*")


def plain(text: str) -> str:
    """The words of a text and nothing of its markup, with one space between them and one way to write each sign."""
    text = html.unescape(_TAG.sub(" ", _LINK.sub(r"\1", _seen(text))))
    text = _MARKS.sub("", unicodedata.normalize("NFKC", text).translate(_SIGNS))
    return " ".join(text.split())


def _seen(text: str) -> str:
    """Without scripts and styles; what is opened and never closed stays, and its end is looked for once."""
    parts, at, opened = [], 0, _UNSEEN.search(text)
    unclosed: set[str] = set()
    while opened:
        name = opened[1].casefold()
        end = None if name in unclosed else _ENDS[name].search(text, opened.end())
        if end is None:
            unclosed.add(name)
        else:
            parts += [text[at : opened.start()], " "]
            at = end.end()
        opened = _UNSEEN.search(text, end.end() if end else opened.end())
    return "".join([*parts, text[at:]])


def stands_in(quote: str, page: str) -> bool:
    """Whether the quote stands in a page that `plain` made; where it leaves words out, its parts in their order."""
    at = 0
    for part in filter(None, GAP.split(plain(quote))):
        found = page.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
