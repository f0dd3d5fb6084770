"""What each name in its place says: used, offered, only named; in which stage, for what, and how sure that is.

The weakest link of the chain counts; nothing is added up. Each rule that decides leaves its reason.
"""

import re

from . import glosses, tables
from .changes import CHANGES
from .context import Context, decide, last_title
from .findings import Findings
from .mentions import AROUND, TRIM, Mention
from .places import label_of
from .segments import Kind, Segment
from .sentences import Said
from .standing import purpose_of, set_stage
from .words import OWN_WORK, PRACTICES, SCALE, Column, Section

_WORD = re.compile(r"[^\s,;/&|]*\w\S*")
_TERSE = 12  # words: a longer text is read as sentences
_SHORT = 4
_NEW_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")
_WINDOW = 200
_WE_USE = re.compile(r"\b(?:we|i)(?: \w+){0,2}? (?:use|run|chose|adopted|rely on) $", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"\W*(?:e\. ?g\.?|eg|examples?|for example|for instance|z\. ?b\.|par ex\.|p\. ?ej\.|例如|例)[,:.\s]", re.IGNORECASE
)
_AND_SO_ON = re.compile(r"/ ?(?:etc|others?|\.\.\.|…)\b|/ ?(?:\.\.\.|…)", re.IGNORECASE)
_BY = re.compile(r"[A-Z]\w*[A-Z]?\w* by $")
_RESERVED = re.compile(
    r"©|\(c\) (?:19|20)\d\d|all rights reserved|alle rechte vorbehalten|tous droits réservés", re.IGNORECASE
)
_LONGEST_FOOT = 300  # characters
_PATH_LIKE = re.compile(r"^@?[\w.-]+/[\w.-]+$")


def judge(segment: Segment, found: Findings) -> None:
    """Decide about every name of the segment."""
    mentions = found.of(segment)
    place, role, label = found.place(segment), found.role(segment), label_of(segment)
    words = len(_WORD.findall(_around(segment.text, mentions)))  # the commas of a long list are none
    kinds = (Kind.TAG, Kind.BADGE, Kind.ENTRY)
    names = 1 < len(mentions) >= len(_WORD.findall(AROUND.sub(" ", _around(segment.text, mentions))))
    terse = segment.kind in kinds or (words <= _TERSE and not _NEW_SENTENCE.search(segment.text))
    below = [m for m in mentions if m.start >= label.body] if label.text else []
    listing = bool(below) and all(m.part for m in below)  # "Bundler: Vite": names alone after the sign
    labelled = not listing and any(label.text and m.start < label.end and m.part for m in mentions)
    for mention in mentions:
        said = found.said.get(id(mention), Said())
        context = Context(
            segment, place, role, label, terse, words <= _SHORT, labelled, listing, said, len(mentions), names
        )
        for rule in _RULES:
            if rule(mention, context, found):
                break
        set_stage(mention, context, found)
        mention.purpose = purpose_of(mention, context, found)
        if mention.how == "near" and mention.verdict == "used":
            mention.sure = min(mention.sure, 0.7)
        if mention.unsure:
            expected = mention.part or context.stacklike or role in (Column.TECHNOLOGY, Column.OLD, Column.NEW)
            meant = mention.verdict == "used" and expected
            decide(mention, "offered" if meant else "skip", 0.45 if meant else 0.1, "which one is meant is unclear")
        if mention.verdict == "used" and mention.in_code and _WE_USE.search(segment.text[: mention.start][-_WINDOW:]):
            mention.small = False  # "We use `jest` for tests"
        if mention.small:
            listed = mention.part and len(mentions) > 1 and segment.kind in (Kind.ITEM, Kind.CELL)
            meant = mention.verdict == "used" and (said.used or bool(said.stage) or listed)
            decide(mention, "offered" if meant else "mentioned", 0.5 if meant else 0.3, "a word, or the technology")
        if mention.verdict == "used" and _is_aside(mention, context, found):
            decide(mention, "offered", 0.5, "a practice, not a product")


