"""A person comes into the register, and is corrected: one at a time or many at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from .models import Identity, Person
from .nik import Nik, read
from .notice import NOTICE_VERSION
from .pins import pin_hash
from .refusals import (
    BirthDateImpossible,
    Erased,
    GuardianNeeded,
    NameMissing,
    NikAlreadyYours,
    NikTaken,
    TooYoung,
    UnknownPlace,
)
from .vault import nik_lookup, seal, unseal

LEAST_AGE, ADULT_AGE, GREATEST_AGE = 15, 18, 120


@dataclass(frozen=True)
class Registration:
    """What is known of somebody when they are registered. account_id: None without a phone (volunteer, agency)."""

    name: str
    nik: str
    birth_date: date
    kelurahan: str
    notice_at: datetime
    account_id: int | None = None
    guardian_name: str = ""
    guardian_relation: str = ""
    pin: str | None = None


def local_date(now: datetime) -> date:
    """The day of the place (settings.TIME_ZONE) at an instant."""
    return now.astimezone(timezone.get_default_timezone()).date()


def birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age; born on 29 February, it is 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def kelurahan_codes() -> frozenset[str]:
    return frozenset(place.code for place in programme.places(kind="kelurahan"))


def check(row: Registration, *, today: date, kelurahan: frozenset[str]) -> Nik:
    """Refuse what can't be registered, writing nothing; the NIK as read.

    Raises NameMissing, NikShape and its kin, BirthDateImpossible, TooYoung, GuardianNeeded, UnknownPlace.
    """
    if not row.name.strip():
        raise NameMissing()
    nik = read(row.nik)
    check_birth(row.birth_date, today)
    if today < birthday(row.birth_date, ADULT_AGE) and not row.guardian_name.strip():
        raise GuardianNeeded()
    if row.kelurahan not in kelurahan:
        raise UnknownPlace()
    return nik


def check_birth(born: date, today: date) -> None:
    """Raises BirthDateImpossible, TooYoung."""
    if not today.year - GREATEST_AGE <= born.year or born > today:
        raise BirthDateImpossible()
    if today < birthday(born, LEAST_AGE):
        raise TooYoung(least=LEAST_AGE)


def columns(row: Registration, nik: Nik, pseudonym: uuid.UUID) -> dict[str, object]:
    """The identity's columns that follow from what was registered."""
    return {
        "name": " ".join(row.name.split()),
        "nik_lookup": nik_lookup(nik.digits),
        "nik_cipher": seal(nik.digits, row=str(pseudonym)),
        "birth_date": row.birth_date,
        "adult_on": birthday(row.birth_date, ADULT_AGE),
        "sex_in_nik": nik.sex,
        "birth_date_doubtful": not nik.agrees_with(row.birth_date),
        "kelurahan_id": row.kelurahan,
        "guardian_name": " ".join(row.guardian_name.split()),
        "guardian_relation": row.guardian_relation.strip(),
    }


def payload(row: Registration, nik: Nik) -> list[object]:
    """What a repeated key must match. The keyed look-up stands for the NIK, so that the kept digest can't be tried out."""
    return [
        row.account_id,
        row.name,
        nik_lookup(nik.digits),
        row.birth_date,
        row.kelurahan,
        row.guardian_name,
    ]


def refuse_taken(lookup: str, *, account_id: int | None, but: int | None = None) -> None:
    """Raises NikAlreadyYours if the same account has this NIK, NikTaken if anybody else has."""
    holders = Identity.objects.filter(nik_lookup=lookup, displaced_at=None)
    if but is not None:
        holders = holders.exclude(person_id=but)
    accounts = set(holders.values_list("person__account_id", flat=True))
    if account_id is not None and account_id in accounts:
        raise NikAlreadyYours()
    if accounts:
        raise NikTaken()


@transaction.atomic
def register(
    *,
    account_id: int | None,
    name: str,
    nik: str,
    birth_date: date,
    kelurahan: str,
    notice_at: datetime,
    key: str,
    by: str,
    now: datetime,
    guardian_name: str = "",
    guardian_relation: str = "",
    pin: str | None = None,
    claim: bool = False,
) -> int:
    """Register one person; the person's id. A birth date that the NIK doesn't carry only marks it doubtful.

    claim: register although somebody else has this NIK; whoever shows the KTP wins (see `see`).
    Raises what `check` raises, and NikTaken, NikAlreadyYours.
    """
    row = Registration(
        name, nik, birth_date, kelurahan, notice_at, account_id, guardian_name, guardian_relation, pin
    )
    known = check(row, today=local_date(now), kelurahan=kelurahan_codes())
    with audit.once(key, by=by, payload=payload(row, known), at=now) as first:
        if first.answer:
            return int(first.answer)
        try:
            refuse_taken(nik_lookup(known.digits), account_id=account_id)
        except NikTaken:
            if not claim:
                raise
        return first.keep(_write([row], [known], by=by, now=now, claim=claim)[0])


