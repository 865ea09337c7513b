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
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
