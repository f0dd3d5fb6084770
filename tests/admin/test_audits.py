"""An audit from the sample to its outcome, each judging alone."""

from django.urls import reverse

from stacks.models import Audit, AuditJudgement
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_usage


def draw(client, **values):
    data = {"release": "2026-11", "size": 50, "seed": "", **values}
    return client.post(admin_url(Audit, "add"), data)


def judged_by(client, audit, verdict, note=""):
    """As somebody would who follows Judge the next until nothing is left; returns what was shown on the way."""
    shown = []
    for _ in range(9):
        page = client.get(reverse("admin:stacks_audit_judge", args=[audit.pk]), follow=True)
        if "form" not in page.context:
            return shown
        shown.append(page.content.decode())
        client.post(page.request["PATH_INFO"], {"verdict": verdict, "note": note})
    raise AssertionError("It does not end.")


def test_each_judges_blind_and_a_reviewer_makes_it_public(log_in):
    for _ in range(2):
        make_usage(make_company(), purpose="Some purpose")
    curator, reviewer = log_in("curator"), log_in("reviewer")
    assert form_data(curator.get(admin_url(Audit, "add")))["size"] == "50"

    draw(curator)
    audit = Audit.objects.get()
    assert audit.made_by.username == "curator"
    assert "2 are not judged by anybody" in reviewer.get(admin_url(audit, "change")).content.decode()
    shown = judged_by(curator, audit, "wrong", "Never said by anybody")
    assert len(shown) == 2
    assert "https://source.example/" in shown[0]

    assert "Finish, and make the outcome public" in reviewer.get(admin_url(audit, "change")).content.decode()
    others = judged_by(reviewer, audit, "right")
    page = reviewer.get(admin_url(audit, "change")).content.decode()
    assert len(others) == 2
    assert not any("Never said" in text or "checked" in text for text in others)
    assert "Wrong" not in page
    assert AuditJudgement.objects.count() == 4

    assert curator.post(reverse("admin:stacks_audit_finish", args=[audit.pk])).status_code == 403
    assert reviewer.get(reverse("admin:stacks_audit_finish", args=[audit.pk])).status_code == 302
    audit.refresh_from_db()
    assert audit.finished_at is None

    reviewer.post(reverse("admin:stacks_audit_finish", args=[audit.pk]))

    finished = reviewer.get(admin_url(audit, "change")).content.decode()
    assert "2 wrong" in finished
    assert finished.count("Never said by anybody") == 2
    assert finished.count("Right: the source says so") == 2
    assert reviewer.get(admin_url(audit, "delete")).status_code == 403
    assert judged_by(curator, audit, "right") == []


def test_junk_is_told_and_draws_nothing(log_in):
    client = log_in("curator")
    assert "nothing to draw from" in draw(client).wsgi_request._messages._queued_messages[0].message
    make_usage()
    for values in ({"size": 0}, {"size": 5000}, {"seed": "x"}, {"seed": 2**60}, {"release": ""}):
        assert draw(client, **values).context["adminform"].form.errors, values
    assert not Audit.objects.exists()

    draw(client)
    audit = Audit.objects.get()
    assert draw(client).context["adminform"].form.errors
    address = reverse("admin:stacks_audit_judge_item", args=[audit.pk, 1])
    assert "Choose what the source says" in client.post(address, {"verdict": ""}).content.decode()
    assert client.get(reverse("admin:stacks_audit_judge_item", args=[audit.pk, 9])).status_code == 404
    assert client.get(reverse("admin:stacks_audit_judge", args=["x"])).status_code == 404
    assert not AuditJudgement.objects.exists()


def test_nobody_judges_without_the_right(log_in):
    make_usage()
    draw(log_in("superuser"))
    audit = Audit.objects.get()
    for role in ("nobody", "onlooker"):
        for name in ("judge", "finish"):
            assert log_in(role).post(reverse(f"admin:stacks_audit_{name}", args=[audit.pk])).status_code == 403