def _is_aside(mention: Mention, context: Context, found: Findings) -> bool:
    """A practice is named beside what is chosen; it is an answer only where practices are asked for."""
    known = found.vocabulary.technologies.get(mention.slug)
    if known is None or known.kind != "practice":
        return False
    return not (mention.part and PRACTICES.search(" ".join([mention.purpose, *context.segment.path[-1:]])))


def _around(text: str, mentions: list[Mention]) -> str:
    out, at = [], 0
    for mention in mentions:
        out.append(text[at : mention.start])
        at = max(at, mention.end)
    return " ".join([*out, text[at:]])


_NEEDED = re.compile(r"^\W*(?:pre-?requisites?|voraussetzungen|prérequis|前提条件)\W*$", re.IGNORECASE)


def _in_place(mention: Mention, context: Context, found: Findings) -> bool:
    section = context.place.section
    if section is Section.SKIP and context.segment.kind in (Kind.TAG, Kind.BADGE):
        return False
    if section is Section.SKIP and found.told and OWN_WORK.search(last_title(context.segment.path)):
        return False  # in a story "Local development" tells how they work
    if section is Section.ALTERNATIVES and context.role in (Column.OLD, Column.NEW):
        return False  # "Comparison: old and new" tells what was changed
    entry = mention.part and context.segment.kind in (Kind.ITEM, Kind.CELL) and not tables.is_weak(mention, found)
    if section is Section.SKIP and entry and _NEEDED.search(last_title(context.segment.path)):
        return decide(mention, "offered", 0.5, f"needed, says “{last_title(context.segment.path)}”")
    if section in (Section.SKIP, Section.CUSTOMERS) or (section is Section.ALTERNATIVES and not context.place.stage):
        return decide(mention, "mentioned", 0.2, f"stands under “{last_title(context.segment.path)}”")
    return False


def _in_drawing(mention: Mention, context: Context, found: Findings) -> bool:
    """What the tables and lists of a text say counts; a drawing beside them may show what is there, or might be."""
    return (
        not found.told and context.segment.drawn and decide(mention, "offered", 0.5, "a box of a drawing, not an entry")
    )


_OF_OTHERS = re.compile(
    r"\b(?:usually|typically|commonly|often|generally|traditionally)\b|\b(?:features?|benefits?|advantages?|limitations?|drawbacks?|"
    r"functionalit(?:y|ies)|capabilities|options|alternatives|candidates|prerequisites|requirements)\b[^:：]{0,40}[:：]|"
    r"\b(?:considered|evaluated|looked (?:at|into)|compared|shortlisted|you (?:can|could|may|might|will|should))\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(?:our|us|we (?:use|run|have|rely|chose|picked|settled|ended))\b", re.IGNORECASE)


def _in_list_of_others(mention: Mention, context: Context, found: Findings) -> bool:
    """ "It is usually run with: …", "We looked at: …", "Its features include: …"."""
    segment = context.segment
    if not found.told or segment.kind is not Kind.ITEM or not _OF_OTHERS.search(segment.lead):
        return False
    if _OURS.search(segment.lead) or _OURS.search(segment.text):
        return False
    return decide(mention, "mentioned", 0.3, f"in a list under “{segment.lead[:60]}”")


def _as_maker(mention: Mention, context: Context, found: Findings) -> bool:
    """ "OpenSearch (AWS)": whose it is, not another choice."""
    if found.vocabulary.category(mention.slug) != "cloud-platforms":
        return False
    text = context.segment.text
    for other in found.of(context.segment):
        if other is mention or found.vocabulary.category(other.slug) == "cloud-platforms":
            continue
        after = text[other.end : mention.start] if other.end <= mention.start else ""
        before = text[mention.end : other.start] if mention.end <= other.start else ""
        if re.fullmatch(r"[\w.]*\s*\(\s*", after) or before == " ":
            return decide(mention, "mentioned", 0.3, f"names whose {other.name} it is")
    return False


