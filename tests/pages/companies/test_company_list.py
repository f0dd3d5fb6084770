import pytest

from stacks.curating import curating
from stacks.models import CompanyFact, State
from tests.factories import make_area, make_category, make_company, make_source, make_technology, make_usage
from tests.pages.reading import link_to, links_of, text_of

pytestmark = pytest.mark.both_databases


def test_companies_are_listed_by_name_with_what_they_do(client):
    make_company("Zeta")
    make_company("Énergie", summary="Sells power.", industry="Energy", country="France", usages=2)

    page = client.get("/companies/")

    assert [company.name for company in page.context["page"].rows] == ["Énergie", "Zeta"]
    assert "Énergie Sells power. Energy France 2" in text_of(page)


def test_companies_are_filtered_and_each_choice_tells_its_number(client):
    kafka = make_technology("Kafka")
    make_usage(make_company("Acme", industry="Retail", country="India"), kafka)
    make_company("Bolt", industry="Retail", country="France")
    make_company("Core", industry="Banks", country="India")

    def found(**query):
        return [company.name for company in client.get("/companies/", query).context["page"].rows]

    assert found(industry="Retail") == ["Acme", "Bolt"]
    assert found(industry="Retail", country="India") == ["Acme"]
    assert found(uses="kafka") == ["Acme"]
    assert found(q="bol") == ["Bolt"]
    assert found(q="", industry="", country="India") == ["Acme", "Core"]  # a form sends its empty fields too
    assert found(q="nobody") == []
    assert options(client, "industry") == [("Banks", "Banks", 1), ("Retail", "Retail", 2)]


def test_a_filter_chosen_by_link_survives_the_form(client):
    make_usage(make_company("Acme"), make_technology("Kafka"))

    page = client.get("/companies/?uses=kafka")

    assert '<input type="hidden" name="uses" value="kafka">' in page.content.decode()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("uses=nothing", "nothing"),
        ("industry=Nothing", "Nothing"),
        ("q=" + "x" * 201, "q"),
        ("q=%00", "q"),
        ("category=nothing", "nothing"),
        ("uses_all=nothing", "nothing"),
        ("letter=A", "letter"),
        ("letter=%C3%A4", "letter"),
        ("letter=ab", "letter"),
        ("letter=%00", "letter"),
        ("cursor=junk", "page marker"),
        ("cursor=W10", "page marker"),
        ("cursor=%00", "page marker"),
    ],
)
def test_a_bad_query_of_the_list_is_refused_by_name(client, query, named):
    make_company("Acme", industry="Retail")

    page = client.get(f"/companies/?{query}")

    assert page.status_code == 400
    assert named in " ".join(page.context["problems"])
    assert "/companies/" in links_of(page, "main")


