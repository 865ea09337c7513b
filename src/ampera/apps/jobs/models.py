"""Long work that people wait for: who began it, how far it is."""

import uuid

from django.db import models


class Job(models.Model):
    class State(models.TextChoices):
        QUEUED = "QUEUED"
        RUNNING = "RUNNING"
        DONE = "DONE"
        FAILED = "FAILED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=80)
    by = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    fault = models.TextField(default="")
    queued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
