"""Markup in every text of every curated row, looked for in everything that is made of them."""

import json
import re
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from defusedxml.ElementTree import fromstring
from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse

from stacks.curating import curating
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    Coverage,
    Evidence,
    Homonym,
    Migration,
    Source,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
    Usage,
)
from stacks.models.fields import PartialDateField, WebField
from tests.attacks.test_doors import IN_PATHS
from tests.attacks.walking import make_rows, patterns
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

# Ends an attribute in either quotes, a script, a comment and a CDATA; an element that nobody else makes.
MARK = """'"><zzz zz=1>]]>--></script>"""
MARKDOWN = (
    MARK + "\n\n[a](javascript:zz) [b](data:text/html,zz) ![c](javascript:zz) <javascript:zz> <img src=x onerror=zz>"
)
OF_TEXTS = {"story", "lessons", "remarks", "reason"}
MODELS = (
    Category, Company, CompanyAlias, CompanyFact, Coverage, Evidence, Homonym, Migration, Source, Technology,
    TechnologyAlias, TechnologyRelation, Usage,
)  # fmt: skip
# Seals, numbers and kinds.
OF_THE_PROGRAM = {"secret", "password", "digest", "identity", "catalogue", "uid", "kind", "format", "verb"}
RUNS = ("javascript:", "data:text", "vbscript:")
FORMS = ("", "json", "csv", "md", "cite")
OTHER_FORMS = {
    "company",
    "technology",
    "category",
    "categories",
    "migrations",
    "compare_companies",
    "compare_technologies",
}


def marks(model, **fields):
    """A mark in each text that a curator can type into a row, as far as it fits."""
    found = {}
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
        if is_text and not isinstance(field, PartialDateField | WebField | models.SlugField):
            text = MARKDOWN if field.name in OF_TEXTS else f"{field.name} {MARK}"
            found[field.name] = text[: field.max_length]
        elif isinstance(field, WebField):
            found[field.name] = f"https://x.example/{MARK}"
    return found | fields


@pytest.fixture(scope="module")
def catalogue(shared_rows):
    with curating():
        area = make_area(**marks(Category, slug="data", name=f"Area {MARK}"))
        brokers = make_category(parent=area, **marks(Category, slug="brokers"))
        source = make_source(**marks(Source))
        kafka = make_technology(category=brokers, **marks(Technology, slug="kafka"))
        other = make_technology(category=brokers, **marks(Technology, slug="rabbitmq", name=f"Rabbit {MARK}"))
        TechnologyAlias.objects.create(technology=kafka, **_typed(TechnologyAlias, name=f"Alias {MARK}"))
        make_relation(other, "compatible_with", kafka)
        acme = make_company(**marks(Company, slug="acme"))
        bolt = make_company(**marks(Company, slug="bolt", name=f"Bolt {MARK}"))
        CompanyAlias.objects.create(company=acme, **_typed(CompanyAlias, name=f"Short {MARK}"))
        CompanyFact.objects.create(company=acme, source=source, **marks(CompanyFact))
        Homonym.objects.create(technology=kafka, **_typed(Homonym, name=f"Both {MARK}"))
        Homonym.objects.create(technology=other, **_typed(Homonym, name=f"Both {MARK}"))
        for company, technology in ((acme, kafka), (bolt, kafka), (bolt, other)):
            usage = make_usage(
                company, technology, source=False, via=other if company is acme else None, **marks(Usage)
            )
            make_evidence(usage=usage, source=source, **marks(Evidence))
        move = make_migration(acme, other, kafka, source=source, **marks(Migration))
        make_coverage(acme, make_category(parent=area), source=source)
        User.objects.create_superuser("root")
    return {"usage": usage.uid, "migration": move.uid, "source": source.uid}


def _typed(model, **fields):
    return {name: value for name, value in marks(model).items() if name not in {"beside", "near"}} | fields


class _Page(HTMLParser):
    """What a browser would make of it: elements, what runs, and the documents in scripts."""

    def __init__(self):
        super().__init__()
        self.found, self.script = [], None

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "zzz" or "zz" in names or any(name.startswith("on") for name in names):
            self.found.append(self.get_starttag_text())
        self.found += [
            value
            for name, value in attrs
            if name in {"href", "src", "action", "formaction"} and (value or "").strip().lower().startswith(RUNS)
        ]
        self.script = "" if tag == "script" and "json" in names.get("type", "") else None

    def handle_data(self, data):
        if self.script is not None:
            self.script += data

    def handle_endtag(self, tag):
        if tag == "script" and self.script:
            json.loads(self.script)
        self.script = None if tag == "script" else self.script


