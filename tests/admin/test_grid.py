import pytest

from stacks.curating import curating
from stacks.models import Company, Evidence, ImportLine, State, Technology, Usage
from tests.admin.doors import admin_url
from tests.factories import make_category, make_company, make_source, make_technology, make_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def zerodha():
    company = make_company("Zerodha")
    redis = make_technology("Redis", make_category("Caches"))
    make_usage(company, redis, purpose="Sessions")
    make_technology("PostgreSQL", make_category("Databases"))
    return company


def grid(company):
    return admin_url(company, "stack")


def typed(page, **cells):
    """What a browser posts: every cell as it stands, with those that are given, such as `redis__purpose`."""
    sheet = page.context["sheet"]
    posted = {}
    for form in sheet.forms:
        for name in form.fields:
            value = form[name].value()
            if value is not None and value is not False:
                posted[form.add_prefix(name)] = str(value)
        if form.instance.pk:
            posted[form.add_prefix("id")] = form.instance.pk
    return posted | cells


def new(page, number=0):
    """The prefix of a blank row."""
    return page.context["sheet"].new[number].prefix


def test_from_the_company_all_is_added_and_changed_at_once(log_in, zerodha):
    reviewer, source = log_in("reviewer"), make_source()
    assert grid(zerodha) in reviewer.get(admin_url(zerodha, "change")).content.decode()
    page = reviewer.get(grid(zerodha))
    row, other = new(page), new(page, 1)

    data = typed(page) | {
        "row-0-purpose": "Sessions and queues",
        f"{row}-technology": "postgresql",
        f"{row}-started": "June 2021",
        f"{row}-quote": "We run PostgreSQL",
        f"{other}-technology": "Redis",
        f"{other}-category": "Databases",
        f"{other}-via": "PostgreSQL",
        "source": source.pk,
        "edition_on": "2024-05",
    }
    answer = reviewer.post(grid(zerodha), data | {"_save": "1"})

    assert answer["Location"] == grid(zerodha)
    first, second, third = Usage.objects.order_by("pk")
    assert first.purpose == "Sessions and queues"
    assert (second.technology.name, second.category.name, second.started) == ("PostgreSQL", "Databases", "2021-06")
    assert (third.technology.name, third.category.name, third.via.name) == ("Redis", "Databases", "PostgreSQL")
    assert {second.state, third.state} == {State.DRAFT}
    evidence = second.evidence.get()
    assert (evidence.source, evidence.edition_on, evidence.quote) == (source, "2024-05", "We run PostgreSQL")
    assert third.evidence.get().quote == ""
    text = reviewer.get(grid(zerodha)).content.decode()
    assert "Usages: 2 added as drafts, 1 changed." in text
    assert reviewer.post(grid(zerodha), typed(reviewer.get(grid(zerodha)))).status_code == 302
    assert Usage.objects.get(pk=first.pk).version == first.version


def test_what_visitors_see_is_proposed_by_who_may_not_publish(log_in, zerodha):
    curator = log_in("curator")
    page = curator.get(grid(zerodha))

    curator.post(grid(zerodha), typed(page) | {"row-0-purpose": "Queues", f"{new(page)}-technology": "PostgreSQL"})

    line = ImportLine.objects.waiting().get()
    assert (line.field, line.new, line.company) == ("purpose", "Queues", zerodha)
    assert Usage.objects.order_by("pk")[0].purpose == "Sessions"
    assert Usage.objects.order_by("pk")[1].state == State.DRAFT


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"technology": "Nothing known"}, "No technology is called"),
        ({"technology": "PostgreSQL", "category": "Nowhere"}, "No category is called"),
        ({"technology": "PostgreSQL", "category": "Twice"}, "Several are called so"),
        ({"purpose": "Without a technology"}, "This field is required"),
        ({"technology": "Redis"}, "open usage of this technology"),
        ({"technology": "PostgreSQL", "started": "2021", "ended": "2020"}, "precedes"),
        ({"technology": "PostgreSQL", "ended": "soon"}, "errorlist"),
        ({"technology": "PostgreSQL", "stage": "gone"}, "not one of the available choices"),
        ({"technology": "PostgreSQL", "quote": "We do"}, "Choose below the grid which source says so"),
        ({"technology": "PostgreSQL", "quote": "word " * 26}, "at most 25 words"),
        ({"technology": "x" * 101}, "at most 100 characters"),
        ({"technology": "\x00"}, "Null characters"),
    ],
)
def test_what_is_wrong_stands_at_its_cell_and_nothing_is_lost_or_saved(log_in, zerodha, cells, told):
    make_category("Twice")
    make_category("Twice", slug="twice-2")
    reviewer = log_in("reviewer")
    page = reviewer.get(grid(zerodha))
    fine, wrong = new(page), new(page, 1)
    typed_in = {f"{fine}-technology": "PostgreSQL", f"{fine}-scope": "Kite", "row-0-purpose": "Changed"}

    answer = reviewer.post(
        grid(zerodha), typed(page) | typed_in | {f"{wrong}-{name}": value for name, value in cells.items()}
    )

    text = answer.content.decode()
    assert answer.status_code == 200
    assert told in text
    assert 'value="Kite"' in text
    assert 'value="Changed"' in text
    assert Usage.objects.count() == 1
    assert Usage.objects.get().purpose == "Sessions"


