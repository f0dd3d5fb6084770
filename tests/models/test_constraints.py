"""What the database and the models refuse, with messages that a curator understands."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyIdentifier,
    Coverage,
    Evidence,
    Migration,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
    url_key,
)
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db


def refused_by_the_database(row) -> bool:
    """Whether the database refuses it, with no code of ours in between."""
    try:
        with transaction.atomic():
            type(row)._base_manager.bulk_create([row])
    except IntegrityError:
        return True
    return False


def test_there_are_two_levels_of_categories_and_no_circle():
    area = make_area("Data")
    category = make_category("Brokers", area)

    with pytest.raises(ValidationError, match="two levels"):
        make_category("Third", category)
    area.parent = category
    with pytest.raises(ValidationError, match="is a category itself"):
        area.save()
    category.parent = category
    with pytest.raises(ValidationError, match="its own area"):
        category.save()


def test_an_area_with_categories_stays_an_area_and_a_category_with_usages_a_category():
    area, other = make_area(), make_area()
    make_category(parent=area)
    area.parent = other
    with pytest.raises(ValidationError, match="must stay an area"):
        area.save()

    category = make_usage().category
    category.parent = None
    with pytest.raises(ValidationError, match="needs an area"):
        category.save()


def test_usages_technologies_migrations_and_blanks_hang_on_the_second_level():
    area, usage = make_area(), make_usage()
    for row in (
        Technology(name="T", slug="t", kind="tool", category=area),
        Usage(company=usage.company, technology=usage.technology, category=area),
        Migration(company=usage.company, to_technology=usage.technology, category=area),
        Coverage(company=usage.company, category=area, looked_on="2026", outcome="nothing_found"),
    ):
        with pytest.raises(ValidationError, match="is an area"):
            row.save()


def test_a_company_has_one_open_usage_of_a_technology_in_a_category():
    usage = make_usage()
    again = {"company": usage.company, "technology": usage.technology, "category": usage.category}

    assert refused_by_the_database(Usage(**again))
    with pytest.raises(ValidationError, match="add the purpose there"):
        Usage(**again).full_clean()
    for closed in ({"ended": "2019"}, {"stage": "retired"}, {"state": State.RETRACTED}, {"category": make_category()}):
        make_usage(**{**again, **closed})


@pytest.mark.parametrize("model", [Usage, Migration])
@pytest.mark.parametrize(
    ("started", "ended", "fits"),
    [
        ("2019", "2018", False),
        ("2019-06", "2019-05", False),
        ("2019-06-03", "2019-06-02", False),
        ("2019-06", "2018", False),
        ("2019", "2018-12", False),
        ("2019-06", "2019", True),
        ("2019", "2019-01", True),
        ("2019-06", "2019-06-03", True),
        ("", "2019", True),
        ("2019", "", True),
    ],
)
def test_an_end_never_precedes_a_start_at_the_shorter_precision(model, started, ended, fits):
    technology, company = make_technology(), make_company()
    fields = {"company": company, "category": technology.category, "started": started, "ended": ended}
    fields |= {"technology": technology} if model is Usage else {"to_technology": technology}

    assert refused_by_the_database(model(**fields)) is not fits
    if not fits:
        with pytest.raises(ValidationError, match="precedes the start"):
            model(**fields).full_clean()


def test_evidence_hangs_on_exactly_one_thing():
    usage, migration, source = make_usage(), make_migration(), make_source()

    assert refused_by_the_database(Evidence(source=source))
    assert refused_by_the_database(Evidence(source=source, usage=usage, migration=migration))
    assert not refused_by_the_database(Evidence(source=source, company=usage.company))


def test_a_quote_has_at_most_25_words():
    usage = make_usage()
    make_evidence(usage=usage, quote="word " * 25)

    with pytest.raises(ValidationError, match="at most 25 words"):
        make_evidence(usage=usage, quote="word " * 26)


def test_names_and_aliases_share_one_key():
    kafka = make_technology("Apache Kafka")
    TechnologyAlias.objects.create(technology=kafka, name="Kafka")

    for name in ("kafka", "KAFKA", "Ka_f-k.a", "apache kafka"):
        with pytest.raises(ValidationError, match="already leads to Apache Kafka"):
            make_technology(name, slug="other")
    with pytest.raises(ValidationError, match="already leads to Apache Kafka"):
        TechnologyAlias.objects.create(technology=make_technology("MSK"), name="kafka")
    with pytest.raises(ValidationError, match="letter or digit"):
        TechnologyAlias.objects.create(technology=kafka, name="--")
    with pytest.raises(ValidationError, match="letter or digit"):
        make_company("...", slug="dots")
    assert refused_by_the_database(TechnologyAlias(technology=kafka, name="k a f k a"))


def test_c_cplusplus_and_csharp_are_three_names():
    for number, name in enumerate(("C", "C++", "C#")):
        make_technology(name, slug=f"c{number}")

    assert TechnologyAlias.objects.count() == 3


def test_a_former_name_stays_an_alias():
    company = make_company("FamPay")
    company.name = "Fam"
    company.save()

    assert set(CompanyAlias.objects.values_list("name", flat=True)) == {"FamPay", "Fam"}


def test_relations_run_in_no_circle_within_a_kind():
    a, b, c = (make_technology() for _ in range(3))
    make_relation(a, "fork_of", b)
    make_relation(b, "fork_of", c)

    with pytest.raises(ValidationError, match="circle"):
        make_relation(c, "fork_of", a)
    make_relation(c, "part_of", a)
    with pytest.raises(ValidationError):
        TechnologyRelation(subject=a, kind="fork_of", object=a).full_clean()
    assert refused_by_the_database(TechnologyRelation(subject=a, kind="part_of", object=a))
    assert refused_by_the_database(TechnologyRelation(subject=a, kind="fork_of", object=b))


def test_what_is_run_through_itself_or_moves_to_itself_is_refused():
    technology, company = make_technology(), make_company()
    base = {"company": company, "category": technology.category}

    assert refused_by_the_database(Usage(**base, technology=technology, via=technology))
    assert refused_by_the_database(Migration(**base, from_technology=technology, to_technology=technology))


def test_a_stated_non_use_needs_its_source_and_every_look_a_date():
    company, category = make_company(), make_category()
    base = {"company": company, "category": category}

    assert refused_by_the_database(Coverage(**base, outcome="not_used", looked_on="2026"))
    assert refused_by_the_database(Coverage(**base, outcome="nothing_found", looked_on=""))
    make_coverage(company, category)
    assert refused_by_the_database(Coverage(**base, outcome="nothing_found", looked_on="2026"))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTPS://Blog.Example.COM", "blog.example.com"),
        ("http://a.example:80/b/", "a.example/b"),
        ("https://a.example:443/b#c", "a.example/b"),
        ("http://a.example:8080/b?utm_source=x&id=1&fbclid=2", "a.example:8080/b?id=1"),
        ("https://a.example/B/?q=", "a.example/B?q="),
        ("https://a.example/?p=%20&q=a+b", "a.example?p=%20&q=a+b"),
        ("https://a.example/#/stack/", "a.example#/stack"),
        ("https://[2001:db8::1]:8080/b", "[2001:db8::1]:8080/b"),
    ],
)
def test_an_address_stays_as_it_is_given_beside_its_key(url, key):
    source = make_source(url=url)
    source.refresh_from_db()

    assert source.url == url
    assert source.url_key == url_key(url) == key


@pytest.mark.parametrize(
    "url",
    [
        "https://A.example/b#part",
        "http://a.example/b",
        "https://a.example/b/",
        "http://a.example:80/b/?utm_campaign=x#:~:text=c",
    ],
)
def test_the_same_page_is_one_source(url):
    make_source(url="https://a.example/b")

    with pytest.raises(ValidationError, match="source already"):
        Source(url=url, title="T", kind="docs").full_clean()
    assert refused_by_the_database(Source(url=url, title="T", kind="docs"))


@pytest.mark.parametrize("url", ["https://a.example/B", "https://a.example/b?id=1", "https://a.example/#/b"])
def test_another_page_is_another_source(url):
    make_source(url="https://a.example/b")

    Source(url=url, title="T", kind="docs").full_clean()


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "javascript:alert(1)", "a.example", "https://", "https://[", "http://a.example:x/"]
)
def test_a_source_is_on_the_web(url):
    with pytest.raises(ValidationError):
        Source(url=url, title="T", kind="docs").full_clean()


def test_what_is_referred_to_is_not_deleted():
    usage = make_usage()
    make_migration(usage.company, from_technology=usage.technology)
    for row in (usage.technology, usage.category, usage.category.parent, usage.evidence.get().source):
        with pytest.raises(ProtectedError):
            row.delete()


def test_deleting_a_company_deletes_what_hangs_on_it_and_nothing_else():
    usage = make_usage()
    make_migration(usage.company)
    make_coverage(usage.company)

    usage.company.delete()

    assert not Company.objects.exists()
    assert not Usage.objects.exists()
    assert Technology.objects.exists()
    assert Source.objects.exists()
    assert Category.objects.exists()


def test_each_save_counts_a_version():
    company = make_company()
    company.save()
    company.save(update_fields=["summary"])

    company.refresh_from_db()
    assert company.version == 3


@pytest.mark.parametrize(
    ("fields", "is_right"),
    [
        ({}, True),
        ({"lifecycle_source": "https://a.example/"}, True),
        ({"lifecycle": "ended", "lifecycle_source": "https://a.example/"}, True),
        ({"lifecycle": "ended", "lifecycle_on": "2022-03", "lifecycle_source": "https://a.example/"}, True),
        ({"lifecycle": "ended"}, False),
        ({"lifecycle": "active", "lifecycle_on": "2022"}, False),
        ({"lifecycle_on": "2022", "lifecycle_source": "https://a.example/"}, False),
    ],
)
def test_a_lifecycle_says_where_it_was_read(fields, is_right):
    row = Technology(name="T", slug="t", kind="tool", category=make_category(), **fields)

    if is_right:
        row.full_clean()
    else:
        with pytest.raises(ValidationError, match="where the lifecycle was read"):
            row.full_clean()
    assert refused_by_the_database(row) is not is_right


@pytest.mark.parametrize(
    ("licence", "complaint"),
    [
        ("", None),
        ("Apache-2.0", None),
        ("Apache-2.0 OR MIT", None),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", None),
        ("Apache 2.0", "no SPDX expression"),
        ("Commercial", "no SPDX expression"),
        ("MIT OR", "no SPDX expression"),
        ("()", "no SPDX expression"),
        ("(OR 0", "no SPDX expression"),
        ("apache-2.0", "SPDX writes it Apache-2.0"),
    ],
)
def test_a_licence_is_an_spdx_expression(licence, complaint):
    row = Technology(name="T", slug="t", kind="tool", category=make_category(), licence=licence)

    if complaint:
        with pytest.raises(ValidationError, match=complaint):
            row.full_clean()
    else:
        row.full_clean()


@pytest.mark.parametrize(
    ("model", "owner", "make", "scheme", "right", "wrong"),
    [
        (TechnologyIdentifier, "technology", make_technology, "wikidata", "Q42", "42"),
        (TechnologyIdentifier, "technology", make_technology, "purl", "pkg:pypi/django", "django"),
        (TechnologyIdentifier, "technology", make_technology, "endoflife", "django", "Django Framework"),
        (CompanyIdentifier, "company", make_company, "domain", "fam.example", "https://fam.example/"),
        (CompanyIdentifier, "company", make_company, "lei", "5493001KJTIIGC8Y1R12", "5493"),
    ],
)
def test_an_identifier_looks_like_its_scheme_and_leads_to_one(model, owner, make, scheme, right, wrong):
    model.objects.create(scheme=scheme, value=right, **{owner: make()})

    with pytest.raises(ValidationError, match="does not look like"):
        model.objects.create(scheme=scheme, value=wrong, **{owner: make()})
    assert refused_by_the_database(model(scheme=scheme, value=right, **{owner: make()}))


def test_a_company_belongs_to_none_that_belongs_to_it():
    top = make_company("Top")
    middle = make_company("Middle", parent=top)
    low = make_company("Low", parent=middle)

    top.parent = low
    with pytest.raises(ValidationError, match="belongs to"):
        top.save()


def test_the_same_evidence_twice_is_refused_and_another_sentence_is_not():
    usage = make_usage()
    there = usage.evidence.get()

    assert refused_by_the_database(Evidence(usage=usage, source=there.source))
    assert refused_by_the_database(Evidence(usage=usage, source=there.source, stance="contradicts"))
    assert not refused_by_the_database(Evidence(usage=usage, source=there.source, quote="Another."))
    assert not refused_by_the_database(Evidence(usage=usage, source=there.source, edition_on="2020"))
    assert not refused_by_the_database(Evidence(usage=make_usage(), source=there.source))


def test_one_open_usage_for_each_scope_however_it_is_written():
    there = make_usage(scope="Search Team")
    base = {"company": there.company, "technology": there.technology, "category": there.category}

    assert refused_by_the_database(Usage(**base, scope=" search  TEAM "))
    assert not refused_by_the_database(Usage(**base))
    assert refused_by_the_database(Usage(**base))
    assert not refused_by_the_database(Usage(**base, scope="Payments"))
    assert not refused_by_the_database(Usage(**base, scope="Payments", ended="2020"))


def test_a_service_of_one_single_engine_is_refused_as_a_technology_and_stands_in_via():
    kafka, msk = make_technology("Apache Kafka"), make_technology("Amazon MSK")
    make_relation(msk, "managed_form_of", kafka)
    company = make_company()

    new = Usage(company=company, technology=msk, category=msk.category)
    changed = make_usage(company, kafka)
    changed.technology = msk
    for usage in (new, changed):
        with pytest.raises(
            ValidationError, match="Amazon MSK always runs Apache Kafka: choose Apache Kafka"
        ) as refused:
            usage.full_clean()
        assert list(refused.value.message_dict) == ["technology"]

    Usage(company=make_company(), technology=kafka, category=kafka.category, via=msk).full_clean()


def test_a_service_of_several_engines_may_stand_where_no_engine_is_named():
    rds = make_technology("Amazon RDS")
    for name in ("PostgreSQL", "MySQL"):
        make_relation(rds, "managed_form_of", make_technology(name))

    Usage(company=make_company(), technology=rds, category=rds.category).full_clean()


def test_what_was_filed_before_a_relation_came_can_still_be_saved():
    usage = make_usage(technology=make_technology("Amazon MSK"))
    make_relation(usage.technology, "managed_form_of", make_technology("Apache Kafka"))

    usage.purpose = "Events"
    usage.full_clean()
    usage.save()

    assert Usage.objects.get(pk=usage.pk).purpose == "Events"


def test_a_practice_is_refused_among_products():
    brokers, practices = make_category("Message brokers"), make_category("Practices")
    make_technology("Apache Kafka", brokers)
    outbox = make_technology("Transactional outbox", practices, kind="practice")

    with pytest.raises(ValidationError, match="a practice, and Message brokers holds products") as refused:
        Usage(company=make_company(), technology=outbox, category=brokers).full_clean()
    assert list(refused.value.message_dict) == ["category"]
    Usage(company=make_company(), technology=outbox, category=practices).full_clean()


def test_the_list_of_licences_is_read_once():
    from stacks.models.catalogue import _spdx_licensing, validate_licence

    validate_licence("MIT")
    read = _spdx_licensing.cache_info().misses
    validate_licence("Apache-2.0 OR MIT")

    assert _spdx_licensing.cache_info().misses == read <= 1
