"""What was promised, and how a round keeps it: agreement, commitments, places, round, plan, classes, blocks."""

from django.db import models
from django.db.models import F, Q


class Level(models.TextChoices):
    """The four levels, each two of DigComp 3.0's eight."""

    DASAR = "dasar", "Dasar"
    MENENGAH = "menengah", "Menengah"
    MAHIR = "mahir", "Mahir"
    AHLI = "ahli", "Ahli"


class Agreement(models.Model):
    slug = models.SlugField(unique=True)
    title_id = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    signed_on = models.DateField()
    seats = models.PositiveIntegerField()
    summary_id = models.TextField()
    summary_en = models.TextField()
    sources = models.TextField(help_text="One source a line.")
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the programme file it was loaded from.")


class Party(models.Model):
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="parties")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=60)


class Audience(models.Model):
    code = models.SlugField(primary_key=True)
    name_id = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    nominated = models.BooleanField(help_text="Named by their agency, outside the draw (ASN).")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]


class Commitment(models.Model):
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commitments")
    level = models.CharField(max_length=10, choices=Level)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    seats = models.PositiveIntegerField()
    assumed = models.BooleanField()
    reason = models.TextField(blank=True, help_text="In Indonesian; `reason_en` in English.")
    reason_en = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "level", "audience"], name="commitment_one_per_level_and_audience"
            ),
            models.CheckConstraint(
                condition=Q(assumed=False) | ~Q(reason=""), name="commitment_assumed_has_a_reason"
            ),
        ]


class Partner(models.Model):
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="partners")
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    assumed = models.BooleanField()
    reason = models.TextField(blank=True, help_text="In Indonesian; `reason_en` in English.")
    reason_en = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(assumed=False) | ~Q(reason=""), name="partner_assumed_has_a_reason"
            )
        ]


class Place(models.Model):
    """A city, kecamatan or kelurahan, under the Ministry of Home Affairs' code."""

    code = models.CharField(max_length=13, primary_key=True)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")


class Group(models.Model):
    """Those for whom seats can be reserved, and the evidence that shows it."""

    code = models.SlugField(primary_key=True)
    name_id = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    evidence_id = models.CharField(max_length=200)
    evidence_en = models.CharField(max_length=200)
    checker = models.CharField(
        max_length=10, blank=True, help_text="Who looks at it: kelurahan | officer | school."
    )
    places = models.ManyToManyField(
        Place, related_name="+", help_text="If any: who lives in one of them belongs to the group."
    )


class Round(models.Model):
    class State(models.TextChoices):
        DRAFT = "DRAFT"
        LOCKED = "LOCKED"
        OPEN = "OPEN"
        OBJECTIONS = "OBJECTIONS"
        FROZEN = "FROZEN"
        DRAWN = "DRAWN"
        TEACHING = "TEACHING"
        ENDLINE = "ENDLINE"
        REPORTED = "REPORTED"
        ABANDONED = "ABANDONED"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    title_id = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    simulated = models.BooleanField(default=False)
    assumed_because_id = models.TextField(blank=True, help_text="If the plan is our assumption: why.")
    assumed_because_en = models.TextField(blank=True)
    abandoned_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="round_number_once"),
            models.CheckConstraint(
                condition=~Q(state="ABANDONED") | ~Q(abandoned_because=""), name="round_abandoned_says_why"
            ),
        ]


