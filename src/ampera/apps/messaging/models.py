"""The outbox: every message to a citizen or officer, before and after it is sent."""

from django.db import models
from django.db.models import Q


class Outgoing(models.Model):
    """One message to one address. No message carries a link: a programme against fraud must not look like one."""

    class State(models.TextChoices):
        QUEUED = "QUEUED"
        SENT = "SENT"
        FAILED = "FAILED"

    key = models.CharField(max_length=120, unique=True)
    to = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True, help_text="Not to be tried before; also a worker's lease.")

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="outgoing_queue"),
            models.Index(fields=["to", "-id"], name="outgoing_to"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(body__contains="://") & ~Q(body__icontains="www."),
                name="message_carries_no_link",
            ),
        ]
