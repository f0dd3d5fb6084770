import re

import pytest

pytestmark = pytest.mark.django_db

TOKEN = "only-for-tests-and-long"


@pytest.fixture
def scrape(rf, settings):
    settings.METRICS_TOKEN = TOKEN
    from config import metrics

    def scrape(authorization=f"Bearer {TOKEN}"):
        answer = metrics.show(rf.get("/metrics", headers={"authorization": authorization} if authorization else {}))
        return answer.status_code, answer.content.decode(), answer.headers

    return scrape


def values(text):
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


def test_there_is_no_such_address_unless_it_is_set(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("told", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ünd"])
def test_nobody_reads_it_without_the_token(scrape, told):
    status, text, headers = scrape(told)

    assert (status, "stacks_" in text) == (401, False)
    assert headers["WWW-Authenticate"].startswith("Bearer")


def test_it_tells_the_state_of_the_catalogue_and_of_what_is_delivered(scrape, django_assert_max_num_queries):
    from stacks import webhooks
    from stacks.models import Webhook
    from tests.factories import make_company

    hook = Webhook(name="Ours", url="https://hooks.example.org/")
    webhooks.start(hook)
    hook.save()
    webhooks.send_test(hook)
    make_company("Fam", usages=1)

    with django_assert_max_num_queries(5):
        status, text, headers = scrape()

    told = values(text)
    assert status == 200
    assert "no-store" in headers["Cache-Control"]
    assert headers["Content-Type"].startswith("text/plain")
    assert told["stacks_database_up"] == told["stacks_cache_up"] == told["stacks_webhooks"] == 1
    assert told["stacks_revision"] == told["stacks_webhooks_behind"] > 0
    assert told['stacks_deliveries{state="waiting"}'] == 1
    assert told['stacks_deliveries{state="given_up"}'] == 0
    assert told["stacks_oldest_delivery_seconds"] >= 0
    assert any(name.startswith("stacks_build_info{") for name in told)


def test_labels_are_names_of_the_code(scrape, rf):
    from django.http import HttpResponse

    from config.metrics import measure

    answer = measure(lambda request: HttpResponse(status=404))
    for path in ("/companies/uno/", "/companies/due/", "/qq/tre", "/qq/quattro", "/static/x.css", "/static/y.css"):
        answer(rf.get(path))
        answer(rf.generic("BREW", path))

    said = scrape()[1]

    assert not re.search("uno|due|qq|css|BREW", said)
    for view in ("company", "none", "static"):
        assert values(said)[f'stacks_requests_total{{method="GET",status="404",view="{view}"}}'] == 2
        assert values(said)[f'stacks_requests_total{{method="other",status="404",view="{view}"}}'] == 2
