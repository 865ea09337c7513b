"""Two registrations are joined while a round runs: one application goes on, one seat is held, and every wave replays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, Call, GivesWay, Seat
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.site import journey, reunion
from tests.apps import drawn_round

from .admissions_city import BY, NOW, key, open_round
from .drawn_round import FIRST, SYSTEM
from .taught_class import signed_in
from .twins import WHY, A, B, C, found, joined, registered, seen, sent, twice

pytestmark = pytest.mark.django_db


# ---- Before the freeze ----


def test_before_the_freeze_the_later_application_is_closed_and_says_why():
    round_id = open_round()
    one, other = twice()
    seen(one)
    later = sent(round_id, one, receipt="LATE-R001", at=NOW)
    earlier = sent(round_id, other, receipt="EARL-Y001", at=NOW - timedelta(hours=1))
    pair = joined()
    assert admissions.application(later).state == "MERGED"
    assert admissions.application(earlier).state == "SUBMITTED"
    (way,) = admissions.gave_way(people.same(one))
    assert (way.receipt, way.to_receipt, way.because, way.closed) == ("LATE-R001", "EARL-Y001", WHY, True)
    standing = {s.receipt: s.why for s in admissions.provisional(round_id)}
    assert standing == {"EARL-Y001": "", "LATE-R001": "merged"}, "seen as one, seen as the other"
    card = journey.card(people.person(one), NOW)
    assert card.person.id == other and card.person.name == "Muhammad Rizki"
    assert any("gabung" in url for url, _label in card.links)
    assert "EARL-Y001" in reunion.ways(people.same(one))[0] and pair.because == WHY


def test_what_was_sent_goes_before_what_was_only_begun():
    round_id = open_round()
    one, other = twice()
    begun = admissions.begin(round_id, one, key=key(), by=BY, now=NOW)
    later = sent(round_id, other, receipt="SENT-R001", at=NOW + timedelta(days=1))
    joined()
    assert (admissions.application(begun).state, admissions.application(later).state) == ("MERGED", "SUBMITTED")  # fmt: skip
    assert admissions.begin(round_id, one, key=key(), by=BY, now=NOW) == later, "the one that goes on"


def test_the_database_keeps_one_live_application_of_a_merged_person():
    round_id = open_round()
    one, other = twice()
    joined()
    first = admissions.begin(round_id, other, key=key(), by=BY, now=NOW)
    assert admissions.begin(round_id, one, key=key(), by=BY, now=NOW) == first
    with pytest.raises(IntegrityError, match="application_one_live_of_a_merged_person"), transaction.atomic():
        Application.objects.create(round_id=round_id, person_id=one, created_at=NOW)
    gone = Application.objects.create(round_id=round_id, person_id=one, state="WITHDRAWN", created_at=NOW)
    with pytest.raises(IntegrityError, match="application_one_live_again_of_a_merged_person"), transaction.atomic():  # fmt: skip
        Application.objects.filter(pk=gone.pk).update(state="DRAFT")


def test_parted_again_before_the_freeze_everything_is_as_it_was():
    round_id = open_round()
    one, other = twice()
    ids = [sent(round_id, p, receipt=f"R{p:03}", at=NOW) for p in (one, other)]
    begun_again = admissions.begin(round_id, one, key=key(), by=BY, now=NOW)
    pair = joined()
    people.object_to_pair(pair.id, text="Itu kakak saya.", key="o", by=BY, now=NOW)
    reunion.answer(pair.id, because="Dua orang.", part=True, key="a", by=C, now=NOW)
    assert [admissions.application(i).state for i in ids] == ["SUBMITTED", "SUBMITTED"]
    assert begun_again == ids[0] and admissions.gave_way([one, other]) == ()


# ---- Households ----


def test_two_of_one_household_who_registered_apart_get_one_ticket_with_all_who_share_it():
    round_id = open_round()
    mother, child = (
        registered("Siti Aminah", phone="+628121111111"),
        registered("Budi", "1671021705900099", guardian="Hj. Siti Aminah"),
    )
    third = registered("Ayu", "1671021705900077", phone="+628124444444")
    ids = [sent(round_id, mother, receipt="R1", at=NOW), sent(round_id, child, receipt="R2", at=NOW, household="b" * 16),
           sent(round_id, third, receipt="R3", at=NOW, household="b" * 16)]  # fmt: skip
    pair = joined("household")
    assert (pair.earlier, pair.later, pair.signs) == (mother, child, ("kelurahan", "guardian"))
    codes = {admissions.application(i).household for i in ids}
    assert codes == {"b" * 16}
    assert reunion.search(by=BY, now=NOW) == 0
    people.object_to_pair(pair.id, text="Kami tidak serumah.", key="o", by=BY, now=NOW)
    reunion.answer(pair.id, because="Dua rumah.", part=True, key="a", by=C, now=NOW)
    assert [bool(admissions.application(i).household) for i in ids] == [True, False, True]


def test_who_shares_a_ticket_already_or_does_not_apply_is_no_candidate():
    round_id = open_round()
    mother, child = (registered(n, k, phone="+628121111111") for n, k in (("Siti Aminah", "1671021705900011"), ("Budi", "1671021705900099")))  # fmt: skip
    sent(round_id, mother, receipt="R1", at=NOW, household="a" * 16)
    assert reunion.search(by=BY, now=NOW) == 0
    row = sent(round_id, child, receipt="R2", at=NOW, household="a" * 16)
    assert reunion.search(by=BY, now=NOW) == 0
    Application.objects.filter(pk=row).update(household="")
    assert found("household").signs == ("kelurahan", "phone")


# ---- After the freeze ----


def crowd(count: int) -> tuple[int, tuple[int, int], list[int]]:
    """An open round of so many, of 27 seats, and a man who is in it twice: two receipts, two tickets."""
    round_id = drawn_round.opened_round()
    drawn_round.applied(round_id, count=count)
    one, other = twice()
    seen(one, other)
    at = drawn_round.LOADED
    first = sent(round_id, one, receipt="TWIN-0001", at=at)
    return (
        round_id,
        (one, other),
        [first, sent(round_id, other, receipt="TWIN-0002", at=at + timedelta(hours=1))],
    )


WORDS = {"TAKEN": "accepted", "DECLINED": "declined", "LAPSED": "lapsed"}


def answers(round_id: int, *, before: int) -> list[allocation.Answer]:
    """What became of the calls of the waves before one, as `ampera draw calls` reads it."""
    rows = Call.objects.filter(application__round=round_id, wave__lt=before).select_related(
        "application", "seat"
    )
    return [
        allocation.Answer(
            c.application.receipt, c.wave,
            "declined" if getattr(c, "seat", None) and c.seat.released_at else WORDS[c.state],
        )
        for c in rows
    ]  # fmt: skip


def replays(round_id: int) -> None:
    """The published rule, from the bundle and the answers before it, calls whom the last wave called."""
    last = max(Call.objects.values_list("wave", flat=True))
    offers = allocation.next_wave(admissions.replayed(round_id), answers(round_id, before=last))
    called = Call.objects.filter(wave=last).values_list("application__receipt", flat=True)
    assert {o.receipt for o in offers} == set(called)


def test_frozen_and_not_drawn_the_list_stays_and_the_earlier_receipt_goes_on():
    round_id, (one, _other), ids = crowd(24)
    root = drawn_round.frozen(round_id)
    joined()
    assert admissions.frozen(round_id).root == root
    assert [admissions.application(i).state for i in ids] == ["SUBMITTED", "SUBMITTED"]
    (way,) = admissions.gave_way(people.same(one))
    assert (way.receipt, way.to_receipt, way.closed) == ("TWIN-0002", "TWIN-0001", False)
    drawn_round.drawn(round_id)
    replays(round_id)
    assert [Call.objects.get(application=i).state for i in ids] == ["OFFERED", "DECLINED"]


@pytest.fixture(scope="module")
def both_called(once):
    """Drawn with a seat for everybody: both of the twins were called in the first wave."""
    round_id, persons, ids = crowd(24)
    drawn_round.frozen(round_id)
    drawn_round.drawn(round_id)
    now = programme.plan(round_id).draw_at + timedelta(hours=1)
    return round_id, persons, [Call.objects.get(application_id=pk) for pk in ids], now


def test_two_open_calls_the_one_of_the_later_receipt_is_declined(both_called):
    _round_id, _persons, (first, second), now = both_called
    joined(now=now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("OFFERED", "DECLINED")


def test_a_seat_taken_goes_before_an_open_call_and_the_person_opens_it_from_both_accounts(both_called):
    round_id, (one, other), (first, second), now = both_called
    seat = admissions.accept(second.pk, key=key(), by=BY, now=now)
    joined(now=now)
    first.refresh_from_db()
    assert first.state == "DECLINED" and Seat.objects.get(pk=seat).state == "TAKEN"
    card = journey.card(people.person(one), now)
    assert card.person.id == other and any("/kelas/" in url for url, _label in card.links)
    assert admissions.acting_in(people.same(one), round_id) == (other, True)


def test_two_seats_held_the_later_one_is_given_back_and_declined_in_its_wave(both_called):
    round_id, _persons, calls, now = both_called
    seats = [admissions.accept(c.pk, key=key(), by=BY, now=now) for c in calls]
    joined(now=now + timedelta(hours=1))
    assert [Seat.objects.get(pk=s).state for s in seats] == ["TAKEN", "RELEASED"]
    admissions.lapse(round_id, by=SYSTEM, now=now + timedelta(days=10))
    said = {a.receipt: a.answer for a in answers(round_id, before=2)}
    assert (said["TWIN-0001"], said["TWIN-0002"]) == ("accepted", "declined")


def test_a_later_call_of_the_one_that_gave_way_is_declined_and_can_not_be_taken(both_called):
    round_id, (_one, other), (first, second), now = both_called
    admissions.accept(first.pk, key=key(), by=BY, now=now)
    joined(now=now)
    with pytest.raises(admissions.CallDeclined):
        admissions.accept(second.pk, key=key(), by=BY, now=now)
    held = Seat.objects.get(call=first)
    with pytest.raises(IntegrityError, match="seat_one_per_person_and_round_of_a_merged_person"), transaction.atomic():  # fmt: skip
        Seat.objects.create(
            round_id=round_id, person_id=other, klass_id=held.klass_id, block_id=held.block_id, source="nomination", taken_at=now
        )  # fmt: skip
    admissions.lapse(round_id, by=SYSTEM, now=now + timedelta(days=10))
    drawn_round.decided(round_id, "end_waves", because="x", now=now + timedelta(days=10))
    with pytest.raises(admissions.HasApplied):
        admissions.claim_live(
            round_id, held.klass_id, other, key=key(), by=FIRST, now=now + timedelta(days=10)
        )


def test_what_an_answer_has_ended_does_not_stand_in_the_way_of_what_can_still_be_called(both_called):
    _round_id, (one, _other), (first, second), now = both_called
    admissions.decline(first.pk, key=key(), by=BY, now=now)
    joined(now=now)
    second.refresh_from_db()
    assert second.state == "OFFERED"
    (way,) = admissions.gave_way(people.same(one))
    assert way.to_receipt == "TWIN-0002"


def test_every_wave_replays_after_a_merger_in_the_middle():
    round_id, (one, _other), _ids = crowd(60)
    drawn_round.frozen(round_id)
    drawn_round.drawn(round_id)
    now, called = programme.plan(round_id).draw_at + timedelta(hours=1), 1
    pair = found(now=now)
    while called:
        open_ = [c.id for c in admissions.calls(round_id, state="OFFERED")]
        admissions.accept_many(open_[: len(open_) // 2], by=SYSTEM, now=now)
        if people.pair(pair.id).state == "FOUND" and Call.objects.filter(wave=2).exists():
            people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=now)
            reunion.confirm(pair.id, key=key(), by=B, now=now)
        now += timedelta(hours=programme.plan(round_id).accept_hours + 1)
        called = drawn_round.waved(round_id, now)
        replays(round_id)
    assert people.pair(pair.id).state == "JOINED" and GivesWay.objects.count() == 1
    assert Seat.objects.filter(round=round_id, person__in=people.same(one), state="TAKEN").count() <= 1


def test_a_household_joined_after_the_freeze_changes_nothing_in_the_frozen_list():
    round_id = drawn_round.opened_round()
    drawn_round.applied(round_id, count=20)
    mother, child = registered("Siti Aminah", phone="+628121111111"), registered("Budi", "1671021705900099", guardian="Siti Aminah")  # fmt: skip
    ids = [sent(round_id, p, receipt=f"H-{p}", at=drawn_round.LOADED) for p in (mother, child)]
    pair = found("household")
    people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=NOW)
    root = drawn_round.frozen(round_id)
    reunion.confirm(pair.id, key=key(), by=B, now=NOW)
    assert admissions.frozen(round_id).root == root
    assert [admissions.application(i).household for i in ids] == ["", ""]


def test_an_application_gives_way_once_to_another_and_says_why():
    round_id = open_round()
    one, other = twice()
    ids = [sent(round_id, p, receipt=f"R{p:03}", at=NOW) for p in (one, other)]
    good = {"application_id": ids[0], "stays_id": ids[1], "because": WHY, "by": A, "at": NOW}
    GivesWay.objects.create(**good)
    for name, change in (
        ("gives_way_once_at_a_time|admissions_givesway.application", {}),
        ("gives_way_to_another", {"application_id": ids[1], "stays_id": ids[1]}),
        ("gives_way_says_why", {"application_id": ids[1], "stays_id": ids[0], "because": ""}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            GivesWay.objects.create(**good | change)


def test_the_page_of_who_was_registered_twice_keeps_within_twelve_queries(both_called, clock):
    _round_id, _persons, (_first, second), now = both_called
    admissions.accept(second.pk, key=key(), by=BY, now=now)
    joined(now=now)
    clock.now = now
    citizen = signed_in("+628121111111")
    with CaptureQueriesContext(connection) as asked:
        page = citizen.get("/saya/").content.decode()
    assert "/kelas/" in page and len(asked) <= 12, len(asked)
