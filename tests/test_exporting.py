"""What is exported can be loaded elsewhere, and the public sees no difference."""

import errno
import json
import os
import re
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import resolve

from stacks import derived, exporting
from stacks.curating import curating
from stacks.exporting import ExportError, export
from stacks.filing import ORDER
from stacks.loading import LoadError, load
from stacks.models import (
    Audit,
    AuditItem,
    AuditJudgement,
    Caution,
    Company,
    CompanyAlias,
    CompanyFact,
    Evidence,
    Homonym,
    ImportBatch,
    ImportChoice,
    ImportDecision,
    ImportLine,
    Migration,
    Redirect,
    Review,
    Source,
    State,
    TechnologyAlias,
    Usage,
    Watch,
)
from stacks.proposals.proposing import open_batch, propose_changes, propose_removal, propose_row
from tests.api.catalogue import RESOURCES, key_of, make_bare, make_full
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db

HIDDEN = (State.DRAFT, State.PROPOSED, State.RETRACTED)
OF_THE_DATABASE = {"revision", "updated_at", "next", "previous"}
ORDERS_OF_THE_DATABASE = {"-revision", "updated_at", "-updated_at"}


@curating()
def make_everything():
    """Rows of every kind and state, some added to a company's file after others were added to the files behind it."""
    first = make_full(1)
    make_bare(1)
    second = make_full(2)
    category, company = first["categories"], first["companies"]
    for state in HIDDEN:
        hidden = make_company(f"Hidden {state}", state=state, story="Whisper")
        technology = make_technology(f"Whisper {state}", category, state=state)
        usage = make_usage(company, technology, remarks="Whisper")
        make_usage(hidden, first["technologies"], source=make_source(company=hidden, title=f"Whisper of {state}"))
        make_usage(company, first["technologies"], state=state, scope=f"Whisper {state}")
        make_migration(company, first["technologies"], technology, reason="Whisper")
        make_migration(company, None, first["technologies"], state=state, reason="Whisper")
        make_relation(first["technologies"], "part_of", technology)
        make_usage(second["companies"], first["technologies"], via=technology, scope=f"Team of {state}")
        make_evidence(usage=usage, source=first["sources"], locator="Whisper")
        make_coverage(hidden, category)
        Redirect.objects.create(kind="company", old_slug=f"whisper-{state}-before", new_slug=hidden.slug)
    child = make_company("Aardvark", parent=company, life="acquired", life_on="2021", life_source="https://a.example/")
    make_usage(child, first["technologies"], source=first["sources"])
    make_company("Orphan", parent=Company.objects.get(slug="hidden-draft"))
    shared = make_source(title="Of both", publisher="")
    for one in (first["companies"], child):
        make_evidence(company=one, source=shared)
    make_source(title="Whisper of nobody")
    make_coverage(child, make_category("Added late", make_area("Area added late")))
    make_technology("Added late as well", category)
    Homonym.objects.create(technology=first["technologies"], name="Beam", near="Elixir", position=1)
    Homonym.objects.create(technology=second["technologies"], name="Beam", position=2)
    TechnologyAlias.objects.filter(name="Mgd 1").update(caution=Caution.ONLY_NEAR, beside="AWS")
    TechnologyAlias.objects.filter(name="Bare 1").update(caution=Caution.ENTRY_ONLY)
    CompanyAlias.objects.create(company=child, name="Ærdvark", caution=Caution.AS_WRITTEN)
    propose_things(child, first["technologies"])
    audit = Audit.objects.create(release="Whisper", size=1, seed=1, revision=1, drawn_from=1)
    item = AuditItem.objects.create(audit=audit, number=1, usage=child.usages.first(), stated={"purpose": "Whisper"})
    AuditJudgement.objects.create(item=item, verdict="right")
    Watch.objects.create(source=shared, company=child, told="Whisper", asked_at="2026-01-02T03:04:05Z")
    Source.objects.filter(pk=shared.pk).update(check_result="moved", checked_at="2026-01-02T03:04:05Z")


