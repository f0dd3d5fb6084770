"""The first step of an import: the text, whose it is, where and when it was said."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from stacks.admin.forms import uncut
from stacks.admin.typed_dates import TypedDateField
from stacks.importers.formats import FORMATS, decode
from stacks.importers.lines import MOST_BYTES, MOST_LINES, Unreadable, check_lines, check_size
from stacks.importers.load import find_company, find_technology
from stacks.importers.sources import InvalidAddress, check_address
from stacks.models import BatchState, ImportBatch

from .choosing import suggesting

FORMAT_NAMES = {
    "markdown": "Markdown: tables and lists",
    "prose": "A story in prose",
    "techstack": "techstack.yml",
    "adopters": "ADOPTERS: who uses one technology",
    "refarch": "CNCF reference architecture",
    "radar": "Technology radar",
    "csv": "CSV of our own columns",
}
LIMITS = f"At most {MOST_BYTES // 1_000_000} MB and {MOST_LINES:,} lines."
_SIZE = {"data-most-bytes": MOST_BYTES, "data-most-lines": MOST_LINES}


def format_choices() -> list[tuple[str, str]]:
    return [("", "found out by itself"), *((form, FORMAT_NAMES[form]) for form in FORMATS if form in FORMAT_NAMES)]


class TextForm(forms.Form):
    """Whatever else is wrong, the text is kept: `text_problem` alone stands in the way of that."""

    text = forms.CharField(
        label="The write-up",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 22, "spellcheck": "false", "autofocus": True, **_SIZE}),
    )
    file = forms.FileField(label="or a file", required=False, widget=forms.FileInput({**_SIZE}))
    about = forms.ChoiceField(
        label="It tells about",
        choices=[("company", "one company"), ("technology", "one technology, and who uses it")],
        widget=forms.RadioSelect,
        initial="company",
    )
    company = forms.CharField(
        label="Company",
        required=False,
        max_length=100,
        help_text="Any of its names. One that nobody has is made as a draft when you confirm.",
        widget=suggesting("company"),
    )
    technology = forms.CharField(
        label="Technology",
        required=False,
        max_length=100,
        help_text="Left empty, the text itself may name it.",
        widget=suggesting("technology"),
    )
    url = forms.CharField(
        label="Address of the page",
        required=False,
        max_length=500,
        widget=forms.TextInput({"inputmode": "url", "placeholder": "https://"}),
    )
    title = forms.CharField(label="Its title", required=False, max_length=300, help_text="Empty: its first heading.")
    publisher = forms.CharField(
        label="Publisher", required=False, max_length=120, help_text="The organisation, never a person."
    )
    own_words = forms.BooleanField(label="The company's own words, wherever they stand", required=False)
    edition = TypedDateField(
        label="Edition of",
        required=False,
        widget=forms.TextInput({"placeholder": "2025, 2025-11 or 2025-11-03"}),
    )
    accessed = TypedDateField(label="Opened on", required=False, widget=forms.TextInput)
    format = forms.ChoiceField(label="Read it as", required=False, choices=format_choices)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        uncut(self)
        self.given_text, self.path, self.text_problem = "", "", ""
        self.fields["text"].validators = []  # of zero bytes: what is told of them here names the line

    def attend(self) -> None:
        """Whoever types goes on where something is missing."""
        if wrong := next((name for name in self.errors if name in self.fields), ""):
            self.fields["text"].widget.attrs.pop("autofocus", None)
            self.fields[wrong].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._take_text(data)
        if data.get("url"):
            try:
                data["url"] = check_address(data["url"])
            except InvalidAddress as error:
                self.add_error("url", str(error))
        if data.get("about") == "technology":
            data["company"] = ""
            if data.get("technology") and find_technology(data["technology"]) is None:
                self.add_error("technology", f"No technology is called “{data['technology']}”.")
        else:
            data["technology"] = ""
        return data

    def _take_text(self, data: dict[str, Any]) -> None:
        """The file goes before what was pasted; too much is refused with its size, and nothing is cut."""
        given, text = data.get("file"), data.get("text", "")
        try:
            if given is not None:
                if given.size > MOST_BYTES:
                    raise Unreadable(f"The file has {given.size / 1_000_000:.1f} MB. {LIMITS}")
                text, self.path = decode(given.read()), "" if given.name == "pasted" else given.name[:200]
            text = text.replace("\r\n", "\n")
            check_size(text)
            check_lines(text)
            if "\x00" in text:
                raise Unreadable("This is no text: it holds zero bytes.", text[: text.index("\x00")].count("\n") + 1)
            if not text.strip():
                raise Unreadable("Paste the write-up, or choose a file.")
            only = text.strip()
            if not data.get("url") and "\n" not in only and only.startswith(("http://", "https://")):
                raise Unreadable("This is an address. Put it below, and paste the text of the page here.")
        except Unreadable as error:
            where = f"Line {error.line:,}: " if error.line else ""
            self.text_problem = f"{where}{error.message}"
            self.add_error("text", ValidationError(self.text_problem))
            return
        self.given_text = text

    def keep(self, batch: ImportBatch | None, user: Any) -> ImportBatch:
        """Store the text, and all else that is right, at once: also where something is wrong."""
        data = self.cleaned_data
        batch = batch or ImportBatch(state=BatchState.OPEN, made_by=user)
        batch.text, batch.path = self.given_text, self.path or batch.path
        batch.asked_format, batch.format = data.get("format") or "", ""
        batch.company = find_company(data["company"]) if data.get("company") else None
        batch.company_name = "" if batch.company else " ".join(data.get("company", "").split())
        batch.technology = find_technology(data["technology"]) if data.get("technology") else None
        batch.url, batch.edition_on = data.get("url", ""), data.get("edition", "")
        batch.accessed_on, batch.own_words = data.get("accessed", ""), bool(data.get("own_words"))
        batch.title, batch.publisher = data.get("title", ""), data.get("publisher", "")
        batch.save()
        return batch


def first_values(batch: ImportBatch) -> dict[str, Any]:
    return {
        "text": batch.text,
        "about": "technology" if batch.technology else "company",
        "company": batch.company.name if batch.company else batch.company_name,
        "technology": batch.technology.name if batch.technology else "",
        "url": batch.url,
        "title": batch.title,
        "publisher": batch.publisher,
        "own_words": batch.own_words,
        "edition": batch.edition_on,
        "accessed": batch.accessed_on,
        "format": batch.asked_format,
    }
