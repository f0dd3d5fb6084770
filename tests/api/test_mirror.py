"""docs/mirror.py holds exactly the catalogue, whatever is edited while it copies and follows.

MIRROR_EDITS=350 makes of it the long run that is done by hand before a release.
"""

import os

import pytest
from django.test import Client

from stacks.feed import find_untold
from stacks.models import Category, Company, Redirect, Technology
from stacks.revisions import renew_identity
from tests.factories import make_company
from tests.mirroring import Curators, Site, crawl, held, led, make_some, mirror

EDITS = int(os.environ.get("MIRROR_EDITS", "45"))


@pytest.fixture
def kept(tmp_path):
    made = mirror.Mirror(tmp_path / "mirror.sqlite3")
    yield made
    made.close()


def assert_exact(kept):
    found, ours = crawl(Client()), held(kept)
    assert found.keys() - ours.keys() == set(), "lost"
    assert ours.keys() - found.keys() == set(), "phantoms"
    wrong = {key: (ours[key], found[key]) for key in found if ours[key] != found[key]}
    assert wrong == {}
    public = {
        kind: set(model.objects.published().values_list("slug", flat=True))
        for kind, model in (("company", Company), ("technology", Technology), ("category", Category))
    }
    leads = {
        (kind, old): new
        for kind, old, new in Redirect.objects.values_list("kind", "old_slug", "new_slug")
        if new in public[kind]
    }
    assert find_untold() == []
    assert {address: new for address, new in led(kept).items() if new in public[address[0]]} == leads


def test_a_mirror_is_exact_though_all_is_edited_while_it_reads(kept, tmp_path):
    make_some()
    curators = Curators()

    def meanwhile():
        if curators.edits < EDITS and site.asked % 3:
            curators.edit()

    site = Site(meanwhile)
    mirror.copy(site, kept, tmp_path / "mirror.sqlite3")
    while curators.edits < EDITS:
        mirror.follow(site, kept)
        curators.edit()
    revision = mirror.follow(site, kept)

    assert_exact(kept)
    assert site.json("")["revision"] == revision
    assert len(set(curators.done)) > 30


def test_a_mirror_that_slept_catches_up(kept, tmp_path):
    make_some()
    site, curators = Site(), Curators(seed=2)
    mirror.copy(site, kept, tmp_path / "mirror.sqlite3")
    for _ in range(EDITS):
        curators.edit()

    mirror.follow(site, kept)

    assert_exact(kept)
    assert mirror.verify(site, kept) == []


def test_a_first_copy_is_the_catalogue_and_costs_one_answer(kept, tmp_path):
    make_some()
    site = Site()

    mirror.copy(site, kept, tmp_path / "mirror.sqlite3")

    assert site.asked == 1
    assert_exact(kept)
    assert mirror.follow(site, kept) == int(kept.state("seq"))


def test_the_proof_finds_what_is_wrong(kept, tmp_path):
    make_some()
    site = Site()
    mirror.copy(site, kept, tmp_path / "mirror.sqlite3")
    kept.base.execute("UPDATE documents SET document = json_set(document, '$.name', 'Wrong') WHERE key = 'company-a'")
    kept.base.execute("DELETE FROM documents WHERE key = 'company-b'")
    kept.base.execute("UPDATE documents SET key = 'phantom' WHERE key = 'company-c'")

    assert mirror.verify(site, kept) == [
        "company company-a: differs in name",
        "company company-b: not in the mirror",
        "company company-c: not in the mirror",
        "company phantom: only in the mirror",
    ]


def test_another_catalogue_is_told_and_copied_again(kept, tmp_path):
    make_some()
    site = Site()
    mirror.copy(site, kept, tmp_path / "mirror.sqlite3")
    renew_identity()
    make_company("Since")

    with pytest.raises(mirror.OtherCatalogue):
        mirror.follow(site, kept)
    mirror.copy(site, kept, tmp_path / "mirror.sqlite3")

    assert_exact(kept)


def test_a_download_that_broke_goes_on_where_it_broke(kept, tmp_path, monkeypatch):
    make_some()
    monkeypatch.setattr(mirror.time, "sleep", lambda seconds: None)
    asked = []

    class Breaking(Site):
        def open(self, url, headers):
            status, told, body = super().open(url, headers)
            asked.append((status, headers.get("Range")))
            if len(asked) == 1:
                body.truncate(1000)
            return status, told, body

    mirror.copy(Breaking(), kept, tmp_path / "mirror.sqlite3")

    assert asked == [(200, None), (206, "bytes=1000-")]
    assert_exact(kept)
