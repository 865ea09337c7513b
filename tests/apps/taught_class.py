"""A class of Palembang with people in it, brought to where a test begins: seated, attended, examined."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from ampera.apps.admissions.models import Fill, Seat
from ampera.apps.assessment import api as assessment
from ampera.apps.assessment import models as assessment_models
from ampera.apps.audit import api as audit
from ampera.apps.classes import api as classes
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

LOADED = datetime(2027, 1, 4, 2, tzinfo=UTC)
SYSTEM, FIRST, SECOND = audit.system("test"), audit.account(9001), audit.account(9002)
FORM = "exam-dasar-1"


def key() -> str:
    return str(uuid.uuid4())


def loaded(*, simulated: bool = True) -> int:
    """A round, and the item bank."""
    assessment.load_bank(by=SYSTEM, now=LOADED)
    return programme.load("palembang", by=SYSTEM, now=LOADED, simulated=simulated)


def seated(klass: programme.Class, count: int, *, start: int = 1) -> list[int]:
    """So many new persons with accounts (+62812…) and a seat in the class."""
    accounts = people.accounts_for((f"+62812{n:08d}" for n in range(start, start + count)), verified=True)
    kelurahan = programme.places(kind="kelurahan")[0].code
    persons = people.register_many(
        [
            people.Registration(
                name=f"Siswa {n}",
                nik=f"167101170590{n:04d}",
                birth_date=date(1990, 5, 17),
                kelurahan=kelurahan,
                notice_at=LOADED,
                account_id=accounts[f"+62812{n:08d}"],
            )
            for n in range(start, start + count)
        ],
        by=SYSTEM,
        now=LOADED,
    )
    for block in klass.blocks:
        Fill.objects.get_or_create(block_id=block.id, defaults={"seats": block.seats})
    places = iter([block.id for block in klass.blocks for _ in range(block.seats)][start - 1 :])
    for person in persons:
        Seat.objects.create(
            round_id=klass.round_id, person_id=person, klass_id=klass.id, block_id=next(places), source="nomination", taken_at=LOADED
        )  # fmt: skip
    return persons


def attended(klass: programme.Class, persons: list[int], *, meetings: int | None = None) -> None:
    """Present at the first so many meetings (all, if None)."""
    held = classes.timetable(klass.id, by=SYSTEM, now=LOADED)[:meetings]
    rows = [(meeting.id, person) for meeting in held for person in persons]
    classes.attend_many(rows, by=SYSTEM, now=held[-1].ends_at)


def examined(
    klass: programme.Class, persons: list[int], *, right: int = 16, days: int = 1
) -> dict[int, uuid.UUID]:
    """Each sits the exam, with so many right answers of 16, so many days after the last meeting; the sittings."""
    at = classes.meetings(klass.id)[-1].ends_at + timedelta(days=days)
    session = assessment.open_session(klass.id, FORM, at, "Ruang 1", by=SYSTEM, now=LOADED)
    assessment.present_many(session, persons, by=SYSTEM, now=at)
    assessment.start_session(session, key=key(), by=SYSTEM, now=at)
    sittings = assessment.start_exams(session, persons, by=SYSTEM, now=at)
    codes = assessment_models.FormItem.objects.filter(form=FORM).values_list("item_id", flat=True)
    options = assessment_models.Option.objects.filter(item__in=list(codes))
    by_item = {(o.item_id, o.correct): o.pk for o in options}
    sheet = [(code, by_item[code, n < right]) for n, code in enumerate(codes)]
    assessment.answer_many(dict.fromkeys(sittings.values(), sheet), by=SYSTEM, now=at)
    assessment.finish_many(list(sittings.values()), by=SYSTEM, now=at)
    return sittings


def taught(count: int = 3, *, simulated: bool = True) -> tuple[programme.Class, list[int]]:
    """A class whose people attended everything and passed."""
    klass = programme.classes(loaded(simulated=simulated), level="dasar")[0]
    persons = seated(klass, count)
    attended(klass, persons)
    examined(klass, persons)
    return klass, persons


def signed_in(phone: str, *, role: str = "", partner: str | None = None) -> Client:
    """A browser in which this number has signed in, in English."""
    if role:
        people.give_role(phone=phone, name=role, label=f"{role} 1", partner=partner, by=SYSTEM, now=LOADED)
    account = people.account_for(phone, verified=True)
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(
        get_user_model().objects.get(pk=account), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client
