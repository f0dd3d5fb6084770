"""Fields that keep themselves right whichever way a row is saved: form, bulk or raw fixture."""

import secrets
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models

from stacks import dates
from stacks.folding import alias_key, second_key, sort_key

_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # no look-alikes: i, l, o, u, 0, 1
_UID_LENGTH = 10


def make_uid() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_UID_LENGTH))


def validate_partial_date(text: str) -> None:
    try:
        dates.parse(text)
    except dates.InvalidDate as error:
        raise ValidationError(str(error), code="invalid_date") from error


validate_http_url = URLValidator(
    schemes=["http", "https"], message="Give a full address that begins with http:// or https://."
)


class PartialDateField(models.CharField):
    """ISO 8601 with the precision that is known (`2019`, `2019-06`, `2019-06-03`); empty when unknown."""

    default_validators = [validate_partial_date]

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=10, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "blank", "default"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs


class WebField(models.CharField):
    """An http(s) address of at most 500 characters; empty when unknown."""

    default_validators = [validate_http_url]

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 500
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs


class UidField(models.CharField):
    """A short random identifier that never changes: the natural key in fixtures, the id in the API."""

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=16, default=make_uid, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "default", "editable"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs


class _FromName(models.CharField):
    fold: Callable[[str], str]

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=200, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "editable"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        value = type(self).fold(model_instance.name)
        setattr(model_instance, self.attname, value)
        return value


class SortKeyField(_FromName):
    """`name` folded for sorting; written with the row itself."""

    fold = staticmethod(sort_key)


class AliasKeyField(_FromName):
    """`name` folded for matching; written with the row itself."""

    fold = staticmethod(alias_key)


class SecondKeyField(_FromName):
    """The second key of `name`, which searches alone take for the name; empty where it has none."""

    fold = staticmethod(second_key)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.db_index = self.blank = True

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("db_index", "blank"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs
