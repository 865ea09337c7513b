"""What to do next: one true answer in every state of the round, from before opening to the result."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Call, Draw, Freeze, Outcome, Seat
from ampera.apps.admissions.seats import release
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .admissions_city import BEFORE, BY, NOW, key, open_round, people_of, take_test
from .drawn_round import applied, decided, drawn, frozen, opened_round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def round_id(once):
    return open_round()


@pytest.fixture(scope="module")
def person(round_id):
    return people_of(1)[0]


@pytest.fixture(scope="module")
def plan(round_id):
    return programme.plan(round_id)


def step(person, round_id, now=NOW):
    """The step, whose page exists."""
    found = admissions.step(person, round_id, now)
    assert found.title
    if found.url_name:
        assert reverse(found.url_name, args=found.args) and found.label
    return found


def code(person, round_id, now=NOW):
    return step(person, round_id, now).code


def begin(round_id, person):
    return admissions.begin(round_id, person, key=key(), by=BY, now=NOW)


def sent(round_id, person):
    found = begin(round_id, person)
    take_test(round_id, person)
    admissions.set_audience(found, audience="umum", claims={}, by=BY, now=NOW)
    admissions.set_level(found, level="dasar", by=BY, now=NOW)
    admissions.set_wishes(found, days=("sabtu",), places=("daring", "16.71.02"), by=BY, now=NOW)
    admissions.submit(found, key=key(), by=BY, now=NOW)
    return found


def see(person, **more):
    people.see(person, how="ktp", key=key(), by=BY, now=NOW, **more)


def test_each_part_of_an_application_comes_after_the_other(round_id, person):
    assert code(person, round_id) == "begin"
    found = begin(round_id, person)
    assert code(person, round_id) == "audience"
    admissions.set_audience(found, audience="umum", claims={}, by=BY, now=NOW)
    assert step(person, round_id).url_name == "admissions:test"
    take_test(round_id, person)
    assert code(person, round_id) == "level"
    admissions.set_level(found, level="dasar", by=BY, now=NOW)
    assert code(person, round_id) == "wishes"
    admissions.set_wishes(found, days=("sabtu",), places=("daring",), by=BY, now=NOW)
    assert code(person, round_id) == "check"
    admissions.submit(found, key=key(), by=BY, now=NOW)
    assert code(person, round_id) == "show_identity"
    see(person)
    assert code(person, round_id) == "wait_closing"
    admissions.withdraw(found, key=key(), by=BY, now=NOW)
    assert code(person, round_id) == "begin_again"


def test_who_has_begun_the_test_goes_on_with_it(round_id, person):
    from ampera.apps.assessment import api as assessment

    admissions.set_audience(begin(round_id, person), audience="umum", claims={}, by=BY, now=NOW)
    sitting = assessment.start(person, round_id, "baseline", key=key(), by=BY, now=NOW)
    found = step(person, round_id)
    assert (found.code, found.url_name, found.args) == ("test", "assessment:sitting", (sitting,))


def test_before_and_after_the_window(round_id, person, plan):
    early = step(person, round_id, plan.opens_at - timedelta(hours=1))
    assert (early.code, early.due) == ("not_open", plan.opens_at) and "WIB" in early.text
    assert code(person, round_id, plan.closes_at) == "missed"


def test_a_locked_round_that_is_not_open_yet_says_when():
    round_id = open_round_locked()
    (person,) = people_of(1)
    assert code(person, round_id) == "not_open"


def open_round_locked() -> int:
    round_id = programme.load("palembang", by=BY, now=BEFORE, opens_at=NOW + timedelta(days=9))
    found = programme.propose_lock(round_id, key=key(), by=BY, now=BEFORE)
    programme.confirm_lock(round_id, found, key=key(), by="account:2", now=BEFORE)
    return round_id


def test_a_draft_or_a_withdrawn_application_is_not_in_the_draw_once_registration_has_closed(
    round_id, person, plan
):
    found = begin(round_id, person)
    assert code(person, round_id, plan.closes_at) == "not_sent"
    admissions.withdraw(found, key=key(), by=BY, now=NOW)
    assert code(person, round_id, plan.closes_at) == "withdrawn"


def test_who_is_not_seen_is_told_where_to_go_and_by_when_before_and_after_closing(round_id, person, plan):
    sent(round_id, person)
    for now in (NOW, plan.provisional_at):
        if now > NOW:
            programme.move(round_id, "close", by=BY, now=plan.closes_at)
        found = step(person, round_id, now)
        assert (found.code, found.due) == ("show_identity", plan.objections_until)
        assert "kelurahan office of 1 Ulu" in found.text and "guardian" not in found.text


def test_a_minor_is_told_to_bring_a_guardian_and_is_in_only_when_one_was_seen(round_id):
    (minor,) = people_of(1, born=date(2010, 5, 17))
    sent(round_id, minor)
    assert "guardian" in step(minor, round_id).text
    with pytest.raises(people.GuardianNotSeen):
        see(minor)
    assert code(minor, round_id) == "show_identity"
    see(minor, guardian_seen=True)
    assert code(minor, round_id) == "wait_closing"


def test_whose_nik_somebody_else_showed_is_told_so(round_id, person):
    sent(round_id, person)
    row = people.Registration("Orang lain", "1671021705900001", date(1990, 5, 17), "16.71.02.1002", BEFORE)
    (holder,) = people.register_many([row], by=BY, now=BEFORE)
    see(holder)
    found = step(person, round_id)
    assert found.code == "displaced" and "take your KTP" in found.text


def test_the_days_of_objection(round_id, person, plan):
    sent(round_id, person)
    see(person)
    programme.move(round_id, "close", by=BY, now=plan.closes_at)
    assert code(person, round_id, plan.closes_at) == "wait_freeze"
    found = step(person, round_id, plan.provisional_at)
    assert (found.code, found.due) == ("provisional", plan.objections_until)
    assert "being answered" in step(person, round_id, plan.objections_until).text


def test_an_abandoned_round_says_why(round_id, person):
    decided(round_id, "abandon", because="Saksi tidak datang", now=NOW)
    found = step(person, round_id)
    assert (found.code, found.text) == ("abandoned", "Saksi tidak datang")


def test_a_step_takes_few_statements(round_id, person, django_assert_max_num_queries):
    sent(round_id, person)
    with django_assert_max_num_queries(10):
        admissions.step(person, round_id, NOW)


# --- after the freeze ---


@pytest.fixture
def town():
    """60 people applied, all seen but the last, for seats that are scarce; the list is frozen."""
    round_id = opened_round()
    ids = applied(round_id, count=60)
    frozen(round_id)
    return round_id, ids


def person_of(application_id):
    return admissions.application(application_id).person_id


def test_between_freeze_and_draw_who_is_in_the_list_waits_and_who_is_not_learns_it(town):
    round_id, ids = town
    now = programme.plan(round_id).draw_at - timedelta(hours=1)
    assert code(person_of(ids[0]), round_id, now) == "wait_draw"
    assert code(person_of(ids[-1]), round_id, now) == "left_out"


def test_after_the_draw_everybody_has_the_step_that_fits_their_call(town):
    round_id, ids = town
    drawn(round_id)
    now = programme.plan(round_id).draw_at + timedelta(hours=1)
    assert Freeze.objects.count() == Draw.objects.count() == 1
    calls = list(Call.objects.order_by("pk")[:3])
    taker, giver, sleeper = (admissions.application(c.application_id) for c in calls)
    for one in (taker, giver, sleeper):
        found = step(one.person_id, round_id, now)
        assert (found.code, found.url_name, found.due) == ("answer_call", "admissions:result", calls[0].until)
    admissions.accept(calls[0].pk, key=key(), by=BY, now=now)
    admissions.decline(calls[1].pk, key=key(), by=BY, now=now)
    assert code(taker.person_id, round_id, now) == "seat"
    assert code(giver.person_id, round_id, now) == "declined"
    assert code(sleeper.person_id, round_id, calls[2].until + timedelta(seconds=1)) == "lapsed"
    release(Seat.objects.get().pk, because="sakit", key=key(), by=BY, now=now)
    assert code(taker.person_id, round_id, now) == "released"
    assert code(person_of(ids[-1]), round_id, now) == "left_out"
    uncalled = Outcome.objects.exclude(application__in=Call.objects.values("application"))
    for inside, expected in ((True, "wait_call"), (False, "no_seat")):
        one = uncalled.filter(inside=inside).first()
        assert one is not None
        assert code(person_of(one.application_id), round_id, now) == expected
