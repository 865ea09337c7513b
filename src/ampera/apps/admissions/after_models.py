"""What may still happen to seats and applications once the list is frozen: the rest of `models`, which imports them."""

from django.db import models
from django.db.models import F, Q


class WavesEnd(models.Model):
    """The calls of a round have ended: from here on seats left over are open to people who had not applied."""

    round = models.OneToOneField("programme.Round", models.PROTECT, related_name="+", primary_key=True)
    after = models.PositiveSmallIntegerField(help_text="The last wave that was called.")
    because = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()


class Correction(models.Model):
    """A fact that the frozen list held wrongly, proved after the draw: what is right, said by one officer, confirmed by another."""

    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    application = models.ForeignKey(
        "admissions.Application", models.PROTECT, related_name="+", help_text="About whom."
    )
    objection = models.ForeignKey("admissions.Objection", models.PROTECT, null=True, related_name="+")
    groups = models.CharField(
        max_length=200, blank=True, help_text="Codes of all groups that they belong to, comma-separated."
    )
    because = models.CharField(max_length=200, help_text="Public: it names nobody.")
    foreseen = models.TextField(
        blank=True, help_text="What it would add, as its proposer saw it: “receipt class id”, a line each."
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    added = models.PositiveSmallIntegerField(null=True, help_text="How many seats it added.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | (~Q(confirmed_by="") & ~Q(confirmed_by=F("by")) & Q(added__isnull=False)),
                name="correction_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(condition=~Q(because=""), name="correction_says_why"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(confirmed_at__isnull=True),
                name="correction_one_open_per_application",
            ),
        ]


class NoShow(models.Model):
    """A seat that nobody seems to use: the person may object until a moment, and only then it is released."""

    seat = models.ForeignKey("admissions.Seat", models.PROTECT, related_name="+")
    because = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    until = models.DateTimeField()
    objection = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, help_text="Released, or the person objected and keeps it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(ended_at__isnull=True), name="no_show_one_open_per_seat"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="no_show_leaves_time_to_object"),
        ]


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
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(ended_at__isnull=True), name="gives_way_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(stays__isnull=True) | ~Q(stays=F("application")), name="gives_way_to_another"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="gives_way_says_why"),
        ]
