import pytest
from django.http import QueryDict

from stacks import filtersets, querysets, substrings
from stacks.models import Company, Coverage, Migration, Redirect, Source, State, Technology, TechnologyAlias, Usage
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db

MODELS = {
    filtersets.CompanyFilterSet: Company,
    filtersets.TechnologyFilterSet: Technology,
    filtersets.UsageFilterSet: Usage,
    filtersets.MigrationFilterSet: Migration,
    filtersets.SourceFilterSet: Source,
    filtersets.CoverageFilterSet: Coverage,
}


def ask(filterset_class, query):
    return filterset_class(QueryDict(query), queryset=MODELS[filterset_class].objects.published())


def found(filterset_class, query):
    filterset = ask(filterset_class, query)
    assert filterset.is_valid(), filterset.errors
    return set(filterset.qs)


def refusal(filterset_class, query):
    filterset = ask(filterset_class, query)
    assert not filterset.is_valid()
    return {name: [str(message) for message in messages] for name, messages in filterset.form.errors.items()}


usages = filtersets.UsageFilterSet
companies = filtersets.CompanyFilterSet
technologies = filtersets.TechnologyFilterSet
migrations = filtersets.MigrationFilterSet
sources = filtersets.SourceFilterSet


def test_slugs_given_several_times_mean_any_of_them():
    first, second, third = (make_usage() for _ in range(3))

    query = f"company={first.company.slug}&company={second.company.slug}"

    assert found(usages, query) == {first, second}
    assert found(usages, f"technology={third.technology.slug}") == {third}


def test_different_parameters_mean_all_of_them():
    company = make_company()
    used, _ = make_usage(company), make_usage(company)

    assert found(usages, f"company={company.slug}&technology={used.technology.slug}") == {used}


def test_an_area_takes_its_categories_along():
    area = make_area("Data")
    inside = [make_usage(technology=make_technology(category=make_category(parent=area))) for _ in range(2)]
    outside = make_usage()

    assert found(usages, "category=data") == set(inside)
    assert found(usages, f"category=data&category={outside.category.slug}") == {*inside, outside}
    assert found(usages, f"category={inside[0].category.slug}") == {inside[0]}
    assert found(technologies, "category=data") == {usage.technology for usage in inside}


def test_an_area_without_categories_has_nothing():
    make_area("Empty")
    make_usage()

    assert found(usages, "category=empty") == set()


def test_an_old_slug_stands_for_the_present_one():
    usage = make_usage(make_company("Fam"))
    Redirect.objects.create(kind="company", old_slug="fampay", new_slug="fam")

    assert found(usages, "company=fampay") == {usage}


def test_stage_hosting_and_kind():
    planned = make_usage(stage="planned", hosting="saas")
    language = make_usage(technology=make_technology(kind="language"), hosting="managed")

    assert found(usages, "stage=planned") == {planned}
    assert found(usages, "stage=planned&stage=in_use") == {planned, language}
    assert found(usages, "hosting=managed") == {language}
    assert found(usages, "kind=language") == {language}


def test_current_is_neither_planned_nor_ended_nor_retired():
    current = make_usage()
    others = {make_usage(stage="planned"), make_usage(stage="retired"), make_usage(ended="2020")}

    assert found(usages, "current=true") == {current}
    assert found(usages, "current=false") == others


def test_as_of_is_the_last_day_of_the_date():
    early = make_usage(started="2015", ended="2018-06")
    late = make_usage(started="2018-06-20")
    unknown = make_usage()  # known since its source of 2020-05-01

    assert found(usages, "as_of=2016") == {early}
    assert found(usages, "as_of=2018-06") == {late}
    assert found(usages, "as_of=2020-04") == {late}
    assert found(usages, "as_of=2020") == {late, unknown}


def test_updated_since_takes_a_day_or_a_moment():
    usage = make_usage()
    usage.refresh_from_db()

    assert found(usages, f"updated_since={usage.updated_at.date()}") == {usage}
    assert found(usages, f"updated_since={usage.updated_at:%Y-%m-%dT%H:%M:%S.%f}Z") == {usage}
    assert found(usages, f"updated_since={usage.updated_at:%Y-%m-%dT%H:%M:%S.%f}%2B00:00") == {usage}
    assert found(usages, "updated_since=2999-01-01") == set()


def test_words_of_a_usage_are_looked_for_in_its_texts_and_names():
    usage = make_usage(
        make_company("Énergie"), make_technology("Kafka"), purpose="Events between services", remarks="Why not?"
    )
    make_usage()

    for text in ("energie kafka", "EVENTS", "why+kafka", "events+energie"):
        assert found(usages, f"q={text}") == {usage}
    assert found(usages, "q=kafka+nothing") == set()


