"""Broad industries above the narrow ones that companies have, and other names of both industries and countries.

An industry is free text of one or two words. It stands under each broad one of which it holds a word, so that "Ride
hailing, delivery and payments" is transport as well as finance, and one that nobody foresaw is still found by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stacks.folding import fold

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Broad:
    """`holds` are beginnings of words that an industry of it has; `also` other names that people search by."""

    name: str
    holds: tuple[str, ...]
    also: tuple[str, ...] = ()

    def takes(self, industry: str) -> bool:
        """Whether the industry is of this kind; its own name always is."""
        return self.place_in(industry) is not None

    def place_in(self, industry: str) -> int | None:
        """Which word of the industry makes it one of this kind."""
        folded = fold(industry)
        if folded == fold(self.name):
            return -1
        for place, word in enumerate(_WORD.findall(folded)):
            if word.startswith(self.holds) if len(word) > 2 else word in self.holds:
                return place
        return None


BROAD = (
    Broad(
        "Finance",
        ("payment", "bank", "broking", "broker", "insur", "fintech", "financ", "lend", "credit", "invest", "trading",
         "wallet", "wealth", "crypto", "accounting"),
        ("fintech", "financial services", "financial technology", "banking", "insurtech"),
    ),
    Broad(
        "Commerce",
        ("commerce", "retail", "shop", "marketplace", "grocer", "fashion", "wholesale", "ecommerce"),
        ("e-commerce", "online retail", "online shopping", "marketplaces"),
    ),
    Broad(
        "Transport and delivery",
        ("ride", "deliver", "logistic", "mobility", "transport", "taxi", "shipping", "freight", "airline", "rail",
         "automotive", "aviation"),
        ("mobility", "logistics", "transportation"),
    ),
    Broad(
        "Travel and hospitality",
        ("travel", "hotel", "hospitality", "tourism", "accommodation", "booking", "restaurant"),
        ("tourism", "hospitality"),
    ),
    Broad(
        "Media and entertainment",
        ("video", "music", "stream", "media", "news", "publish", "game", "gaming", "entertainment", "film",
         "encyclopaedia", "encyclopedia", "broadcast", "sport"),
        ("entertainment", "media", "publishing", "gaming"),
    ),
    Broad(
        "Social and communication",
        ("social", "communication", "messag", "comment", "dating", "chat", "communit", "telecom", "telecommunication"),
        ("social networks", "social media", "messaging"),
    ),
    Broad(
        "Software",
        ("software", "developer", "analytics", "cloud", "saas", "hosting", "security", "productivity", "devops", "data",
         "infrastructure", "it"),
        ("software as a service", "saas", "developer tools", "information technology"),
    ),
    Broad(
        "Science and education",
        ("research", "science", "scientific", "education", "learning", "knowledge", "university", "school", "space"),
        ("education", "edtech", "research"),
    ),
    Broad(
        "Health",
        ("health", "medic", "pharma", "biotech", "fitness", "care"),
        ("healthcare", "healthtech", "medicine"),
    ),
    Broad(
        "Industry and energy",
        ("manufactur", "optic", "energy", "electronic", "hardware", "chemical", "construction",
         "machinery", "utilit", "agricult", "semiconductor", "robot"),
        ("manufacturing", "energy"),
    ),
    Broad(
        "Public and non-profit",
        ("government", "public", "non", "nonprofit", "charit", "foundation", "ngo"),
        ("government", "nonprofit", "public sector"),
    ),
)  # fmt: skip
_BY_NAME = {broad.name: broad for broad in BROAD}

# as people write them, beside the name that the catalogue has
COUNTRIES: dict[str, tuple[str, ...]] = {
    "Brazil": ("Brasil",),
    "China": ("PRC",),
    "Czechia": ("Czech Republic",),
    "Germany": ("Deutschland",),
    "India": ("Bharat",),
    "Japan": ("Nippon",),
    "Netherlands": ("Holland", "The Netherlands"),
    "South Korea": ("Korea", "Republic of Korea"),
    "Spain": ("España",),
    "Switzerland": ("Schweiz", "Suisse", "Svizzera"),
    "Türkiye": ("Turkey",),
    "United Arab Emirates": ("UAE", "Emirates"),
    "United Kingdom": ("UK", "Great Britain", "Britain", "England"),
    "United States": ("USA", "US", "United States of America", "America"),
}


def broad_named(name: str) -> Broad | None:
    return _BY_NAME.get(name)


def broad_of(industry: str) -> list[Broad]:
    """The broad industries that an industry stands under: none, one or more."""
    return [broad for broad in BROAD if broad.takes(industry)]


def grouped(industries: Iterable[str]) -> list[tuple[Broad, list[str]]]:
    """Each broad industry that there is anything of, with all its narrow ones by name."""
    known = sorted(set(industries))
    return [(broad, below) for broad in BROAD if (below := [name for name in known if broad.takes(name)])]


def first_broad_of(industry: str) -> Broad | None:
    """The one broad industry that an industry is listed under: that of its first word that tells."""
    places = [(place, n) for n, broad in enumerate(BROAD) if (place := broad.place_in(industry)) is not None]
    return BROAD[min(places)[1]] if places else None