_OWN = re.compile(
    r"\s*[(（,–—-]\s*(?:an? |our |their )?(?:own\b|in-?house|internal\b|home-?grown|proprietary|"
    r"self-(?:built|written|made)|custom-built|eigenentwicklung|maison|自研|自製|内製)",
    re.IGNORECASE,
)


def _as_own(mention: Mention, context: Context, found: Findings) -> bool:
    """ "Espresso (in-house, on MySQL)" is their own, whatever is called so; "ZeptoMail by Zoho" names a maker."""
    text = context.segment.text
    if not mention.linked and _OWN.match(text, max(mention.end, mention.reach)):
        return decide(mention, "mentioned", 0.3, "told as built by themselves")
    if context.terse and _BY.search(text[max(0, mention.start - 40) : mention.start]):
        return decide(mention, "mentioned", 0.3, "names who makes it")
    return False


def _in_column(mention: Mention, context: Context, found: Findings) -> bool:
    role = context.role
    if context.segment.row is not None and _COMPATIBLE.search(tables.purpose_of(context.segment, found)):
        return decide(mention, "mentioned", 0.25, "what it gets on with, not what they run")
    if role in (Column.UNKNOWN, Column.REMARKS):
        return False
    if role in (Column.TECHNOLOGY, Column.OLD, Column.NEW):
        return _in_technology_column(mention, context, found)
    if role is Column.VIA:
        return decide(mention, "used", 0.85, "named as what it runs on")
    if role is Column.PURPOSE:
        return decide(mention, "purpose", 0.3, "stands in the column that says what it is for")
    return decide(mention, "mentioned", 0.2, f"stands in the column “{tables.head_of(context.segment)}”")


_COMPATIBLE = re.compile(
    r"\bcompatibility\b|\bcompatible with\b|\bsupported (?:os|operating|browsers?|platforms?)\b|"
    r"\b(?:os|browsers?|platform) (?:support|requirements?)\b",
    re.IGNORECASE,
)


_LEFT_OUT = re.compile(r"(?:\bnot|\bover|\binstead of|\brather than|\bstatt|\bplutôt que|\bno)\s+$", re.IGNORECASE)


def _in_technology_column(mention: Mention, context: Context, found: Findings) -> bool:
    said = context.said
    if _is_figure(mention, context, found):
        return decide(mention, "mentioned", 0.3, "a figure")
    left_out = _LEFT_OUT.search(context.segment.text[max(0, mention.start - 20) : mention.start])
    if (said.negated or left_out) and not (mention.part and context.terse and not left_out):
        return decide(mention, "mentioned", 0.25, f"named, not used: “{left_out[0].strip() if left_out else said.cue}”")
    if (
        tables.is_weak(mention, found)
        and context.many > 1
        and re.search(r"\w\s$|[(（]$", context.segment.text[: mention.start])
    ):
        return decide(mention, "mentioned", 0.4, "a practice or protocol named beside a technology")
    sure = 0.95 if mention.part else 0.85 if context.terse else 0.7
    column = tables.head_of(context.segment)
    how = "an entry" if mention.part else "named"
    return decide(mention, "used", sure, f"{how} under “{column}”" if column else "an entry of the table")


def _is_figure(mention: Mention, context: Context, found: Findings) -> bool:
    """ "11K EC2 instances", "150 microservices"."""
    if not context.said.counted:
        return False
    return tables.is_weak(mention, found) or (not mention.part and bool(SCALE.search(context.said.sentence)))


def _by_sentence(mention: Mention, context: Context, found: Findings) -> bool:
    said = context.said
    if (said.contact or _is_foot(context.segment)) and not (mention.part and context.short):
        return decide(mention, "skip", 0.1, "a contact, not a technology in use")
    if said.negated:
        return decide(mention, "mentioned", 0.25, f"named, not used: “{said.cue}”")
    if not said.used and _is_figure(mention, context, found):
        return decide(mention, "mentioned", 0.3, "a figure")
    return False


