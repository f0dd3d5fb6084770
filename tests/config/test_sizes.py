import io

import pytest
from django.conf import settings


class Untouched(io.BytesIO):
    def read(self, *_):
        raise AssertionError("it was read")


@pytest.mark.parametrize("path", ["/admin/login/", "/compare/yours/", "/reconcile/", "/companies/", "/nothing"])
def test_what_is_larger_than_any_form_is_refused_before_any_of_it_is_read(client, db, path):
    told = {"CONTENT_LENGTH": str(settings.LARGEST_REQUEST + 1), "CONTENT_TYPE": "multipart/form-data; boundary=x"}

    answer = client.generic("POST", path, **told, **{"wsgi.input": Untouched()})

    assert answer.status_code == 413
    assert "At most 6 MB" in answer.content.decode()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_program_is_told_so_in_its_form(client, db):
    answer = client.generic("POST", "/api/v1/usages/", CONTENT_LENGTH="99999999999999999999")

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_length_that_is_none_is_no_failure(client, db):
    assert client.generic("POST", "/compare/yours/", CONTENT_LENGTH="many").status_code < 500
