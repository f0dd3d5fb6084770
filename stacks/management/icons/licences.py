"""Who drew the committed icons, and on what terms they may be shown."""

from collections.abc import Iterable

from stacks.management.icons.choice import Chosen
from stacks.management.icons.sets import DEVICON, SIMPLE_ICONS, Sets

_HEAD = """# Licences of the icons

Written by `manage.py choose_icons`; do not edit. Each drawing was made black, and its numbers were rounded.
The names and marks belong to their owners: an icon says which technology is meant, not that its owner approves.

* simple-icons {simple}: CC0-1.0, where the table says nothing else. There the owner of the mark has given it a licence
  of its own, and the address tells whose it is.
* devicon {devicon}: MIT, as printed below the table.

Licences go by their SPDX identifiers; <https://spdx.org/licenses/> has their texts.

| file | shows | set | licence | from |
|---|---|---|---|---|
"""

_TAIL = """
## The licence of devicon

{text}
"""


def licence_list(chosen: Iterable[Chosen], sets: Sets) -> str:
    head = _HEAD.format(simple=sets.versions[SIMPLE_ICONS], devicon=sets.versions[DEVICON])
    return head + "".join(map(_row, chosen)) + _TAIL.format(text=sets.devicon_licence.strip())


def _row(one: Chosen) -> str:
    icon = one.icon
    # devicon gives its drawings file names, not titles.
    title = icon.title if icon.collection == SIMPLE_ICONS else one.name
    source = f"<{icon.source}>" if icon.source and icon.licence != "CC0-1.0" else ""
    return f"| {one.slug}.svg | {title.replace('|', '/')} | {icon.collection} | {icon.licence} | {source} |\n"
