"""The row that says which of one person's applications gives way; a table of `admissions` like those in `models`."""

from django.db import models
from django.db.models import F, Q


class GivesWay(models.Model):
    """An application of somebody registered twice, which gives way to their other one or to a seat that they hold."""

    application = models.ForeignKey("admissions.Application", models.PROTECT, related_name="+")
    stays = models.ForeignKey(
        "admissions.Application",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty for a seat without an application.",
    )
    because = models.CharField(max_length=200, help_text="Shown to the citizen.")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="The two were parted again.")

    class Meta:
        app_label = "admissions"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(ended_at__isnull=True), name="gives_way_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(stays__isnull=True) | ~Q(stays=F("application")), name="gives_way_to_another"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="gives_way_says_why"),
        ]
