"""Calls and seats: wave by wave inside the horizon, in time, never more people than seats."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.calling import call_wave, close_waves
from ampera.apps.admissions.models import Application, Call, Fill, Outcome, Seat
from ampera.apps.admissions.office_refusals import ClassBegun, WavesOver
from ampera.apps.admissions.seats import release
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from tests.apps.drawn_round import (
    FIRST,
    LOADED,
    SYSTEM,
    applied,
    decided,
    drawn,
    frozen,
    opened_round,
    registrations,
    waved,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def round_id(once):
    """Drawn: ninety people for the 27 seats of three classes."""
    round_id = opened_round()
    applied(round_id, count=90)
    frozen(round_id)
    drawn(round_id)
    return round_id


@pytest.fixture(scope="module")
def now(round_id):
    return programme.plan(round_id).draw_at + timedelta(hours=1)


def end(round_id, now):
    admissions.lapse(round_id, by=SYSTEM, now=now + timedelta(days=10))
    decided(round_id, "end_waves", because="classes begin", now=now + timedelta(days=10))


def never_above_capacity():
    return all(0 <= f.taken <= f.seats for f in Fill.objects.all())


def test_the_first_wave_is_the_draw_and_says_so_without_a_link(round_id):
    calls = admissions.calls(round_id)
    assert len(calls) == admissions.drawn(round_id).seated == 27
    assert {c.application_id for c in calls} == set(
        Outcome.objects.filter(klass__isnull=False).values_list("application_id", flat=True)
    )
    told = messaging.latest(limit=100)
    assert len([m for m in told if m.kind == "call"]) == 27
    assert not any("http" in m.body or "www" in m.body for m in told)


def test_a_double_tap_takes_one_seat(round_id, now):
    call = admissions.calls(round_id)[0]
    one = admissions.accept(call.id, key="tap", by=FIRST, now=now)
    assert admissions.accept(call.id, key="tap", by=FIRST, now=now) == one
    person = Application.objects.get(pk=call.application_id).person_id
    assert admissions.seat_of(person, round_id).id == one
    assert Seat.objects.count() == 1 and sum(Fill.objects.values_list("taken", flat=True)) == 1
    with pytest.raises(admissions.CallTaken):
        admissions.accept(call.id, key="another", by=FIRST, now=now)


def test_a_call_is_answered_in_time_or_not_at_all(round_id, now):
    first, second = admissions.calls(round_id)[:2]
    with pytest.raises(admissions.CallLapsed):
        admissions.accept(first.id, key="a", by=FIRST, now=first.until + timedelta(seconds=1))
    admissions.decline(second.id, key="b", by=FIRST, now=now)
    with pytest.raises(admissions.CallDeclined):
        admissions.accept(second.id, key="c", by=FIRST, now=now)
    with pytest.raises(admissions.NoSuchCall):
        admissions.accept(0, key="d", by=FIRST, now=now)
    assert not Seat.objects.exists()


def test_no_wave_begins_while_somebody_may_still_answer(round_id, now):
    with pytest.raises(admissions.WaveOpen):
        waved(round_id, now)


def test_later_waves_call_only_insiders_who_were_not_called_and_fill_what_was_given_up(round_id, now):
    calls = admissions.calls(round_id)
    admissions.accept_many([c.id for c in calls[:17]], by=SYSTEM, now=now)
    admissions.decline_many([c.id for c in calls[17:22]], by=SYSTEM, now=now)
    later = calls[0].until + timedelta(hours=1)
    called = waved(round_id, later)
    second = admissions.calls(round_id, wave=2)
    assert 0 < called == len(second) <= 10
    inside = set(Outcome.objects.filter(inside=True).values_list("application_id", flat=True))
    assert {c.application_id for c in second} <= inside - {c.application_id for c in calls}
    first = admissions.waves(round_id)[0]
    assert (first.taken, first.declined, first.lapsed, first.waiting) == (17, 5, 5, 0)
    admissions.accept_many([c.id for c in second], by=SYSTEM, now=later)
    assert never_above_capacity()


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_every_wave_keeps_within_the_seats_of_block_and_class_until_the_calls_end(round_id, now, share):
    moment, called = now, True
    while called:
        waiting = admissions.calls(round_id, state="OFFERED")
        take = waiting[: int(len(waiting) * share) + 1]
        admissions.accept_many([c.id for c in take], by=SYSTEM, now=moment)
        if share > 0.5 and take:  # somebody gives a seat back
            person = Application.objects.get(pk=take[0].application_id).person_id
            release(
                admissions.seat_of(person, round_id).id, because="moved", key=f"{moment}", by=FIRST, now=moment
            )  # fmt: skip
        moment += timedelta(hours=programme.plan(round_id).accept_hours + 1)
        called = waved(round_id, moment)
        assert never_above_capacity()
    assert admissions.waves_ended(round_id)
    assert len(admissions.waves(round_id)) <= programme.plan(round_id).waves
    with pytest.raises(WavesOver):
        waved(round_id, moment)
    taken = Seat.objects.filter(state="TAKEN")
    assert taken.count() == taken.values("person").distinct().count()


def test_nobody_beyond_the_horizon_can_be_called(round_id, now):
    outside = Outcome.objects.filter(inside=False).first()
    call = Call.objects.first()
    with pytest.raises(DatabaseError, match="call_only_inside_the_horizon"), transaction.atomic():
        Call.objects.create(
            application_id=outside.application_id, klass=call.klass, block=call.block, wave=1, offered_at=now, until=now
        )  # fmt: skip


def test_the_database_refuses_the_one_too_many(round_id, now):
    call = admissions.calls(round_id)[0]
    block = Call.objects.get(pk=call.id).block
    Fill.objects.filter(block=block).update(seats=1)
    rows = [
        {"round_id": round_id, "person_id": p, "klass_id": call.class_id, "block": block, "source": "nomination", "taken_at": now}
        for p in registrations(2, start=500)
    ]  # fmt: skip
    Seat.objects.create(**rows[0])
    with pytest.raises(IntegrityError, match="block_never_above_capacity"), transaction.atomic():
        Seat.objects.create(**rows[1])
    assert Fill.objects.get(block=block).taken == 1


def test_one_seat_a_person_and_round(round_id, now):
    call = admissions.calls(round_id)[0]
    admissions.accept(call.id, key="a", by=FIRST, now=now)
    seat = Seat.objects.get()
    with (
        pytest.raises(IntegrityError, match=r"seat_one_per_person_and_round|admissions_seat\.round_id"),
        transaction.atomic(),
    ):
        Seat.objects.create(
            round_id=round_id, person_id=seat.person_id, klass=seat.klass, block=seat.block, source="nomination", taken_at=now
        )  # fmt: skip


@pytest.mark.parametrize(
    "change, name",
    [
        ({"source": "draw"}, "seat_from_the_draw_has_a_call"),
        ({"source": "live"}, "live_seat_only_after_the_calls"),
    ],
)
def test_a_seat_comes_by_its_own_way(round_id, now, change, name):
    call = Call.objects.first()
    person = registrations(1, start=500)[0]
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        Seat.objects.create(
            round_id=round_id, person_id=person, klass=call.klass, block=call.block, taken_at=now, **change
        )  # fmt: skip


def test_a_seat_needs_a_counted_block_never_goes_and_stays_released(round_id, now):
    call = Call.objects.first()
    person = registrations(1, start=500)[0]
    uncounted = next(b for c in programme.classes(round_id, drawn=False) for b in c.blocks)
    with pytest.raises(DatabaseError, match="seat_needs_a_counted_block"), transaction.atomic():
        Seat.objects.create(
            round_id=round_id, person_id=person, klass=call.klass, block_id=uncounted.id, source="nomination", taken_at=now
        )  # fmt: skip
    seat_id = admissions.accept(call.pk, key="a", by=FIRST, now=now)
    with pytest.raises(DatabaseError, match="seat_never_goes"), transaction.atomic():
        Seat.objects.filter(pk=seat_id)._raw_delete("default")
    release(seat_id, because="ill", key="b", by=FIRST, now=now)
    assert sum(Fill.objects.values_list("taken", flat=True)) == 0
    with pytest.raises(DatabaseError, match="released_seat_stays_released"), transaction.atomic():
        Seat.objects.filter(pk=seat_id).update(state="TAKEN")


def test_seats_that_stay_empty_are_for_verified_people_who_had_not_applied(round_id, now):
    klass = admissions.calls(round_id)[0].class_id
    stranger, unseen = registrations(2, start=500)
    people.see_many([(stranger, "ktp", False)], by=SYSTEM, now=LOADED)
    loser = Application.objects.get(pk=Outcome.objects.filter(inside=False).first().application_id).person_id
    with pytest.raises(admissions.WavesNotOver):
        admissions.claim_live(round_id, klass, stranger, key="a", by=FIRST, now=now)
    assert admissions.live_classes(round_id) == ()
    end(round_id, now)
    later = now + timedelta(days=10)
    with pytest.raises(admissions.HasApplied):
        admissions.claim_live(round_id, klass, loser, key="b", by=FIRST, now=later)
    with pytest.raises(admissions.IdentityNotSeen):
        admissions.claim_live(round_id, klass, unseen, key="c", by=FIRST, now=later)
    seat = admissions.claim_live(round_id, klass, stranger, key="d", by=FIRST, now=later)
    assert admissions.claim_live(round_id, klass, stranger, key="d", by=FIRST, now=later) == seat
    with pytest.raises(admissions.AlreadySeated), transaction.atomic():
        admissions.claim_live(round_id, klass, stranger, key="e", by=FIRST, now=later)
    higher = next(c.id for c in programme.classes(round_id) if c.level == "mahir")
    with pytest.raises(admissions.LiveLevelTooHigh):
        admissions.claim_live(round_id, higher, stranger, key="f", by=FIRST, now=later)
    assert klass in {f.class_id for f in admissions.live_classes(round_id)}


def test_delivered_counts_seats_by_level_and_audience_and_arms_hold_every_applicant(round_id, now):
    calls = admissions.calls(round_id)
    admissions.accept_many([c.id for c in calls], by=SYSTEM, now=now)
    counted = admissions.delivered(round_id)
    assert sum(d.seats for d in counted) == 27 and {d.level for d in counted} == {"dasar"}
    assert {d.audience for d in counted} == {"umum", "umkm"}
    arms = admissions.arms(round_id)
    assert len(arms) == 89 and sum(a.inside for a in arms) == admissions.drawn(round_id).inside
    assert sum(a.class_id is not None for a in arms) == 27


def test_thousands_are_called_and_answer_in_few_statements(round_id, now, django_assert_max_num_queries):
    ids = [c.id for c in admissions.calls(round_id)]
    with django_assert_max_num_queries(12):
        admissions.accept_many(ids[:20], by=SYSTEM, now=now)
    with django_assert_max_num_queries(6):
        admissions.decline_many(ids[20:], by=SYSTEM, now=now)
    with django_assert_max_num_queries(48):  # two officers' proposal and confirmation included
        waved(round_id, now)


def test_an_application_is_called_once_in_a_wave(round_id, now):
    row = Call.objects.first()
    with (
        pytest.raises(IntegrityError, match=r"call_once_per_wave|admissions_call\.application_id"),
        transaction.atomic(),
    ):
        Call.objects.create(
            application_id=row.application_id, klass=row.klass, block=row.block, wave=row.wave, offered_at=now, until=now
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement", ["UPDATE admissions_wavesend SET because = 'x'", "DELETE FROM admissions_wavesend"]
)
def test_that_the_calls_have_ended_stays_so(round_id, now, statement):
    end(round_id, now)
    with (
        pytest.raises(DatabaseError, match="admissions_wavesend_rows_never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_no_later_wave_is_called_and_no_calls_end_unless_two_people_have_decided(round_id, now):
    later = now + timedelta(days=10)
    alone = r"later_wave_called_by_two_people|calls_ended_by_two_people"
    for verb in (
        lambda: call_wave(round_id, by=FIRST, now=later),
        lambda: close_waves(round_id, because="sendiri", by=FIRST, now=later),
    ):
        with pytest.raises(IntegrityError, match=alone), transaction.atomic():
            verb()
    assert waved(round_id, later) > 0
    with pytest.raises(IntegrityError, match=alone), transaction.atomic():
        call_wave(round_id, by=FIRST, now=later + timedelta(days=10))  # one decision, one wave
    assert [w.number for w in admissions.waves(round_id)] == [1, 2] and not admissions.waves_ended(round_id)


def test_seats_left_over_are_claimed_until_the_day_before_classes_begin(round_id, now):
    klass = admissions.calls(round_id)[0].class_id
    one, two = registrations(2, start=500)
    people.see_many([(p, "ktp", False) for p in (one, two)], by=SYSTEM, now=LOADED)
    end(round_id, now)
    begins = datetime.combine(programme.plan(round_id).classes_start_on, time(), ZoneInfo("Asia/Jakarta"))
    admissions.claim_live(round_id, klass, one, key="a", by=FIRST, now=begins - timedelta(seconds=1))
    with pytest.raises(ClassBegun):
        admissions.claim_live(round_id, klass, two, key="b", by=FIRST, now=begins)


def test_who_withdrew_before_the_list_was_frozen_had_applied_and_a_draft_had_not(round_id, now):
    klass = admissions.calls(round_id)[0].class_id
    withdrew, drafted = registrations(2, start=500)
    people.see_many([(p, "ktp", False) for p in (withdrew, drafted)], by=SYSTEM, now=LOADED)
    rows = {withdrew: ("WITHDRAWN", LOADED), drafted: ("DRAFT", None)}
    for person, (state, sent) in rows.items():
        Application.objects.create(
            round_id=round_id, person_id=person, state=state, submitted_at=sent, created_at=LOADED
        )
    end(round_id, now)
    later = now + timedelta(days=10)
    with pytest.raises(admissions.HasApplied):
        admissions.claim_live(round_id, klass, withdrew, key="a", by=FIRST, now=later)
    assert admissions.claim_live(round_id, klass, drafted, key="b", by=FIRST, now=later)
