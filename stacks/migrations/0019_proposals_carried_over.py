from django.db import migrations, models


def fill_in(apps, schema_editor):
    """Which row a line speaks of, and whose it is; who proposed what waits for review."""
    lines = apps.get_model("stacks", "ImportLine").objects
    for kind in ("usage", "migration"):
        lines.exclude(**{kind: None}).update(kind=kind, row=models.F(f"{kind}_id"))
    batches = apps.get_model("stacks", "ImportBatch").objects
    for author in set(batches.exclude(made_by=None).order_by().values_list("made_by", flat=True)):
        lines.filter(batch__in=batches.filter(made_by=author)).update(author=author)
    review = apps.get_model("stacks", "Review").objects
    for kind in ("usage", "migration", "company", "technology"):
        proposed = set(
            apps.get_model("stacks", kind).objects.filter(state="proposed").order_by().values_list("pk", flat=True)
        )
        began = {}
        records = apps.get_model("stacks", f"historical{kind}").objects.filter(
            id__in=apps.get_model("stacks", kind).objects.filter(state="proposed").values("pk")
        )
        for pk, state, at, user in records.order_by("history_date", "history_id").values_list(
            "id", "state", "history_date", "history_user"
        ):
            if state != "proposed":
                began.pop(pk, None)
            else:
                began.setdefault(pk, (at, user))
        review.bulk_create(
            [
                review.model(**{f"{kind}_id": pk}, author_id=user, proposed_at=at)
                for pk, (at, user) in began.items()
                if pk in proposed
            ],
            batch_size=500,
        )


class Migration(migrations.Migration):
    # apart from 0018: PostgreSQL makes no index of a table whose foreign keys it has still to check
    dependencies = [("stacks", "0018_proposals")]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
