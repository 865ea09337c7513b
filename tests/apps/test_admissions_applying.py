"""Applying: every step can be said twice, closing closes, and a receipt is a person's for the whole round."""

import random
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions import receipts
from ampera.apps.admissions.distances import kilometres
from ampera.apps.admissions.models import Application, Choice, ReserveClaim
from ampera.apps.admissions.ranking import LEAST, MOST, PROPOSED, missing_days, nearness
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .admissions_city import BY, HOME, NOW, key, open_round, people_of, take_test
from .drawn_round import decided

pytestmark = pytest.mark.django_db
WEEKEND = ("sabtu", "minggu")


@pytest.fixture(scope="module")
def round_id(once):
    return open_round()


@pytest.fixture(scope="module")
def person(round_id):
    return people_of(1)[0]


@pytest.fixture
def begun(round_id, person):
    return admissions.begin(round_id, person, key=key(), by=BY, now=NOW)


@pytest.fixture
def complete(round_id, person, begun):
    """Everything filled in, not sent."""
    take_test(round_id, person)
    admissions.set_audience(begun, audience="umum", claims={}, by=BY, now=NOW)
    admissions.set_level(begun, level="dasar", by=BY, now=NOW)
    admissions.set_wishes(begun, days=WEEKEND, places=("16.71.02",), by=BY, now=NOW)
    return begun


def submit(application_id, now=NOW):
    return admissions.submit(application_id, key=key(), by=BY, now=now)


def withdraw(application_id):
    admissions.withdraw(application_id, key=key(), by=BY, now=NOW)


def closed(round_id):
    return programme.plan(round_id).closes_at


# --- begin ---


def test_beginning_twice_from_two_devices_gives_one_application(round_id, person, begun):
    assert admissions.begin(round_id, person, key=key(), by=BY, now=NOW) == begun
    assert Application.objects.count() == 1


def test_a_draft_remembers_where_the_person_lives_and_when_they_were_born(begun):
    found = admissions.application(begun)
    assert (found.state, found.kelurahan, found.birth_year, found.receipt) == ("DRAFT", HOME, 1990, "")


@pytest.mark.parametrize("verb", ["lock", "close", "late", "early"])
def test_nobody_begins_outside_the_window(verb, round_id, person):
    plan = programme.plan(round_id)
    now = {"late": plan.closes_at, "early": plan.opens_at - timedelta(seconds=1)}.get(verb, NOW)
    if verb == "close":
        programme.move(round_id, "close", by=BY, now=NOW)
    if verb == "lock":
        decided(round_id, "abandon", because="dibatalkan", now=NOW)
    with pytest.raises(admissions.NotOpen):
        admissions.begin(round_id, person, key=key(), by=BY, now=now)


def test_an_erased_person_does_not_apply(round_id, person):
    people.erase(person, by=BY, now=NOW)
    with pytest.raises(people.Erased):
        admissions.begin(round_id, person, key=key(), by=BY, now=NOW)


# --- audience and documents ---


def test_only_groups_that_the_plan_reserves_seats_for_are_asked_for_a_document(round_id):
    groups = admissions.reserved(round_id)
    used = {b.group for c in programme.classes(round_id) for b in c.blocks if b.group}
    assert {g.code for g in groups} == used
    assert "seberang-ulu" in used and "seberang-ulu" not in {g.code for g in admissions.claimable(groups)}


def test_who_lives_in_a_reserved_place_belongs_to_the_group_without_a_document(round_id):
    groups = admissions.reserved(round_id)
    assert admissions.groups_at(HOME, groups) == ("seberang-ulu",)
    assert admissions.groups_at("16.71.01.1001", groups) == ()


@pytest.mark.parametrize(
    "audience, claims, refusal",
    [
        ("asn", {}, admissions.NotForThisAudience),
        ("nobody", {}, admissions.NotForThisAudience),
        ("umkm", {"seberang-ulu": "KTP"}, admissions.UnknownGroup),
        ("umkm", {"umkm": "  "}, admissions.EvidenceMissing),
        ("umkm", {"umkm": "9" * 121}, admissions.EvidenceMissing),
    ],
)
def test_an_audience_or_a_document_that_does_not_count_changes_nothing(begun, audience, claims, refusal):
    before = admissions.application(begun)
    with pytest.raises(refusal):
        admissions.set_audience(begun, audience=audience, claims=claims, by=BY, now=NOW)
    assert admissions.application(begun) == before


