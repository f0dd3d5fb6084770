"""techstack.yml: the tools that a repository was found to use, and lists of names under headings written as YAML.

Read as a stream of events: no object is ever built from it. Anchors, aliases and tags, which it never needs, are
refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from stacks.folding import alias_key, fold
from stacks.importers.findings import Given
from stacks.importers.lines import Line, Problem, Reading, Unreadable, excerpt
from stacks.importers.vocabulary import Vocabulary
from stacks.importers.words import PURPOSES

from .own import STAGES, told_by_us

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 12
_MOST_EVENTS = 1_000_000
_LONGEST_NAME = 100
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}")
_OTHER_ENDS = re.compile("[\x85\u2028\u2029]")  # lines end there for YAML, and for nobody else
_BESIDE = re.compile(
    r"(?P<name>[^()]{1,60}?)(?:\s+v?(?P<version>\d[\w.]{0,20}))?(?:\s*\((?P<more>[^()]{1,100})\))?", re.DOTALL
)
_TOOLS = ("tools", "tool", "stack", "technologies")


@dataclass(slots=True)
class _Tool:
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    under: str = ""


def looks_like(text: str) -> bool:
    head = text[:5_000]
    return bool(
        re.search(r"^(?:repo_name|report_id|detected_tools_count):", head, re.MULTILINE)
        and re.search(r"^tools:", head, re.MULTILINE)
    )


def parse(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    """Raises Unreadable where it is no YAML, or YAML that does more than list names."""
    top: dict[str, str] = {}
    tools = list(_tools(text, top))
    raw = text.split("\n")
    reading = Reading()
    stamp = _DATE.match(top.get("timestamp", ""))
    reading.edition = stamp[0] if stamp else ""
    if not tools:
        reading.problems.append(Problem(1, "No list of tools stands in this file."))
    seen: set[tuple] = set()
    for tool in tools:
        name = tool.fields.get("name", "").strip()
        if not name or len(name) > _LONGEST_NAME:
            reading.problems.append(
                Problem(tool.line, "This entry has no name." if not name else "This name is too long.")
            )
            continue
        line = _line(tool, name, vocabulary)
        line.text = excerpt(raw[tool.line - 1]) if tool.line <= len(raw) else ""
        line.edition_on = reading.edition or None
        if line.kind == "usage":
            key = (line.technology or name, *((line.category, fold(line.scope)) if _is_ours(tool) else ()))
            if key in seen:
                line.kind, line.ticked, line.stage, line.why = "skip", False, None, "named once already"
            seen.add(key)
        reading.lines.append(line)
    return reading.ordered()


def _line(tool: _Tool, name: str, vocabulary: Vocabulary) -> Line:
    fields = tool.fields
    purpose = fields.get("sub_category") or fields.get("category") or tool.under
    line = Line(tool.line, "", name=name, purpose=purpose[:200], technology_version=fields.get("version", "")[:30])
    if fields.get("package_url"):
        line.kind, line.stage, line.why = (
            "skip",
            None,
            "a package of its code, not a choice of its own: off unless you want it",
        )
        line.technology = _known(name, "", vocabulary)[0] or None
        return line
    if _is_ours(tool) and fields["technology_slug"] in vocabulary.technologies:
        line.stage = fields["stage"] if fields.get("stage") in STAGES else "in_use"
        told = fields | {"purpose": fields.get("description", "")}
        return told_by_us(line, told, vocabulary, "listed as a tool by an export of a catalogue")
    slug, why = _known(name, fields.get("website_url", ""), vocabulary)
    if not slug and (bare := _BESIDE.fullmatch(name)):  # "PostgreSQL 15 (RDS)"
        slug, why = _known(bare["name"], "", vocabulary)
        line.technology_version = line.technology_version or bare["version"] or ""
        line.remarks = (bare["more"] or "") if slug else ""
    if slug:
        engine = vocabulary.engine(slug)
        line.technology, line.via = engine or slug, slug if engine else None
        line.category = vocabulary.category(line.technology) or None
        line.sure, line.ticked = (0.98, True) if "site" in why else (0.95, True)
        line.how = "exact" if alias_key(name) == alias_key(vocabulary.technologies[slug].name) else "alias"
        line.why = f"listed as a tool; {why}"
    else:
        line.technology, line.new, line.how = name, True, "new"
        line.address = fields.get("website_url", "")
        line.category = next((category for category, pattern in PURPOSES if pattern.search(purpose)), None)
        line.sure, line.why = 0.5, "listed as a tool; the catalogue does not know it"
    source = fields.get("detection_source", "")
    line.remarks = f"Found in {source}" if source and "/" not in source[:1] else line.remarks
    return line


def _is_ours(tool: _Tool) -> bool:
    """Whether an export of a catalogue like this one has written it."""
    return "technology_slug" in tool.fields and "category_slug" in tool.fields


def _known(name: str, url: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The technology by its name and its site; where they differ, the name decides unless it is unclear."""
    by_site = vocabulary.by_address(url) if url else ""
    found = vocabulary.scanner.whole(name)
    names = found.names if found else ()
    if by_site and any(one.slug == by_site for one in names):
        return by_site, "name and site agree"
    if len(names) == 1 and not names[0].homonym and names[0].caution in ("free", "as_written", "entry_only"):
        known = vocabulary.technologies.get(names[0].slug)
        if by_site and known and known.website and alias_key(name) in alias_key(vocabulary.technologies[by_site].name):
            return by_site, "its own site"
        return names[0].slug, "by its name"
    if by_site and not vocabulary.is_code(url):
        return by_site, "its own site"
    if names:
        return names[0].slug, "by its name, the likeliest of several"
    return by_site, "its own site" if by_site else ""


