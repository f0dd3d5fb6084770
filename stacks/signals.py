"""The only signal receivers of the project: they report each write of a curated row to its transaction's ledger."""

from django.db.models.signals import post_migrate, post_save, pre_delete, pre_save

from stacks.changes import Ledger, current_ledger
from stacks.curating import joining
from stacks.models import Curated
from stacks.review import make_groups
from stacks.revisions import lock_counter


def connect(app_config) -> None:
    for model in app_config.get_models():
        if issubclass(model, Curated):
            for signal, receiver in ((pre_save, _before_save), (post_save, _after_save), (pre_delete, _before_delete)):
                signal.connect(receiver, sender=model, dispatch_uid=f"{receiver.__name__} {model.__name__}")
    post_migrate.connect(_make_groups, sender=app_config, dispatch_uid="groups")


def _before_save(sender, instance, raw, **kwargs):
    if raw:
        # a raw save asks no field for its value: keys and dates that fields fill in themselves would be missing
        for field in sender._meta.concrete_fields:
            field.pre_save(instance, add=instance.pk is None)
    ledger = current_ledger()
    if ledger is None and raw:
        # `loaddata` saves raw, past Curated.save(): each row gets a ledger of its own, within loaddata's transaction
        ledger = instance.ledger_of_raw_save = Ledger(lock_counter())
    if ledger is not None:
        _date(instance, ledger)
        ledger.about_to_write(instance)


def _date(instance, ledger):
    """What is done in one go has one moment in the history: so it is told together, and brought back together."""
    instance._history_date = ledger.moment  # noqa: SLF001 - where django-simple-history looks for it


def _after_save(sender, instance, created, raw, **kwargs):
    if raw and hasattr(sender, "history"):
        sender.history.bulk_history_create([instance], update=not created, default_change_reason="loaddata")
    instance.__dict__.pop("_history_date", None)
    own = instance.__dict__.pop("ledger_of_raw_save", None)
    if own is not None:
        with joining(own):
            own.saved(instance, created=created, raw=raw)
            instance.after_save()
    elif ledger := current_ledger():
        ledger.saved(instance, created=created, raw=raw)


def _before_delete(sender, instance, **kwargs):
    ledger = current_ledger()
    if ledger is not None:
        _date(instance, ledger)
        if ledger.records is None:  # else it is one of many, which were looked at together
            ledger.about_to_delete([instance])


def _make_groups(sender, **kwargs):
    make_groups()