def complaints(answer):
    """What of the marks is more than text, by the kind of the document."""
    kind = answer.headers["Content-Type"].partition(";")[0]
    body = b"".join(answer) if answer.streaming else answer.content
    if kind == "text/html":
        page = _Page()
        page.feed(body.decode())
        return page.found
    if kind.endswith("xml"):
        return [each.tag for each in fromstring(body).iter() if each.tag.endswith("zzz")]
    if kind == "text/markdown":
        return re.findall(r"(?<!\\)<zzz|(?<!\\)\]\(\s*<?(?:javascript|data):", body.decode())
    if kind.endswith("json") and body:
        json.loads(body.splitlines()[0]) if "ndjson" in kind else json.loads(body)
    return []


def public_addresses(catalogue):
    for space, pattern in patterns():
        if space == "admin:" or not pattern.name or pattern.name in {"preview", "api-export", "api-schema"}:
            continue
        arguments = list(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        chosen = dict.fromkeys(arguments, "1") | {name: IN_PATHS[name] for name in arguments if name in IN_PATHS}
        for kind, slug in (("technolog", "kafka"), ("categor", "brokers")):
            if "slug" in chosen and kind in pattern.name:
                chosen["slug"] = slug
            if "slugs" in chosen and kind in pattern.name:
                chosen["slugs"] = "kafka/rabbitmq"
        for kind in ("usage", "migration", "source"):
            if "uid" in chosen and kind in pattern.name:
                chosen["uid"] = catalogue[kind]
        yield pattern.name, reverse(space + pattern.name, kwargs=chosen)


def test_what_was_typed_is_text_wherever_the_public_meets_it(catalogue, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    client, found, marked = Client(), {}, set()
    for name, address in public_addresses(catalogue):
        asked = FORMS if name in OTHER_FORMS else ("",)
        for form in asked:
            answer = client.get(address, {"format": form} if form else {})
            assert answer.status_code < 500, address
            if wrong := complaints(answer):
                found[f"{address} {form}"] = wrong[:2]
            if not answer.streaming and b"zzz" in answer.content:
                marked.add(name)
    for address in (f"/search/?q={MARK}", f"/companies/?q={MARK}", f"/technologies/?q={MARK}", f"/companies/{MARK}/"):
        if wrong := complaints(client.get(address)):
            found[address] = wrong[:2]
    assert found == {}
    assert marked >= {
        "company",
        "technology",
        "category",
        "compare_companies",
        "embed_company",
        "company_atom",
        "company_badge",
    }


def test_what_was_typed_is_text_wherever_a_curator_meets_it(catalogue):
    client, found = Client(), {}
    client.force_login(User.objects.get(username="root"))
    for model in MODELS:
        row = model.objects.last()
        base = f"admin:stacks_{model._meta.model_name}"
        lists = [reverse(f"{base}_changelist"), reverse(f"{base}_change", args=[row.pk])]
        more = [reverse(f"{base}_{page}", args=[row.pk]) for page in ("history",)]
        for address in [*lists, *more]:
            answer = client.get(address)
            assert answer.status_code == 200, address
            if wrong := complaints(answer):
                found[address] = wrong[:2]
    shown = client.post(reverse("admin:show_markdown"), {"story": MARKDOWN, "remarks": MARKDOWN})
    assert b"zzz" in shown.content
    assert complaints(shown) == []
    assert found == {}


def mark_all_texts(row):
    """In each text of a row, whoever fills it: past forms and rules, but for what only the program writes."""
    for field in row._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique
        if is_text and not isinstance(field, PartialDateField | models.SlugField) and field.name not in OF_THE_PROGRAM:
            with suppress(IntegrityError, DataError), transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{field.name: MARK[: field.max_length]})


def test_what_others_sent_and_typed_elsewhere_is_text_in_the_admin_too(db):
    """Receivers' answers and names, files that were imported, failures of watches, accounts, mistyped names, ..."""
    client, found, marked = Client(), {}, set()
    client.force_login(User.objects.create_superuser("superuser"))
    for model, (row, *_) in make_rows().items():
        if model in MODELS:
            continue
        mark_all_texts(row)
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for address in (reverse(f"{base}_changelist"), reverse(f"{base}_change", args=[row.pk])):
            answer = client.get(address)
            assert answer.status_code in {200, 302}, address
            if wrong := complaints(answer):
                found[address] = wrong[:2]
            if b"zzz" in answer.content:
                marked.add(model.__name__)
    assert found == {}
    assert marked >= {"Webhook", "Delivery", "ApiKey", "Watch", "ImportBatch", "Objection", "User", "AccessAttempt"}