def test_a_new_document_has_to_be_looked_at_again_an_unchanged_one_not(begun):
    def claim(evidence):
        admissions.set_audience(begun, audience="umkm", claims={"umkm": evidence}, by=BY, now=NOW)
        return admissions.application(begun).claims[0]

    claim("NIB 1")
    admissions.check_claim(begun, group="umkm", accepted=True, key=key(), by=BY, now=NOW)
    assert claim(" NIB  1 ").accepted is True
    assert claim("NIB 2").accepted is None


def test_a_document_is_refused_with_a_reason_and_the_verdict_can_be_put_right(round_id, begun):
    admissions.set_audience(begun, audience="umkm", claims={"umkm": "NIB 1"}, by=BY, now=NOW)

    def check(accepted, because=""):
        admissions.check_claim(
            begun, group="umkm", accepted=accepted, because=because, key=key(), by=BY, now=NOW
        )
        return admissions.accepted_groups(round_id)

    with pytest.raises(admissions.ClaimReasonMissing):
        check(False)
    assert check(False, "NIB atas nama orang lain") == {}
    assert check(True) == {begun: frozenset({"umkm"})}
    with pytest.raises(admissions.NoSuchClaim):
        admissions.check_claim(begun, group="pelajar", accepted=True, key=key(), by=BY, now=NOW)


def test_a_checked_claim_names_who_checked_it_or_the_database_refuses(begun):
    with pytest.raises(IntegrityError, match="claim_checked_by_somebody"), transaction.atomic():
        ReserveClaim.objects.create(application_id=begun, group_id="umkm", evidence="x", accepted=True)


def test_a_group_is_claimed_once_or_the_database_refuses(begun):
    ReserveClaim.objects.create(application_id=begun, group_id="umkm", evidence="x")
    with (
        pytest.raises(IntegrityError, match=r"claim_group_once|application_id, .*group_id"),
        transaction.atomic(),
    ):
        ReserveClaim.objects.create(application_id=begun, group_id="umkm", evidence="y")


# --- level ---


def test_no_level_before_the_test_is_finished(begun):
    with pytest.raises(admissions.BaselineNotFinished):
        admissions.set_level(begun, level="dasar", by=BY, now=NOW)


def test_any_level_up_to_the_measured_one_and_none_above(round_id, person, begun):
    take_test(round_id, person, right=0.5)
    with pytest.raises(admissions.LevelTooHigh):
        admissions.set_level(begun, level="ahli", by=BY, now=NOW)
    admissions.set_level(begun, level="dasar", by=BY, now=NOW)
    found = admissions.application(begun)
    assert found.level == "dasar" and programme.level_index(found.measured_level) < 3
    assert found.theta is not None and found.theta_se > 0


def test_an_unknown_level_is_refused(round_id, person, begun):
    take_test(round_id, person)
    with pytest.raises(admissions.LevelTooHigh):
        admissions.set_level(begun, level="guru", by=BY, now=NOW)


def test_another_level_makes_a_new_list_of_that_level(round_id, complete):
    submit(complete)
    admissions.set_level(complete, level="menengah", by=BY, now=NOW)
    ids = {c.id for c in programme.classes(round_id, level="menengah")}
    found = admissions.application(complete)
    assert found.choices and set(found.choices) <= ids and found.state == "SUBMITTED"


# --- wishes and ranking ---


def test_wishes_need_a_level_a_day_and_a_place_from_the_list(round_id, person, begun):
    with pytest.raises(admissions.LevelMissing):
        admissions.set_wishes(begun, days=WEEKEND, places=("daring",), by=BY, now=NOW)
    take_test(round_id, person)
    admissions.set_level(begun, level="dasar", by=BY, now=NOW)
    for days, places in (((), ("daring",)), (WEEKEND, ()), (("lusa",), ("daring",)), (WEEKEND, ("16.71",))):
        with pytest.raises(admissions.UnknownWish):
            admissions.set_wishes(begun, days=days, places=places, by=BY, now=NOW)


def test_the_same_wishes_again_leave_an_edited_list_alone(complete):
    edited = admissions.application(complete).choices[::-1]
    admissions.set_ranking(complete, class_ids=edited, by=BY, now=NOW)
    admissions.set_wishes(complete, days=WEEKEND[::-1], places=("16.71.02",), by=BY, now=NOW)
    assert admissions.application(complete).choices == edited
    admissions.set_wishes(complete, days=WEEKEND, places=("16.71.03",), by=BY, now=NOW)
    assert admissions.application(complete).choices != edited


