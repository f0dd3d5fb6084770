import pytest

from stacks.importers.findings import Given
from stacks.importers.formats import parse
from stacks.importers.load import load_vocabulary
from stacks.importers.plan import make_plan
from stacks.models import State, TechnologyAlias
from tests.factories import make_category, make_company, make_migration, make_relation, make_technology, make_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def technologies():
    databases, brokers = make_category("Relational databases"), make_category("Message brokers")
    made = {name: make_technology(name, databases) for name in ("MySQL", "PostgreSQL", "Amazon RDS")}
    made["Kafka"] = make_technology("Apache Kafka", brokers)
    TechnologyAlias.objects.create(technology=made["Kafka"], name="Kafka")
    make_relation(made["Amazon RDS"], "managed_form_of", made["PostgreSQL"])
    make_relation(made["Amazon RDS"], "managed_form_of", made["MySQL"])
    return made


def planned(text, company=None, **more):
    vocabulary = load_vocabulary()
    reading = parse(text, vocabulary, Given(path="stack.md"))
    return make_plan("stack.md", reading, company=company, **more)


def actions(text, company=None, **more):
    lines = planned(text, company, **more).reading.lines
    return {(line.technology, line.kind): line.action for line in lines}


def test_what_the_catalogue_lacks_is_added(technologies):
    assert actions("## Stack\n- Kafka\n", make_company()) == {("apache-kafka", "usage"): "add"}


def test_what_it_has_is_the_same_and_names_the_usage(technologies):
    usage = make_usage(technology=technologies["Kafka"])

    (line,) = planned("## Stack\n- Kafka\n", usage.company).reading.lines

    assert (line.action, line.usage) == ("same", usage.uid)


@pytest.mark.parametrize(
    ("heading", "action"),
    [("Legacy", "change"), ("Early prototypes", "end"), ("Stack", "same"), ("Experiments", "change")],
)
def test_another_stage_is_a_change_and_the_past_an_end(technologies, heading, action):
    usage = make_usage(technology=technologies["Kafka"])

    assert actions(f"# App\n## {heading}\n- Kafka\n", usage.company)["apache-kafka", "usage"] == action


def test_a_service_that_is_new_to_the_usage_is_a_change(technologies):
    usage = make_usage(technology=technologies["PostgreSQL"])

    assert actions("## Stack\n- PostgreSQL (Amazon RDS)\n", usage.company)["postgresql", "usage"] == "change"


def test_the_only_open_usage_is_meant_whatever_its_category(technologies):
    usage = make_usage(technology=technologies["Kafka"], category=make_category("Stream processing"))

    assert actions("## Stack\n- Kafka\n", usage.company)["apache-kafka", "usage"] == "same"


def test_what_is_proposed_already_waits(technologies):
    usage = make_usage(technology=technologies["Kafka"], state=State.PROPOSED)

    assert actions("## Stack\n- Kafka\n", usage.company)["apache-kafka", "usage"] == "waits"


def test_what_was_retracted_is_added_again(technologies):
    usage = make_usage(technology=technologies["Kafka"], state=State.RETRACTED)

    assert actions("## Stack\n- Kafka\n", usage.company)["apache-kafka", "usage"] == "add"


def test_what_ended_stays_ended(technologies):
    usage = make_usage(technology=technologies["Kafka"], ended="2019")

    assert actions("# App\n## Early prototypes\n- Kafka\n", usage.company)["apache-kafka", "usage"] == "same"
    assert actions("## Stack\n- Kafka\n", usage.company)["apache-kafka", "usage"] == "add"


def test_migrations_are_compared_as_well(technologies):
    move = make_migration(from_technology=technologies["MySQL"], to_technology=technologies["PostgreSQL"])
    text = "We migrated from MySQL to PostgreSQL.\n"

    assert actions(text, move.company)["postgresql", "migration"] == "same"
    assert actions(text, make_company())["postgresql", "migration"] == "add"


def test_a_second_line_of_one_thing_is_the_same(technologies):
    lines = planned("## Stack\n- Kafka\n- Kafka\n", make_company()).reading.lines

    assert [line.action for line in lines] == ["add", "same"]


def test_each_adopter_is_compared_with_its_own_stack(technologies):
    usage = make_usage(make_company("Acme"), technologies["Kafka"])
    text = "# Kafka adopters\n- [Acme](https://acme.example)\n- [Globex](https://globex.example)\n"

    plan = planned(text)

    assert plan.technology == "apache-kafka"
    assert [(line.company, line.action, line.usage) for line in plan.reading.lines] == [
        ("Acme", "same", usage.uid), ("Globex", "add", None),
    ]  # fmt: skip


def test_what_is_retracted_is_no_part_of_the_vocabulary(technologies):
    make_technology("Voldemort", state=State.RETRACTED)

    assert "voldemort" not in load_vocabulary().technologies


@pytest.mark.parametrize("companies", [1, 20])
def test_a_plan_costs_the_same_however_many_companies_it_speaks_of(technologies, companies, django_assert_num_queries):
    names = [make_company(usages=1).name for _ in range(companies)]
    text = "# Kafka adopters\n" + "".join(f"- [{name}](https://a.example)\n" for name in [*names, "Nobody"])
    vocabulary = load_vocabulary()
    reading = parse(text, vocabulary, Given(path="ADOPTERS.md"))

    # the companies by name, their usages, their migrations; what services run, which are practices; who objects
    with django_assert_num_queries(6):
        make_plan("x", reading)


def test_the_vocabulary_costs_the_same_however_large_it_is(technologies, django_assert_num_queries):
    for _ in range(10):
        make_usage()

    # technologies, categories, names, homonyms, relations, where they are used, companies
    with django_assert_num_queries(7):
        load_vocabulary()


def test_a_line_without_scope_means_the_one_open_usage_and_asks_where_there_are_several(technologies):
    usage = make_usage(technology=technologies["Kafka"], scope="Payments")
    text = "## Stack\n- Kafka\n"
    assert actions(text, usage.company)["apache-kafka", "usage"] == "same"

    make_usage(usage.company, technologies["Kafka"], scope="Search")

    (line,) = planned(text, usage.company).reading.lines
    assert line.problem == "Several usages are open, of different scopes: which is meant? (Payments, Search)"


def test_cautions_and_homonyms_of_the_catalogue_are_read(technologies):
    TechnologyAlias.objects.create(technology=technologies["MySQL"], name="Make", caution="entry_only")

    assert actions("## Stack\n- Make sure that it runs\n") == {("mysql", "skip"): "none"}
    assert actions("## Stack\n- Make\n") == {("mysql", "usage"): "add"}