def test_the_same_twice_is_told_at_the_second(log_in, zerodha):
    reviewer = log_in("reviewer")
    page = reviewer.get(grid(zerodha))

    answer = reviewer.post(
        grid(zerodha), typed(page) | {f"{new(page, number)}-technology": "PostgreSQL" for number in (0, 1)}
    )

    assert answer.content.decode().count("This technology is here twice") == 1
    assert Usage.objects.count() == 1


@pytest.mark.parametrize("is_typed", [True, False])
def test_what_somebody_saved_meanwhile_is_not_overwritten(log_in, zerodha, is_typed):
    reviewer = log_in("reviewer")
    page = reviewer.get(grid(zerodha))
    usage = Usage.objects.get()
    usage.purpose, usage.scope = "Somebody's", "Kite"
    usage.save()

    answer = reviewer.post(grid(zerodha), typed(page) | ({"row-0-purpose": "Mine"} if is_typed else {}))

    assert Usage.objects.get().purpose == "Somebody's"
    if not is_typed:
        assert answer.status_code == 302
        return
    text = answer.content.decode()
    assert "after you opened it" in text
    assert 'value="Mine"' in text
    assert 'value="Kite"' in text  # left alone, so it shows the newer value
    again = reviewer.post(grid(zerodha), typed(answer))
    assert again.status_code == 302
    assert (Usage.objects.get().purpose, Usage.objects.get().scope) == ("Mine", "Kite")


@pytest.mark.parametrize(("choice", "technology"), [("now", "PostgreSQL"), ("yours", "Kafka")])
def test_of_what_two_people_changed_in_one_row_both_sides_are_shown_and_one_is_chosen(
    log_in, zerodha, choice, technology
):
    reviewer = log_in("reviewer")
    make_technology("Kafka")
    page = reviewer.get(grid(zerodha))
    usage = Usage.objects.get()
    usage.technology, usage.scope = Technology.objects.get(name="PostgreSQL"), "Kite"
    usage.save()

    answer = reviewer.post(grid(zerodha), typed(page) | {"row-0-technology": "Kafka"})

    [sides] = answer.context["sides"]
    shown = [(row.label, row.opened, row.now, row.yours, row.took_now) for row in sides.rows]
    assert shown == [
        ("Technology", "Redis", "PostgreSQL", "Kafka", False),
        ("Scope", "", "Kite", "", True),
    ]
    assert 'name="row-0-choose-technology"' in answer.content.decode()
    chosen = {"row-0-choose-technology": choice, "row-0-choose-scope": "opened", sides.hidden[0]: sides.hidden[1]}
    assert reviewer.post(grid(zerodha), typed(answer) | chosen).status_code == 302
    usage.refresh_from_db()
    assert (usage.technology.name, usage.scope) == (technology, "")


def test_a_row_deleted_meanwhile_becomes_a_new_one(log_in, zerodha):
    reviewer = log_in("reviewer")
    page = reviewer.get(grid(zerodha))
    Usage.objects.get().delete()

    told = reviewer.post(grid(zerodha), typed(page) | {"row-0-purpose": "Mine"})
    assert "Somebody deleted this row" in told.content.decode()
    reviewer.post(grid(zerodha), typed(told))

    assert Usage.objects.get().purpose == "Mine"