def propose_things(company, technology):
    """Lines of each kind that wait: about rows that files refer to by a key, and about others."""
    batch = ImportBatch.objects.create(
        company=company, format="markdown", text="| Whisper |\n", fingerprint="f" * 64, source=Source.objects.first()
    )
    usage = company.usages.get()
    ImportChoice.objects.create(batch=batch, key="l1", values={"answer": "skip"}, made_at="2026-01-02T03:04:05Z")
    decided = {"words": "Whisper", "key": "whisper", "batch": batch}
    ImportDecision.objects.create(company=company, verdict="is", technology=technology, **decided)
    ImportDecision.objects.create(source=batch.source, verdict="never", ended_at="2026-01-02T03:04:05Z", **decided)
    ImportDecision.objects.update(made_at="2026-01-02T03:04:05Z")
    propose_changes(batch, usage, {"purpose": "Whisper", "via": None, "ended": "2024"}, number=3, text="| Whisper |")
    propose_changes(batch, company, {"founded": ""})
    for row in (
        usage.evidence.get(), company.aliases.first(), technology.identifiers.get(), technology.relations.first(),
        CompanyFact.objects.first(), technology.homonyms.get(), Redirect.objects.first(), company.coverage.get(),
    ):  # fmt: skip
        propose_removal(batch, row)
    propose_row(open_batch(None), Evidence(usage=usage, source=Source.objects.last(), quote="Whisper"))
    gone = make_usage(company, make_technology("Gone later"))
    propose_removal(open_batch(None), gone)
    gone.delete()
    ImportBatch.objects.update(made_at="2026-01-02T03:04:05Z")
    Review.objects.create(company=company, proposed_at="2026-01-02T03:04:05Z", reason="Whisper: say more")
    for owner, row in (("usage", usage), ("migration", Migration.objects.first()), ("technology", technology)):
        Review.objects.create(**{owner: row}, proposed_at="2026-01-02T03:04:05Z")


def empty_the_database():
    with connection.cursor() as cursor:
        for model in apps.get_app_config("stacks").get_models():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def as_public(value):
    """An answer without what each database counts for itself."""
    if isinstance(value, dict):
        return {key: as_public(part) for key, part in value.items() if key not in OF_THE_DATABASE}
    return [as_public(part) for part in value] if isinstance(value, list) else value


PAGES = (
    "companies/full-1/", "technologies/base-1/", "migrations/", "compare/companies/full-1/full-2/",
    "compare/technologies/base-1/managed-1/",
)  # fmt: skip
LISTS = ("companies/", "technologies/", "categories/")


def every_answer(client):
    """Each list of the API in each of its orders, page by page, each detail, what answers about all, and the pages'."""
    answers = {}
    for resource in RESOURCES:
        orders = resolve(f"/api/v1/{resource}/").func.cls.orderings
        for order in orders.keys() - ORDERS_OF_THE_DATABASE:
            address, pages = f"/api/v1/{resource}/?page_size=9&ordering={order}", []
            while address:
                page = client.get(address).json()
                pages += page["results"]
                address = page["next"]
            answers[f"{resource} by {order}"] = as_public(pages)
        for row in pages:
            key = row.get("uid") or row["slug"]
            answers[f"{resource} {key}"] = as_public(client.get(f"/api/v1/{resource}/{key}/").json())
    for address in (
        "compare/companies/?company=full-1&company=full-2",
        "compare/technologies/?technology=managed-1&technology=base-1",
        "search/?q=beam",
        "search/?q=company",
        "companies/former-1/",
    ):
        answer = client.get(f"/api/v1/{address}")
        answers[address] = as_public(answer.json()) if answer.status_code == 200 else answer.headers["Location"]
    for address in PAGES:
        answers[address] = as_public(client.get(f"/{address}?format=json").json())
    for address in LISTS:  # with the links in their order, which hold no key of the database
        answers[address] = re.findall(r'href="(/[^"]*)"', client.get(f"/{address}").content.decode())
    whole = b"".join(client.get("/api/v1/export/?format=ndjson").streaming_content).splitlines()
    answers["export"] = [as_public(json.loads(line)) for line in whole[1:]]  # the head names the catalogue
    answers["include"] = as_public(client.get("/api/v1/companies/full-1/?include=usages,migrations").json())
    return answers


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("public", [False, True])
def test_what_is_exported_and_loaded_elsewhere_answers_the_same(client, tmp_path, public):
    make_everything()
    before = every_answer(client)

    export(tmp_path / "one", public=public)
    empty_the_database()
    load(tmp_path / "one")

    assert every_answer(client) == before
    assert len(before["usages by added"]) > 6
    assert derived.check() == []
    export(tmp_path / "two", public=public)
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")


