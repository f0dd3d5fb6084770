"""Accounts and roles: whoever changes them could give himself any right, so only those do who have every right."""

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from stacks.history.parts import curated_models
from stacks.second_factor import remove


class OnlyByAdmins:
    """For a ModelAdmin: written by superusers alone, whatever permissions somebody else was given by mistake."""

    def has_add_permission(self, request):
        return request.user.is_superuser and super().has_add_permission(request)  # type: ignore[misc]

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser and super().has_delete_permission(request, obj)  # type: ignore[misc]


def has_written(account: User) -> bool:
    """Whether the account stands in the history of anything, or in the log of the admin."""
    histories = [model.history for model in curated_models()]
    logged = LogEntry.objects.filter(user=account).exists()
    return logged or any(history.filter(history_user=account).exists() for history in histories)


admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


@admin.register(User)
class AccountAdmin(OnlyByAdmins, UserAdmin):
    """Who did what stays known: an account that has written anything is closed, not deleted."""

    list_display = ("username", "email", "first_name", "last_name", "is_staff", "has_second_factor")
    actions = ("take_second_factor",)

    def get_queryset(self, request):
        apps_of = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).annotate(has_app=Exists(apps_of))

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, account):
        return account.has_app

    @admin.action(description="Take away the second factor: the device is lost", permissions=["change"])
    def take_second_factor(self, request, queryset):
        """Whoever lost the app and the codes logs in with the password alone, and sets it up again."""
        accounts = list(queryset)
        number = remove(accounts)
        for account in accounts:
            self.log_change(request, account, "Second factor taken away.")
        messages.success(request, f"{number} of {len(accounts)} accounts had one, and have none any more.")

    def get_deleted_objects(self, objs, request):
        named, counts, forbidden, kept_back = super().get_deleted_objects(objs, request)
        written = [
            f"“{account}” stands in the history of what was written: untick “active” in place of deleting."
            for account in objs
            if has_written(account)
        ]
        return named, counts, forbidden, [*written, *kept_back]


@admin.register(Group)
class RoleAdmin(OnlyByAdmins, GroupAdmin):
    """What a role may do."""
