"""Accounts of every kind of staff."""

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Max

from stacks.review import CURATOR, REVIEWER
from tests.remembered import remembered_in

ROLES = ("nobody", "onlooker", "curator", "reviewer")


def make_staff():
    """By name staff without any right, with the right to look, curator, reviewer, superuser."""
    # a test that ends with empty tables leaves permissions and groups of other keys
    return _make_staff(*(model.objects.aggregate(last=Max("pk"))["last"] for model in (Permission, Group)))


@remembered_in(lambda: [User, User.groups.through, User.user_permissions.through], ["auth_user"])
def _make_staff(*keys):
    staff = {name: User.objects.create_user(name, is_staff=True) for name in ROLES}
    staff["superuser"] = User.objects.create_user("superuser", is_staff=True, is_superuser=True)
    staff["onlooker"].user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    staff["curator"].groups.add(Group.objects.get(name=CURATOR))
    staff["reviewer"].groups.add(Group.objects.get(name=REVIEWER))
    return staff