def test_no_public_order_hangs_on_the_keys_of_the_database(client, tmp_path):
    """Loaded from the end of each file to its beginning, all answers the same: the keys run the other way."""
    make_everything()
    before = every_answer(client)
    export(tmp_path / "one")
    for file in (tmp_path / "one").rglob("*.json"):
        file.write_text(json.dumps(json.loads(file.read_text())[::-1]))

    empty_the_database()
    load(tmp_path / "one")

    assert every_answer(client) == before


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_order_of_the_api_ends_in_the_key_that_files_have(resource):
    view = resolve(f"/api/v1/{resource}/").func.cls
    for order, columns in view.orderings.items():
        assert columns[-1].lstrip("-") in ("added", view.lookup_field), order


def test_every_row_comes_back_in_every_state(tmp_path):
    make_everything()
    before = {model: list(model.objects.order_by("pk")) for model in ORDER}

    export(tmp_path / "out")
    empty_the_database()
    load(tmp_path / "out")

    for model, rows in before.items():
        found = list(model.objects.order_by("pk"))
        if hasattr(model, "natural_key"):
            assert {key_of(row) for row in found} == {key_of(row) for row in rows}, model
        assert len(found) == len(rows), model
    assert {usage.state for usage in Usage.objects.all()} == set(State)
    assert Source.objects.get(title="Of both").checked_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert Homonym.objects.get(name="Beam", position=1).near == "Elixir"


def lines_told():
    """What each line says, and the row that it speaks of, whatever its key."""
    lines = ImportLine.objects.order_by("batch__format", "batch__uid", "number", "action", "kind", "field")
    columns = ("batch__uid", "action", "kind", "field", "old", "new", "number", "text", "state", "usage__uid")
    told = []
    for line in lines:
        row = apps.get_model("stacks", line.kind).objects.filter(pk=line.row).first() if line.row else None
        told.append(
            (
                ImportLine.objects.filter(pk=line.pk).values_list(*columns).get(),
                str(row),
                line.company.slug if line.company else "",
            )
        )
    return told


def test_what_was_imported_and_suggested_speaks_of_the_same_rows_as_before(tmp_path):
    make_everything()
    before = lines_told()
    assert {line[0][2] for line in before} >= {"usage", "evidence", "companyalias", "technologyrelation", "homonym"}

    export(tmp_path / "out")
    empty_the_database()
    make_company("Moves all keys")
    empty_the_database()
    load(tmp_path / "out")

    gone = [line for line in before if line[1] == "None" and line[0][1] == "remove"]
    assert len(gone) == 1
    assert lines_told() == before
    assert {batch.made_at.isoformat() for batch in ImportBatch.objects.all()} == {"2026-01-02T03:04:05+00:00"}
    assert Review.objects.get(reason__gt="").company.slug == "aardvark"


def test_a_value_that_is_json_is_told_in_one_order_whatever_the_database_keeps(tmp_path):
    ImportBatch.objects.create(format="markdown", outcome={"b": [{"d": 1, "c": 2}], "a": 3})

    export(tmp_path / "out")

    (file,) = (tmp_path / "out/imports").iterdir()
    assert re.findall(r'"(\w)":', file.read_text()) == ["a", "b", "c", "d"]


