"""Companies that object to being written about: what each asked, and until when. Nothing of it is public."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from stacks import dates
from stacks.curating import in_hand

from .fields import PartialDateField, UidField

# What may still be said of a usage or migration: that it is over.
_OF_AN_END = {"ended", "stage"}
_OVER = {"retiring", "retired", "done"}
# What is told of a company itself. Its names and addresses are none of it: by them imports know it.
_TOLD_OF_A_COMPANY = {"summary", "industry", "country", "founded", "website", "engineering_blog", "story", "lessons"}
_OF_THE_SYSTEM = {"version", "updated_at", "state", "visible", "known_since", "known_until", "last_said"}


class Objection(models.Model):
    """As long as it stands nothing new is written about the company, by any door, and nothing of it is published.

    What stands already may be ended, retracted and deleted. It stands from the day on which it came, until the end of
    the day, month or year of `until`, or for good.
    """

    uid = UidField(unique=True)
    company = models.ForeignKey(
        "stacks.Company",
        on_delete=models.PROTECT,
        related_name="objections",
        help_text="One that is not in the catalogue is added as a draft first, so that imports know its names.",
    )
    asked = models.TextField(max_length=1000, help_text="What it asked for, in its words where you have them.")
    received_on = PartialDateField(help_text="The day on which it came.")
    until = PartialDateField(help_text="Until when it holds: 2027, 2027-06 or 2027-06-30. Empty: for good.")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.company}, {self.received_on}"

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        _forget()

    def delete(self, *args, **kwargs):
        _forget()
        return super().delete(*args, **kwargs)

    def clean(self):
        super().clean()
        if not self.received_on:
            raise ValidationError({"received_on": "Say on which day it came."})
        if self.until and dates.compare(self.until, self.received_on) < 0:
            raise ValidationError({"until": "It ends before it came."})

    @property
    def stands(self) -> bool:
        today = f"{timezone.localdate():%Y-%m-%d}"
        has_come = not self.received_on or dates.compare(self.received_on, today) <= 0
        return has_come and (not self.until or dates.compare(self.until, today) >= 0)

    @property
    def sentence(self) -> str:
        until = f"until {self.until}" if self.until else "for good"
        asked = self.asked if len(self.asked) <= 200 else f"{self.asked[:199]}…"
        asked = asked.strip().rstrip(".")
        return (
            f"{self.company} objects, since {self.received_on} and {until}: “{asked}”. "
            "Nothing new is written about it, and nothing of it is published."
        )


class _Read:
    """What was read within one block."""

    objections: dict[int, Objection] | None = None


_reading: ContextVar[_Read | None] = ContextVar("reading", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Let the objections be read once in this block, which looks at many rows, and writes none that it has not held
    against them."""
    token = _reading.set(_Read())
    try:
        yield
    finally:
        _reading.reset(token)


def standing() -> dict[int, Objection]:
    """The objections that stand today, by company; read once in each curating transaction."""
    hand = _reading.get() or in_hand()
    known = getattr(hand, "objections", None)
    if known is None:
        rows = Objection.objects.select_related("company").order_by("pk")
        known = {row.company_id: row for row in rows if row.stands}
        if hand is not None:
            hand.objections = known
    return known


def _forget() -> None:
    hand = _reading.get() or in_hand()
    if hand is not None:
        hand.objections = None


def check_objection(row: Any, company: int | None) -> None:
    """Refuse what would be written about a company that objects: the one check of every door. Raises ValidationError.

    What is told of the company itself may be emptied. Where a merge leads a row on (`is_led`), nothing is said that
    was not said before.
    """
    objection = standing().get(company or 0)
    if objection is None or getattr(row, "is_led", False):
        return
    changed = _changed(row)
    if row._meta.model_name == "company":
        is_refused = any(getattr(row, name) for name in changed & _TOLD_OF_A_COMPANY)
    else:
        is_refused = bool(changed) and not _is_over(row, changed)
    if is_refused:
        raise ValidationError(objection.sentence, code="objection")


def sentence_about(row: Any) -> str:
    """What stands in the way of writing about a company, or what belongs to one; empty where nothing does."""
    company = row.pk if row._meta.model_name == "company" else getattr(row, "company_id", None)
    objection = standing().get(company) if company else None
    return objection.sentence if objection is not None else ""


def _changed(row: Any) -> set[str]:
    """What the row says otherwise than it did; all that it says, where it is new."""
    before = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    fields = [field.attname for field in row._meta.concrete_fields if field.name not in _OF_THE_SYSTEM]
    return {name for name in fields if before is None or getattr(before, name) != getattr(row, name)}


def _is_over(row: Any, changed: set[str]) -> bool:
    """Whether all that changes is an end."""
    return changed <= _OF_AN_END and bool(row.ended or row.stage in _OVER)
