"""Patterns of hundreds of words, compiled when something is first looked for: every process would wait for all of them
at its start, and most of them, of commands and visitors, read no text.
"""

import re
from functools import cached_property
from typing import Any, cast


class LazyPattern:
    def __init__(self, text: str, flags: int):
        self._told = text, flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(*self._told)

    def __getattr__(self, name: str) -> Any:
        """What is asked once is at hand from then on, at the cost of an attribute."""
        found = self.__dict__[name] = getattr(self.compiled, name)
        return found


def lazy_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile` gives it; that it is no pattern comes out with its first question only."""
    return cast("re.Pattern[str]", LazyPattern(text, flags))