def test_pages_of_companies_hold_each_once_forwards_and_back(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.companies.company_list.PAGE", 3)
    with curating():
        for n in range(8):
            make_company(f"Same {n}!" if n % 2 else f"Same {n}", country="India")
        make_company("Elsewhere", country="France")

    def walk(address, rel):
        seen = []
        while address:
            page = client.get("/companies/" + address)
            seen.append([company.name for company in page.context["page"].rows])
            last, address = address, link_to(page, rel)
        return seen, last

    ahead, last = walk("?country=India", "next")
    back, _ = walk(last, "prev")

    assert ahead == [["Same 0", "Same 1!", "Same 2"], ["Same 3!", "Same 4", "Same 5!"], ["Same 6", "Same 7!"]]
    assert back == ahead[::-1]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_companies_costs_the_same_however_long(client, rows, django_assert_num_queries):
    with curating():
        technology = make_technology()
        for _ in range(rows):
            make_usage(make_company(industry="Retail", country="India"), technology)

    # the revision, what is held of all companies (five, the first time in a process), the names of technologies and
    # categories, the companies, what is told of their teams
    with django_assert_num_queries(10):
        page = client.get("/companies/")

    assert len(page.context["page"].rows) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_filtered_list_of_companies_costs_the_same_however_long(client, rows, django_assert_num_queries):
    with curating():
        technology, other = make_technology("Kafka"), make_technology("Go", make_category("Languages"))
        for _ in range(rows):
            company = make_company(industry="Retail", country="India")
            make_usage(company, technology)
            make_usage(company, other)

    # the same, and to read the query: the technologies, the category, the industries, who is called so
    with django_assert_num_queries(14):
        page = client.get("/companies/?uses=kafka&uses=go&category=languages&industry=Retail&letter=c&q=company")

    assert len(page.context["page"].rows) == rows


def test_a_list_without_filters_counts_its_choices_once_for_a_revision(client, django_assert_num_queries):
    make_usage()
    client.get("/companies/?q=")  # the same list at another address

    # the revision, the companies, what is told of their teams
    with django_assert_num_queries(3):
        client.get("/companies/")


def options(client, name, **query):
    selects = client.get("/companies/", query).context["filters"].selects
    return next(select.choice.options for select in selects if select.choice.name == name)


@pytest.fixture
def users():
    """Acme uses Kafka and Go, Bolt uses Kafka, Core uses Rust; all of different industries."""
    with curating():
        data, backend = make_area("Data"), make_area("Backend")
        brokers, languages = make_category("Brokers", parent=data), make_category("Languages", parent=backend)
        kafka = make_technology("Kafka", brokers)
        go, rust = make_technology("Go", languages), make_technology("Rust", languages)
        acme, bolt, core = (
            make_company(name, industry=industry)
            for name, industry in (("Acme", "Retail"), ("Bolt", "Banks"), ("Core", "Retail"))
        )
        for company, technology in ((acme, kafka), (acme, go), (bolt, kafka), (core, rust)):
            make_usage(company, technology)
        make_usage(bolt, rust, ended="2020")
        make_usage(core, kafka, state=State.PROPOSED)
        make_usage(make_company("Draft", state=State.DRAFT, industry="Retail"), kafka)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("uses=kafka", ["Acme", "Bolt"]),
        ("uses=go&uses=rust", ["Acme", "Core"]),
        ("uses_all=kafka,go", ["Acme"]),
        ("uses_all=kafka&uses=go", ["Acme"]),  # one more beside those that must all be used
        ("category=brokers", ["Acme", "Bolt"]),
        ("category=backend", ["Acme", "Core"]),  # an area takes its categories along
        ("category=brokers&category=languages", ["Acme", "Bolt", "Core"]),
        ("category=data&industry=Retail", ["Acme"]),
        ("category=backend&uses=rust", ["Core"]),
        ("uses_all=kafka,rust", []),
        ("letter=a", ["Acme"]),
        ("letter=x", []),
    ],
)
def test_companies_are_found_by_what_they_use(client, users, query, names):
    page = client.get(f"/companies/?{query}")

    assert [company.name for company in page.context["page"].rows] == names
    assert page.context["total"] == len(names)


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("", "uses", [("go", "Go", 1), ("kafka", "Kafka", 2), ("rust", "Rust", 1)]),
        ("", "industry", [("Banks", "Banks", 1), ("Retail", "Retail", 2)]),
        ("industry=Retail", "industry", [("Banks", "Banks", 1), ("Retail", "Retail", 2)]),
        ("uses=kafka", "industry", [("Banks", "Banks", 1), ("Retail", "Retail", 1)]),
        ("industry=Banks", "uses", [("kafka", "Kafka", 1)]),
        ("uses_all=kafka", "uses", [("go", "Go", 1), ("kafka", "Kafka", 2)]),  # with it, of those that use Kafka
        ("category=data", "uses", [("go", "Go", 1), ("kafka", "Kafka", 2)]),
        (
            "industry=Retail",
            "category",
            [
                ("data", "All of Data", 1),
                ("brokers", "Brokers", 1),
                ("backend", "All of Backend", 2),
                ("languages", "Languages", 2),
            ],
        ),
    ],
)
def test_each_choice_tells_how_many_would_remain(client, users, query, name, expected):
    selects = client.get(f"/companies/?{query}").context["filters"].selects

    assert next(select.choice.options for select in selects if select.choice.name == name) == expected


