"""The admin in a real browser: nothing that the content policy forbids, nothing that axe finds."""

import pytest
from django.contrib.auth.models import Group

from stacks.models import (
    Company,
    CompanyAlias,
    CompanyFact,
    Coverage,
    Evidence,
    ImportLine,
    Migration,
    Source,
    State,
    Technology,
    Usage,
    Webhook,
)
from stacks.review import PUBLISH, move
from stacks.webhooks import send_test, start
from tests.admin.doors import admin_url
from tests.axe import violations
from tests.factories import (
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def paths():
    company, technology = make_company(state=State.DRAFT), make_technology()
    usage = make_usage(company=company, state=State.PROPOSED)
    CompanyAlias.objects.create(company=company, name="Other")
    make_evidence(company=company)
    make_coverage(company=company)
    make_relation(technology, "built_on", make_technology())
    return [
        "/admin/",
        admin_url(Usage, "changelist"),
        f"{admin_url(Usage, 'add')}?company={company.pk}&source={make_source().pk}",
        admin_url(Coverage, "add"),
        admin_url(company, "change"),
        admin_url(technology, "change"),
        admin_url(company, "history"),
        admin_url(technology, "delete"),
        admin_url(usage, "move", "publish"),
    ]


def check(page, path):
    check_page(page)
    page.context.close()


def check_page(page):
    page.wait_for_load_state()
    assert page.evaluate("window.violations") == [], page.url  # before axe, which writes styles of its own
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert violations(page) == [], page.url


def test_every_kind_of_page_keeps_the_content_policy_and_axe_finds_nothing(open_page):
    for path in paths():
        check(open_page(path, viewport={"width": 1280, "height": 900}, color_scheme="light"), path)


def test_so_it_is_on_a_phone_in_the_dark(open_page):
    for path in paths()[:3]:
        check(open_page(path, viewport={"width": 390, "height": 844}, color_scheme="dark"), path)


def test_rows_of_a_form_and_what_was_posted_fold_on_a_phone(open_page, users):
    company = make_company()
    CompanyAlias.objects.create(company=company, name="Other")
    make_coverage(company=company)
    webhook = Webhook(name="A mirror", url="https://example.org/a-long-address", made_by=users["superuser"])
    start(webhook)
    webhook.save()
    send_test(webhook)

    for path in (admin_url(company, "change"), admin_url(webhook, "change")):
        page = open_page(path, "superuser", viewport={"width": 390, "height": 844}, color_scheme="light")
        boxes = "[...document.querySelectorAll('.inline-related, .deliveries .wide')]"
        assert page.evaluate(f"{boxes}.map(box => box.scrollWidth <= box.clientWidth)").count(False) == 0
        first = page.locator(":is(.tabular .form-row, .deliveries tbody tr) td[data-l]").first
        assert first.evaluate("cell => getComputedStyle(cell, '::before').content") in ('"Name"', '"Message"')
        check(page, path)


def test_a_usage_is_entered_with_the_keyboard_and_the_next_form_keeps_company_and_source(open_page):
    company, source, technology = make_company(), make_source(), make_technology("Apache Kafka")
    page = open_page(f"{admin_url(Usage, 'add')}?company={company.pk}&source={source.pk}")

    page.focus("#id_technology-box")
    page.keyboard.press("Enter")
    page.wait_for_selector(".select2-search__field")
    page.keyboard.type("kafka")
    page.wait_for_selector(".select2-results__option--highlighted >> text=Apache Kafka")
    page.keyboard.press("Enter")
    page.fill("#id_purpose", "Events between microservices")
    page.fill("#id_evidence-0-quote", "We run Kafka.")
    page.click("[name=_addanother]")
    page.wait_for_selector(".messagelist .success")

    usage = Usage.objects.get()
    assert (usage.technology, usage.category, usage.evidence.get().quote) == (
        technology,
        technology.category,
        "We run Kafka.",
    )
    assert page.input_value("#id_company") == str(company.pk)
    assert page.input_value("#id_evidence-0-source") == str(source.pk)
    page.context.close()


def test_a_button_asks_before_it_throws_away_what_was_typed(open_page):
    company = make_company("Fam", state=State.DRAFT)
    page = open_page(admin_url(company, "change"))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))

    page.fill("#id_summary", "Not saved yet")
    page.click(".object-tools button >> text=Propose")
    page.wait_for_timeout(200)

    assert asked == ["What you typed here is not saved and would be lost. Go on?"]
    assert Company.objects.get().state == State.DRAFT
    page.context.close()


