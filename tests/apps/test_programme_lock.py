"""A plan is locked by two people and never changes after that; a round moves by its table only."""

import json
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Motion
from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.apps.programme import models
from ampera.apps.programme.plans import canonical_text
from ampera.cores.evaluation.renewal import ThresholdBelowMde

from .drawn_round import decided

NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)
BY = audit.system("test")
OFFICER, INSPECTOR = "account:1", "account:2"

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_id() -> int:
    return programme.load("palembang", by=BY, now=NOW, scale_seats=300)


@pytest.fixture
def locked(round_id) -> int:
    found = programme.propose_lock(round_id, key="p", by=OFFICER, now=NOW)
    programme.confirm_lock(round_id, found, key="c", by=INSPECTOR, now=NOW)
    return round_id


def propose(round_id: int, key: str = "p") -> str:
    return programme.propose_lock(round_id, key=key, by=OFFICER, now=NOW)


def confirm(round_id: int, found: str, by: str = INSPECTOR, key: str = "c") -> str:
    return programme.confirm_lock(round_id, found, key=key, by=by, now=NOW)


# ---- the text ----


def test_the_hash_is_that_of_the_text_and_the_text_holds_everything_locked(locked):
    found = programme.plan(locked)
    assert programme.hash_of(found.text) == found.hash
    said = json.loads(found.text)
    assert said["plan"]["horizon"] == "1.4" and said["plan"]["file_hash"] == found.file_hash
    assert said["plan"]["threshold"] == str(found.threshold)
    assert said["weights"] == {"kuis": "0.300", "proyek": "0.400", "tugas": "0.300"}
    assert said["reserves"]["seberang-ulu"]["places"] == [
        "16.71.02",
        "16.71.03",
        "16.71.13",
        "16.71.14",
        "16.71.17",
    ]
    assert said["analysis"]["score"] == "wle"
    held = {c.code: c for c in programme.classes(locked, drawn=None)}
    assert {c["code"] for c in said["classes"]} == set(held)
    for c in said["classes"]:
        assert c["seats"] == held[c["code"]].seats
        assert [b["seats"] for b in c["blocks"]] == [b.seats for b in held[c["code"]].blocks]


def test_the_text_does_not_depend_on_who_reads_it_or_when(round_id):
    from django.utils import translation

    with translation.override("en"):
        english = canonical_text(round_id)
    with translation.override("id"):
        assert canonical_text(round_id) == english


def test_any_change_of_what_is_locked_changes_the_hash(round_id):
    before = propose(round_id, "1")
    block = models.Block.objects.filter(klass__round=round_id).first()
    models.Block.objects.filter(pk=block.pk).update(seats=block.seats + 1)
    models.Class.objects.filter(pk=block.klass_id).update(seats=block.klass.seats + 1)
    after_block = propose(round_id, "2")
    models.Plan.objects.filter(round=round_id).update(accept_hours=47)
    after_plan = propose(round_id, "3")
    models.GradeWeight.objects.filter(plan__round=round_id, code="kuis").update(weight=Decimal("0.31"))
    after_weight = propose(round_id, "4")
    assert len({before, after_block, after_plan, after_weight}) == 4


# ---- two people ----


def test_a_second_person_locks_what_the_first_proposed(round_id):
    found = propose(round_id)
    assert confirm(round_id, found) == found
    assert programme.plan(round_id).locked
    assert programme.round_(round_id).state == "LOCKED"
    verbs = [e.verb for e in audit.events(about=f"round:{round_id}")]
    assert verbs[:3] == ["round.lock", "plan.locked", "plan.proposed"]


def test_a_double_tap_proposes_and_confirms_once(round_id):
    assert propose(round_id) == propose(round_id)
    found = programme.plan(round_id).hash
    assert confirm(round_id, found) == confirm(round_id, found) == found
    assert len(audit.events(verb="plan.proposed")) == len(audit.events(verb="plan.locked")) == 1


def test_nobody_confirms_their_own_proposal(round_id):
    found = propose(round_id)
    with pytest.raises(programme.SamePerson):
        confirm(round_id, found, by=OFFICER)
    assert not programme.plan(round_id).locked


