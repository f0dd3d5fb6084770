"""Whose a slug is: no public address, old ones included, ever comes to mean another object by accident."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from .base import State
from .changes import Change


class Addressed:
    """A row whose slug is its address.

    `slug_given` is set on the instance when a reviewer gives a published row a slug that is or was public of another,
    `names_follow` while a merge is undone: its name is an alias of another until that comes back in a moment,
    `former_name_stays` when a curator types the name that a draft is about to lose as another name of it.
    """

    slug_given = False
    former_name_stays = False
    names_follow = False


def is_public(row: Any) -> bool:
    """Categories are always public, and what has a state while it is published."""
    return getattr(row, "state", State.PUBLISHED) == State.PUBLISHED


def was_public_with(row: Any, field: str, value: str) -> bool:
    """Whether the history of this very row has it public with the value."""
    past = row.history.filter(**{field: value})
    if not hasattr(row, "state"):
        return past.exists()
    if past.filter(state=State.PUBLISHED).exists():
        return True
    first = row.history.order_by("history_id").values_list("state", field).first()
    return first == (State.RETRACTED, value)  # loaded as what was public elsewhere


def was_public_at(row: Any, slug: str) -> bool:
    """Whether the public has seen this very row at the slug; not so for a slug of the running transaction alone."""
    return was_public_with(row, "slug", slug) and (was_ever_public(row, slug) or not is_public(row))


def check_slug_is_free(row: Any) -> None:
    """Refuse a slug that is or was public of another, unless a reviewer gives it to what is published."""
    stored = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    if stored is not None and stored.slug == row.slug:
        appears = is_public(row) and not is_public(stored)
        whose = _whose(row, row.slug) if appears and not was_public_with(row, "slug", row.slug) else ""
    else:
        whose = _whose(row, stored and stored.slug)
    if not whose or (row.slug_given and is_public(row)):
        return
    advice = (
        "Only a reviewer gives it to another, and says so."
        if is_public(row)
        else "What is not published cannot take it: choose another slug."
    )
    raise ValidationError({"slug": ValidationError(f"{whose} {advice}", code="slug_of_another")})


# Plain SQL, as each save of something new asks it: one query in place of three, and none for the ORM to build.
_KNOWN = """
    SELECT
        (SELECT new_slug FROM stacks_redirect WHERE kind = %s AND old_slug = %s),
        EXISTS (SELECT 1 FROM {history} WHERE slug = %s AND id <> %s{published}),
        EXISTS (SELECT 1 FROM stacks_change WHERE kind = %s AND object = %s AND NOT (verb = 'removed'))
"""


def _whose(row: Any, present: str | None) -> str:
    """Says whose address the wanted slug is or was; empty when it is free, or an old one of this row itself."""
    model, slug = type(row), row.slug
    kind, noun = model._meta.model_name, model._meta.verbose_name
    published = f" AND state = '{State.PUBLISHED}'" if hasattr(row, "state") else ""
    known = _KNOWN.format(history=model.history.model._meta.db_table, published=published)
    with connection.cursor() as cursor:
        cursor.execute(known, [kind, slug, slug, row.pk or 0, kind, slug])
        leads_to, was_of_another, ever_public = cursor.fetchone()
    if leads_to is not None:
        if leads_to == present:
            return ""
        return f"“{slug}” is an old address of the {noun} “{leads_to}”, and old links lead there."
    if was_of_another or (present != slug and ever_public and not (row.pk and was_public_with(row, "slug", slug))):
        return f"“{slug}” was the address of another {noun}, and old links may lead here."
    return ""


def was_ever_public(model: Any, slug: str) -> bool:
    """Whether the feed knows the slug of this kind, whoever had it."""
    return Change.objects.of_objects(str(model._meta.model_name), [slug]).exists()
