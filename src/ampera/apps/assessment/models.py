"""Items, forms, sittings and the log of answers from which every score is rebuilt."""

import uuid

from django.db import models
from django.db.models import F, Q


class Purpose(models.TextChoices):
    BASELINE = "baseline"
    EXAM = "exam"
    ENDLINE = "endline"


class Item(models.Model):
    code = models.CharField(max_length=20, primary_key=True)
    pool = models.CharField(max_length=20)
    anchor = models.BooleanField(default=False)
    area = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=40, help_text="DigComp 3.0 learning outcome.")
    level = models.PositiveSmallIntegerField()
    stem_id = models.TextField()
    stem_en = models.TextField()
    rationale_id = models.TextField()
    rationale_en = models.TextField()
    difficulty = models.FloatField(help_text="Logits.")
    difficulty_status = models.CharField(max_length=12, help_text="assumed | calibrated")
    review = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(area__gte=1, area__lte=5), name="item_area_is_one_of_five")
        ]


class Option(models.Model):
    item = models.ForeignKey(Item, models.PROTECT, related_name="options")
    position = models.PositiveSmallIntegerField()
    text_id = models.TextField()
    text_en = models.TextField()
    correct = models.BooleanField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="option_position_once"),
            models.UniqueConstraint(fields=["item"], condition=Q(correct=True), name="item_has_one_key"),
        ]


class Form(models.Model):
    code = models.SlugField(primary_key=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    level = models.CharField(max_length=10, blank=True)
    minutes = models.PositiveSmallIntegerField()
    pass_theta = models.FloatField(null=True, help_text="Exams: logits.")
    hash = models.CharField(max_length=64, help_text="SHA-256 over its items, fixed when loaded.")


class FormItem(models.Model):
    form = models.ForeignKey(Form, models.PROTECT, related_name="places")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "item"], name="form_item_once"),
            models.UniqueConstraint(fields=["form", "position"], name="form_position_once"),
        ]


class Sitting(models.Model):
    """One person's attempt at one form."""

    class State(models.TextChoices):
        OPEN = "OPEN"
        FINISHED = "FINISHED"
        VOID = "VOID"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    attempt = models.PositiveSmallIntegerField(default=1)
    session = models.ForeignKey(
        "ExamSession", models.PROTECT, null=True, related_name="sittings", help_text="Exams only."
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    void_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "round", "purpose", "attempt"],
                name="sitting_one_per_person_round_and_purpose",
            ),
            models.CheckConstraint(condition=Q(purpose="exam") | Q(attempt=1), name="only_exams_are_retaken"),
            models.CheckConstraint(
                condition=(Q(state="FINISHED") & Q(finished_at__isnull=False)) | ~Q(state="FINISHED"),
                name="sitting_finished_has_a_time",
            ),
        ]


class Response(models.Model):
    """An answer, accepted once and never changed."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="responses")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    option = models.ForeignKey(Option, models.PROTECT, related_name="+")
    correct = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "item"], name="answer_accepted_once")]


class Score(models.Model):
    """What a finished sitting shows; can be rebuilt from its responses at any time."""

    sitting = models.OneToOneField(Sitting, models.PROTECT, related_name="score")
    eap = models.FloatField()
    eap_se = models.FloatField()
    wle = models.FloatField()
    wle_se = models.FloatField()
    raw = models.PositiveSmallIntegerField()
    items = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10, help_text="Provisional (sementara).")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(raw__lte=F("items")), name="score_within_items")]


class ExamSession(models.Model):
    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    room = models.CharField(max_length=120)
    invigilator = models.CharField(max_length=80, blank=True, help_text="Actor who opened it.")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["klass", "starts_at"], name="exam_session_once_per_class_and_time"
            )
        ]


class Presence(models.Model):
    """An invigilator saw the person's KTP at the exam."""

    session = models.ForeignKey(ExamSession, models.PROTECT, related_name="presences")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    seen_by = models.CharField(max_length=80)
    seen_at = models.DateTimeField()
    accommodation = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="presence_once_per_session")
        ]


class Incident(models.Model):
    session = models.ForeignKey(ExamSession, models.PROTECT, related_name="incidents")
    what = models.TextField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
