"""Append-only events, and the keys that make a verb happen once."""

from django.db import models


class Event(models.Model):
    """One thing that happened: ids and facts, no personal data, no foreign keys."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    about = models.CharField(max_length=80)
    by = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="event_about"),
            models.Index(fields=["verb", "at"], name="event_verb_at"),
        ]


class Claim(models.Model):
    """An idempotency key and the first answer given to it."""

    key = models.CharField(max_length=120, primary_key=True)
    by = models.CharField(max_length=80)
    payload = models.CharField(max_length=64)
    answer = models.CharField(max_length=200, null=True)
    at = models.DateTimeField()