@pytest.mark.parametrize("few", [0, 500])
def test_words_are_found_wherever_they_stand_whether_few_or_many_hold_them(few, monkeypatch):
    monkeypatch.setattr(querysets, "_FEW", few)
    usage = make_usage(purpose='Says "50 % off" to O\'Brien', remarks="A\nnew_line \\ here")
    make_usage(purpose="Nothing of the kind")

    for text in ('"50', "% of", "o'brien", "w_line", "\\ here", "SAYS kind"):
        expected = set() if "kind" in text else {usage}
        assert set(Usage.objects.search(text)) == expected


def test_a_text_that_was_changed_or_deleted_is_found_no_longer():
    usage, gone = make_usage(purpose="Formerly"), make_usage(purpose="Formerly")
    source = make_source(title="Formerly")

    usage.purpose = "Nowadays"
    usage.save()
    gone.delete()
    source.title = "Nowadays"
    source.save()

    for model, row in ((Usage, usage), (Source, source)):
        assert list(substrings.holding(model, "formerly", 9)) == []
        assert list(substrings.holding(model, "adays", 9)) == [row]


def test_a_name_that_was_changed_or_deleted_is_found_no_longer():
    company, gone = make_company("Formerly"), make_company("Formerly too")
    technology = make_technology("Formerly")

    for row in (company, technology):
        row.name = "Nów “adays”"
        row.save()
        row.aliases.filter(key="formerly").delete()
    gone.delete()

    for model, row in ((Company, company), (Technology, technology)):
        assert list(model.objects.search("formerly")) == []
        assert list(model.objects.search('w "ada')) == [row]


def test_companies_by_what_they_use_at_present():
    go, rust = make_technology("Go"), make_technology("Rust")
    both, one, past = make_company(), make_company(), make_company()
    for company, technology in ((both, go), (both, rust), (one, go)):
        make_usage(company, technology)
    make_usage(past, rust, ended="2020")

    assert found(companies, "uses=go&uses=rust") == {both, one}
    assert found(companies, "uses=rust") == {both}
    assert found(companies, "uses_all=go,rust") == {both}
    assert found(companies, "uses_all=go") == {both, one}


def test_companies_by_industry_and_country():
    paying = make_company(industry="Payments", country="India")
    moving = make_company(industry="Transport", country="India")

    assert found(companies, "industry=Payments") == {paying}
    assert found(companies, "industry=Payments&industry=Transport&country=India") == {paying, moving}


def test_technologies_by_kind_openness_and_use():
    used = make_technology(kind="language", open_source="yes")
    unused = make_technology(kind="service", open_source="no")
    make_usage(technology=used)

    assert found(technologies, "kind=language&open_source=yes") == {used}
    assert found(technologies, "used=true") == {used}
    assert found(technologies, "used=false") == {unused}
    assert found(technologies, "q=technology") == {used, unused}


def test_migrations_by_either_end():
    old, new = make_technology("Old"), make_technology("New")
    move = make_migration(None, old, new, stage="under_way", reason="Too slow")
    make_migration()

    for query in (
        "technology=old",
        "technology=new",
        "from_technology=old",
        "to_technology=new",
        "stage=under_way",
        "q=too",
    ):
        assert found(migrations, query) == {move}
    assert found(migrations, "from_technology=new") == set()


def test_sources_by_the_company_they_speak_of():
    company = make_company("Fam")
    cited = {make_source() for _ in range(4)}
    ours = iter(cited)
    make_usage(company, source=next(ours))
    make_migration(company, source=next(ours))
    make_evidence(company=company, source=next(ours))
    make_coverage(company, outcome="not_used", source=next(ours))
    make_usage()

    assert found(sources, "about=fam") == cited
    assert found(sources, "kind=talk") == set()


def test_sources_by_the_company_whose_words_they_are():
    fam, hidden = make_company("Fam"), make_company("Hidden", state=State.DRAFT)
    own, of_hidden, of_nobody = make_source(company=fam), make_source(company=hidden), make_source()
    for source in (own, of_hidden, of_nobody):
        make_usage(source=source)

    assert found(sources, "company=fam") == {own}
    assert found(sources, "first_party=true") == {own}
    assert found(sources, "first_party=false") == {of_hidden, of_nobody}


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_a_hidden_slug_is_refused_like_one_that_never_was(state):
    make_company("Hidden", state=state)
    make_technology("Secret", state=state)

    assert refusal(usages, "company=hidden") == {"company": ["There is no company “hidden”."]}
    assert refusal(companies, "uses=secret") == {"uses": ["There is no technology “secret”."]}
    assert refusal(companies, "uses_all=secret") == {"uses_all": ["There is no technology “secret”."]}


