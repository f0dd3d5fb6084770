"""How to cite a comparison. Pure."""

from dataclasses import dataclass


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
        return f"{self.site}, revision {self.revision} of {self.changed_on}{as_of}{licence}. <{self.url}>"

    def text(self) -> str:
        """A line for a text and an entry for BibTeX."""
        as_of = self.as_of or self.changed_on
        licence = f" {self.licence}." if self.licence else ""
        plain = f"{self.site}. “{self.title}.” Revision {self.revision}, as of {as_of}.{licence} {self.url}"
        fields = {
            "title": self.title,
            "author": f"{{{self.site}}}",
            "year": as_of[:4],
            "howpublished": rf"\url{{{self.url}}}",
            "note": f"Revision {self.revision}, as of {as_of}{f', {self.licence}' if self.licence else ''}",
        }
        entry = ",\n".join(f"  {name} = {{{_bibtex(value)}}}" for name, value in fields.items())
        return f"{plain}\n\n@misc{{stacks{self.revision},\n{entry}\n}}\n"


def _bibtex(value: str) -> str:
    return value.replace("&", r"\&").replace("%", r"\%").replace("#", r"\#") if "\\url" not in value else value
