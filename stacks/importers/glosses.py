"""What stands beside a name and names nothing, as a word for its kind; and lines that draw a chain of names."""

import re

from .findings import Findings
from .mentions import Mention
from .places import Label
from .segments import Kind, Segment

_IN_BRACKET = re.compile(r"\s*+v?+[\d.]*+\s*+[(（][^()（）]{0,60}")
_ON_DISK = re.compile(r"\s*(?:[`$~/]|[A-Za-z]:\\)")
_LINK = re.compile(r"→|⇒|➜|➔|⟶|[-=]{1,2}>")
_LEAST_STEPS = 3
_LONGEST_STEP = 4  # words


def glossed(mention: Mention, found: Findings) -> str:
    """ "Vite (bundler)", "Axios (HTTP requests)": the name that the bracket tells of; not "AWS (lambda, sqs)"."""
    known = found.vocabulary.technologies.get(mention.slug)
    word = mention.name.islower() and known is not None and known.name[:1].isupper()
    if not word and (known is None or known.kind != "protocol"):
        return ""
    others = [one for one in found.of(mention.segment) if one.end <= mention.start and one.part]
    if not others or found.vocabulary.category(others[-1].slug) == "cloud-platforms":
        return ""
    if not _IN_BRACKET.fullmatch(mention.segment.text, others[-1].end, mention.start):
        return ""
    mention.small = mention.small or word
    return others[-1].name


def says_where(mention: Mention, segment: Segment, label: Label, found: Findings) -> bool:
    """ "Ubuntu: `apt install redis`", "Linux: /home/acme": where to type or look."""
    if not label.text or mention.start >= label.end or "operating" not in found.vocabulary.category(mention.slug):
        return False
    in_code = any(span.start <= label.body < span.end for span in segment.code)
    return in_code or bool(_ON_DISK.match(segment.text, label.body))


def draws_chain(segment: Segment) -> bool:
    """ "Browser → nginx → Django → PostgreSQL": the parts that a request goes through."""
    if segment.kind not in (Kind.PARAGRAPH, Kind.ITEM):
        return False
    steps = _LINK.split(segment.text)
    return len(steps) >= _LEAST_STEPS and all(len(step.split()) <= _LONGEST_STEP for step in steps)
