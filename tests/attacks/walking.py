"""Every address of the admin, found in its URL configuration, with a row of ours in each place that takes one."""

from itertools import product

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from stacks.models import ApiKey, Delivery, State, Webhook
from stacks.models.keys import make_key
from stacks.review import CURATOR, REVIEWED
from tests.admin.test_pages import MAKERS, make_row
from tests.admin.test_webhooks import make_delivery, make_hook

# What stands in an address in place of a row.
KNOWN = {
    "app_label": ["stacks"],
    "content_type_id": ["1"],
    "kind": ["company"],
    "key": ["1"],
    "number": [1],
    "token": ["a:b:c"],
    "transition": ["publish"],
    "uidb64": ["MQ"],
    "url": ["nothing"],
    "what": ["verified"],
}
# They only show, or do what is ticked in a list: tests/admin/test_rights.py and test_roles.py post to them.
_ELSEWHERE = ("_history", "_changelist")
_NOT_WALKED = {"login", "logout"}
_OF_ROWS = {"object_id", "id", "pk"}


def patterns(found=None):
    """Each pattern of an address, with the namespace that its name belongs to."""
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLPattern):
            yield "", each
        else:
            space = f"{each.namespace}:" if each.namespace else ""
            yield from ((space + inner, pattern) for inner, pattern in patterns(each.url_patterns))


def make_rows():
    """Of each model that the admin has pages of: a draft and, where it has a state, what is public."""
    rows = {model: [make_row(model)] for model in MAKERS}
    for model in REVIEWED:
        public = make_row(model)
        around = (getattr(public, name, None) for name in ("company", "technology", "from_technology", "to_technology"))
        for row in (*around, public):
            if row is not None:
                row.state = State.PUBLISHED
                row.save()
        rows[model].append(public)
    hook, key = make_hook(), ApiKey(name="Radar")
    key.set_key(make_key())
    key.save()
    tried = {"username": "x", "ip_address": "192.0.2.1", "user_agent": "x", "path_info": "/"}
    return rows | {
        ApiKey: [key],
        Webhook: [hook],
        Delivery: [make_delivery(hook)],
        User: [User.objects.get(username="superuser")],
        Group: [Group.objects.get(name=CURATOR)],
        AccessAttempt: [AccessAttempt.objects.create(failures_since_start=3, **tried)],
        AccessLog: [AccessLog.objects.create(**tried)],
        AccessFailureLog: [AccessFailureLog.objects.create(**tried)],
    }


def addresses(rows):
    """Each address of the admin once for each row that it may be of."""
    of_name = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    assert of_name.keys() == {f"{model._meta.app_label}_{model._meta.model_name}" for model in rows}
    for space, pattern in patterns():
        arguments = list(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        if space != "admin:" or pattern.name is None or pattern.name in _NOT_WALKED:
            continue
        if pattern.name.endswith(_ELSEWHERE):
            continue
        model = of_name.get("_".join(pattern.name.split("_")[:2]))
        for row in rows.get(model, [None]):
            yield from {_fill(space + pattern.name, chosen): None for chosen in _choices(arguments, row)}


def _choices(arguments, row):
    places = []
    for argument in arguments:
        if argument in _OF_ROWS:
            places.append([row.pk if row else 1])
        elif argument == "version_id":
            places.append([row.history.first().pk])
        else:
            places.append(KNOWN[argument])  # a new kind of place: say above what may stand in it
    return (dict(zip(arguments, values, strict=True)) for values in product(*places))


def _fill(name, chosen):
    try:
        return reverse(name, kwargs=chosen)
    except NoReverseMatch as error:
        raise AssertionError(f"{name} takes no {chosen}") from error