def test_a_choice_leads_to_as_many_as_it_tells(client, users):
    for query in ("", "industry=Retail", "uses=kafka", "category=data"):
        for select in client.get(f"/companies/?{query}").context["filters"].selects:
            chosen = [pair for pair in query.split("&") if pair and not pair.startswith(select.choice.name)]
            for value, _, n in select.choice.options:
                found = client.get("/companies/?" + "&".join([*chosen, f"{select.choice.name}={value}"]))
                assert len(found.context["page"].rows) == n, (query, select.choice.name, value)


def chips(client, query):
    return [(chip.label, chip.word, chip.url) for chip in client.get(f"/companies/?{query}").context["filters"].chips]


def test_what_is_asked_for_can_be_left_out_one_by_one(client, users):
    assert chips(client, "uses=kafka&uses=go&q=c&letter=a") == [
        ("Uses any of", "Kafka", "?uses=go&q=c&letter=a"),
        ("Uses any of", "Go", "?uses=kafka&q=c&letter=a"),
        ("Search", "c", "?uses=kafka&uses=go&letter=a"),
        ("Letter", "A", "?uses=kafka&uses=go&q=c"),
    ]
    assert chips(client, "uses_all=kafka,go&cursor=") == [
        ("Uses all of", "Kafka", "?uses_all=go"),
        ("Uses all of", "Go", "?uses_all=kafka"),
    ]
    assert chips(client, "industry=Retail") == [("Industry", "Retail", "/companies/")]
    assert "Remove Uses: Kafka" in text_of(client.get("/companies/?uses=kafka"))


def test_any_and_all_of_the_technologies_are_one_link_apart(client, users):
    some = client.get("/companies/?uses=kafka&uses=go")
    every = client.get("/companies/?uses_all=kafka,go")

    assert "?uses_all=kafka,go" in links_of(some, "main")
    assert "?uses=kafka&uses=go" in links_of(every, "main")
    assert client.get("/companies/?uses=kafka").context["other_way"] is None


def test_a_technology_added_to_those_that_must_all_be_used_joins_them(client, users):
    page = client.get("/companies/?uses_all=kafka&uses=go")

    assert '<input type="hidden" name="uses_all" value="kafka,go">' in page.content.decode()


