"""How to cite a comparison. Pure."""

import re
from dataclasses import dataclass

from stacks.exporters.table import escape

_TEX = re.compile(r"[\\{}&%#$_~^]")
_TEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """`as_of` is the date the comparison speaks of, `changed_on` the day of the revision."""

    site: str
    title: str
    revision: int
    changed_on: str
    as_of: str
    licence: str
    url: str

    def note(self) -> str:
        """One Markdown line that goes with every copy of the data."""
        as_of = f", as of {self.as_of}" if self.as_of else ""
        licence = f", {self.licence}" if self.licence else ""
        told = f"{self.site}, revision {self.revision} of {self.changed_on}{as_of}{licence}."
        return f"{escape(told)} <{self.url}>"

    def text(self) -> str:
        """A line for a text and an entry for BibTeX."""
        as_of = self.as_of or self.changed_on
        licence = f" {self.licence}." if self.licence else ""
        plain = f"{self.site}. “{self.title}.” Revision {self.revision}, as of {as_of}.{licence} {self.url}"
        fields = {
            "title": _tex(self.title),
            "author": f"{{{_tex(self.site)}}}",  # in braces of its own: a name, not a person's
            "year": as_of[:4],
            "howpublished": rf"\url{{{self.url}}}",
            "note": _tex(f"Revision {self.revision}, as of {as_of}{f', {self.licence}' if self.licence else ''}"),
        }
        entry = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"{plain}\n\n@misc{{{self._key()},\n{entry}\n}}\n"

    def _key(self) -> str:
        """Of one revision, two comparisons have two keys."""
        words = _NOT_IN_KEYS.sub(" ", f"{self.title} {self.as_of}").split()
        return f"stacks{self.revision}{''.join(word[0].upper() + word[1:] for word in words)}"


def _tex(text: str) -> str:
    return _TEX.sub(lambda sign: _TEX_WORDS.get(sign[0], f"\\{sign[0]}"), text)
