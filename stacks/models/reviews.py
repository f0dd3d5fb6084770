"""What is kept of a review while it goes on. Nothing of it is public, and none of it moves the feed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .catalogue import Technology
from .companies import Company
from .usages import Migration, Usage

_OWNERS = ("usage", "migration", "company", "technology")


class Review(models.Model):
    """Who proposed a row and when; who returned it, when and why, until it is proposed again.

    Written by `stacks.review` alone. There is none for a row that came as it is with the catalogue.
    """

    usage = models.OneToOneField(Usage, null=True, on_delete=models.CASCADE, related_name="review")
    migration = models.OneToOneField(Migration, null=True, on_delete=models.CASCADE, related_name="review")
    company = models.OneToOneField(Company, null=True, on_delete=models.CASCADE, related_name="review")
    technology = models.OneToOneField(Technology, null=True, on_delete=models.CASCADE, related_name="review")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    returned_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(Q(**{f"{name}__isnull": name != owner for name in _OWNERS}) for owner in _OWNERS),
                    _connector=Q.OR,
                ),
                name="a_review_is_of_one_row",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "id"], name="review_returned", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.usage or self.migration or self.company or self.technology}"


class Mark(models.Model):
    """A reviewer has accepted a row, or a line that waits, as it read then: `read` is its fingerprint."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    row = models.PositiveBigIntegerField()
    read = models.CharField(max_length=16)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind", "row"], name="one_mark_of_each")]

    def __str__(self):
        return f"{self.kind} {self.row}"
