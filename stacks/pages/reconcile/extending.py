"""What is known of entities that were resolved, as columns."""

from collections.abc import Sequence
from typing import Any

from stacks.pages.reconcile.properties import MODELS, NAMES, PROPERTIES, Unanswerable, split_id
from stacks.redirects import find

MOST_ROWS, MOST_PROPERTIES = 200, 30


def extend(asked: Any) -> dict[str, Any]:
    """Values of properties for entities. One query for each kind of entity and each property. Raises Unanswerable."""
    if not isinstance(asked, dict) or not all(isinstance(asked.get(name), list) for name in ("ids", "properties")):
        raise Unanswerable("extend is an object with the lists ids and properties.")
    ids = list(dict.fromkeys(str(one) for one in asked["ids"]))
    wanted = [_wanted(each) for each in asked["properties"]]
    if len(ids) > MOST_ROWS or len(wanted) > MOST_PROPERTIES:
        raise Unanswerable(f"At most {MOST_ROWS} ids and {MOST_PROPERTIES} properties at once.")
    keys = _keys(ids)
    meta = [{"id": pid, **_described(pid)} for pid, _ in wanted]
    rows: dict[str, dict[str, list[Any]]] = {one: {pid: [] for pid, _ in wanted} for one in ids}
    for kind in MODELS:
        pks = sorted({pk for of_kind, pk in keys.values() if of_kind == kind})
        for pid, limit in wanted if pks else []:
            if (known := PROPERTIES[kind].get(pid)) is not None:
                values = known.read(pks, limit)
                for one, (of_kind, pk) in keys.items():
                    if of_kind == kind:
                        rows[one][pid] = values.get(pk, [])
    return {"meta": meta, "rows": rows}


def _wanted(told: Any) -> tuple[str, int]:
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise Unanswerable("A property is an object with an id.")
    settings = told.get("settings")
    limit = settings.get("limit", 0) if isinstance(settings, dict) else 0
    return told["id"], int(limit) if str(limit).isascii() and str(limit).isdigit() else 0


def _described(pid: str) -> dict[str, Any]:
    """Its name, and the type of its values where these are entities; what nobody knows is named as it is asked for."""
    for properties in PROPERTIES.values():
        if known := properties.get(pid):
            return {"name": known.name} | (
                {"type": {"id": known.type, "name": NAMES[known.type]}} if known.type else {}
            )
    return {"name": pid}


def _keys(ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Kind and key of each that is public, found by its present slug or one that leads to it."""
    keys = {}
    for kind, model in MODELS.items():
        slugs = {one: parts[1] for one in ids if (parts := split_id(one)) and parts[0] == kind}
        found = find(model, list(slugs.values())) if slugs else None
        rows = {row.slug: row.pk for row in found.rows} if found else {}
        for (one, _), present in zip(slugs.items(), found.slugs if found else (), strict=True):
            if present:
                keys[one] = (kind, rows[present])
    return keys