def test_rows_are_copied_from_a_sibling_without_its_dates_and_its_word(log_in, zerodha):
    groww, kafka = make_company("Groww"), make_technology("Kafka", make_category("Brokers"))
    make_usage(groww, kafka, purpose="Events", started="2019", remarks="Why they took it")
    make_usage(groww, zerodha.usages.get().technology)
    make_usage(groww, make_technology("Perl"), stage="retired")
    reviewer = log_in("reviewer")
    page = reviewer.get(grid(zerodha))

    page = reviewer.post(grid(zerodha), typed(page) | {"sibling": "groww", "_copy": "1", "row-0-purpose": "Changed"})
    assert "1 rows of Groww stand below" in page.content.decode()
    assert 'value="Changed"' in page.content.decode()
    assert Usage.objects.filter(company=zerodha).count() == 1
    reviewer.post(grid(zerodha), typed(page))

    copy = Usage.objects.get(company=zerodha, technology=kafka)
    assert (copy.purpose, copy.started, copy.remarks, copy.state) == ("Events", "", "", State.DRAFT)
    assert not copy.evidence.exists()
    for name in ("", "Nobody", "Zerodha", "Gro\x00wn"):
        assert reviewer.post(grid(zerodha), typed(page) | {"sibling": name, "_copy": "1"}).status_code == 200


def test_more_rows_and_rows_that_are_left_out(log_in, zerodha):
    reviewer = log_in("reviewer")
    page = reviewer.get(grid(zerodha))
    before = len(page.context["sheet"].new)
    left = {f"{new(page)}-technology": "PostgreSQL", f"{new(page)}-leave": "on"}

    page = reviewer.post(grid(zerodha), typed(page) | left | {"_more": "1"})
    assert len(page.context["sheet"].new) == before + 5
    assert "errorlist" not in page.content.decode()
    reviewer.post(grid(zerodha), typed(page))
    assert Usage.objects.count() == 1


def test_only_who_may_change_usages(log_in, zerodha):
    for role, status in (("nobody", 403), ("onlooker", 403), ("curator", 200), ("reviewer", 200)):
        assert log_in(role).get(grid(zerodha)).status_code == status
    assert log_in("onlooker").post(grid(zerodha), {"row-9-technology": "Redis"}).status_code == 403
    reviewer = log_in("reviewer")
    for key in ("abc", "0", "9" * 30):
        assert reviewer.get(admin_url(Company, "stack", key)).status_code == 404
    assert reviewer.get(grid(zerodha), {"p": "x"}).status_code == 200
    other = make_usage()
    junk = {"row-0-id": other.pk, "row-0-purpose": "Stolen", "row-x-id": "1", "row-7-id": "9" * 40}
    reviewer.post(grid(zerodha), junk)
    assert Usage.objects.get(pk=other.pk).purpose == other.purpose
    assert Evidence.objects.count() == 2


def test_a_session_that_ended_loses_nothing(client, log_in, zerodha):
    page = log_in("reviewer").get(grid(zerodha))

    asked = client.post(grid(zerodha), typed(page) | {"row-0-purpose": "Typed"})

    assert "What you typed is kept" in asked.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_many_usages(log_in, count, django_assert_num_queries):
    company = make_company(usages=count)
    reviewer = log_in("reviewer")
    reviewer.get(grid(company))

    # session, user, permissions, company, categories, how many, the rows, the newest evidence and its source,
    # who objects
    with django_assert_num_queries(10):
        reviewer.get(grid(company))


def test_a_large_stack_has_pages_of_a_bounded_size(log_in):
    company, category = make_company(), make_category()
    said = {"purpose": "x" * 300, "scope": "y" * 100, "category": category}
    with curating():
        rows = [make_technology(f"Technology {'z' * 60} {n}", category) for n in range(45)]
    usages = [Usage(company=company, technology=each, via=rows[n - 1], **said) for n, each in enumerate(rows)]
    Usage.objects.bulk_create(usages)

    page = log_in("reviewer").get(grid(company))

    assert len(page.context["sheet"].existing) == 40
    assert "Page 1 of 2" in page.content.decode()
    assert len(page.content) < 200_000
