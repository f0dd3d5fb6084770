"""What changed reaches a receiver in order, signed, once at least; what fails is tried again, told, and never lost."""

import json
import os
import signal
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from standardwebhooks import Webhook as Verifier

from stacks.models import Change, State, Webhook
from stacks.models.webhooks import open_secret
from stacks.revisions import renew_identity
from stacks.webhooks import PAUSES, Deliverer, make_fetcher, renew_secret, send_again, send_test, start, switch
from tests.factories import make_company, make_technology, make_usage
from tests.pages_of_others import ALLOWED, PagesOfOthers

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_NETWORKS = [ALLOWED]
    others = PagesOfOthers()
    others.pages["/hook"] = 204
    yield others
    others.close()


class Clock:
    """`wait` lets time pass without any."""

    def __init__(self):
        self.now = datetime.now(UTC)

    def __call__(self):
        return self.now

    def wait(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def post(clock):
    """One round; as patient as a busy machine needs, or for a moment only."""

    def run(patience=10.0):
        fetcher = make_fetcher()
        fetcher.patience, fetcher.most_seconds = patience, 2.5 * patience
        return Deliverer(fetcher, clock).run()

    return run


def make_hook(receiver, **fields):
    hook = Webhook(**{"name": "Acme", "url": receiver("/hook")} | fields)
    start(hook)
    hook.save()
    return hook


def told(receiver):
    """The changes of all messages that came, as (verb, kind, object)."""
    messages = [json.loads(body) for body in receiver.bodies]
    return [(c["verb"], c["kind"], c["object"]) for message in messages for c in message["data"]["changes"]]


def test_a_change_is_posted_signed_and_as_the_feed_tells_it(receiver, post, client, settings):
    settings.SITE_URL = "http://testserver"
    hook = make_hook(receiver)
    make_company("Fam")

    (delivery,) = post()

    ((method, _, headers),) = receiver.asked
    assert method == "POST"
    assert headers["Content-Type"] == "application/json"
    message = Verifier(open_secret(hook.secret)).verify(receiver.bodies[0], headers)
    assert message["type"] == "catalogue.changed"
    feed = client.get(f"/api/v1/changes/?after={message['data']['after']}").json()
    assert message["data"]["changes"] == feed["results"]
    assert (message["data"]["through"], message["data"]["catalogue"]) == (feed["revision"], feed["catalogue"])
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    assert post() == []


def test_nothing_is_lost_while_nobody_delivers_and_each_line_comes_once(receiver, post, monkeypatch):
    monkeypatch.setattr("stacks.webhooks.MOST_LINES", 3)
    make_company("Before")
    hook = make_hook(receiver)
    after = hook.after
    for name in ("One", "Two", "Three", "Four"):
        make_company(name)
    while post():
        pass

    lines = Change.objects.filter(seq__gt=after).values_list("verb", "kind", "object")
    assert told(receiver) == list(lines)
    assert len(receiver.bodies) == 2
    assert ("added", "company", "before") not in told(receiver)


def test_only_what_was_chosen_is_posted_but_what_went_is_always(receiver, post):
    fam, other, kafka, redis = make_company("Fam"), make_company("Other"), make_technology("Kafka"), make_technology()
    make_hook(receiver, kinds=["usage"], companies=["fam"], technologies=["kafka"])
    usages = [make_usage(company, technology) for company in (fam, other) for technology in (kafka, redis)]
    while post():
        pass
    assert told(receiver) == [("added", "usage", usages[0].uid)]

    usages[3].state = State.RETRACTED
    usages[3].save()
    other.slug = "another"
    other.save()
    while post():
        pass

    assert {verb for verb, _, _ in told(receiver)[1:]} == {"removed", "redirected"}
    assert {("removed", "usage", usages[3].uid), ("redirected", "company", "other")} <= set(told(receiver))


def test_a_company_is_followed_through_a_rename_and_its_end_widens_nothing(receiver, post):
    fam = make_company("Fam")
    hook = make_hook(receiver, kinds=["company"], companies=["fam"])
    fam.slug = "fam-app"
    fam.save()
    fam.summary = "Payments"
    fam.save()
    fam.delete()
    make_company("Another")
    while post():
        pass

    assert ("added", "company", "another") not in told(receiver)
    assert told(receiver)[-1] == ("removed", "company", "fam-app")
    hook.refresh_from_db()
    assert hook.after == Change.objects.last().seq


@pytest.mark.parametrize(
    ("page", "status", "said"),
    [
        (500, 500, "status 500"),
        (404, 404, "status 404"),
        ((302, {"Location": "http://127.0.0.1/elsewhere"}, ""), 302, "no redirect is followed"),
        ("slow", None, "does not answer in time"),
        ("down", None, "connection failed"),
    ],
)
def test_what_fails_is_tried_again_after_growing_pauses_and_in_order(receiver, post, clock, page, status, said):
    hook = make_hook(receiver)
    make_company("First")
    right = receiver.pages["/hook"]
    if page == "down":
        receiver.server.shutdown()
        receiver.server.server_close()
    else:
        receiver.pages["/hook"] = (lambda handler: receiver.stopped.wait(2)) if page == "slow" else page

    (delivery,) = post(patience=0.2 if page == "slow" else 10.0)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("waiting", status)
    assert said in delivery.told
    assert delivery.next_at == clock.now + PAUSES[0]
    make_company("Second")
    assert post() == []  # what comes after waits behind it
    assert not Webhook.objects.get(pk=hook.pk).off_at
    if page in ("down", "slow"):
        return
    clock.wait(seconds=5)
    assert [each.pk for each in post()] == [delivery.pk]
    delivery.refresh_from_db()
    assert delivery.next_at == clock.now + PAUSES[1]
    receiver.pages["/hook"] = right
    clock.wait(minutes=5)
    while post():
        pass
    assert [line for line in told(receiver) if line[1] == "company"][-2:] == [
        ("added", "company", "first"),
        ("added", "company", "second"),
    ]
    ids = [headers["webhook-id"] for _, _, headers in receiver.asked]
    assert (len(set(ids[:3])), len(set(ids))) == (1, 2)


def test_it_gives_up_in_the_open_and_goes_on_when_told_to(receiver, post, clock):
    hook = make_hook(receiver)
    make_company("First")
    receiver.pages["/hook"] = 500
    for pause in (timedelta(0), *PAUSES):
        clock.now += pause
        assert len(post()) == 1
    clock.wait(days=100)
    assert post() == []

    hook.refresh_from_db()
    delivery = hook.deliveries.get()
    assert hook.off_at
    assert "Given up after 10 attempts" in hook.off_why
    assert (delivery.state, delivery.attempts, delivery.next_at) == ("given_up", 10, None)

    receiver.pages["/hook"] = 200
    make_company("Meanwhile")
    assert post() == []
    assert send_again([delivery]) == 1
    while post():
        pass

    hook.refresh_from_db()
    assert (hook.off_at, hook.off_why) == (None, "")
    assert {row.state for row in hook.deliveries.all()} == {"delivered"}
    assert told(receiver)[-1] == ("added", "company", "meanwhile")


def test_gone_for_good_is_taken_at_its_word(receiver, post):
    hook = make_hook(receiver)
    make_company()
    receiver.pages["/hook"] = 410

    post()

    hook.refresh_from_db()
    assert "gone for good" in hook.off_why
    switch(hook, on=True)
    receiver.pages["/hook"] = 200
    assert len(post()) == 1
    assert hook.deliveries.get().state == "delivered"


def test_who_asks_for_patience_gets_it(receiver, post, clock):
    hook = make_hook(receiver)
    make_company()
    receiver.pages["/hook"] = (429, {"Retry-After": "900"}, "")

    post()

    assert hook.deliveries.get().next_at == clock.now + timedelta(seconds=900)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://10.0.0.1/hook", "http://[::1]/", "http://169.254.169.254/"]
)
def test_an_internal_address_is_never_posted_to(receiver, post, settings, url):
    settings.WEBHOOK_NETWORKS = []
    hook = make_hook(receiver, url=url)
    make_company()

    post()

    delivery = hook.deliveries.get()
    assert (delivery.state, delivery.status) == ("waiting", None)
    assert "not of the open internet" in delivery.told
    assert receiver.asked == []


