"""From application to seat: claims, ranking, objections, the frozen list, the draw, calls, seats."""

import uuid

from django.db import models
from django.db.models import F, Q

from .after_models import Correction, GivesWay, NoShow, WavesEnd

__all__ = [
    "Application",
    "Call",
    "Choice",
    "Correction",
    "Draw",
    "Fill",
    "Freeze",
    "GivesWay",
    "Motion",
    "NoShow",
    "Nomination",
    "Objection",
    "Outcome",
    "ReserveClaim",
    "Seat",
    "WavesEnd",
]


class Application(models.Model):
    """A person's wish for a seat in a round, with a snapshot of what the draw needs."""

    class State(models.TextChoices):
        DRAFT = "DRAFT"
        SUBMITTED = "SUBMITTED"
        WITHDRAWN = "WITHDRAWN"
        DISPLACED = "DISPLACED"
        MERGED = "MERGED"

    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    receipt = models.CharField(
        max_length=16,
        unique=True,
        null=True,
        help_text="Random per-round pseudonym, made at submission, printed on the receipt, public after the freeze.",
    )
    audience = models.ForeignKey("programme.Audience", models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=10, blank=True, help_text="Chosen; at most the measured one.")
    measured_level = models.CharField(max_length=10, blank=True)
    theta = models.FloatField(null=True, help_text="Baseline ability (EAP, logits).")
    theta_se = models.FloatField(null=True)
    kelurahan = models.ForeignKey("programme.Place", models.PROTECT, null=True, related_name="+")
    birth_year = models.PositiveSmallIntegerField(null=True)
    days = models.CharField(max_length=80, blank=True, help_text="Codes of weekdays, comma-separated.")
    places = models.TextField(
        blank=True, help_text="Codes of kecamatan, comma-separated; `daring` for online."
    )
    household = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=Q(state__in=["DRAFT", "SUBMITTED"]),
                name="application_one_live_per_person_and_round",
            ),
            models.CheckConstraint(
                condition=~Q(state="SUBMITTED")
                | (
                    Q(receipt__isnull=False)
                    & Q(submitted_at__isnull=False)
                    & Q(audience__isnull=False)
                    & ~Q(level="")
                    & Q(kelurahan__isnull=False)
                ),
                name="application_submitted_is_complete",
            ),
        ]
        indexes = [models.Index(fields=["round", "state"], name="application_round_state")]


class Choice(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="choices")
    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "klass"], name="choice_class_once"),
            models.UniqueConstraint(fields=["application", "position"], name="choice_position_once"),
        ]