def test_a_choice_in_a_box_is_typed_too(open_page):
    usage, other = make_usage(state=State.DRAFT), make_technology("Apache Kafka")
    page = open_page(admin_url(usage, "change"))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.focus("#id_technology-box")
    page.keyboard.press("Enter")
    page.wait_for_selector(".select2-search__field")
    page.keyboard.type("kafka")
    page.wait_for_selector(".select2-results__option--highlighted >> text=Apache Kafka")
    page.keyboard.press("Enter")
    page.click(".object-tools button >> text=Propose")
    page.wait_for_timeout(200)
    page.click(".object-tools a >> text=History")
    page.wait_for_timeout(200)

    assert asked == ["confirm", "beforeunload"]
    assert page.input_value("#id_technology") == str(other.pk)
    assert Usage.objects.get().state == State.DRAFT
    page.context.close()


def test_a_form_that_nobody_touched_is_left_without_a_question(open_page):
    page = open_page(admin_url(make_usage(state=State.DRAFT), "change"))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.click(".object-tools button >> text=Propose")
    page.wait_for_selector(".messagelist .success")

    assert asked == []
    page.context.close()


def test_what_is_typed_when_the_session_ends_is_back_in_its_form_after_the_log_in(open_page, users):
    company = make_company("Fam", state=State.DRAFT)
    users["reviewer"].set_password("secret-words")
    users["reviewer"].save()
    page = open_page(admin_url(company, "change"))
    page.fill("#id_story", "First line\nsecond line")
    page.context.clear_cookies(name="sessionid")

    page.click("[name=_continue]")
    page.wait_for_selector("text=Your session has ended")
    page.fill("#id_username", "reviewer")
    page.fill("#id_password", "secret-words")
    page.click("text=Log in >> nth=-1")
    page.wait_for_selector("text=Nothing is saved yet")

    assert page.evaluate("window.violations") == []
    assert page.input_value("#id_story") == "First line\nsecond line"
    company.refresh_from_db()
    assert company.story == ""
    page.click("[name=_continue]")
    page.wait_for_selector(".messagelist .success")
    company.refresh_from_db()
    assert company.story == "First line\nsecond line"
    page.context.close()


def test_what_is_typed_while_somebody_publishes_stays_in_sight(open_page, users):
    usage = make_usage(state=State.PROPOSED)
    page = open_page(admin_url(usage, "change"), role="curator")
    page.fill("#id_remarks", "Typed for an hour")
    move([usage], PUBLISH, users["reviewer"])

    page.click("[name=_save]")
    page.wait_for_selector("text=What you save becomes a proposal")

    assert page.input_value("#id_remarks") == "Typed for an hour"
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist .success >> text=proposed")
    assert ImportLine.objects.get().new == "Typed for an hour"
    page.context.close()


def test_a_new_technology_is_added_beside_the_usage(open_page):
    category = make_technology().category
    page = open_page(admin_url(Usage, "add"))

    with page.expect_popup() as opened:
        page.click("#add_id_technology")
    popup = opened.value
    popup.wait_for_load_state("networkidle")
    popup.fill("#id_name", "Apache Kafka")
    popup.focus("#id_slug")  # leaving the name fills it in
    popup.select_option("#id_kind", "datastore")
    popup.focus("#id_category-box")
    popup.keyboard.press("Enter")
    popup.keyboard.type(category.name)
    popup.wait_for_selector(f".select2-results__option--highlighted >> text={category.name}")
    popup.keyboard.press("Enter")
    popup.click("[name=_save]")
    page.wait_for_selector("#id_technology-box >> text=Apache Kafka")

    technology = Technology.objects.get(name="Apache Kafka")
    assert technology.slug == "apache-kafka"
    assert page.input_value("#id_technology") == str(technology.pk)
    page.context.close()


