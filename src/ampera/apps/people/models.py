"""Accounts, the persons under them, and what shows who they are. The identity number never leaves this app."""

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from .held import Held


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, phone: str, **fields: Any) -> "Account":
        account = self.model(phone=phone, **fields)
        account.set_unusable_password()
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A way to sign in: a phone number. It is a channel, not an identity; several persons may share it."""

    phone = models.CharField(max_length=20, unique=True)
    phone_verified = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="id")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = AccountManager()
    USERNAME_FIELD = "phone"
    held_roles: "tuple[Held, ...]"  # no column: kept by `accounts.held` once it has read them


class Role(models.Model):
    class Name(models.TextChoices):
        VOLUNTEER = "volunteer"
        OFFICER = "officer"
        INSPECTOR = "inspector"
        INVIGILATOR = "invigilator"
        LECTURER = "lecturer"
        MAYOR = "mayor"

    account = models.ForeignKey(Account, models.PROTECT, related_name="roles")
    name = models.CharField(max_length=12, choices=Name)
    label = models.CharField(max_length=80, help_text="As shown: “Petugas 1, Dinas Kominfo”.")
    place = models.ForeignKey("programme.Place", models.PROTECT, null=True, related_name="+")
    partner = models.ForeignKey(
        "programme.Partner", models.PROTECT, to_field="code", null=True, related_name="+"
    )
    given_by = models.CharField(max_length=80)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], condition=Q(ended_at__isnull=True), name="role_once_per_account"
            )
        ]


class Person(models.Model):
    """A pseudonym. Everything outside `people` holds this row's id; erasing a person destroys the link, not the rows."""

    pseudonym = models.UUIDField(default=uuid.uuid4, unique=True)
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="persons",
        help_text="Empty for nominated civil servants and for those registered in person without a phone.",
    )
    notice_version = models.CharField(max_length=20)
    notice_at = models.DateTimeField(help_text="When the notice was shown: before any data.")
    registered_by = models.CharField(max_length=80)
    pin_hash = models.CharField(
        max_length=128, blank=True, help_text="Of the PIN printed on a volunteer's receipt."
    )
    pin_tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong PINs in a row.")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The earlier registration of this very person.",
    )
    merged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(notice_version="") & Q(notice_at__lte=F("created_at")), name="notice_before_data"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(merged_into__isnull=False, merged_into__lt=F("id"), merged_at__isnull=False),
                name="person_merged_into_an_earlier_one",
            ),
        ]


class Identity(models.Model):
    """Who a person is. Deleted when the person is erased."""

    class Seen(models.TextChoices):
        KTP = "ktp"
        SCHOOL = "school"
        REGISTRY = "registry"
        AGENCY = "agency"

    person = models.OneToOneField(Person, models.PROTECT, related_name="identity")
    name = models.CharField(max_length=120, help_text="One field: many people have one name.")
    nik_lookup = models.CharField(
        max_length=64, help_text="HMAC-SHA256 under a key that is not in the database."
    )
    nik_cipher = models.BinaryField(help_text="AES-256-GCM, bound to the person's pseudonym.")
    birth_date = models.DateField()
    adult_on = models.DateField(help_text="The day from which no guardian is needed.")
    sex_in_nik = models.CharField(max_length=1, help_text="P or L, as the NIK's day shows.")
    birth_date_doubtful = models.BooleanField(
        default=False, help_text="NIK and birth date disagree: a person looks at it."
    )
    kelurahan = models.ForeignKey("programme.Place", models.PROTECT, related_name="+")
    guardian_name = models.CharField(max_length=120, blank=True)
    guardian_relation = models.CharField(max_length=40, blank=True)
    seen_how = models.CharField(max_length=10, choices=Seen, blank=True)
    seen_on = models.DateField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, blank=True)
    guardian_seen = models.BooleanField(default=False)
    displaced_at = models.DateTimeField(
        null=True,
        help_text="Another person showed the KTP with this NIK, or the person was merged into another.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nik_lookup"],
                condition=Q(seen_at__isnull=False, displaced_at__isnull=True),
                name="nik_one_verified_holder",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True)
                | (~Q(seen_how="") & ~Q(seen_by="") & Q(seen_on__isnull=False)),
                name="identity_seen_says_how_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(seen_on__isnull=True) | Q(seen_on__gte=F("adult_on")) | Q(guardian_seen=True),
                name="minor_has_a_guardian_seen",
            ),
        ]
        indexes = [models.Index(fields=["nik_lookup"], name="identity_nik_lookup")]


