"""What is read once for all visitors and kept for a day under a key that names all it depends on."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import cache

from stacks.comparison.load import load_bases
from stacks.comparison.matrix import Bases

A_DAY = 24 * 3600
_Value = TypeVar("_Value")


def once(key: str, read: Callable[[], _Value]) -> _Value:
    """What is kept under `key`, else what `read` gives, which is then kept."""
    return cast("_Value", cache.get_or_set(key, read, A_DAY))  # django-stubs: None, which only `read` could give


def load_kept_bases(vocabulary_revision: int) -> Bases:
    """What is a managed form or fork of what, kept under the vocabulary's revision."""
    return once(f"bases:{vocabulary_revision}", load_bases)
