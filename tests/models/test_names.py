import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from stacks import derived
from stacks.models import Change, CompanyAlias, Homonym, Technology, TechnologyAlias
from tests.factories import make_company, make_technology

pytestmark = pytest.mark.django_db


def share(name, *technologies):
    for position, technology in enumerate(technologies, 1):
        Homonym.objects.create(technology=technology, name=name, position=position)


def sharers(name):
    return list(Homonym.objects.published().filter(name=name).values_list("technology__name", flat=True))


def test_a_homonym_leads_to_none_of_those_that_share_it():
    share("Sentinel", make_technology("Microsoft Sentinel"), make_technology("Redis Sentinel"))

    assert Technology.objects.by_names(["Sentinel", "sentinel"]) == {"Sentinel": None, "sentinel": None}
    assert sharers("Sentinel") == ["Microsoft Sentinel", "Redis Sentinel"]
    assert derived.check() == []


def test_a_key_is_never_an_alias_and_a_homonym():
    kafka, other = make_technology("Apache Kafka"), make_technology("Other")
    TechnologyAlias.objects.create(technology=kafka, name="Kafka")
    share("Broker", kafka)

    with pytest.raises(ValidationError, match="“Kafka” leads to Apache Kafka alone"):
        Homonym.objects.create(technology=other, name="kafka")
    with pytest.raises(ValidationError, match="“broker” is shared by Apache Kafka: it leads to none by itself"):
        TechnologyAlias.objects.create(technology=other, name="broker")
    CompanyAlias.objects.create(company=make_company(), name="Broker")  # companies have names of their own


def test_the_technology_that_bears_the_name_becomes_one_of_those_that_share_it():
    bearer, other = make_technology("Titan"), make_technology("Amazon Titan")

    share("titan", other)

    assert sharers("Titan") == ["Titan"]
    assert list(Homonym.objects.values_list("key", "technology__name")) == [
        ("titan", "Amazon Titan"),
        ("titan", "Titan"),
    ]
    assert not bearer.aliases.filter(key="titan").exists()
    assert derived.check() == []


def test_a_technology_that_is_named_like_a_homonym_has_no_alias_of_that_name():
    share("Sentinel", make_technology("Microsoft Sentinel"))

    named = make_technology("Sentinel")

    assert not named.aliases.exists()
    assert sharers("Sentinel") == ["Microsoft Sentinel", "Sentinel"]
    assert derived.check() == []
    renamed = make_technology("Guard")
    renamed.name = "sentinel"
    renamed.save()
    assert {alias.name for alias in renamed.aliases.all()} == {"Guard"}
    assert Homonym.objects.count() == 3


def test_a_name_that_nobody_shares_any_more_is_its_bearers_again():
    bearer, other = make_technology("Titan"), make_technology("Amazon Titan")
    share("Titan", other)

    Homonym.objects.get(technology=other).delete()
    assert sharers("Titan") == ["Titan"]
    Homonym.objects.get().delete()

    assert Technology.objects.by_names(["titan"]) == {"titan": bearer.slug}
    assert derived.check() == []


def test_a_technology_shares_a_name_once():
    technology = make_technology()
    share("Sentinel", technology)

    with pytest.raises(ValidationError, match="shares “SENTINEL” already"):
        Homonym.objects.create(technology=technology, name="SENTINEL")
    with pytest.raises(IntegrityError), transaction.atomic():
        Homonym._base_manager.bulk_create([Homonym(technology=technology, name="Sentinel")])


def test_homonyms_of_what_is_not_public_are_not_public():
    share("Sentinel", make_technology("Shown"), make_technology("Whisper", state="draft"))

    assert sharers("Sentinel") == ["Shown"]


def test_a_shared_name_is_a_change_of_each_public_technology_that_it_concerns():
    shown = make_technology("Microsoft Sentinel")
    share("Sentinel", shown, make_technology("Whisper", state="draft"))

    newest = Change.objects.latest("seq")
    assert (newest.object, newest.payload["fields"]) == (shown.slug, ["homonyms"])


def test_an_alias_that_is_only_near_says_near_what():
    alias = TechnologyAlias(technology=make_technology("GetX"), name="get", caution="only_near")

    with pytest.raises(ValidationError, match="Say what must stand near it"):
        alias.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        alias.save()
    alias.beside = "Flutter, Dart"
    alias.full_clean()
    alias.save()


@pytest.mark.parametrize("name", ["", " ", "-._"])
def test_a_homonym_has_a_letter_or_digit(name):
    with pytest.raises(ValidationError):
        Homonym.objects.create(technology=make_technology(), name=name)
