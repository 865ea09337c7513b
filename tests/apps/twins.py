"""People who were registered twice, for the tests of finding and joining them."""

from __future__ import annotations

from datetime import date, datetime

from ampera.apps.admissions.models import Application, Choice
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.site import reunion

from .admissions_city import BEFORE, BY, HOME, NOW, key

A, B, C = audit.account(9001), audit.account(9002), audit.account(9003)
NIK = "1671021705900011"
WHY = "Nama, tanggal lahir, dan kelurahan cocok."


def registered(name: str = "Muhammad Rizki", nik: str = NIK, *, phone: str | None = None, claim: bool = False,
               home: str = HOME, guardian: str = "", born: date = date(1990, 5, 17)) -> int:  # fmt: skip
    """One registration, with the account of its phone if it has one."""
    account = people.account_for(phone, verified=True) if phone else None
    return people.register(
        account_id=account, name=name, nik=nik, birth_date=born, kelurahan=home, notice_at=BEFORE, key=key(), by=BY,
        now=BEFORE, claim=claim, guardian_name=guardian, guardian_relation="orang tua" if guardian else "",
    )  # fmt: skip


def twice() -> tuple[int, int]:
    """The same man, once by phone and once, with two digits swapped, by another phone."""
    return registered(phone="+628121111111"), registered(
        "Moch. Rizky", "1671021705900101", phone="+628122222222"
    )


def seen(*person_ids: int) -> None:
    people.see_many([(p, "ktp", False) for p in person_ids], by=BY, now=BEFORE)


def found(kind: str = "person", *, now: datetime = NOW) -> people.Pair:
    """The one pair that a search finds."""
    reunion.search(by=BY, now=now)
    (pair,) = people.pairs(state="FOUND", kind=kind)
    return pair


def joined(kind: str = "person", *, now: datetime = NOW) -> people.Pair:
    """Found, proposed by one officer and confirmed by another."""
    pair = found(kind, now=now)
    people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=now)
    reunion.confirm(pair.id, key=key(), by=B, now=now)
    return people.pair(pair.id)


def sent(round_id: int, person_id: int, *, receipt: str, at: datetime, household: str = "") -> int:
    """An application for the first three dasar classes that was sent at a moment."""
    row = Application.objects.create(
        round_id=round_id, person_id=person_id, state="SUBMITTED", receipt=receipt, audience_id="umum", level="dasar",
        measured_level="dasar", kelurahan_id=HOME, birth_year=1990, household=household, created_at=at, submitted_at=at,
    )  # fmt: skip
    classes = [c for c in programme.classes(round_id) if c.level == "dasar"][:3]
    Choice.objects.bulk_create(
        Choice(application=row, klass_id=c.id, position=n) for n, c in enumerate(classes, 1)
    )
    return row.pk