def test_a_line_of_an_import_about_no_kind_of_row_is_refused(tmp_path):
    make_everything()
    export(tmp_path / "out")
    empty_the_database()
    for file in (tmp_path / "out/imports").iterdir():
        file.write_text(file.read_text().replace('"kind": "usage"', '"kind": "counter"'))

    with pytest.raises(LoadError, match="“counter” is no kind of row"):
        load(tmp_path / "out")


def test_each_kind_of_row_is_exported_or_left_out_on_purpose():
    left_out = {
        "change", "counter",  # each catalogue tells its own
        "technologycount",  # derived
        "mark", "codeapp", "recoverycodes",  # of an account
        "apikey", "delivery", "webhook",  # secrets, and addresses of others
        "merge",  # a way back by keys and history of its own database
        "keptapart",  # what was answered to a question, by keys of its own database
        "watchededition",  # what was read of a followed source: what came of it is in its import
    }  # fmt: skip
    kinds = {m._meta.model_name for m in apps.get_app_config("stacks").get_models() if not hasattr(m, "instance_type")}

    assert kinds - {model._meta.model_name for model in ORDER} == left_out


def test_an_export_for_the_public_names_nothing_hidden(tmp_path):
    make_everything()

    export(tmp_path / "all")
    export(tmp_path / "public", public=True)

    told = b"".join(files_of(tmp_path / "public").values()).lower()
    assert b"whisper" in b"".join(files_of(tmp_path / "all").values()).lower()
    assert b"whisper" not in told
    assert b"hidden" not in told
    assert not any(name in told for name in (b'"draft"', b'"proposed"', b'"retracted"'))


def test_who_curates_is_in_no_file(tmp_path, django_user_model):
    reviewer = django_user_model.objects.create_user("somebody", "somebody@example.org", "secret")
    usage = make_usage()
    usage.evidence.update(verified_on="2026-01", verified_by=reviewer)

    export(tmp_path / "out")

    told = b"".join(files_of(tmp_path / "out").values())
    assert b"2026-01" in told
    assert b"somebody" not in told
    assert reviewer.password.encode() not in told


@pytest.mark.django_db(transaction=True)
def test_an_export_is_of_one_moment_and_leaves_no_transaction_open(tmp_path, monkeypatch):
    """What is written while it goes on is not in it; and it writes nothing itself."""
    make_full()
    one, whole = exporting._Export._write_technologies, []

    def write_meanwhile(self):
        thread = threading.Thread(target=lambda: (make_technology("Meanwhile"), connection.close()))
        thread.start()
        thread.join(20)
        whole.append(not thread.is_alive())
        one(self)

    in_memory = connection.vendor == "sqlite"  # which lets nobody write beside a reader
    if not in_memory:
        monkeypatch.setattr(exporting._Export, "_write_technologies", write_meanwhile)
    export(tmp_path / "out")

    assert not connection.in_atomic_block
    assert connection.get_autocommit()
    assert whole == ([] if in_memory else [True])
    assert b"meanwhile" not in b"".join(files_of(tmp_path / "out").values()).lower()
    monkeypatch.undo()
    make_technology("Afterwards")
    export(tmp_path / "out")
    assert b"afterwards" in b"".join(files_of(tmp_path / "out").values()).lower()


def test_a_company_has_a_file_of_its_own_with_all_that_is_said_of_it(tmp_path):
    make_full()
    export(tmp_path / "out")

    rows = json.loads((tmp_path / "out/companies/full-1.json").read_text())
    models = [row["model"].removeprefix("stacks.") for row in rows]
    assert list(dict.fromkeys(models)) == [
        "source", "company", "companyalias", "companyidentifier", "evidence", "companyfact", "usage", "migration",
        "coverage",
    ]  # fmt: skip
    usage = models.index("usage")
    assert models[usage : usage + 3] == ["usage", "evidence", "evidence"]
    assert [row["fields"]["name"] for row in rows if row["model"] == "stacks.companyalias"] == ["Other name 1"]


