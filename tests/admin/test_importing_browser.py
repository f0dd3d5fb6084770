"""A table becomes proposals by keyboard alone, in a real browser: the yardstick of the straight path."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from stacks.models import Evidence, ImportBatch, ImportDecision, State, TechnologyAlias, Usage
from tests.admin.doors import admin_url
from tests.factories import make_category, make_company, make_technology

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = """# Zerodha Tech Stack

| | Service | Remarks |
|---|---|---|
| Microservices - Language | Go | Whatever has to be fast. |
| Data Language | Python | The back office. Django and Flask for some web apps. |
| Web app | VueJS | VueJS for web apps. |
| Mobile apps | Flutter | Flutter on iOS and Android. |
| DB | Postgres | Our own.<br/>- MySQL instances with billions of rows. |
| Cache | Redis | Redis instances of our own. |
| API Proxy | HAProxy, Nginx | For routing. |
| Message Broker | Kafka | Kafka for events as they happen. |
| Observability | Sentry, Grafana, and Prometheus | For metrics. |
| Logs Aggregation | ELK Stack | ELK stack for logs. |
| Infra | Hybrid infra (AWS + OnPerm) | Racks and AWS. |
"""
URL = "https://github.com/zerodha/stack"
NAMES = {
    "Programming languages": ["Go", "Python"],
    "Web frameworks": ["Django", "Flask"],
    "UI frameworks": ["VueJS"],
    "Cross-platform mobile": ["Flutter"],
    "Relational databases": ["Postgres", "MySQL"],
    "Caches": ["Redis", "Valkey"],
    "Gateways and proxies": ["HAProxy", "Nginx"],
    "Message brokers": ["Kafka"],
    "Application monitoring": ["Sentry", "Grafana", "Prometheus"],
    "Logs": ["ELK Stack"],
    "Cloud platforms": ["AWS"],
}


@pytest.fixture
def zerodha():
    for category, names in NAMES.items():
        home = make_category(category)
        for name in names:
            make_technology(name, home, kind="language" if name in ("Go", "Python") else "tool")
    return make_company("Zerodha", state=State.DRAFT)


class Keys:
    """Presses keys, and counts them: a paste is one."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text):
        self.page.keyboard.type(text)
        self.count += len(text)

    def paste(self, text):
        self.page.keyboard.insert_text(text)
        self.count += 1

    def to(self, name):
        """By the Tab key to the field of that name."""
        for _ in range(20):
            if self.page.evaluate("document.activeElement.name") == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} is not reached")


def settled(page):
    page.wait_for_load_state("networkidle")


def test_a_table_is_imported_and_published_by_keyboard_alone(open_page, zerodha):
    page = open_page("/admin/", role="curator")
    keys = Keys(page)
    page.get_by_role("link", name="Import a write-up").focus()
    keys.press("Enter")
    page.wait_for_url("**/importbatch/add/")
    settled(page)

    keys.paste(TABLE)  # the box for the text has the focus
    keys.to("company")
    keys.type("zer")
    page.get_by_role("option", name="Zerodha").wait_for()
    keys.press("ArrowDown", "Enter")
    keys.to("url")
    keys.paste(URL)
    keys.to("edition")
    keys.type("2024")
    keys.press("Control+Enter")
    page.wait_for_url("**/plan/")
    settled(page)

    page.locator(".row.now", has_text="Is MySQL used?").wait_for()
    keys.press("1")
    page.locator(".row.done", has_text="MySQL").wait_for()
    keys.press("f")
    keys.type("redis")
    keys.press("Enter", "m")
    page.locator(".editing").evaluate("document.body.dataset.same = ''")
    keys.type("valk")
    page.get_by_role("option", name="Valkey").wait_for()
    keys.press("ArrowDown", "Enter", "Control+Enter")
    page.locator("[data-same] .row.done", has_text="Valkey").wait_for()  # stored without leaving the page
    keys.press("Control+Enter")
    page.wait_for_url("**/change/")

    told = set(Usage.objects.filter(company=zerodha).values_list("technology__name", flat=True))
    assert told >= {"Go", "Postgres", "MySQL", "Valkey", "Kafka", "ELK Stack", "AWS"}
    assert "Redis" not in told
    assert set(Evidence.objects.values_list("source__url", "edition_on")) == {(URL, "2024")}
    assert set(ImportDecision.objects.values_list("words", "verdict")) == {("MySQL", "is"), ("Redis", "is")}
    page.get_by_role("link", name="Open the review").wait_for()
    assert page.evaluate("window.violations") == []
    assert keys.count < 60  # and no click

    review = open_page(reverse("admin:stacks_company_review", args=[zerodha.pk]))
    reading = Keys(review)
    while review.query_selector(".item:not(.accepted)"):
        with review.expect_navigation():
            reading.press("A" if review.query_selector(".group:has(.now) .all button") else "a")  # the area, or one
    review.get_by_role("checkbox", name="Zerodha").focus()
    reading.press("Space")  # the company is a draft, and nothing is said of it yet: it goes along when somebody says so
    with review.expect_navigation():
        reading.press("Control+Enter")
    assert set(Usage.objects.published().values_list("technology__name", flat=True)) == told
    assert reading.count < 20