def test_another_hash_locks_nothing(round_id):
    propose(round_id)
    with pytest.raises(programme.HashDiffers):
        confirm(round_id, "0" * 64)


def test_nothing_is_confirmed_before_it_is_proposed(round_id):
    with pytest.raises(programme.NotProposed):
        confirm(round_id, "")


def test_what_changed_after_the_proposal_is_not_locked(round_id):
    found = propose(round_id)
    models.Plan.objects.filter(round=round_id).update(horizon="3")
    with pytest.raises(programme.PlanChanged):
        confirm(round_id, found)
    again = propose(round_id, "again")
    assert again != found
    with pytest.raises(programme.HashDiffers):
        confirm(round_id, found)
    confirm(round_id, again)


def test_a_locked_plan_is_neither_proposed_nor_confirmed_again(locked):
    with pytest.raises(programme.IllegalMove):
        propose(locked, "again")
    with pytest.raises(programme.IllegalMove):
        confirm(locked, programme.plan(locked).hash, key="again")


def test_a_plan_that_could_not_tell_is_not_proposed(round_id):
    models.Plan.objects.filter(round=round_id).update(threshold=Decimal("0.01"))
    with pytest.raises(ThresholdBelowMde):
        propose(round_id)
    assert programme.plan(round_id).hash == ""


def test_no_more_people_are_counted_inside_than_the_horizon_holds(round_id):
    found = programme.plan(round_id)
    assert programme.expected_power(found, drawn_seats=100).per_arm == 140
    assert programme.expected_power(found, drawn_seats=10**6).per_arm == found.endline_per_arm


def test_the_expected_effect_is_that_of_the_textbook(round_id):
    """1,500 in each arm: 2.80 × √(2 / 1500) = 0.102 SD (Bloom 1995: multiplier 2.80 at 5 % and 80 %)."""
    models.Plan.objects.filter(round=round_id).update(endline_per_arm=1500)
    expected = programme.expected_power(programme.plan(round_id), drawn_seats=2375)
    assert expected.mde == pytest.approx(0.1023, abs=0.0002)


# ---- the round's moves ----


def test_a_round_moves_along_its_table_from_lock_to_report(locked):
    states = [
        programme.move(locked, verb, by=BY, now=NOW)
        for verb in ("open", "close", "freeze", "draw", "teach", "endline", "report")
    ]
    assert states == ["OPEN", "OBJECTIONS", "FROZEN", "DRAWN", "TEACHING", "ENDLINE", "REPORTED"]
    with pytest.raises(programme.IllegalMove):
        programme.move(locked, "abandon", by=BY, now=NOW, because="too late")


def test_every_move_that_is_not_in_the_table_is_refused(locked):
    verbs = {verb for _state, verb in programme.ROUND_MOVES}
    for verb in verbs - {"open", "abandon"}:
        with pytest.raises(programme.IllegalMove):
            programme.move(locked, verb, by=BY, now=NOW)
    assert programme.round_(locked).state == "LOCKED"


def test_no_verb_goes_round_the_second_person(round_id):
    with pytest.raises(programme.IllegalMove):
        programme.move(round_id, "lock", by=BY, now=NOW)


def test_abandoning_needs_a_reason_and_ends_the_round(locked):
    with pytest.raises(programme.NoReason):
        programme.move(locked, "abandon", by=BY, now=NOW, because="  ")
    decided(locked, "abandon", because="No budget", now=NOW)
    assert programme.round_(locked).abandoned_because == "No budget"
    assert programme.current() is None
    with pytest.raises(programme.IllegalMove):
        programme.move(locked, "open", by=BY, now=NOW)


def test_a_round_that_does_not_exist_is_refused():
    with pytest.raises(programme.NoSuchRound):
        programme.move(99, "open", by=BY, now=NOW)
    with pytest.raises(programme.NoSuchRound):
        programme.round_(99)
    with pytest.raises(programme.NoSuchRound):
        programme.plan(99)
    with pytest.raises(programme.NoSuchClass):
        programme.class_(99)
    with pytest.raises(programme.NoSuchPlace):
        programme.place("99")