@transaction.atomic
def register_many(rows: Sequence[Registration], *, by: str, now: datetime) -> list[int]:
    """Register many persons, their ids in the same order; who has a NIK already is not asked (see `by_niks`).

    All or none. Raises what `check` raises, for the first row that can't be registered.
    """
    kelurahan, today = kelurahan_codes(), local_date(now)
    return _write(rows, [check(row, today=today, kelurahan=kelurahan) for row in rows], by=by, now=now)


def _write(
    rows: Sequence[Registration], niks: Sequence[Nik], *, by: str, now: datetime, claim: bool = False
) -> list[int]:
    persons = []
    for row in rows:
        pseudonym = uuid.uuid4()
        persons.append(
            Person(
                pseudonym=pseudonym,
                account_id=row.account_id,
                notice_version=NOTICE_VERSION,
                notice_at=row.notice_at,
                registered_by=by,
                pin_hash=pin_hash(pseudonym, row.pin) if row.pin else "",
                created_at=now,
            )
        )
    Person.objects.bulk_create(persons, batch_size=1000)
    identities = [
        Identity(person=person, **columns(row, nik, person.pseudonym))
        for person, row, nik in zip(persons, rows, niks, strict=True)
    ]
    Identity.objects.bulk_create(identities, batch_size=1000)
    facts = [
        {"account": p.account_id is not None, "doubtful": i.birth_date_doubtful, "claim": claim}
        for p, i in zip(persons, identities, strict=True)
    ]
    audit.record_many(
        [("person.registered", f"person:{p.pk}", f) for p, f in zip(persons, facts, strict=True)],
        by=by,
        at=now,
    )
    return [person.pk for person in persons]


ON_THE_CARD = ("name", "nik_lookup", "birth_date", "guardian_name")
NOT_SEEN = {"seen_how": "", "seen_on": None, "seen_at": None, "seen_by": "", "guardian_seen": False}


@transaction.atomic
def correct(
    person_id: int,
    *,
    name: str,
    birth_date: date,
    kelurahan: str,
    key: str,
    by: str,
    now: datetime,
    nik: str = "",
    guardian_name: str = "",
    guardian_relation: str = "",
    claim: bool = False,
) -> None:
    """Correct a person. nik: empty leaves it as it is.

    Whoever changes name, NIK, birth date or guardian shows the card again: what was seen was seen for the old ones.
    Raises what `check` raises, and Erased, NikTaken, NikAlreadyYours.
    """
    # SQLite has one writer anyway; PostgreSQL waits here.
    identity = (
        Identity.objects.select_for_update().select_related("person").filter(person_id=person_id).first()
    )
    if identity is None:
        raise Erased()
    person = identity.person
    digits = nik or unseal(identity.nik_cipher, row=str(person.pseudonym))
    row = Registration(
        name, digits, birth_date, kelurahan, person.notice_at, person.account_id, guardian_name, guardian_relation
    )  # fmt: skip
    known = check(row, today=local_date(now), kelurahan=kelurahan_codes())
    with audit.once(key, by=by, payload=[person_id, *payload(row, known)], at=now) as first:
        if first.answer:
            return
        new = columns(row, known, person.pseudonym)
        if new["nik_lookup"] != identity.nik_lookup:
            try:
                refuse_taken(str(new["nik_lookup"]), account_id=person.account_id, but=person_id)
            except NikTaken:
                if not claim:
                    raise
            new["displaced_at"] = None
        identity_changed = [field for field in ON_THE_CARD if getattr(identity, field) != new[field]]
        if identity_changed:
            new |= NOT_SEEN
        Identity.objects.filter(pk=identity.pk).update(**new)
        audit.record(
            "person.corrected",
            about=f"person:{person_id}",
            by=by,
            at=now,
            fields=[f.removesuffix("_lookup") for f in identity_changed],
            moved=identity.kelurahan_id != kelurahan,
        )
        first.keep(person_id)


def claim_nik(person_id: int | None = None, **fields) -> int:
    """Register (or, with person_id, correct) with a NIK that somebody else has: the holder of the KTP wins.

    fields: those of `register` (or `correct`). Nobody loses anything yet: both stand until one shows the KTP.
    """
    if person_id is None:
        return register(claim=True, **fields)
    correct(person_id, claim=True, **fields)
    return person_id