def opened(page, text=TABLE):
    page.locator("[name=text]").fill(text)
    page.locator("[name=company]").fill("Zerodha")
    page.locator("[name=url]").fill(URL)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/plan/")
    settled(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_an_import_are_accessible_and_fit_a_phone(open_page, zerodha, scheme):
    page = open_page(
        admin_url(ImportBatch, "add"), role="curator", color_scheme=scheme, viewport={"width": 390, "height": 800}
    )
    assert_fine(page)
    opened(page, f"{TABLE}\n- What we keep in long sentences, {'for whoever comes next ' * 3}\n  - Kafka\n  - Redis\n")
    assert_fine(page)
    page.locator(".row.now .do a").click()
    page.locator(".editing").wait_for()
    assert_fine(page)
    page.locator(".editing .cancel").click()
    page.locator("form.confirm button").click()
    page.wait_for_url("**/change/")
    assert_fine(page)


def assert_fine(page):
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.violations") == []


def test_letters_can_be_switched_off_and_stay_off(open_page, zerodha):
    page = open_page(admin_url(ImportBatch, "add"), role="curator")
    opened(page)
    first = page.locator(".row.now").get_attribute("data-key")

    page.keyboard.press("?")
    page.get_by_label("Single letters are keys").uncheck()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.locator(".row.now").get_attribute("data-key") == first
    page.reload()
    settled(page)
    page.get_by_role("button", name="Keys").click()
    assert not page.get_by_label("Single letters are keys").is_checked()
    page.get_by_label("Single letters are keys").check()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.locator(".row.now").get_attribute("data-key") != first


def test_what_cannot_be_stored_says_so_and_leaving_asks(open_page, zerodha):
    page = open_page(admin_url(ImportBatch, "add"), role="curator")
    opened(page)
    page.context.clear_cookies()

    page.keyboard.press("1")
    page.get_by_text(re.compile("This is not stored")).wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(page.url.replace("/plan/", "/text/"))

    assert asked == ["beforeunload"]


def test_too_long_a_text_is_refused_before_it_is_sent(open_page, zerodha):
    page = open_page(admin_url(ImportBatch, "add"), role="curator")
    page.locator("[name=text]").evaluate("(box) => { box.value = 'x\\n'.repeat(10001) }")
    page.keyboard.press("Control+Enter")

    page.get_by_text("This has 10,002 lines; 10,000 is the most. Nothing is cut.").wait_for()
    assert page.locator("[name=text]").input_value().count("x") == 10_001
    assert not ImportBatch.objects.exists()


def test_without_a_script_plain_buttons_do(open_page, zerodha):
    TechnologyAlias.objects.filter(name="Go").update(caution="as_written")
    page = open_page(admin_url(ImportBatch, "add"), role="curator", java_script_enabled=False)
    page.locator("[name=text]").fill(TABLE)
    page.locator("[name=company]").fill("Zerodha")
    page.locator("[name=url]").fill(URL)
    page.get_by_role("button", name=re.compile("Show the plan")).click()
    page.get_by_role("button", name=re.compile("Yes, MySQL")).click()
    page.get_by_role("button", name=re.compile("Write 19 proposals|Write 18 proposals|Write 17 proposals")).click()

    assert Usage.objects.filter(technology__name="MySQL").exists()