def test_a_row_says_when_it_was_added_where_it_did_not_come_with_the_catalogue(tmp_path):
    company = make_company("One")
    export(tmp_path / "out")
    (told,) = json.loads((tmp_path / "out/companies/one.json").read_text())
    assert told["fields"]["added"] == company.added
    del told["fields"]["added"]
    (tmp_path / "out/companies/one.json").write_text(json.dumps([told]))

    empty_the_database()
    load(tmp_path / "out")
    before = Company.objects.get()
    with curating():
        before.slug = "renamed"
        before.save()
    export(tmp_path / "again")

    (told,) = json.loads((tmp_path / "again/companies/renamed.json").read_text())
    assert told["fields"]["added"] == before.added == Company.objects.get().added
    assert before.added.startswith("0 ")


def test_the_file_of_what_was_added_last_of_an_earlier_form_is_read_over(tmp_path):
    make_company("One")
    export(tmp_path / "out")
    (tmp_path / "out/added.json").write_text('[{"model": "stacks.usage", "added": ["abc"]}]')

    empty_the_database()
    assert load(tmp_path / "out")["companies"] == 1


def test_an_empty_catalogue_is_exported_and_loaded(tmp_path):
    export(tmp_path / "out")

    assert files_of(tmp_path / "out") == {"categories.json": b"[\n]\n"}
    assert load(tmp_path / "out")["companies"] == 0


def test_the_command_tells_how_far_it_is_and_what_it_wrote(tmp_path, capsys):
    make_full()

    call_command("export_catalogue", str(tmp_path / "deep/out"), "--public")

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "     1 of 1 companies"
    assert told[-1].startswith("Wrote 1 companies, 2 technologies, 2 usages to ")


def test_an_earlier_export_is_replaced_and_nothing_of_it_stays(tmp_path):
    company = make_company("Gone")
    export(tmp_path / "out")
    company.delete()
    make_company("Come")
    export(tmp_path / "out")

    assert "companies/come.json" in files_of(tmp_path / "out")
    assert "companies/gone.json" not in files_of(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["notes.txt", "companies/fam.txt", ".git/config", "package.json", "categories.json"])
def test_a_folder_of_something_else_is_left_alone(tmp_path, name):
    file = tmp_path / "out" / name
    file.parent.mkdir(parents=True)
    file.write_text('{"mine": true}')

    with pytest.raises(CommandError, match=r"Nothing was written"):
        call_command("export_catalogue", str(tmp_path / "out"))

    assert files_of(tmp_path / "out") == {name: b'{"mine": true}'}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path):
    (tmp_path / "out").write_text("mine")

    with pytest.raises(ExportError, match="is a file"):
        export(tmp_path / "out")

    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    make_full()
    export(tmp_path / "out")
    before = files_of(tmp_path / "out")
    make_full(2)

    real_open = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *a, **k: real_open(Path("/dev/full") if self.stem == "full-2" else self, *a, **k)
    )
    with pytest.raises(CommandError, match=re.escape(os.strerror(errno.ENOSPC))):
        call_command("export_catalogue", str(tmp_path / "out"))

    assert files_of(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_slug_that_would_lead_out_of_the_folder_is_refused(tmp_path):
    company = make_company("Acme")
    Company._base_manager.filter(pk=company.pk).update(slug="../../acme")

    with pytest.raises(ExportError, match="acme"):
        export(tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


def test_the_cost_grows_by_the_hundred_not_by_the_row(tmp_path, django_assert_max_num_queries):
    make_everything()
    with django_assert_max_num_queries(80) as few:
        export(tmp_path / "few")
    for number in range(3, 7):
        make_full(number)
    with django_assert_max_num_queries(80 + 4 * 7) as many:
        export(tmp_path / "many")
    assert len(many) - len(few) <= 4 * 7  # an area more is a file more
