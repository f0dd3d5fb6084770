"""Redirects and aliases that drafts have made go; a redirect that a draft took leads where it led before.

A redirect is a draft's when it was saved while its target was one, unless the public had known that very row by the old
slug. What is left is held against the feed: it hears of each redirect that it did not know, or knew otherwise.
"""

from django.db import migrations
from django.db.models import Count
from django.utils import timezone

from stacks.folding import alias_key, search_text

KINDS = {"company": "Company", "technology": "Technology", "category": "Category"}
SEEN = ("published", "retracted")
REASON = "what drafts were called before leaves no trace"


def mend(apps, schema_editor):
    lines, touched = [], {}
    for kind in KINDS:
        mend_redirects(apps, kind)
        lines += redirect_lines(apps, kind)
    for kind in ("company", "technology"):
        touched[kind] = drop_aliases(apps, kind)
        lines += [("changed", kind, slug, {"fields": ["aliases"]}) for slug in touched[kind]]
    tell(apps, lines, touched["company"])


def mend_redirects(apps, kind):
    models = {name: apps.get_model("stacks", name) for name in ("Redirect", "Change", KINDS[kind])}
    rows, past = models[KINDS[kind]].objects, apps.get_model("stacks", f"Historical{KINDS[kind]}").objects
    for redirect in models["Redirect"].objects.filter(kind=kind).order_by("pk"):
        target = redirect.new_slug
        if kind != "category" and any(was_of_a_draft(past, redirect.old_slug, *saved) for saved in saves(apps, redirect)):
            target = told_before(models["Change"], rows, kind, redirect.old_slug)
        if target is None or not rows.filter(slug=target).exists() or is_shown(rows, kind, redirect.old_slug):
            record(apps, redirect, "-")
            redirect.delete()
        elif target != redirect.new_slug:
            redirect.new_slug = target
            redirect.save()
            record(apps, redirect, "~")


def saves(apps, redirect):
    """Where the redirect led and when that was saved, each time."""
    past = apps.get_model("stacks", "HistoricalRedirect").objects.filter(id=redirect.pk).exclude(history_type="-")
    found = list(past.order_by("history_id").values_list("new_slug", "history_date"))
    return found or [(redirect.new_slug, redirect.updated_at)]


def was_of_a_draft(past, old_slug, new_slug, moment):
    then = past.filter(slug=new_slug, history_date__lte=moment).order_by("-history_date", "-history_id").first()
    if then is None or then.history_type == "-" or then.state in SEEN:
        return False
    return not past.filter(id=then.id, slug=old_slug, state__in=SEEN).exists()


def told_before(changes, rows, kind, slug):
    """Where the feed says that the slug leads, step by step, when that is public."""
    seq, told = 0, None
    while line := changes.objects.filter(kind=kind, object=slug, verb="redirected", seq__gt=seq).order_by("-seq").first():
        seq, slug = line.seq, line.payload["to"]
        told = slug if rows.filter(slug=slug, state="published").exists() else told
    return told


def is_shown(rows, kind, slug):
    found = rows.filter(slug=slug)
    return found.exists() if kind == "category" else found.filter(state__in=SEEN).exists()


def redirect_lines(apps, kind):
    rows = apps.get_model("stacks", KINDS[kind]).objects
    public = set((rows if kind == "category" else rows.filter(state="published")).values_list("slug", flat=True))
    leads = dict(apps.get_model("stacks", "Redirect").objects.filter(kind=kind).values_list("old_slug", "new_slug"))
    feed = apps.get_model("stacks", "Change").objects.filter(kind=kind, verb="redirected").order_by("seq")
    told = {old: payload["to"] for old, payload in feed.values_list("object", "payload")}
    ended = [(old, None) for old, to in sorted(told.items()) if to and old not in leads and old not in public]
    known = [(old, new) for old, new in sorted(leads.items()) if new in public and told.get(old) != new]
    return [("redirected", kind, old, {"to": to}) for old, to in ended + known]


def drop_aliases(apps, kind):
    """Returns the slugs of public owners that have a name less."""
    aliases, owners = (apps.get_model("stacks", f"{KINDS[kind]}{part}").objects for part in ("Alias", ""))
    alias_past, past = (apps.get_model("stacks", f"Historical{KINDS[kind]}{part}").objects for part in ("Alias", ""))
    renamed = past.order_by().values("id").annotate(names=Count("name", distinct=True)).filter(names__gt=1)
    changed = []
    for owner in owners.filter(pk__in=[row["id"] for row in renamed]).order_by("pk"):
        seen = {alias_key(name) for name in past.filter(id=owner.pk, state__in=SEEN).values_list("name", flat=True)}
        gone = [
            alias
            for alias in aliases.filter(**{kind: owner}).order_by("pk")
            if alias.key not in seen | {alias_key(owner.name)} and came_with_the_name(alias_past, past, alias, owner)
        ]
        for alias in gone:
            record(apps, alias, "-")
            alias.delete()
        if gone:
            owner.search_text = search_text([owner.name, *aliases.filter(**{kind: owner}).values_list("name", flat=True)])
            owner.save(update_fields=["search_text"])
            changed += [owner.slug] if owner.state == "published" else []
    return changed


def came_with_the_name(alias_past, past, alias, owner):
    """Whether it bears the name that its owner had when it was made, so that nobody typed it as another name."""
    made = alias_past.filter(id=alias.pk).order_by("history_id").values_list("history_date", flat=True).first()
    then = past.filter(id=owner.pk, history_date__lte=made).order_by("-history_date", "-history_id").first() if made else None
    return then is not None and alias_key(then.name) == alias.key


def record(apps, row, history_type):
    past = apps.get_model("stacks", f"Historical{type(row).__name__}")
    kept = {field.attname for field in past._meta.concrete_fields}
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname in kept}
    past.objects.create(
        **values, history_type=history_type, history_date=timezone.now(), history_change_reason=REASON
    )


def tell(apps, lines, companies):
    if not lines:
        return
    counter = apps.get_model("stacks", "Counter").objects.get(pk=1)
    Change, now = apps.get_model("stacks", "Change"), timezone.now()
    Change._base_manager.bulk_create(
        [
            Change(seq=seq, at=now, verb=verb, kind=kind, object=slug, payload=payload)
            for seq, (verb, kind, slug, payload) in enumerate(lines, counter.revision + 1)
        ],
        batch_size=1000,
    )
    counter.revision += len(lines)
    if any(kind != "company" for _, kind, _, _ in lines):
        counter.vocabulary_revision = counter.revision
    counter.save()
    touched = apps.get_model("stacks", "Company").objects.filter(slug__in=companies)
    touched.update(revision=counter.revision, revised_at=now)


class Migration(migrations.Migration):
    dependencies = [("stacks", "0006_lifecycle_and_identifiers")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