def test_lists_hide_no_column_however_long_a_word_and_narrow_the_window(open_page):
    company = make_company("W" * 100, industry="i" * 60)
    usage = make_usage(company, purpose="p" * 300, source=make_source(title="t" * 300, publisher="b" * 120))
    make_evidence(company=company, quote="q" * 400, source=make_source(url="https://long.example/" + "u" * 400))
    make_migration(company, from_technology=make_technology("f" * 100))
    company.facts.create(label="l" * 120, value="v" * 120, source=usage.evidence.get().source)
    for model in (Usage, Evidence, Source, Company, Technology, Migration, CompanyFact):
        page = open_page(admin_url(model, "changelist"), viewport={"width": 1280, "height": 900})

        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for part in ("html", ".results"):
                wide = page.evaluate("p => (r => [r.scrollWidth, r.clientWidth])(document.querySelector(p))", part)
                assert wide[0] <= wide[1], (model, width, part, wide)
        page.context.close()


def test_the_filters_of_a_list_fold_and_stay_as_somebody_left_them(open_page):
    make_usage()
    path, fold = admin_url(Usage, "changelist"), "#changelist-filter > details"
    page = open_page(path, viewport={"width": 1280, "height": 900})

    def is_open():
        return page.locator(fold).evaluate("each => each.open")

    assert is_open()
    page.click(f"{fold} > summary")
    assert not is_open()
    page.reload()
    assert not is_open()
    page.click(f"{fold} > summary")
    page.reload()
    assert is_open()
    page.context.close()

    page = open_page(path, viewport={"width": 390, "height": 844})
    assert not is_open()
    assert page.locator(fold).bounding_box()["y"] < page.locator("#result_list").bounding_box()["y"]
    page.goto(f"{page.url}?state__exact=published")
    assert is_open()
    page.context.close()


def test_a_merge_is_worked_by_keyboard(open_page):
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    for name in ("Redis", "Kafka"):
        used = make_technology(name)
        make_usage(kept, used, category=used.category, purpose="Stands")
        make_usage(gone, used, category=used.category, purpose="Comes")
    page = open_page(f"{admin_url(gone, 'merge')}?into={kept.pk}")
    after = page.locator(".conflict .after")
    assert "choose" in after.first.inner_text()
    for key in ("w", "2", "w", "1"):
        page.keyboard.press(key)
    assert page.locator(".conflict input:checked").evaluate_all("all => all.map(each => each.value)") == [
        "moved",
        "kept",
    ]
    assert "Comes" in after.first.inner_text()
    check_page(page)

    with page.expect_navigation():
        page.keyboard.press("s")
    assert f"/company/{kept.pk}/merge/" in page.url
    page.go_back()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    assert sorted(kept.usages.values_list("purpose", flat=True)) == ["Comes", "Stands"]
    page.context.close()


def test_on_a_phone_no_help_is_cut_and_what_is_chosen_has_a_heading_to_be_read(open_page):
    usage = make_usage(state=State.DRAFT)
    page = open_page(admin_url(usage, "change"), "superuser", viewport={"width": 390, "height": 844})
    cut = """inline => [...inline.querySelectorAll(".help")]
        .filter(help => help.getBoundingClientRect().right > inline.getBoundingClientRect().right)
        .map(help => help.textContent)"""
    assert page.locator(".inline-related.has_original").evaluate(cut) == []

    page.goto(page.url.partition("/admin/")[0] + admin_url(Group.objects.first(), "change"))
    heading = page.locator(".selector-chosen-title label")
    heading.wait_for()
    colour, around = heading.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e.closest('.selector-chosen-title')).backgroundColor]"
    )
    assert colour != around
