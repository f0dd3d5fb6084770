from django.conf import settings
from django.db import models


class Merge(models.Model):
    """Two rows that became one: what moved, so that it can be told and undone. Nothing of it is public.

    `events` are what was done, in order; `stacks.merge` writes them, `stacks.unmerge` reads them.
    """

    kind = models.CharField(max_length=10)
    gone = models.CharField(max_length=100, help_text="The slug or uid of the row that is no more.")
    gone_name = models.CharField(max_length=300, verbose_name="merged")
    kept = models.CharField(max_length=100, help_text="The slug or uid of the row that was kept, as it was then.")
    kept_name = models.CharField(max_length=300, verbose_name="into")
    kept_pk = models.BigIntegerField()
    events = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.gone_name} → {self.kept_name}"
