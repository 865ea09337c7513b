"""Meetings, attendance and grades."""

from django.db import models
from django.db.models import Q


class Meeting(models.Model):
    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    secret = models.CharField(max_length=64, help_text="The rotating attendance code is derived from it.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["klass", "number"], name="meeting_number_once_per_class")
        ]


class Attendance(models.Model):
    class How(models.TextChoices):
        CODE = "code"
        HAND = "hand"
        FILE = "file"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    how = models.CharField(max_length=4, choices=How)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once_per_meeting")
        ]


class Grade(models.Model):
    """One component's score, 0–100. A correction is a new row; the newest counts."""

    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    component = models.ForeignKey("programme.GradeWeight", models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    source = models.CharField(max_length=80, help_text="hand, or file:<SHA-256>.")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="grade_between_0_and_100")
        ]
        indexes = [models.Index(fields=["klass", "person", "-id"], name="grade_class_person")]
