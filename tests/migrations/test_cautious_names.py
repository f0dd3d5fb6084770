"""0012: the committed list fills in caution and homonyms, and leaves what curators have decided."""

from importlib import import_module

import pytest

from stacks import derived
from stacks.models import Change, Homonym, Technology, TechnologyAlias
from tests.factories import make_technology

pytestmark = pytest.mark.django_db

CAUTIOUS = import_module("stacks.migrations.0012_cautious_names")


@pytest.fixture
def fill_in(models_then):
    then = models_then("0012_cautious_names")
    return lambda: CAUTIOUS.fill_in(then, None)


def alias(technology, name, **more):
    return TechnologyAlias.objects.create(technology=technology, name=name, **more)


def test_ordinary_words_get_their_caution_and_what_a_curator_decided_stays(fill_in):
    go, getx = make_technology("Go"), make_technology("GetX", slug="getx")
    alias(getx, "Get")
    black = make_technology("Black")
    black.aliases.update(caution="link_only")
    make_technology("Elsewhere", slug="less-other")
    alias(Technology.objects.get(slug="less-other"), "Less")  # the same word of another technology than on the list

    fill_in()

    found = dict(TechnologyAlias.objects.values_list("name", "caution"))
    assert found == {
        "Go": "as_written",
        "GetX": "free",
        "Get": "only_near",
        "Black": "link_only",
        "Elsewhere": "free",
        "Less": "free",
    }
    assert TechnologyAlias.objects.get(name="Get").beside == "Flutter, Dart, GetX"
    assert go.aliases.get().key == "go"


def test_short_forms_that_several_share_become_homonyms_and_the_feed_says_so(fill_in):
    zuul, titan = make_technology("Netflix Zuul", slug="zuul"), make_technology("Titan")
    alias(zuul, "Zulu")
    amazon = make_technology("Amazon Titan")
    aurora = make_technology("Sky")
    alias(aurora, "Aurora")  # leads elsewhere here: it stays

    fill_in()

    shared = list(Homonym.objects.values_list("name", "technology__slug", "position"))
    assert shared == [("Titan", titan.slug, 1), ("Titan", amazon.slug, 2), ("Zulu", zuul.slug, 1)]
    assert Technology.objects.by_names(["Zulu", "Titan", "Aurora"]) == {
        "Zulu": None,
        "Titan": None,
        "Aurora": aurora.slug,
    }
    told = Change.objects.filter(payload__fields=["aliases", "homonyms"]).values_list("object", flat=True)
    assert sorted(told) == [amazon.slug, titan.slug, zuul.slug]
    assert Homonym.history.count() == 3
    assert derived.check() == []


def test_filling_in_twice_changes_nothing(fill_in):
    make_technology("Titan")
    fill_in()
    before = Change.objects.count(), list(Homonym.objects.values())

    fill_in()

    assert (Change.objects.count(), list(Homonym.objects.values())) == before
