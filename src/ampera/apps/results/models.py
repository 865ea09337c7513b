"""The endline, the effect, and the verdict of the locked rule."""

from django.db import models
from django.db.models import Q


class Sample(models.Model):
    """Who is asked to sit the endline, drawn once with recorded probabilities."""

    round = models.OneToOneField("programme.Round", models.PROTECT, related_name="+")
    seed = models.CharField(max_length=64)
    eligible_inside = models.PositiveIntegerField()
    eligible_outside = models.PositiveIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()


class Member(models.Model):
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="members")
    application = models.OneToOneField("admissions.Application", models.PROTECT, related_name="+")
    inside = models.BooleanField()
    chance_inside = models.FloatField()
    probability = models.FloatField(help_text="Of being sampled.")
    sitting = models.OneToOneField("assessment.Sitting", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1), name="member_probability_in_0_1"
            ),
            models.CheckConstraint(
                condition=Q(chance_inside__gt=0, chance_inside__lt=1),
                name="member_chance_strictly_between_0_and_1",
            ),
        ]


class Effect(models.Model):
    """The ITT, once per round, with everything needed to judge it."""

    round = models.OneToOneField("programme.Round", models.PROTECT, related_name="+")
    estimate = models.FloatField(help_text="SD of the outside arm.")
    se = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    mde = models.FloatField()
    p_replay = models.FloatField(null=True, help_text="Randomisation inference by replaying the draw.")
    sd_outside = models.FloatField(help_text="Logits.")
    n_inside = models.PositiveIntegerField()
    n_outside = models.PositiveIntegerField()
    asked_inside = models.PositiveIntegerField()
    asked_outside = models.PositiveIntegerField()
    bound_low = models.FloatField(null=True, help_text="Lee bounds for attrition.")
    bound_high = models.FloatField(null=True)
    verdict = models.CharField(max_length=12, help_text="renew | stop | cannot_tell")
    p = models.FloatField(null=True, help_text="Two-sided, by Student's t.")
    threshold = models.FloatField(null=True, help_text="Of the locked rule, in SD.")
    clusters = models.PositiveIntegerField(null=True, help_text="Households among those who answered.")
    response_inside = models.FloatField(null=True, help_text="Share that answered, weighted.")
    response_outside = models.FloatField(null=True)
    attrition_low = models.FloatField(null=True, help_text="Difference in response, 95 % interval.")
    attrition_high = models.FloatField(null=True)
    trimmed = models.FloatField(null=True, help_text="Share of answers cut for the bounds.")
    late = models.FloatField(null=True, help_text="Effect of taking a seat, SD; empty: nobody was moved.")
    late_low = models.FloatField(null=True, help_text="Anderson–Rubin, 95 %; empty: not bounded.")
    late_high = models.FloatField(null=True)
    moved = models.FloatField(null=True, help_text="By how much being inside raised the share with a seat.")
    moved_low = models.FloatField(null=True, help_text="95 % interval.")
    moved_high = models.FloatField(null=True)
    public_estimate = models.FloatField(null=True, help_text="From the rows of the open data.")
    public_low = models.FloatField(null=True)
    public_high = models.FloatField(null=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()


class Report(models.Model):
    """What a round came to, written once: the verdict, the cost, and the rows that anybody may recompute from."""

    round = models.OneToOneField("programme.Round", models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, help_text="renew | stop | cannot_tell")
    reasons = models.CharField(
        max_length=200, help_text="Codes of the facts it follows from, space-separated."
    )
    promised = models.PositiveIntegerField(help_text="Seats of the whole agreement.")
    cost = models.PositiveBigIntegerField(
        null=True, help_text="Rupiah, as the office says; empty: not given."
    )
    unasked = models.PositiveIntegerField(help_text="Sampled, but without consent to research.")
    data = models.TextField(help_text="The open data, CSV.")
    data_hash = models.CharField(max_length=64)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()


class Line(models.Model):
    """Seats and people of one level, as they stood when the report was written."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="lines")
    level = models.CharField(max_length=10)
    promised = models.PositiveIntegerField()
    assumed = models.PositiveIntegerField(
        help_text="In the agreement's split by our assumption; not promised."
    )
    planned = models.PositiveIntegerField()
    filled = models.PositiveIntegerField()
    finished = models.PositiveIntegerField()
    certified = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "level"], name="report_line_once_per_level")]
