import re

import pytest

pytestmark = pytest.mark.running


def test_a_forgotten_password_is_set_anew_by_mail(serve, database):
    settings = {"DATABASE_URL": f"sqlite:///{database}", "EMAIL_URL": "console://", "EMAIL_FROM": "stacks@example.org"}
    with serve(**settings, SITE_URL="http://stacks.example.org", PYTHONUNBUFFERED="1") as server:
        assert b"password_reset" in server.get("/admin/login/")[2]
        for address in ("curator@example.org", "curator@example.org", "nobody@example.org"):
            status, headers, _ = server.post("/admin/password_reset/", {"email": address})
            assert (status, headers["Location"]) == (302, "/admin/password_reset/done/")

    letters = re.findall(r"^To: (.*)$", server.said, re.MULTILINE)
    links = re.findall(r"http://stacks\.example\.org(/admin/reset/\S+)", server.said)
    assert letters == ["curator@example.org"]
    assert len(links) == 1
    with serve(**settings) as server:
        status, headers, _ = server.get(links[0])
        assert status == 302
        session = re.match(r"sessionid=([^;]+)", headers["Set-Cookie"])[1]
        chosen = {"new_password1": "an old tin of tea 7", "new_password2": "an old tin of tea 7"}
        assert server.post(headers["Location"], chosen, {"sessionid": session})[1]["Location"] == "/admin/reset/done/"
        answer = server.post("/admin/login/", {"username": "curator", "password": "an old tin of tea 7"})
        assert answer[0] == 302


def test_without_mail_nobody_is_offered_what_cannot_be(serve, database):
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        assert b"password_reset" not in server.get("/admin/login/")[2]
        assert server.get("/admin/password_reset/")[0] != 200