def _tools(text: str, top: dict[str, str]) -> Iterator[_Tool]:
    """Entries of `tools:`, or of lists under other keys. `top` takes the plain values of the outermost level."""
    path: list[str] = []  # the key that each open mapping or list stands under
    kinds: list[str] = []
    key: str | None = None
    tool: _Tool | None = None
    for event in _events(text):
        if isinstance(event, yaml.ScalarEvent):
            value = " ".join(event.value.split())[:1_000]
            if kinds and kinds[-1] == "map":
                if key is None:
                    key = value
                    continue
                if tool is not None and len(kinds) == tool_depth(kinds):
                    tool.fields.setdefault(key, value)
                elif len(kinds) == 1:
                    top.setdefault(key, value)
                key = None
            elif kinds and kinds[-1] == "list" and path and path[-1] and len(kinds) <= 4 and tool is None:
                yield _Tool(_line_of(event), {"name": value}, path[-1] if path[-1] not in _TOOLS else "")
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
            if kind == "map" and kinds == ["map", "list"] and tool is None:
                tool = _Tool(_line_of(event), {}, "" if path[-1] in _TOOLS else path[-1])
            kinds.append(kind)
            path.append(key or (path[-1] if path else ""))
            key = None
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            kinds.pop()
            path.pop()
            key = None
            if tool is not None and kinds == ["map", "list"]:
                yield tool
                tool = None


def tool_depth(kinds: list[str]) -> int:
    return 3 if kinds[:3] == ["map", "list", "map"] else -1


def _line_of(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 0


def _events(text: str) -> Iterator[yaml.Event]:
    deep = count = 0
    text = _OTHER_ENDS.sub(" ", text)
    last = text.count("\n") + 1
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            count += 1
            line = _line_of(event)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Unreadable("Anchors and aliases are not read.", line)
            if getattr(event, "tag", None):
                raise Unreadable("Tags are not read.", line)
            deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if deep > _DEEPEST or count > _MOST_EVENTS:
                raise Unreadable(
                    "This is nested too deeply." if deep > _DEEPEST else "This has too many entries.", line
                )
            yield event
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable("This is no YAML that can be read.", min(mark.line + 1, last) if mark else 0) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("This is no YAML that can be read.") from error