def test_a_name_that_turns_inwards_is_refused_when_it_is_posted_to(receiver, post, settings, monkeypatch):
    settings.WEBHOOK_NETWORKS = []
    hook = make_hook(receiver, url="http://hooks.example/hook")
    make_company()
    inwards = [(2, 1, 6, "", ("192.168.0.7", 80))]
    monkeypatch.setattr("stacks.fetching.socket.getaddrinfo", lambda *args, **options: inwards)

    post()

    assert "not of the open internet" in hook.deliveries.get().told


def test_a_test_message_and_a_new_secret(receiver, post, clock):
    hook = make_hook(receiver)
    former = open_secret(hook.secret)
    send_test(hook)
    new = renew_secret(hook, clock.now)

    assert len(post()) == 1

    _, _, headers = receiver.asked[-1]
    for secret in (former, new):
        assert Verifier(secret).verify(receiver.bodies[-1], headers)["type"] == "test"
    clock.wait(days=1)
    send_test(hook)
    post()
    assert len(receiver.asked[-1][2]["webhook-signature"].split()) == 1


def test_a_secret_is_sealed_anew_with_todays_key_and_one_that_no_key_opens_stops_its_webhook(receiver, post, settings):
    hook = make_hook(receiver)
    told, kept = open_secret(hook.secret), hook.secret
    send_test(hook)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another one, long and at random", [settings.SECRET_KEY]
    post()
    settings.SECRET_KEY_FALLBACKS = []
    hook.refresh_from_db()
    assert hook.secret != kept
    assert open_secret(hook.secret) == told

    settings.SECRET_KEY = "a third one, long and at random"
    send_test(hook)
    assert post() == []
    hook.refresh_from_db()
    assert "does not open" in hook.off_why
    assert (hook.claimed_until, hook.deliveries.first().state) == (None, "waiting")

    new = renew_secret(hook)
    switch(hook, on=True)
    post()
    _, _, headers = receiver.asked[-1]
    assert Verifier(new).verify(receiver.bodies[-1], headers)["type"] == "test"


