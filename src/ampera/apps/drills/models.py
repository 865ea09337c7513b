"""True and false messages for everybody, and what people said of them."""

import uuid

from django.db import models


class Message(models.Model):
    code = models.CharField(max_length=20, primary_key=True)
    truth = models.BooleanField()
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    sender = models.CharField(max_length=80, help_text="As the telephone shows it.")
    setting_id = models.TextField(help_text="What the reader knows beforehand.")
    setting_en = models.TextField()
    text_id = models.TextField()
    text_en = models.TextField()
    why_id = models.TextField()
    why_en = models.TextField()
    sources = models.TextField(help_text="One a line.")
    valid_from = models.DateField()
    review_on = models.DateField()


class Session(models.Model):
    """One go through a set of messages by a visitor, who needs no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    visitor = models.CharField(max_length=80, help_text="Actor: a session or an account.")
    order = models.TextField(help_text="Message codes in the order shown, space-separated.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["visitor", "-started_at"], name="drill_session_visitor")]


class Judgement(models.Model):
    session = models.ForeignKey(Session, models.PROTECT, related_name="judgements")
    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    said_true = models.BooleanField()
    truth = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "message"], name="judgement_once_per_message")
        ]