def _is_foot(segment: Segment) -> bool:
    """ "Powered by Jekyll. Hosted on GitHub Pages. © Acme 2013"."""
    return len(segment.text) < _LONGEST_FOOT and bool(_RESERVED.search(segment.text))


_LEADS = re.compile(r"[:：]\W*$")


def _as_label(mention: Mention, context: Context, found: Findings) -> bool:
    """ "Bundler: Vite": an ordinary word before the sign says what the names after it are for."""
    if context.listing and mention.start < context.label.end and mention.caution != "free":
        return decide(mention, "mentioned", 0.3, "a word that says what for")
    if mention.caution != "free" and context.segment.kind is Kind.ITEM and _LEADS.search(context.segment.text):
        return decide(mention, "mentioned", 0.3, "a word that says what the entries below it are for")
    return False


def _as_gloss(mention: Mention, context: Context, found: Findings) -> bool:
    other = context.segment.kind is Kind.ITEM and glosses.glossed(mention, found)
    return bool(other) and decide(mention, "mentioned", 0.3, f"says what {other} is")


def _as_system(mention: Mention, context: Context, found: Findings) -> bool:
    where = glosses.says_where(mention, context.segment, context.label, found)
    return where and decide(mention, "skip", 0.2, "says where a command or path holds")


def _in_chain(mention: Mention, context: Context, found: Findings) -> bool:
    if found.told or context.many < 2 or mention.small or tables.is_weak(mention, found):
        return False
    drawn = glosses.draws_chain(context.segment)
    return drawn and decide(mention, "used", 0.65, "a part of the chain that the line draws")


def _as_entry(mention: Mention, context: Context, found: Findings) -> bool:
    segment, label = context.segment, context.label
    if segment.kind in (Kind.BADGE, Kind.TAG, Kind.ENTRY):
        badge = segment.kind is Kind.BADGE
        sure = 0.85 if not badge else 0.8 if mention.linked else 0.5
        return decide(mention, "used", sure, "a badge" if badge else "an entry of its own")
    if context.role is Column.REMARKS:
        plain = mention.caution == "free" and found.vocabulary.category(mention.slug) != "cloud-platforms"
        alone = mention.whole or (context.names and not tables.is_weak(mention, found))
        whole = mention.part and alone and plain and not re.search(r"\d", segment.text)
        return whole and decide(mention, "used", 0.7, "the whole remark" if mention.whole else "the remark names these")
    below = bool(label.text) and mention.start >= label.end
    if mention.part and (context.terse or not below):
        return _as_part(mention, context, below, found.told)
    if context.labelled and below:
        return False  # "TypeScript: builds on JavaScript": the rest speaks of the label
    entry = segment.kind in (Kind.ITEM, Kind.CELL)
    if (
        context.terse
        and entry
        and not (found.told and tables.is_weak(mention, found))
        and (context.stacklike or context.said.used or (context.short and (label.text or context.many > 1)))
    ):
        return decide(mention, "used", 0.75, "named in a short entry")
    return False


_WHAT_FOR = re.compile(
    r"[\s*_`)\]]{1,4}(?:for (?!example|instance|free|beginners)|to (?!be\b|do\b)|"
    r"für |zur |zum |als |pour |para |come |per )",
    re.IGNORECASE,
)


def _as_first(mention: Mention, context: Context, found: Findings) -> bool:
    """ "PostgreSQL für alle Bestände": an entry that begins with the name and says what for."""
    text = context.segment.text
    begins = context.segment.kind is Kind.ITEM and not text[: mention.start].strip(TRIM)
    if not begins or context.said.generic or not _WHAT_FOR.match(text, max(mention.end, mention.reach)):
        return False
    return decide(mention, "used", 0.75, "an entry that begins with it and says what for")


_TO = re.compile(r"(?:→|⇒|➜|➔|⟶|=>|->|➡️?)\s*$")


