from django.conf import settings
from django.db import models
from django.db.models import F, Q


class KeptApart(models.Model):
    """Two rows that look like doubles and are two, as somebody has said: nobody is asked about them again.

    `kind` is the name of their model in small letters, `first` the lower of the two keys. Written and read by
    `stacks.doubles`. Nothing of it is public.
    """

    kind = models.CharField(max_length=10)
    first = models.PositiveBigIntegerField()
    second = models.PositiveBigIntegerField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "first", "second"], name="two_are_kept_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="two_are_kept_apart_in_order"),
        ]

    def __str__(self):
        return f"{self.kind} {self.first} and {self.second}"