def test_a_hidden_company_adds_no_industry_to_choose_from():
    make_company(industry="Secrets", state=State.DRAFT)
    make_company(industry="Payments")

    assert refusal(companies, "industry=Secrets") == {
        "industry": ["No company has the industry “Secrets”. There are: Finance, Payments."]
    }


def test_an_alias_is_told_its_slug():
    TechnologyAlias.objects.create(technology=make_technology("Kubernetes"), name="k8s")

    assert refusal(usages, "technology=k8s") == {
        "technology": ["There is no technology “k8s”. Its slug is “kubernetes”."]
    }


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        (
            "colour=red",
            "__all__",
            "There is no parameter “colour” here. There are: company, technology, category, stage",
        ),
        ("100%25=%25s", "__all__", "There is no parameter “100%” here."),
        ("company=", "company", "It has no value"),
        ("stage=%20&stage=in_use", "stage", "It has no value"),
        ("company=nobody", "company", "There is no company “nobody”."),
        ("company=%00", "company", "There is no company"),
        ("company=a/b", "company", "There is no company “a/b”."),
        ("category=nothing", "category", "There is no category “nothing”."),
        ("stage=used", "stage", "“used” is none of: planned, trial, in_use, retiring, retired."),
        ("kind=In use", "kind", "“In use” is none of: language,"),
        ("current=1", "current", "“1” is neither true nor false."),
        ("current=true&current=true", "current", "Give it once."),
        ("as_of=2019-13", "as_of", "“2019-13” is not a date of the calendar."),
        ("as_of=yesterday", "as_of", "“yesterday” is not a date"),
        ("as_of=0000", "as_of", "“0000” is not a date of the calendar."),
        ("updated_since=2019", "updated_since", "“2019” is no moment"),
        ("updated_since=2019-02-30T00:00:00Z", "updated_since", "is no moment"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "updated_since", "is no moment"),
        ("q=" + "a" * 201, "q", "at most 200 characters"),
        ("q=%00", "q", "Null characters"),
        ("&".join(f"stage={n}" for n in range(51)), "stage", "At most 50 values"),
        ("&".join(["stage=trial"] * 51), "stage", "At most 50 values"),
    ],
)
def test_what_cannot_be_is_refused_by_name(query, parameter, said):
    refused = refusal(usages, query)

    assert list(refused) == [parameter]
    assert said in refused[parameter][0]


def test_slugs_are_read_before_the_rows_however_many(django_assert_num_queries):
    made = [make_usage() for _ in range(5)]
    query = "&".join(f"technology={usage.technology.slug}" for usage in made)

    # the technologies, the usages
    with django_assert_num_queries(2):
        assert found(usages, query) == set(made)


@pytest.mark.parametrize("filterset_class", MODELS)
def test_every_filter_says_what_it_does(filterset_class):
    for name, field in ask(filterset_class, "").form.fields.items():
        assert field.help_text, name


def test_companies_and_technologies_by_when_it_was_last_said():
    acme, bolt = make_company("Acme"), make_company("Bolt")
    kafka, redis = make_technology("Kafka", make_category()), make_technology("Redis")
    make_usage(acme, kafka, source=make_source(published_on="2011"))
    make_usage(acme, redis, source=make_source(published_on="2022"))
    make_usage(bolt, kafka, source=make_source(published_on="2021-03"))
    make_usage(bolt, redis, source=make_source(published_on="2024"), state=State.DRAFT)
    make_usage(bolt, source=make_source(published_on="2024"), ended="2023")

    assert found(companies, "said_since=2021") == {acme, bolt}
    assert found(companies, "said_since=2022") == {acme}
    assert found(companies, "uses=kafka&said_since=2021") == {bolt}
    assert found(companies, "uses_all=kafka,redis") == {acme}
    assert found(companies, "uses_all=kafka,redis&said_since=2021") == set()
    assert found(companies, f"category={kafka.category.slug}&said_since=2021-03-05") == {bolt}
    assert found(technologies, "said_since=2021") == {kafka, redis}
    assert found(technologies, "said_since=2022") == {redis}


def test_a_broad_industry_takes_those_under_it_along_and_is_refused_where_there_are_none():
    pays, rides, travels, _ = (
        make_company(industry=industry) for industry in ("Payments", "Ride hailing and payments", "Travel", "")
    )

    assert found(companies, "industry=Finance") == {pays, rides}
    assert found(companies, "industry=Finance&industry=Travel") == {pays, rides, travels}
    assert "industry" in refusal(companies, "industry=Health")