def test_secrets_of_before_are_sealed_and_stay_good(receiver):
    hook = make_hook(receiver)
    plain = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    Webhook.objects.update(secret=plain)
    migration = import_module("stacks.migrations.0035_sealed_webhooks")

    migration.seal(apps, SimpleNamespace(connection=connection))

    hook.refresh_from_db()
    assert "MfKQ" not in hook.secret
    assert open_secret(hook.secret) == plain
    assert hook.former_secret == ""
    migration.open_again(apps, SimpleNamespace(connection=connection))
    hook.refresh_from_db()
    assert hook.secret == plain


def test_another_catalogue_is_told_and_followed_from_now_on(receiver, post, clock):
    hook = make_hook(receiver)
    make_company("Lost")
    receiver.pages["/hook"] = 500
    post()
    renew_identity()
    receiver.pages["/hook"] = 200
    while post():
        pass
    make_company("New")
    while post():
        pass

    types = [json.loads(body)["type"] for body in receiver.bodies]
    assert types == ["catalogue.changed", "catalogue.replaced", "catalogue.changed"]
    assert told(receiver)[-1] == ("added", "company", "new")
    assert hook.deliveries.count() == 2


def test_what_another_process_is_posting_is_left_to_it(receiver, post, clock):
    hook = make_hook(receiver)
    make_company()
    Webhook.objects.update(claimed_until=clock.now + timedelta(seconds=1))
    assert post() == []

    clock.wait(seconds=2)  # it died
    assert len(post()) == 1
    assert Webhook.objects.get(pk=hook.pk).claimed_until is None


def test_what_is_switched_off_is_told_later(receiver, post):
    hook = make_hook(receiver)
    switch(hook, on=False)
    make_company("Meanwhile")
    assert post() == []

    switch(hook, on=True)

    assert len(post()) == 1
    assert told(receiver)[-1] == ("added", "company", "meanwhile")


def test_each_gets_its_turn_however_much_the_others_wait_for(receiver, clock, monkeypatch):
    monkeypatch.setattr("stacks.webhooks._AT_ONCE", 1)
    monkeypatch.setattr("stacks.webhooks.MOST_LINES", 1)
    hooks = [make_hook(receiver) for _ in range(2)]
    make_company()
    make_company()
    deliverer = Deliverer(make_fetcher(), clock)

    served = [deliverer.run()[0].webhook_id for _ in range(4)]

    assert served == [hook.pk for hook in hooks] * 2


@pytest.mark.parametrize("hooks", [1, 3])
def test_looking_costs_little_where_nothing_changed(receiver, post, hooks, django_assert_num_queries):
    for _ in range(hooks):
        make_hook(receiver)

    # the revision, and the webhooks that something is due for
    with django_assert_num_queries(2):
        assert post() == []


def test_what_waits_for_its_next_attempt_is_not_looked_at_before(receiver, post, django_assert_num_queries):
    hook = make_hook(receiver)
    make_company()
    receiver.pages["/hook"] = 500
    post()
    make_company()
    send_test(hook)

    with django_assert_num_queries(2):
        assert post() == []


def test_only_the_newest_messages_are_kept(receiver, post, monkeypatch):
    monkeypatch.setattr("stacks.webhooks.KEPT", 2)
    hook = make_hook(receiver)
    for _ in range(4):
        make_company()
        post()

    assert hook.deliveries.count() == 3


def test_the_command_posts_what_is_due_and_ends(receiver, capsys):
    make_hook(receiver)
    make_company()

    call_command("deliver", "--once")

    assert len(receiver.bodies) == 1
    assert "Acme: msg_" in capsys.readouterr().out


def test_told_to_stop_it_finishes_what_it_is_posting(receiver):
    hook = make_hook(receiver)
    make_company()

    def stop(handler):
        os.kill(os.getpid(), signal.SIGTERM)
        handler.send_response(200)
        handler.end_headers()

    receiver.pages["/hook"] = stop
    before = signal.getsignal(signal.SIGTERM)

    call_command("deliver", "--seconds", "60")

    assert hook.deliveries.get().state == "delivered"
    assert signal.getsignal(signal.SIGTERM) is before
