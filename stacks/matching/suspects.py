"""Which other names of a technology ask for a second look: docs/names.md has the rule in plain words."""

import re
from difflib import SequenceMatcher

from stacks.folding import alias_key, fold

SHORTEST_WORD = 5
A_SLIP = 0.8  # how alike two spellings of one word are: Kubernates and Kubernetes, but not Redpanda and Redis
_WORDS = re.compile(r"[^\W_]+[+#]*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENDS_IN_A_NUMBER = re.compile(r"\d+(\.[\dx]+)*\+?$")
_SEVERAL = re.compile(r"[/&,;]|\b(and|or|with)\b", re.IGNORECASE)
_CLOUDS = frozenset({
    "alibaba", "amazon", "aws", "azure", "digitalocean", "gcp", "google", "heroku", "ibm", "oracle", "tencent",
    "yandex",
})  # fmt: skip
# What everybody knows a thing to be: such a word after the name makes no other thing of it.
_KINDS = frozenset({
    "app", "co", "com", "community", "database", "db", "dev", "engine", "framework", "hq", "html", "http", "io", "java",
    "javascript", "js", "lang", "language", "lib", "library", "linux", "net", "org", "os", "platform", "programming",
    "project", "py", "python", "ruby", "rust", "server", "service", "software", "system", "tool", "web",
})  # fmt: skip
# Words that tell no name from another: kinds, who gives it, and little ones.
_PLAIN = _KINDS | _CLOUDS | {
    "apache", "ci", "cloud", "for", "foundation", "gnu", "go", "hashicorp", "hat", "microsoft", "ms", "of",
    "open", "red", "redhat", "sql", "sun", "suse", "the", "vmware",
}  # fmt: skip


def reasons(name: str, own_name: str, *, caution: str = "free") -> list[str]:
    """Why `name`, an alias of the technology called `own_name`, may be another thing; empty for the own name itself."""
    if alias_key(name) == alias_key(own_name):
        return []
    said, own = _words(name), _words(own_name)
    added = [word for word in said if word not in own]
    why = []
    if _ENDS_IN_A_NUMBER.search(name) and said[-1] in added:
        why.append("ends in a number")
    if caution != "free":
        why.append("an everyday word or a short form")
    elif len(alias_key(name)) < SHORTEST_WORD and added:
        why.append("an abbreviation")
    if _SEVERAL.search(name) and not _SEVERAL.search(own_name):
        why.append("names several things")
    if _CLOUDS & set(added) and not _CLOUDS & set(own):
        why.append("a cloud's form of it")
    if not _share(name, own_name):
        why.append("shares no word with the name")
    elif _goes_on(said, own):
        why.append("goes on after the name")
    return why


def _words(name: str) -> list[str]:
    """The words of a name, folded and singular: "Event Hubs" has event and hub, "CloudAMQP" is one."""
    words = [fold(word) for word in _WORDS.findall(name)]
    return [word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words]


def _of_its_own(words: list[str]) -> list[str]:
    """The words that tell this name from others; all of them where it has none but plain ones."""
    return [word for word in words if word not in _PLAIN] or words


def _goes_on(said: list[str], own: list[str]) -> bool:
    """Whether something is said after the name: a part, an edition, a product on top ("Spark Streaming")."""
    core = _of_its_own(own)
    if not set(core) <= set(said):
        return False
    last = max(at for at, word in enumerate(said) if word in core)
    return any(word not in _KINDS and word not in own for word in said[last + 1 :])


def _share(name: str, own_name: str) -> bool:
    """Whether one name is seen in the other: a word, one inside the other, the first letters, a slip of the pen."""
    key, own_key = alias_key(name), alias_key(own_name)
    own = _of_its_own(_words(own_name))
    if set(_words(name)) & set(own) or key in own_key or own_key in key:
        return True
    if any(len(word) > 3 and word in key for word in own):
        return True
    if SequenceMatcher(None, key, own_key).ratio() >= A_SLIP:
        return True
    return bool(_short_forms(name) & _short_forms(own_name))


def _short_forms(name: str) -> set[str]:
    """A name by the first letters of its words, with and without the plain ones, and each word as it is."""
    words = [fold(word) for word in _WORDS.findall(_CAMEL.sub(" ", name))]
    without = [word for word in words if word not in _CLOUDS]
    whole = {alias_key(word) for word in _WORDS.findall(name)} - _PLAIN
    return whole | {"".join(word[0] for word in some) for some in (words, without, _of_its_own(words)) if len(some) > 1}