class Consent(models.Model):
    """Research, messages or partners abroad: separate, optional, withdrawable; withdrawing never costs a seat."""

    class Purpose(models.TextChoices):
        RESEARCH = "research"
        MESSAGES = "messages"
        ABROAD = "abroad"

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    given = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Draft(models.Model):
    """A person's form, not yet sent: kept encrypted, so that it can be left and taken up again on another device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, models.CASCADE, related_name="drafts", help_text="Who fills it in.")
    in_person = models.BooleanField(help_text="A volunteer fills it in for somebody who gets no account.")
    notice_at = models.DateTimeField()
    sealed = models.BinaryField(default=bytes, help_text="AES-256-GCM, bound to this row; emptied once sent.")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class FreshCode(models.Model):
    """A code sent to a person's phone for one purpose, until it is spent; only its keyed hash is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    code_hash = models.CharField(max_length=64)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong codes so far.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "purpose"], name="fresh_code_one_per_purpose"),
            models.CheckConstraint(condition=Q(tries__lte=5), name="fresh_code_is_tried_five_times"),
        ]


class Pair(models.Model):
    """Two registrations that may be one person's, or two people who may be one household: found by a search, judged by officers."""

    class Kind(models.TextChoices):
        PERSON = "person"
        HOUSEHOLD = "household"

    class State(models.TextChoices):
        FOUND = "FOUND"
        FADED = "FADED"
        DISMISSED = "DISMISSED"
        PROPOSED = "PROPOSED"
        JOINED = "JOINED"

    kind = models.CharField(max_length=9, choices=Kind)
    earlier = models.ForeignKey(Person, models.PROTECT, related_name="+")
    later = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signs = models.CharField(
        max_length=120, help_text="Codes of likeness, comma-separated, in the order told."
    )
    facts = models.CharField(
        max_length=64, help_text="Keyed hash of what was compared: another one, and it is looked at anew."
    )
    state = models.CharField(max_length=9, choices=State, default=State.FOUND)
    found_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=80, blank=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    exchanged = models.BooleanField(
        default=False,
        help_text="Only the later one's card had been seen: the earlier one took over its identity.",
    )
    lent = models.BooleanField(
        default=False, help_text="The earlier one had no account and got the later one's."
    )
    objection = models.TextField(blank=True, help_text="Of the citizen; forgotten when they are erased.")
    objected_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "earlier", "later"], name="pair_once_of_a_kind"),
            models.CheckConstraint(condition=Q(earlier__lt=F("later")), name="pair_names_the_earlier_first"),
            models.CheckConstraint(
                condition=~Q(state="JOINED")
                | (
                    ~Q(proposed_by="")
                    & ~Q(confirmed_by="")
                    & ~Q(confirmed_by=F("proposed_by"))
                    & Q(confirmed_at__isnull=False)
                ),
                name="pair_joined_by_two_officers",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True)
                | (~Q(answered_by="") & ~Q(answered_by=F("proposed_by")) & Q(objected_at__isnull=False)),
                name="pair_objection_not_answered_by_its_proposer",
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="pair_state_kind")]


class Verdict(models.Model):
    """What somebody decided about a pair, and why; append-only."""

    pair = models.ForeignKey(Pair, models.PROTECT, related_name="verdicts")
    verb = models.CharField(max_length=9)
    because = models.CharField(max_length=200, help_text="Shown to the citizen; it names nobody.")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="verdict_says_why")]