class ReserveClaim(models.Model):
    """“I belong to this group”, with its evidence; a false claim loses the reserve, keeps the ticket."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="claims")
    group = models.ForeignKey("programme.Group", models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=120, help_text="Number or description of the document.")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=80, blank=True)
    accepted = models.BooleanField(null=True)
    because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "group"], name="claim_group_once"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | (Q(checked_at__isnull=False) & ~Q(checked_by="")),
                name="claim_checked_by_somebody",
            ),
        ]


class Nomination(models.Model):
    """A civil servant named by an agency, outside the draw and the effect."""

    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    agency = models.CharField(max_length=120)
    letter = models.CharField(max_length=80, help_text="Number of the assignment letter.")
    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="nomination_once_per_person_and_round")
        ]


class Objection(models.Model):
    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="+", help_text="Of the objector, if any."
    )
    by = models.CharField(max_length=80)
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    upheld = models.BooleanField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | (~Q(answer="") & ~Q(answered_by="")),
                name="objection_answered_by_a_person",
            )
        ]


class Freeze(models.Model):
    """The list that is drawn from, sealed by its root. Needs a locked plan: there is no row without one."""

    round = models.OneToOneField("programme.Round", models.PROTECT, related_name="+")
    plan = models.OneToOneField("programme.Plan", models.PROTECT, related_name="+")
    root = models.CharField(max_length=64)
    problem = models.BinaryField(help_text="The problem's files as a zip, exactly as hashed.")
    applicants = models.PositiveIntegerField()
    proposed_by = models.CharField(max_length=80)
    confirmed_by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="freeze_confirmed_by_a_second_person"
            )
        ]


class Motion(models.Model):
    """A step of a round that one officer proposes and another confirms; only then it is done."""

    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    what = models.CharField(max_length=20, help_text="The step: see decisions.STEPS, freezing, entering.")
    about = models.CharField(max_length=80, blank=True, help_text="Of what in the round; empty: the round.")
    value = models.TextField(blank=True, help_text="What exactly is decided: a root, a beacon's value.")
    choice = models.CharField(max_length=10, blank=True, help_text="Which of several ways: see small_cells.")
    because = models.TextField(blank=True)
    seen = models.JSONField(default=dict, help_text="What its proposer saw, in numbers, to be shown again.")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="Taken back, or replaced by a newer one.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | (~Q(confirmed_by="") & ~Q(confirmed_by=F("by")) & Q(dropped_at__isnull=True)),
                name="motion_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(what__in=["close", "draw", "wave"])
                | Q(what="freeze", choice="none")
                | ~Q(because=""),
                name="motion_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(what="freeze") | Q(choice__in=["none", "keep", "done"]),
                name="freeze_says_what_of_small_cells",
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(what="draw", confirmed_at__isnull=False),
                name="motion_one_beacon_per_round",
            ),
            models.UniqueConstraint(
                fields=["round", "what", "about"],
                condition=Q(confirmed_at__isnull=True, dropped_at__isnull=True),
                name="motion_one_open_per_step",
            ),
        ]


class Draw(models.Model):
    """Once per freeze; a draw needs a freeze, a freeze a locked plan."""

    freeze = models.OneToOneField(Freeze, models.PROTECT, related_name="draw")
    beacon = models.CharField(max_length=200, help_text="Its value, as two people entered it.")
    witnesses = models.TextField()
    bundle = models.BinaryField()
    bundle_hash = models.CharField(max_length=64)
    seated = models.PositiveIntegerField()
    inside = models.PositiveIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()


class Outcome(models.Model):
    """What the draw gave one applicant, with the chances that the lottery gave them beforehand."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="outcomes")
    application = models.OneToOneField(Application, models.PROTECT, related_name="+")
    ticket = models.CharField(max_length=64)
    klass = models.ForeignKey("programme.Class", models.PROTECT, null=True, related_name="+")
    block = models.ForeignKey("programme.Block", models.PROTECT, null=True, related_name="+")
    rank = models.PositiveSmallIntegerField(null=True)
    inside = models.BooleanField()
    chance_seat = models.FloatField(null=True)
    chance_seat_se = models.FloatField(null=True)
    chance_inside = models.FloatField(null=True)
    chance_inside_se = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["draw", "inside"], name="outcome_inside")]


class Call(models.Model):
    """A seat offered until a date."""

    class State(models.TextChoices):
        OFFERED = "OFFERED"
        TAKEN = "TAKEN"
        DECLINED = "DECLINED"
        LAPSED = "LAPSED"

    application = models.ForeignKey(Application, models.PROTECT, related_name="calls")
    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    block = models.ForeignKey("programme.Block", models.PROTECT, related_name="+")
    wave = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField()
    until = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, help_text="Of the one reminder, if no answer had come.")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "wave"], name="call_once_per_wave")]
        indexes = [models.Index(fields=["state", "until"], name="call_due")]


class Fill(models.Model):
    """How many seats of a block are taken: kept by trigger, guarded by its check."""

    block = models.OneToOneField("programme.Block", models.PROTECT, related_name="+", primary_key=True)
    seats = models.PositiveIntegerField()
    taken = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("seats")), name="block_never_above_capacity"
            )
        ]


class Seat(models.Model):
    class Source(models.TextChoices):
        DRAW = "draw"
        NOMINATION = "nomination"
        LIVE = "live"
        ADDED = "added"

    class State(models.TextChoices):
        TAKEN = "TAKEN"
        RELEASED = "RELEASED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    block = models.ForeignKey("programme.Block", models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=Source)
    call = models.OneToOneField(Call, models.PROTECT, null=True, related_name="seat")
    correction = models.ForeignKey(
        "Correction", models.PROTECT, null=True, related_name="seats", help_text="Of an added seat: why."
    )
    state = models.CharField(max_length=8, choices=State, default=State.TAKEN)
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], condition=Q(state="TAKEN"), name="seat_one_per_person_and_round"
            )
        ]
        indexes = [models.Index(fields=["klass", "state"], name="seat_class_state")]