def test_the_diagram_draws_every_move_and_nothing_else():
    drawn = [line.strip() for line in programme.diagram().splitlines()]
    moves = [line for line in drawn if "-->" in line and "[*]" not in line]
    assert sorted(moves) == sorted(f"{a} --> {b}: {verb}" for (a, verb), b in programme.ROUND_MOVES.items())
    assert {line for line in drawn if line.endswith("--> [*]")} == {"REPORTED --> [*]", "ABANDONED --> [*]"}


# ---- each constraint and trigger bites ----


def bites(name: str, change) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def the_plan(round_id: int):
    return models.Plan.objects.filter(round=round_id)


def test_a_locked_plan_never_changes_and_never_goes(locked):
    bites("locked_plan_never_changes", lambda: the_plan(locked).update(horizon="9"))
    bites("locked_plan_never_changes", lambda: the_plan(locked).update(locked_at=None))
    plan_id = the_plan(locked).get().pk
    bites("locked_plan_never_goes", lambda: raw("DELETE FROM programme_plan WHERE id = %s", plan_id))


def test_a_locked_plan_gets_loses_and_changes_no_class(locked):
    first = models.Class.objects.filter(round=locked).first()
    held = models.Class.objects.filter(pk=first.pk)
    copy = models.Class.objects.get(pk=first.pk)
    copy.pk, copy.code = None, "NEW-01"
    bites("locked_plan_gets_no_class", copy.save)
    bites("locked_class_keeps_its_seats", lambda: held.update(seats=99))
    bites("locked_class_keeps_its_seats", lambda: held.update(level="ahli"))
    for field, value in (
        ("place", "16.71"),
        ("mode", "daring"),
        ("meetings", 99),
        ("hours", 1),
        ("partner", None),
    ):
        bites("locked_class_keeps_its_terms", lambda f=field, v=value: held.update(**{f: v}))
    bites("locked_class_never_goes", lambda: raw("DELETE FROM programme_class WHERE id = %s", first.pk))


def test_a_locked_plan_gets_loses_and_changes_no_block(locked):
    block = models.Block.objects.filter(klass__round=locked).first()
    extra = models.Block(klass=block.klass, code="new", order=99, seats=1)
    bites("locked_plan_gets_no_block", extra.save)
    bites(
        "locked_block_never_changes",
        lambda: models.Block.objects.filter(pk=block.pk).update(group=None, seats=9),
    )
    bites("locked_block_never_goes", block.delete)


def test_a_locked_plan_gets_loses_and_changes_no_weight(locked):
    weight = models.GradeWeight.objects.filter(plan__round=locked).first()
    extra = models.GradeWeight(plan=weight.plan, code="new", name_id="x", name_en="x", weight=0)
    bites("locked_plan_gets_no_weight", extra.save)
    bites(
        "locked_weight_never_changes",
        lambda: models.GradeWeight.objects.filter(pk=weight.pk).update(weight=1),
    )
    bites("locked_weight_never_goes", weight.delete)


def test_a_locked_reserve_keeps_whom_it_is_for(locked):
    group = models.Group.objects.filter(code="seberang-ulu")
    bites("locked_reserve_keeps_its_evidence", lambda: group.update(evidence_id="none"))
    bites("locked_reserve_gets_no_place", lambda: group.get().places.add("16.71.01"))
    bites("locked_reserve_loses_no_place", lambda: group.get().places.remove("16.71.02"))
    bites(
        "locked_reserve_keeps_its_places",
        lambda: raw("UPDATE programme_group_places SET place_id = %s WHERE group_id = %s AND place_id = %s",
                    "16.71.01", "seberang-ulu", "16.71.02"),
    )  # fmt: skip


def test_a_round_leaves_its_draft_only_with_a_locked_plan(round_id):
    bites(
        "round_moves_only_once_locked", lambda: models.Round.objects.filter(pk=round_id).update(state="OPEN")
    )


