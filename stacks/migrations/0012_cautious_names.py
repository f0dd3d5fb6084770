"""Names that are ordinary words or short get their caution, and those that several share become homonyms.

`cautions.json` was made once: from a dictionary of English (Debian's wamerican), the length and letter case of the names,
and by hand. It holds names of the shipped vocabulary alone. What a curator has decided since stays.
"""

import json
from collections import defaultdict
from itertools import groupby
from pathlib import Path

from django.db import migrations
from django.utils import timezone

from stacks.folding import alias_key, search_text, sort_key

LIST = Path(__file__).with_name("cautions.json")
REASON = "a homonym since this version"


def fill_in(apps, schema_editor):
    told = json.loads(LIST.read_text(encoding="utf-8"))
    be_cautious(apps, told["cautions"])
    touched = set()
    for name, shared in groupby(told["homonyms"], key=lambda row: row[0]):
        touched |= share(apps, name, {slug: (near, position) for _, slug, near, position in shared})
    refresh_search_texts(apps, touched)
    tell(apps, touched)


def be_cautious(apps, cautions):
    wanted = {(slug, alias_key(name)): (caution, beside) for slug, name, caution, beside in cautions}
    changed = []
    for row in apps.get_model("stacks", "TechnologyAlias").objects.filter(caution="free").select_related("technology"):
        if found := wanted.get((row.technology.slug, row.key)):
            row.caution, row.beside = found
            changed.append(row)
    apps.get_model("stacks", "TechnologyAlias").objects.bulk_update(changed, ["caution", "beside"], batch_size=500)


def share(apps, name, sharers):
    """Make a homonym of the name unless it leads elsewhere here. Returns the keys of the technologies it concerns."""
    aliases, homonyms, technologies, histories = (
        apps.get_model("stacks", model) for model in ("TechnologyAlias", "Homonym", "Technology", "HistoricalHomonym")
    )
    key = alias_key(name)
    rows = {row.slug: row for row in technologies.objects.filter(slug__in=sharers)}
    for bearer in technologies.objects.filter(sort_key=sort_key(name)):
        if alias_key(bearer.name) == key:
            rows.setdefault(bearer.slug, bearer)
    alias = aliases.objects.filter(key=key).select_related("technology").first()
    if not rows or homonyms.objects.filter(key=key).exists() or (alias and alias.technology.slug not in rows):
        return set()
    if alias:
        alias.delete()
    now = timezone.now()
    for slug, row in rows.items():
        near, position = sharers.get(slug, ("", len(sharers) + 1))
        values = {"technology_id": row.pk, "name": name, "near": near, "position": position, "version": 1}
        made = homonyms.objects.create(key=key, **values)
        histories.objects.create(
            id=made.pk,
            updated_at=made.updated_at,
            history_date=now,
            history_type="+",
            history_change_reason=REASON,
            **values,
        )
    return {row.pk for row in rows.values()}


def refresh_search_texts(apps, touched):
    names = defaultdict(list)
    for owner, name in apps.get_model("stacks", "TechnologyAlias").objects.filter(technology__in=touched).values_list(
        "technology", "name"
    ):
        names[owner].append(name)
    technologies = apps.get_model("stacks", "Technology")
    for row in technologies.objects.filter(pk__in=touched):
        technologies.objects.filter(pk=row.pk).update(search_text=search_text([row.name, *names[row.pk]]))


def tell(apps, touched):
    """The feed hears of each public technology whose names have changed."""
    public = apps.get_model("stacks", "Technology").objects.filter(pk__in=touched, state="published")
    slugs = list(public.order_by("slug").values_list("slug", "category__slug"))
    if not slugs:
        return
    Change, now = apps.get_model("stacks", "Change"), timezone.now()
    counter = apps.get_model("stacks", "Counter").objects.get(pk=1)
    Change.objects.bulk_create(
        Change(
            seq=seq,
            at=now,
            verb="changed",
            kind="technology",
            object=slug,
            payload={"category": category, "fields": ["aliases", "homonyms"]},
        )
        for seq, (slug, category) in enumerate(slugs, counter.revision + 1)
    )
    counter.revision = counter.vocabulary_revision = counter.revision + len(slugs)
    counter.save()


class Migration(migrations.Migration):
    dependencies = [("stacks", "0011_cautions_and_homonyms")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
