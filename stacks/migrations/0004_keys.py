"""Keys, sort keys and search texts by the folding that takes ł, ø, đ, ı and their like for plain letters.

Names of one object whose keys now meet become one name; names of two objects are told to whoever migrates, all at once,
and nothing is changed: which of the two keeps the name is a decision.
"""

from collections import defaultdict

from django.db import migrations
from django.utils import timezone

import stacks.models.fields
from stacks.folding import alias_key, search_text, second_key, sort_key

FAMILIES = (("TechnologyAlias", "Technology", "technology"), ("CompanyAlias", "Company", "company"))


def refold(apps, schema_editor):
    families = [(apps.get_model("stacks", alias), apps.get_model("stacks", owner), kind) for alias, owner, kind in FAMILIES]
    refuse_shared_names(families)
    touched = []
    for aliases, owners, kind in families:
        touched += [(kind, slug) for slug in refold_aliases(aliases, owners, kind)]
        refold_owners(aliases, owners, kind)
    tell(apps, touched)


def refuse_shared_names(families):
    shared = []
    for aliases, _, kind in families:
        bearers = defaultdict(dict)
        for name, slug in aliases.objects.order_by("pk").values_list("name", f"{kind}__slug"):
            bearers[alias_key(name)].setdefault(slug, name)
        for names in bearers.values():
            if len(names) > 1:
                shared.append(" and ".join(f"“{name}” of the {kind} {slug}" for slug, name in names.items()))
    if shared:
        raise RuntimeError(
            "These names of different objects are one name from this version on (ł is l, ø is o, and so on). With the "
            "version before, rename or delete one of each in the admin, then migrate again: " + "; ".join(shared) + "."
        )


def refold_aliases(aliases, owners, kind):
    """Returns the slugs of public owners that have a name less."""
    own = {pk: name for pk, name in owners.objects.values_list("pk", "name")}
    kept, spare = {}, []
    for row in aliases.objects.order_by("pk"):
        key, owner = alias_key(row.name), getattr(row, f"{kind}_id")
        other = kept.setdefault(key, row)
        if other is not row:
            gone = other if row.name == own[owner] else row
            kept[key] = row if gone is other else other
            spare.append(gone)
    gone = {row.pk for row in spare}
    aliases.objects.filter(pk__in=gone).delete()
    changed = []
    for key, row in kept.items():
        second = second_key(row.name)
        if (row.key, row.second_key) != (key, second):
            row.key, row.second_key = key, second
            changed.append(row)
    aliases.objects.bulk_update(changed, ["key", "second_key"], batch_size=500)
    owned = {getattr(row, f"{kind}_id") for row in spare}
    public = owners.objects.filter(pk__in=owned, state="published")
    return list(public.order_by("pk").values_list("slug", flat=True))


def refold_owners(aliases, owners, kind):
    names = defaultdict(list)
    for owner, name in aliases.objects.values_list(kind, "name"):
        names[owner].append(name)
    changed = []
    for row in owners.objects.order_by("pk").iterator():
        found = sort_key(row.name), search_text([row.name, *names[row.pk]])
        if (row.sort_key, row.search_text) != found:
            row.sort_key, row.search_text = found
            changed.append(row)
    owners.objects.bulk_update(changed, ["sort_key", "search_text"], batch_size=500)


def tell(apps, touched):
    """The feed hears of each public object that has a name less."""
    if not touched:
        return
    counter = apps.get_model("stacks", "Counter").objects.get(pk=1)
    Change, now = apps.get_model("stacks", "Change"), timezone.now()
    Change._base_manager.bulk_create(
        [
            Change(seq=seq, at=now, verb="changed", kind=kind, object=slug, payload={"fields": ["aliases"]})
            for seq, (kind, slug) in enumerate(touched, counter.revision + 1)
        ]
    )
    counter.revision += len(touched)
    if any(kind == "technology" for kind, _ in touched):
        counter.vocabulary_revision = counter.revision
    counter.save()
    companies = [slug for kind, slug in touched if kind == "company"]
    apps.get_model("stacks", "Company").objects.filter(slug__in=companies).update(revision=counter.revision)


class Migration(migrations.Migration):
    dependencies = [("stacks", "0003_companies_of_category")]

    operations = [
        migrations.AddField("companyalias", "second_key", stacks.models.fields.SecondKeyField(default=""), preserve_default=False),
        migrations.AddField("technologyalias", "second_key", stacks.models.fields.SecondKeyField(default=""), preserve_default=False),
        migrations.RunPython(refold, migrations.RunPython.noop),
    ]
