"""Addresses in a text, which may be anything that begins like one."""

from urllib.parse import SplitResult, urlsplit


def parts_of(url: str) -> SplitResult:
    """The address in its parts; all of them empty where it cannot be read as one."""
    try:
        return urlsplit(url)
    except ValueError:  # a bracket of an IPv6 host that is none
        return urlsplit("")