def test_a_list_holds_only_classes_of_the_level_each_once_and_not_too_many(round_id, complete):
    dasar = [c.id for c in programme.classes(round_id, level="dasar")]
    other = programme.classes(round_id, level="mahir")[0].id
    asn = programme.classes(round_id, level="dasar", drawn=False)[0].id
    for ids, refusal in (
        ([], admissions.RankingEmpty),
        ([dasar[0], other], admissions.NotYourLevel),
        ([asn], admissions.NotYourLevel),
        ([dasar[0], dasar[0]], admissions.NotYourLevel),
        (dasar[: MOST + 1], admissions.RankingTooLong),
    ):
        with pytest.raises(refusal):
            admissions.set_ranking(complete, class_ids=ids, by=BY, now=NOW)
    admissions.set_ranking(complete, class_ids=dasar[:MOST], by=BY, now=NOW)
    assert admissions.application(complete).choices == tuple(dasar[:MOST])


def test_a_class_or_a_place_in_the_list_stands_once_or_the_database_refuses(round_id, complete):
    first = admissions.application(complete).choices[0]
    other = programme.classes(round_id, level="mahir")[0].id
    for klass, position, name in (
        (first, 99, "choice_class_once|klass_id"),
        (other, 1, "choice_position_once|position"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Choice.objects.create(application_id=complete, klass_id=klass, position=position)


def test_proposals_obey_the_laws_whatever_is_wished(round_id):
    classes = programme.classes(round_id)
    by_id = {c.id: c for c in classes}
    kecamatan = [p.code for p in programme.places(kind="kecamatan")]
    some = st.sets(st.sampled_from(programme.DAYS), min_size=1)

    @given(
        level=st.sampled_from(programme.levels),
        days=some,
        places=st.sets(st.sampled_from([*kecamatan, admissions.ONLINE]), min_size=1),
        home=st.sampled_from(kecamatan),
    )
    def laws(level, days, places, home):
        wish = {"level": level, "days": days, "places": places, "kelurahan": f"{home}.1001"}
        found = [by_id[i] for i in admissions.propose(classes, **wish)]
        assert found and len(found) <= PROPOSED and len(set(found)) == len(found)
        assert {c.level for c in found} == {level}
        order = [(missing_days(c, days), nearness(c, home=home, places=places), c.code) for c in found]
        assert order == sorted(order)
        wished = [
            c for c in found if not missing_days(c, days) and nearness(c, home=home, places=places)[0] < 3
        ]
        assert len(wished) == len(found) or len(found) <= LEAST
        shuffled = random.Random(1).sample(classes, len(classes))
        assert admissions.propose(shuffled, **wish) == tuple(c.id for c in found)

    laws()


def test_a_class_of_the_own_kecamatan_comes_first_then_a_wished_one_then_the_nearest(round_id):
    classes = programme.classes(round_id)
    by_id = {c.id: c for c in classes}
    got = admissions.propose(classes, level="dasar", days=programme.DAYS, places={"16.71.17"}, kelurahan=HOME)
    places = [by_id[i].place for i in got]
    assert places == sorted(places, key=["16.71.02", "16.71.17"].index) and len(set(places)) == 2
    ahli = admissions.propose(classes, level="ahli", days=programme.DAYS, places={"16.71.09"}, kelurahan=HOME)
    wished = [by_id[i] for i in ahli if by_id[i].place == "16.71.09"]
    rest = [kilometres("16.71.02", by_id[i].place) for i in ahli[len(wished) :]]
    assert rest == sorted(rest)


def test_distances_are_those_of_the_real_city(db):
    ulu, ilir_barat, sukarami = "16.71.02", "16.71.04", "16.71.07"
    assert kilometres(ulu, ulu) == 0
    assert kilometres(ulu, sukarami) == kilometres(sukarami, ulu)
    assert 2 < kilometres(ulu, ilir_barat) < kilometres(ulu, sukarami) < 20


# --- submit, correct, withdraw ---


def test_submitting_twice_gives_one_receipt(complete):
    tap = key()
    first = admissions.submit(complete, key=tap, by=BY, now=NOW)
    assert admissions.submit(complete, key=tap, by=BY, now=NOW) == first == submit(complete)
    assert receipts.read(first) == first
    assert len(audit.events(about=f"application:{complete}", verb="application.submitted")) == 1


@pytest.mark.parametrize("part", ["audience_id", "level", "days"])
def test_what_is_not_complete_is_not_sent(complete, part):
    Application.objects.filter(pk=complete).update(**{part: None if part == "audience_id" else ""})
    with pytest.raises(admissions.Incomplete):
        submit(complete)


def test_a_list_without_a_class_is_not_sent(complete):
    Choice.objects.all().delete()
    with pytest.raises(admissions.Incomplete):
        submit(complete)


@pytest.mark.parametrize("part", ["receipt", "submitted_at", "audience_id", "level", "kelurahan_id"])
def test_the_database_refuses_a_submitted_application_that_lacks_something(complete, part):
    submit(complete)
    with pytest.raises(IntegrityError, match="application_submitted_is_complete"), transaction.atomic():
        Application.objects.filter(pk=complete).update(**{part: "" if part == "level" else None})


def test_the_database_refuses_a_second_live_application(round_id, person, begun):
    with (
        pytest.raises(IntegrityError, match=r"application_one_live|round_id, .*person_id"),
        transaction.atomic(),
    ):
        Application.objects.create(round_id=round_id, person_id=person, created_at=NOW)


def test_corrections_after_sending_keep_the_receipt(complete):
    receipt = submit(complete)
    admissions.set_audience(complete, audience="pelajar", claims={"pelajar": "Kartu 7"}, by=BY, now=NOW)
    admissions.set_wishes(complete, days=("sabtu",), places=("daring", "16.71.03"), by=BY, now=NOW)
    found = admissions.application(complete)
    assert (found.state, found.receipt, found.audience) == ("SUBMITTED", receipt, "pelajar")
    assert submit(complete) == receipt


def test_a_receipt_is_not_rolled_again_by_withdrawing_and_starting_anew(round_id, person, complete):
    receipt = submit(complete)
    for _ in range(3):
        withdraw(complete)
        assert admissions.of_person(person, round_id).state == "WITHDRAWN"
        again = admissions.begin(round_id, person, key=key(), by=BY, now=NOW)
        assert submit(again) == receipt


def test_a_withdrawn_application_changes_no_more_until_it_is_taken_up_again(complete):
    withdraw(complete)
    with pytest.raises(admissions.Withdrawn):
        submit(complete)
    with pytest.raises(admissions.Withdrawn):
        admissions.set_level(complete, level="dasar", by=BY, now=NOW)


def test_at_closing_everything_stays_as_it_is(round_id, complete):
    before = admissions.application(complete)
    late = closed(round_id)
    for verb in (
        lambda: submit(complete, late),
        lambda: admissions.set_audience(complete, audience="umkm", claims={}, by=BY, now=late),
        lambda: admissions.set_wishes(complete, days=("senin",), places=("daring",), by=BY, now=late),
        lambda: admissions.set_ranking(complete, class_ids=before.choices[:1], by=BY, now=late),
        lambda: admissions.withdraw(complete, key=key(), by=BY, now=late),
    ):
        with pytest.raises(admissions.NotOpen):
            verb()
    assert admissions.application(complete) == before
    assert submit(complete, late - timedelta(seconds=1))


def test_who_moved_house_is_sent_with_the_new_address(complete, person):
    people.correct(
        person,
        name="Orang 1",
        birth_date=date(1990, 5, 17),
        kelurahan="16.71.01.1001",
        key=key(),
        by=BY,
        now=NOW,
    )
    submit(complete)
    assert admissions.application(complete).kelurahan == "16.71.01.1001"


def test_submitting_takes_six_statements(complete):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        submit(complete)
    statements = [q["sql"] for q in seen if "SAVEPOINT" not in q["sql"]]
    assert len(statements) <= 6, statements


# --- receipts ---


@given(st.integers(0, 7), st.sampled_from(receipts.ALPHABET))
def test_a_slip_in_one_character_is_noticed(at, other):
    plain = receipts.make().replace("-", "")
    slipped = plain[:at] + other + plain[at + 1 :]
    if slipped != plain:
        with pytest.raises(admissions.ReceiptShape):
            receipts.read(slipped)


@given(st.integers(0, 6))
def test_a_swap_of_neighbours_is_noticed(at):
    plain = receipts.make().replace("-", "")
    swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
    if swapped != plain:
        with pytest.raises(admissions.ReceiptShape):
            receipts.read(swapped)


def test_a_receipt_is_read_as_people_write_it():
    receipt = receipts.make()
    assert receipts.read(f" {receipt.replace('-', ' ').lower()} ") == receipt
    assert not set("01OILU") & set(receipts.ALPHABET)
