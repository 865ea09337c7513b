"""A seat that seems unused: its holder is told and has 48 hours; silence releases it, one sentence keeps it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Call, Motion, NoShow, Seat
from ampera.apps.admissions.no_shows import declare_no_show
from ampera.apps.admissions.seats import release
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.site import clockwork

from .drawn_round import FIRST, SYSTEM, decided, drawn
from .test_admissions_office_pages import signed_in
from .test_admissions_pages import get, key_in, text
from .test_admissions_results import drawable, owner, town  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(town, clock):  # noqa: F811
    """A seat taken in a drawn round."""
    round_id, _ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    admissions.accept(call.pk, key="take", by=SYSTEM, now=clock.now)
    return Seat.objects.get(), clock


def declare(seat: Seat, now, because: str = "Dua pertemuan tidak hadir.") -> int:
    decided(seat.round_id, "no_show", about=str(seat.pk), because=because, now=now)
    return NoShow.objects.latest("pk").pk


def test_silence_for_48_hours_releases_the_seat_and_not_an_hour_less(held):
    seat, clock = held
    declare(seat, clock.now)
    told = messaging.latest(to=people.phone(seat.person_id), limit=1)[0]
    assert told.kind == "call" and "http" not in told.body
    for hours in (1, 47):
        assert (
            admissions.release_no_shows(seat.round_id, by=SYSTEM, now=clock.now + timedelta(hours=hours)) == 0
        )
    with pytest.raises(admissions.NoShowOpen):
        release(seat.pk, because="cepat", key="r", by=FIRST, now=clock.now + timedelta(hours=1))
    with pytest.raises(admissions.NoShowOpen):
        declare(seat, clock.now + timedelta(hours=1))
    assert f"{seat.round_id}:no-show 1" in clockwork.tick(clock.now + timedelta(hours=48))
    assert Seat.objects.get().state == "RELEASED" and NoShow.objects.get().ended_at
    assert admissions.release_no_shows(seat.round_id, by=SYSTEM, now=clock.now + timedelta(hours=99)) == 0


def test_one_sentence_keeps_the_seat(held):
    seat, clock = held
    declare(seat, clock.now)
    application = seat.call.application_id
    phone = owner(application)
    where = reverse("admissions:no_show", args=[application])
    assert where in text(get(phone, "result", application))
    page = get(phone, "no_show", application)
    assert "Dua pertemuan tidak hadir." in text(page)
    assert "Write a few words" in text(phone.post(where, {"key": uuid4(), "text": " "}))
    said = {"key": key_in(page), "text": "Saya sakit, pekan depan hadir."}
    for _ in range(2):
        assert "The seat stays yours" in text(phone.post(where, said, follow=True))
    assert admissions.release_no_shows(seat.round_id, by=SYSTEM, now=clock.now + timedelta(hours=49)) == 0
    assert Seat.objects.get().state == "TAKEN" and where not in text(get(phone, "result", application))
    with pytest.raises(admissions.NoShowOver):
        admissions.object_to_no_show(NoShow.objects.get().pk, text="lagi", key="o", by=FIRST, now=clock.now)
    declare(seat, clock.now, "Tetap tidak hadir.")


def test_an_objection_comes_too_late_after_48_hours(held):
    seat, clock = held
    found = declare(seat, clock.now)
    with pytest.raises(admissions.NoShowOver):
        admissions.object_to_no_show(found, text="ya", key="o", by=FIRST, now=clock.now + timedelta(hours=48))


def test_the_office_says_so_with_a_reason_and_sees_what_the_person_wrote(held):
    seat, clock = held
    officer = signed_in("officer", 1)
    page = reverse("admissions:office_seat", args=[seat.pk])
    assert page in text(officer.get(reverse("admissions:office_call", args=[seat.call_id])))
    said = reverse("admissions:office_propose_about", args=[seat.round_id, "no_show", seat.pk])
    assert said in text(officer.get(page))
    officer.post(said, {"key": uuid4(), "because": ""})
    assert not Motion.objects.filter(what__in=["no_show", "end_waves"]).exists()
    asked = officer.post(said, {"key": uuid4(), "because": "Tidak hadir."}).url
    assert people.names([seat.person_id])[seat.person_id] in text(officer.get(asked))
    assert "Proposed: this seat is not used" in text(officer.get(page))
    assert "you proposed it" in text(officer.post(asked, {"key": uuid4()}))
    assert not NoShow.objects.exists()
    assert signed_in("officer", 2).post(asked, {"key": uuid4()}).status_code == 302
    assert "may object until" in text(officer.get(page))
    found = NoShow.objects.get().pk
    admissions.object_to_no_show(found, text="Saya hadir.", key="o", by=SYSTEM, now=clock.now)
    assert "Saya hadir." in text(officer.get(page))
    assert signed_in("volunteer", 5).post(said, {"key": uuid4(), "because": "x"}).status_code == 404


def test_who_is_erased_loses_the_seat_at_once_and_their_words(held):
    seat, clock = held
    declare(seat, clock.now)
    admissions.forget(seat.person_id, by=SYSTEM, now=clock.now)
    assert Seat.objects.get().state == "RELEASED" and NoShow.objects.get().ended_at


def test_the_database_knows_the_rules_too(held):
    seat, clock = held
    declare(seat, clock.now)
    again = {
        "seat": seat,
        "because": "x",
        "by": FIRST,
        "at": clock.now,
        "until": clock.now + timedelta(hours=48),
    }
    with (
        pytest.raises(IntegrityError, match=r"no_show_one_open_per_seat|admissions_noshow.seat_id"),
        transaction.atomic(),
    ):
        NoShow.objects.create(**again)
    with pytest.raises(IntegrityError, match="no_show_leaves_time_to_object"), transaction.atomic():
        NoShow.objects.update(until=clock.now)
    with pytest.raises(IntegrityError, match="seat_stays_while_its_holder_may_object"), transaction.atomic():
        Seat.objects.update(state="RELEASED", released_at=clock.now + timedelta(hours=1))


def test_a_seat_is_not_said_to_be_unused_by_one_officer_alone(held):
    seat, clock = held
    with pytest.raises(IntegrityError, match="no_show_said_by_two_people"), transaction.atomic():
        declare_no_show(seat.round_id, seat.pk, because="sendiri", by=FIRST, now=clock.now)


def test_who_is_said_not_to_come_may_still_give_the_seat_back_at_once(held):
    seat, clock = held
    declare(seat, clock.now)
    mine = admissions.held(seat.person_id, now=clock.now)[0]
    admissions.ask_code(mine, key="ask", by=SYSTEM, now=clock.now)
    code = re.search(r"\d{6}", messaging.latest(to=people.phone(seat.person_id), limit=1)[0].body)[0]
    admissions.give_up(mine, people.Proof(people.CODE, code), key="g", by=SYSTEM, now=clock.now)
    assert Seat.objects.get().state == "RELEASED" and NoShow.objects.get().ended_at