def test_many_companies_have_an_a_to_z(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.companies.company_list.PAGE", 2)
    with curating():
        for n, name in enumerate(("Acme", "Ähnlich", "3M", "37signals", "Zeta", "Яндекс")):
            make_company(name, slug=f"company-{n}")
        make_company("Draft", state=State.DRAFT)

    page = client.get("/companies/")

    letters = {letter.label: (letter.count, letter.url) for letter in page.context["letters"]}
    assert letters["0-9"] == (2, "?letter=0-9")
    assert letters["A"] == (2, "?letter=a")
    assert letters["B"] == letters["D"] == (0, "")
    assert letters["other"] == (1, "?letter=other")
    for _, url in letters.values():
        assert not url or url in links_of(page, "main")
    for letter, names in {
        "0-9": ["37signals", "3M"],
        "a": ["Acme", "Ähnlich"],
        "z": ["Zeta"],
        "other": ["Яндекс"],
    }.items():
        assert [c.name for c in client.get("/companies/", {"letter": letter}).context["page"].rows] == names


def test_few_companies_need_no_a_to_z(client):
    make_company("Acme")

    assert client.get("/companies/").context["letters"] == []
    assert client.get("/companies/?letter=b").context["letters"] != []  # or it could not be left again


def test_industries_stand_under_broad_ones_with_how_many_companies_each_leaves(client):
    for industry in ("Payments", "Stock broking", "Ride hailing and payments", "Travel", "Alchemy", ""):
        make_company(industry=industry)

    selects = client.get("/companies/").context["filters"].selects
    groups = next(select.choice.groups for select in selects if select.choice.name == "industry")

    assert groups == [
        (
            "Finance",
            [("Finance", "All of Finance", 3), ("Payments", "Payments", 1), ("Stock broking", "Stock broking", 1)],
        ),
        ("Transport and delivery", [("Ride hailing and payments", "Ride hailing and payments", 1)]),  # that is all
        ("Travel and hospitality", [("Travel", "Travel", 1)]),
        ("Others", [("Alchemy", "Alchemy", 1)]),
    ]
    page = client.get("/companies/?industry=Finance&letter=c")
    assert len(page.context["rows"]) == 3
    assert page.content.decode().count(" selected>") == 1


def test_what_a_source_tells_of_a_team_stands_in_the_list_and_can_be_asked_for(client):
    told, other, hidden = make_company("Acme"), make_company("Bolt"), make_company("Shh", state=State.DRAFT)
    source = make_source()
    for company, label, value, cited in (
        (told, "Size of the technology team", "30 members", source),
        (told, "Rows in PostgreSQL", "billions", source),
        (other, "Engineers", "500", None),
        (hidden, "Staff", "9", source),
    ):
        CompanyFact.objects.create(company=company, label=label, value=value, observed_on="2020-04", source=cited)

    page = client.get("/companies/")
    assert "Size of the technology team: 30 members (2020-04)" in text_of(page, "main")
    assert "billions" not in text_of(page, "main")
    assert "Engineers" not in text_of(page, "main")
    assert options(client, "team_size") == [("true", "Stated", 1), ("false", "Not stated", 1)]
    assert [c.name for c, _ in client.get("/companies/?team_size=true").context["rows"]] == ["Acme"]
    assert [c.name for c, _ in client.get("/companies/?team_size=false").context["rows"]] == ["Bolt"]


@pytest.mark.parametrize(("noun", "make"), [("company", make_company), ("technology", make_technology)])
def test_what_a_filter_left_can_be_ticked_and_compared(client, noun, make):
    for name in ("Acme", "Bolt", "Core"):
        make(name)
    nouns = {"company": "companies", "technology": "technologies"}[noun]

    page = client.get(f"/{nouns}/?q=o")

    text = page.content.decode()
    assert f'<form action="/compare/{nouns}/">' in text
    assert [slug for slug in ("acme", "bolt", "core") if f'name="{noun}" value="{slug}"' in text] == ["bolt", "core"]
    ticked = client.get(f"/compare/{nouns}/?{noun}=core&{noun}=bolt")
    assert (ticked.status_code, ticked.url) == (302, f"/compare/{nouns}/core/bolt/")
    assert client.get(f"/compare/{nouns}/?{noun}=core").status_code == 400


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("uses=kafak&country=India", "?uses=kafka&country=India"),
        ("uses_all=go,kafak&country=India", "?uses_all=go,kafka&country=India"),
        ("industry=fintech", "?industry=Finance"),
        ("country=indea", "?country=India"),
        ("category=message+queue", "?category=message-brokers"),
    ],
)
def test_a_name_that_leads_nowhere_is_answered_with_what_was_meant_in_its_place(client, query, meant):
    kafka = make_technology("Kafka", make_category("Message brokers"))
    acme = make_company("Acme", industry="Payments", country="India")
    for technology in (kafka, make_technology("Go")):
        make_usage(acme, technology)

    page = client.get(f"/companies/?{query}")

    assert page.status_code == 400
    assert "Did you mean" in text_of(page, "main")
    assert meant in links_of(page, "main")
    assert [company.name for company in client.get(f"/companies/{meant}").context["page"].rows] == ["Acme"]


def test_a_name_that_nothing_is_near_has_no_suggestion_and_many_wrong_ones_cost_one_search(
    client, django_assert_max_num_queries
):
    make_company("Acme")

    assert "Did you mean" not in text_of(client.get("/companies/?uses=zzzzqqqq"), "main")
    # the revision, the names that are written so, and the one search: names, keys, names that are near
    with django_assert_max_num_queries(7):
        client.get("/companies/?" + "&".join(f"uses=zz{n}qq" for n in range(40)))