class Plan(models.Model):
    """What a round will do, fixed at the lock. `text` is the exact document whose SHA-256 is published."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="plan")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    provisional_at = models.DateTimeField(null=True, help_text="The provisional list; objections start.")
    objections_until = models.DateTimeField()
    freeze_at = models.DateTimeField(null=True, help_text="At least a day before the draw.")
    draw_at = models.DateTimeField(help_text="The named beacon's moment.")
    accept_hours = models.PositiveSmallIntegerField()
    waves = models.PositiveSmallIntegerField(null=True, help_text="Calls at most, inside the horizon.")
    classes_start_on = models.DateField()
    exam_on = models.DateField()
    exam_until = models.DateField(null=True)
    endline_from = models.DateField()
    endline_until = models.DateField()
    min_age = models.PositiveSmallIntegerField(default=15)
    guardian_below = models.PositiveSmallIntegerField(default=18)
    horizon = models.CharField(max_length=8, help_text="k, a decimal string ≥ 1.")
    tie_break = models.CharField(max_length=10, default="single")
    reversion = models.CharField(max_length=6, default="open")
    household_ticket = models.BooleanField(default=False)
    replays = models.PositiveIntegerField(default=200)
    beacon_kind = models.CharField(max_length=10, help_text="dice | drand | rfc3797, see 0005.")
    beacon_count = models.PositiveSmallIntegerField(help_text="Number of dice; 0 without dice.")
    beacon_faces = models.PositiveSmallIntegerField()
    beacon_witnesses = models.TextField(help_text="Of dice: one named witness a line.")
    beacon_round = models.PositiveBigIntegerField(null=True, help_text="Of drand's quicknet.")
    beacon_sources = models.TextField(null=True, help_text="Of RFC 3797: what is published, a line each.")
    beacon_outage = models.TextField()
    endline_per_arm = models.PositiveIntegerField()
    threshold = models.DecimalField(max_digits=4, decimal_places=2, help_text="Renew at or above, in SD.")
    alpha = models.DecimalField(max_digits=4, decimal_places=3)
    power = models.DecimalField(max_digits=4, decimal_places=3)
    analysis = models.TextField(help_text="JSON: estimand in both languages, outcome, score, methods.")
    attendance_share = models.DecimalField(max_digits=3, decimal_places=2)
    file_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the programme file.")
    text = models.TextField(blank=True)
    hash = models.CharField(max_length=64, blank=True)
    proposed_by = models.CharField(max_length=80, blank=True)
    proposed_at = models.DateTimeField(null=True)
    locked_by = models.CharField(max_length=80, blank=True)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | (~Q(hash="") & ~Q(locked_by="") & ~Q(proposed_by="")),
                name="plan_lock_has_hash_and_two_people",
            ),
            models.CheckConstraint(
                condition=Q(locked_by="") | ~Q(locked_by=F("proposed_by")),
                name="plan_locked_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at"))
                & Q(closes_at__lt=F("objections_until"))
                & Q(objections_until__lt=F("draw_at")),
                name="plan_dates_in_order",
            ),
        ]


class TimeStamp(models.Model):
    """What an authority outside signed about a locked plan's text (RFC 3161). Written once."""

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="time_stamp")
    answer = models.BinaryField(help_text="TimeStampResp in DER, as it came.")
    at = models.DateTimeField(help_text="By the authority's clock.")
    authority = models.CharField(max_length=500)
    serial = models.CharField(max_length=60, help_text="The stamp's number at the authority.")
    received_at = models.DateTimeField()


class GradeWeight(models.Model):
    """A component of the class grade; weights sum to 1 and are locked with the plan."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="weights")
    code = models.SlugField()
    name_id = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    weight = models.DecimalField(max_digits=4, decimal_places=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="grade_weight_once")]


class Class(models.Model):
    round = models.ForeignKey(Round, models.PROTECT, related_name="classes")
    code = models.SlugField()
    level = models.CharField(max_length=10, choices=Level)
    audience = models.ForeignKey(
        Audience,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Only for nominated audiences (ASN); empty: drawn.",
    )
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    room = models.CharField(max_length=120)
    mode = models.CharField(max_length=12, help_text="tatap-muka | daring")
    days = models.CharField(max_length=60, help_text="Codes of weekdays, comma-separated: senin … minggu.")
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    meetings = models.PositiveSmallIntegerField()
    hours = models.PositiveSmallIntegerField(help_text="Jam pelajaran (JP) on the certificate.")
    trainer = models.CharField(max_length=120, blank=True)
    seats = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="class_code_once_a_round")]


class Block(models.Model):
    """Seats of a class filled in one place in the order of precedence; an empty group is open to all."""

    klass = models.ForeignKey(Class, models.PROTECT, related_name="blocks")
    code = models.SlugField()
    order = models.PositiveSmallIntegerField()
    seats = models.PositiveIntegerField()
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="+")
    cap_group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="+")
    cap = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["klass", "code"], name="block_code_once_a_class"),
            models.UniqueConstraint(fields=["klass", "order"], name="block_order_once_a_class"),
        ]
