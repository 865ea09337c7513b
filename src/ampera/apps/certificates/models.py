"""Credentials issued, their status, and the keys they are signed with."""

import uuid

from django.db import models
from django.db.models import F, Q


class Key(models.Model):
    """An issuer's key. Old ones stay: certificates signed with them stay checkable."""

    multibase = models.CharField(max_length=80, unique=True, help_text="Public key as Multikey (z6Mk…).")
    sealed = models.BinaryField(
        help_text="Private key, AES-256-GCM under AMPERA_SIGNING_KEY; empty if AMPERA_SIGNER keeps it."
    )
    es256 = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="The P-256 key beside it, for VC-JWTs (zDn…); or none.",
    )
    es256_sealed = models.BinaryField(
        blank=True, default=bytes, db_default=b"", help_text="Its private key, sealed in the same way."
    )
    demo = models.BooleanField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    compromised_at = models.DateTimeField(null=True, help_text="What it signed from then on is not believed.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(compromised_at=None) | Q(retired_at__isnull=False),
                name="key_compromised_signs_nothing_more",
            ),
            models.CheckConstraint(
                condition=Q(es256="", es256_sealed=b"") | ~Q(es256="") & ~Q(es256_sealed=b""),
                name="key_p256_is_kept_whole",
            ),
            models.UniqueConstraint(
                fields=["demo"], condition=Q(retired_at__isnull=True), name="key_one_current_per_issuer"
            ),
        ]


class StatusList(models.Model):
    """A bitstring status list; its signed credential is made when it changes or grows old.

    Beside each list of revocations stands one of suspensions: a certificate has the same place in both.
    """

    demo = models.BooleanField()
    purpose = models.CharField(max_length=12, default="revocation")
    beside = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="suspensions", help_text="The revocations' list."
    )
    length = models.PositiveIntegerField(default=131_072)
    signed = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="revocation", beside=None)
                | Q(purpose="suspension", beside__isnull=False),
                name="status_list_of_suspensions_stands_beside_revocations",
            )
        ]


class Batch(models.Model):
    """Certificates of one class, proposed by one officer and confirmed by another."""

    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("proposed_by")),
                name="batch_confirmed_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["klass"], condition=Q(confirmed_at__isnull=True), name="batch_one_open_per_class"
            ),
        ]


class Credential(models.Model):
    """One certificate, exactly as issued. Append-only; what happens later is a StatusEvent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey("programme.Round", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    klass = models.ForeignKey("programme.Class", models.PROTECT, related_name="+")
    sitting = models.ForeignKey("assessment.Sitting", models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    level = models.CharField(max_length=10)
    demo = models.BooleanField(help_text="CONTOH: simulated, or resting on draft items.")
    json = models.TextField()
    edition = models.PositiveSmallIntegerField(
        default=1, help_text="2 and up: reissued for a corrected name; the one before is revoked."
    )
    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="+")
    status_index = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="status_index_never_reused"),
            models.UniqueConstraint(
                fields=["sitting", "edition"], name="credential_one_per_sitting_and_edition"
            ),
        ]


class StatusEvent(models.Model):
    class Kind(models.TextChoices):
        REVOKED = "revoked"
        SUSPENDED = "suspended"
        REINSTATED = "reinstated"

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        # and a trigger, status_events_take_turns: nothing after a revocation; suspended, reinstated, suspended, …
        constraints = [
            models.UniqueConstraint(
                fields=["credential"], condition=Q(kind="revoked"), name="credential_revoked_once"
            )
        ]


class Reissue(models.Model):
    """A certificate issued anew under a corrected name: proposed by one officer, confirmed by another."""

    old = models.OneToOneField(Credential, models.PROTECT, related_name="reissue")
    new = models.OneToOneField(Credential, models.PROTECT, null=True, related_name="reissue_of")
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("proposed_by")),
                name="reissue_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(new__isnull=True, confirmed_at__isnull=True, confirmed_by="")
                | (Q(new__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="reissue_confirmed_whole_or_not_at_all",
            ),
        ]


class Withdrawn(models.Model):
    """The holder shows a certificate's page to nobody for now; its file goes on verifying. No row: it is shown."""

    credential = models.OneToOneField(Credential, models.PROTECT, primary_key=True, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
