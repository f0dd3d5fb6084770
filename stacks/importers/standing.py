"""In which stage a name stands, and for what, by its mark, sentence, label and headings."""

import re

from . import tables
from .context import Context
from .findings import Findings
from .mentions import Mention
from .places import STAGES, marked_stage, section_of
from .segments import Kind
from .words import Column, Section

_PHASE = re.compile(r"^\W*(?:phase|step|week|month|stage|part|chapter|iteration|milestone)\b", re.IGNORECASE)
_DONE = re.compile(r"\b(?:\w+ed|chose|ran|built|went|began|wrote|made|took)\b")
_NOW = re.compile(
    r"\b(?:currently|already|at present|right now|at the time of writing|today,? we|existing)\b", re.IGNORECASE
)


def set_stage(mention: Mention, context: Context, found: Findings) -> None:
    segment, said, place = context.segment, context.said, context.place
    if any(span.start < mention.end and mention.start < span.end for span in segment.struck):
        mention.stage = "retired"
        mention.why.append("struck through")
    elif said.stage:
        mention.stage = said.stage
        mention.why.append(f"{said.stage}: “{said.cue.strip()}”")
    elif marked := marked_stage(segment.text, mention.start, max(mention.end, mention.reach), entry=context.terse):
        mention.stage = marked
        mention.why.append(f"{marked}: marked so")
    elif segment.unticked:
        mention.stage = "planned"
        mention.why.append("its box is not ticked")
    elif (labelled := _stage_of_label(mention, context)) and context.role is Column.UNKNOWN:
        mention.stage = labelled
        mention.why.append(f"{labelled}: after “{context.label.text or context.segment.lead}”")
    elif segment.ticked:
        mention.why.append("its box is ticked")
    elif place.stage and context.role is Column.UNKNOWN and not _is_past_phase(context, found) and not _is_now(context):
        mention.stage = place.stage
        mention.why.append(f"{place.stage}: under “{place.title}”")


def _stage_of_label(mention: Mention, context: Context) -> str:
    """ "Planned: ClickHouse", "Legacy: PHP"."""
    if context.label.text and not context.labelled and mention.start >= context.label.end:
        section = section_of(context.label.text)
        if section in STAGES:
            return section.value
    if _BEFORE_THAT.search(context.segment.lead):
        return "retired"
    section = section_of(context.segment.lead) if context.segment.lead else Section.PLAIN
    return section.value if section in STAGES else ""  # "🚧 Future:" above the list


# above a list of how it was
_BEFORE_THAT = re.compile(
    r"\b(?:before|until) (?:we|they|it|the team) (?:\w+ )?"
    r"(?:switched|moved|migrated|changed|adopted|introduced|turned) (?:over )?to\b|"
    r"\b(?:we|they|it|that|which) used to (?:run|use|have|be|rely)\b",
    re.IGNORECASE,
)


def _is_past_phase(context: Context, found: Findings) -> bool:
    """ "Phase 2: stateless services. We migrated": a story told, not a plan."""
    return bool(_PHASE.match(context.place.title)) and (found.told or bool(_DONE.search(context.segment.lead)))


def _is_now(context: Context) -> bool:
    """ "At the time of writing everything is in X", under "Proposal"."""
    if context.place.stage != "planned" or context.segment.kind is not Kind.PARAGRAPH:
        return False
    return bool(_NOW.search(context.said.sentence))


def purpose_of(mention: Mention, context: Context, found: Findings) -> str:
    label = context.label
    if label.text and mention.start >= label.end and not context.labelled:
        return label.text
    row_purpose = tables.purpose_of(context.segment, found)
    return row_purpose or ("" if context.segment.kind is Kind.TAG else context.place.purpose)