def _as_chosen(mention: Mention, context: Context, found: Findings) -> bool:
    """ "What moved: a script of our own -> Terraform": the end of a change whose beginning is no name."""
    segment = context.segment
    if segment.kind is not Kind.ITEM or not _TO.search(segment.text[max(0, mention.start - 6) : mention.start]):
        return False
    if not CHANGES.search(" ".join([segment.lead, *segment.path[-1:]])):
        return False
    return decide(mention, "used", 0.75, "what was chosen instead")


def _as_part(mention: Mention, context: Context, below: bool, told: bool) -> bool:
    if context.labelled and below:
        return decide(mention, "used", 0.8, f"listed under “{context.label.text}”")
    lonely = not (context.label.text or context.many > 1 or mention.linked)
    if context.segment.kind is Kind.PARAGRAPH and lonely and not (mention.whole and context.stacklike and not told):
        return decide(mention, "offered", 0.45, "a line of its own")
    title = f" under “{context.place.purpose}”" if context.place.purpose else ""
    return decide(mention, "used", 0.95 if context.stacklike else 0.85, f"an entry of its own{title}")


def _by_use(mention: Mention, context: Context, found: Findings) -> bool:
    said = context.said
    if said.generic:
        return decide(mention, "mentioned", 0.3, "said of others, not of the company")
    if said.defined:
        return decide(mention, "mentioned", 0.35, "named in the description of another")
    if said.used and tables.is_weak(mention, found) and not (said.first and mention.caution == "free"):
        return False
    if found.taught and not said.first:
        return decide(mention, "offered", 0.45, "said where others are taught, not of the company")
    if said.used or said.stage:
        return decide(mention, "used", 0.85 if said.ours else 0.75, "named with a verb of use")
    return False


def _as_slip(mention: Mention, context: Context, found: Findings) -> bool:
    """A near spelling counts where a technology is expected, not in the remarks of one."""
    expected = (Column.TECHNOLOGY, Column.OLD, Column.NEW)
    if mention.how != "near" or context.segment.kind is not Kind.CELL or context.role in expected:
        return False
    return decide(mention, "skip", 0.1, "no entry of its own")


def _as_example(mention: Mention, context: Context, found: Findings) -> bool:
    """ "[e.g. Django, Rails]", "[Redis/Memcached]": a template that nobody has filled in."""
    text, start = context.segment.text, max(0, mention.start - _WINDOW)
    opened = text.rfind("[", start, mention.start)
    if opened >= 0 and "]" not in text[opened : mention.start]:
        inside = text[opened + 1 : mention.end + _WINDOW].partition("]")[0]
        if _EXAMPLE.match(inside) or _AND_SO_ON.search(inside):
            return decide(mention, "mentioned", 0.2, "an example in a template")
        if "/" in inside:
            return decide(mention, "offered", 0.4, "one of several in a template")
    body = context.label.body
    if context.terse and _EXAMPLE.match(text[body : min(body + _WINDOW, mention.start)]):
        return decide(mention, "offered", 0.4, "named as an example")
    return False


def _unclear(mention: Mention, context: Context, found: Findings) -> bool:
    weak = tables.is_weak(mention, found)
    if context.role is Column.REMARKS:
        return decide(mention, "mentioned" if weak else "offered", 0.45, "named in the remarks")
    if found.taught and not context.said.first:
        return decide(mention, "offered", 0.45, "said where others are taught, not of the company")
    if mention.linked:
        return decide(mention, "used", 0.62, "named with a link to its own site")
    if context.said.ours and not weak and mention.caution == "free":
        return decide(mention, "used", 0.62, "named where they speak of their own")
    return decide(mention, "mentioned" if weak else "offered", 0.45, "named, unclear whether it is used")


_RULES = (
    _as_slip,
    _as_example,
    _in_place,
    _in_drawing,
    _in_list_of_others,
    _as_maker,
    _as_own,
    _in_column,
    _by_sentence,
    _as_label,
    _as_system,
    _as_gloss,
    _as_entry,
    _as_first,
    _as_chosen,
    _in_chain,
    _by_use,
    _unclear,
)