def test_an_abandoned_round_says_why_in_the_database_too(round_id):
    def abandon():
        models.Round.objects.filter(pk=round_id).update(state="ABANDONED")

    bites("round_abandoned_by_two_people", abandon)
    moved = admissions.propose_step(round_id, "abandon", because="x", key="a", by=BY, now=NOW)
    bites("round_abandoned_by_two_people", abandon)
    Motion.objects.filter(pk=moved).update(confirmed_by="account:2", confirmed_at=NOW)
    bites("round_abandoned_says_why", abandon)


def test_the_database_knows_that_a_lock_takes_a_hash_and_two_people(round_id):
    bites("plan_lock_has_hash_and_two_people", lambda: the_plan(round_id).update(locked_at=NOW))
    bites(
        "plan_locked_by_a_second_person",
        lambda: the_plan(round_id).update(locked_at=NOW, hash="a", text="a", proposed_by="x", locked_by="x"),
    )


def test_dates_stay_in_order(round_id):
    bites("plan_dates_in_order", lambda: the_plan(round_id).update(draw_at=NOW))


def test_an_assumed_figure_has_a_reason(round_id):
    bites(
        "commitment_assumed_has_a_reason",
        lambda: models.Commitment.objects.filter(assumed=True).update(reason=""),
    )
    bites(
        "partner_assumed_has_a_reason", lambda: models.Partner.objects.filter(assumed=True).update(reason="")
    )


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (models.Commitment, "agreement_id.*level.*audience_id|commitment_one_per_level_and_audience"),
        (models.Round, "agreement_id.*number|round_number_once"),
        (models.GradeWeight, "plan_id.*code|grade_weight_once"),
        (models.Class, "round_id.*code|class_code_once_a_round"),
    ],
)
def test_what_is_there_once_is_not_there_twice(round_id, model, columns):
    copy = model.objects.first()
    copy.pk = None
    bites(columns, copy.save)


def test_two_blocks_of_a_class_have_their_own_code_and_their_own_turn(round_id):
    copy = models.Block.objects.first()
    copy.pk, copy.order = None, 99
    bites("klass_id.*code|block_code_once_a_class", copy.save)
    copy = models.Block.objects.first()
    copy.pk, copy.code = None, "other"
    bites("klass_id.*order|block_order_once_a_class", copy.save)


# ---- classes move ----


def test_a_class_moves_to_another_room_after_the_lock_and_the_text_stays(locked):
    held = programme.classes(locked)[0]
    before = programme.plan(locked).text
    moved = programme.class_moved(
        held.id, room="Elsewhere", starts_at=time(7, 30), key="m", by=OFFICER, now=NOW
    )
    assert (moved.room, moved.starts_at, moved.ends_at) == ("Elsewhere", time(7, 30), held.ends_at)
    assert programme.plan(locked).text == before
    event = audit.events(verb="class.moved")[0]
    assert event.facts["was"] == {"room": held.room, "starts_at": str(held.starts_at)}


def test_moving_a_class_nowhere_is_no_event(locked):
    held = programme.classes(locked)[0]
    programme.class_moved(held.id, room=held.room, key="m", by=OFFICER, now=NOW)
    assert not audit.events(verb="class.moved")


def test_two_classes_never_share_a_room_at_one_hour(locked):
    one, other = programme.classes(locked, drawn=False)[:2]
    same = {"room": one.room, "days": one.days, "starts_at": one.starts_at, "ends_at": one.ends_at}
    with pytest.raises(programme.RoomTaken):
        programme.class_moved(other.id, **same, key="m", by=OFFICER, now=NOW)
    assert programme.class_(other.id) == other


def test_a_class_neither_meets_on_no_day_nor_ends_before_it_starts(locked):
    held = programme.classes(locked)[0]
    for days in ((), ("someday",)):
        with pytest.raises(programme.UnknownDay):
            programme.class_moved(held.id, days=days, key=f"d{days}", by=OFFICER, now=NOW)
    with pytest.raises(programme.EndsBeforeStart):
        programme.class_moved(held.id, ends_at=time(0, 1), key="e", by=OFFICER, now=NOW)


def raw(sql: str, *values: object) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
