"""Freeze and draw: two people, a day between them, once, replayable, and every reason true."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions import freezing
from ampera.apps.admissions.models import (
    Application,
    Choice,
    Draw,
    Fill,
    Freeze,
    Motion,
    Objection,
    Outcome,
    ReserveClaim,
)
from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.cores.allocation.bundling import unpack
from tests.apps.drawn_round import (
    DICE,
    FIRST,
    LOADED,
    SECOND,
    SYSTEM,
    applied,
    closed,
    drawn,
    frozen,
    opened_round,
    propose,
    proposed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def round_id(once):
    return opened_round()


def refused(name: str):
    """The database says no, and by that name."""
    return pytest.raises(DatabaseError, match=name)


def test_the_provisional_list_says_who_is_not_in_it_and_why(round_id):
    ids = applied(round_id, count=10)
    Application.objects.filter(pk=ids[0]).update(state="WITHDRAWN", ended_at=LOADED)
    rows = {s.application_id: s for s in admissions.provisional(round_id)}
    assert rows[ids[0]].why == "withdrawn"
    assert rows[ids[9]].why == "not_seen"
    assert sum(s.stands for s in rows.values()) == 8


def test_only_the_seen_enter_the_frozen_list(round_id):
    applied(round_id, count=10)
    frozen(round_id)
    problem = freezing.opened(round_id)
    assert sorted(a.receipt for a in problem.applicants) == [f"R{n:04d}" for n in range(9)]
    assert admissions.frozen(round_id).applicants == 9


def test_what_is_published_names_no_class_and_no_group(round_id):
    applied(round_id, count=10)
    frozen(round_id)
    files = unpack(bytes(Freeze.objects.get(round=round_id).problem))
    public = b"".join(data for name, data in files.items() if name != "labels.csv").decode()
    for klass in programme.classes(round_id):
        assert klass.code not in public
    assert "umkm" not in public and "seberang" not in public
    assert b"umkm" in admissions.labelled_copy(round_id, by=SYSTEM, now=LOADED)


def test_the_same_applications_in_another_order_have_the_same_root(round_id):
    with transaction.atomic():
        applied(round_id, count=20)
        one = proposed(round_id).root
        transaction.set_rollback(True)
    applied(round_id, count=20, shuffled=True)
    assert proposed(round_id).root == one


def test_the_random_codes_of_households_leave_no_trace_in_the_root(round_id):
    """Else the same applications would have another draw in every installation, and a play another end each time."""
    ids = applied(round_id, count=20)

    def root(*codes: str) -> str:
        with transaction.atomic():
            for n, code in enumerate(codes):
                Application.objects.filter(pk__in=ids[2 * n : 2 * n + 2]).update(household=code)
            found = proposed(round_id).root
            transaction.set_rollback(True)
        return found

    one = root("a" * 16, "b" * 16)
    assert root("f" * 16, "0" * 16) == one != root("a" * 16, "a" * 16)


def test_the_freeze_needs_a_second_person(round_id):
    applied(round_id, count=5)
    now = closed(round_id)
    with pytest.raises(admissions.FreezeNotProposed):
        admissions.confirm_freeze(round_id, root="", key="a", by=SECOND, now=now)
    root = propose(round_id, "b", now=now)
    with pytest.raises(admissions.MotionSamePerson):
        admissions.confirm_freeze(round_id, root=root, key="c", by=FIRST, now=now)
    assert not Freeze.objects.exists()
    assert programme.round_(round_id).state == "OBJECTIONS"


def test_the_database_itself_wants_a_second_person_and_a_locked_plan(round_id):
    plan = Freeze._meta.get_field("plan").related_model.objects.get(round=round_id)
    row = {"round_id": round_id, "root": "0" * 64, "problem": b"", "applicants": 0, "at": LOADED}
    with refused("freeze_is_what_two_people_decided"), transaction.atomic():
        Freeze.objects.create(plan=plan, proposed_by="x", confirmed_by="y", **row)
    said = {"round_id": round_id, "what": "freeze", "value": "0" * 64, "by": "x", "at": LOADED}
    with refused("freeze_says_what_of_small_cells"), transaction.atomic():
        Motion.objects.create(because="x", **said)
    Motion.objects.create(choice="none", confirmed_by="y", confirmed_at=LOADED, **said)
    with refused("freeze_confirmed_by_a_second_person|freeze_is_what_two"), transaction.atomic():
        Freeze.objects.create(plan=plan, proposed_by="x", confirmed_by="x", **row)
    other = type(plan.round).objects.create(
        agreement_id=plan.round.agreement_id, number=99, title_id="-", title_en="-"
    )
    said |= {"round_id": other.pk, "confirmed_by": "y", "confirmed_at": LOADED}
    Motion.objects.create(choice="none", **said)
    with refused("freeze_needs_a_locked_plan"), transaction.atomic():
        Freeze.objects.create(plan=plan, proposed_by="x", confirmed_by="y", **(row | {"round_id": other.pk}))


def test_the_list_is_frozen_after_the_objections_and_a_day_before_the_draw(round_id):
    applied(round_id, count=5)
    now, plan = closed(round_id), programme.plan(round_id)
    with pytest.raises(admissions.ObjectionPeriod):
        propose(round_id, "a", now=plan.objections_until - timedelta(minutes=1))
    late = plan.draw_at - timedelta(hours=23)
    with pytest.raises(admissions.FreezeTooLate):
        propose(round_id, "b", now=late)
    root = propose(round_id, "c", now=now)
    with pytest.raises(admissions.FreezeTooLate):
        admissions.confirm_freeze(round_id, root=root, key="d", by=SECOND, now=late)


def test_open_objections_and_unchecked_documents_stand_in_the_way(round_id):
    ids = applied(round_id, count=5)
    now = closed(round_id)
    objection = Objection.objects.create(round_id=round_id, by="x", text="?", at=now)
    with pytest.raises(admissions.ObjectionsOpen):
        propose(round_id, "a", now=now)
    Objection.objects.filter(pk=objection.pk).update(
        answer="-", answered_by="x", answered_at=now, upheld=False
    )
    ReserveClaim.objects.create(application_id=ids[0], group_id="pelajar", evidence="x")
    with pytest.raises(admissions.ClaimsUnchecked):
        propose(round_id, "b", now=now)


def test_a_list_that_changed_since_it_was_proposed_is_proposed_again(round_id):
    ids = applied(round_id, count=6)
    now = closed(round_id)
    root = propose(round_id, "a", now=now)
    Application.objects.filter(pk=ids[1]).update(state="WITHDRAWN", ended_at=now)
    with pytest.raises(admissions.ListChanged):
        admissions.confirm_freeze(round_id, root=root, key="b", by=SECOND, now=now)
    again = propose(round_id, "c", now=now)
    with pytest.raises(admissions.ListChanged):  # who was shown the first proposal doesn't confirm the second
        admissions.confirm_freeze(round_id, root=root, key="d", by=SECOND, now=now)
    assert again != root
    assert admissions.confirm_freeze(round_id, root=again, key="e", by=SECOND, now=now) == again


def test_what_fewer_than_five_share_is_counted_and_what_was_decided_is_kept(round_id):
    ids = applied(round_id, count=40)
    rows = [
        (
            {"umkm"} if c.application.claims.filter(group_id="umkm").exists() else set(),
            c.application.kelurahan_id,
            c.klass.code,
        )
        for c in Choice.objects.select_related("application", "klass").exclude(application=ids[-1])
    ]
    ulu = {g.code: g.places for g in programme.groups()}["seberang-ulu"]
    shared = Counter(
        (code, tuple(sorted(groups | ({"seberang-ulu"} if any(place.startswith(p) for p in ulu) else set()))))
        for groups, place, code in rows
    )
    now = closed(round_id)
    with pytest.raises(admissions.SmallCellsUndecided):
        admissions.propose_freeze(round_id, key="a", by=FIRST, now=now)
    with pytest.raises(admissions.SmallCellsUndecided):
        admissions.propose_freeze(round_id, choice="keep", because=" ", key="b", by=FIRST, now=now)
    root = propose(round_id, "c", now=now)
    seen = admissions.proposed_freeze(round_id).seen
    assert {(c.klass, c.groups): c.count for c in seen.small} == {k: n for k, n in shared.items() if n < 5}
    assert seen.small and 0 < seen.rare <= seen.applicants
    admissions.confirm_freeze(round_id, root=root, key="d", by=SECOND, now=now)
    kept = admissions.decided_freeze(round_id)
    assert (kept.choice, kept.because) == ("keep", "Kode tidak menyebut siapa pun")
    facts = audit.events(about=f"round:{round_id}", verb="freeze.confirmed")[0].facts
    assert (facts["choice"], facts["because"]) == (kept.choice, kept.because)
    assert facts["small_cells"] == len(seen.small)


def test_there_is_no_draw_before_the_freeze_or_before_its_hour_or_without_the_named_witnesses(round_id):
    applied(round_id, count=5)
    plan = programme.plan(round_id)
    two = plan.beacon_witnesses[:2]

    def enter(value=DICE, witnesses=two, *, key, now=plan.draw_at):
        return admissions.enter_beacon(round_id, value, witnesses, key=key, by=FIRST, now=now)

    with pytest.raises(admissions.NotFrozen):
        enter(key="a")
    frozen(round_id)
    with pytest.raises(admissions.DrawTooEarly):
        enter(key="b", now=plan.draw_at - timedelta(seconds=1))
    with pytest.raises(admissions.WitnessUnknown):
        enter(witnesses=(*two, "Somebody"), key="c")
    with pytest.raises(admissions.TooFewWitnesses):
        enter(witnesses=two[:1], key="d")
    with pytest.raises(admissions.DiceUnreadable):
        enter("123", key="e")
    with pytest.raises(admissions.BeaconNotEntered):
        admissions.draw(round_id, key="f", by=FIRST, now=plan.draw_at)
    assert not Draw.objects.exists()


def test_a_round_is_drawn_once(round_id):
    applied(round_id, count=8)
    frozen(round_id)
    first = drawn(round_id)
    assert drawn(round_id) == first, "a double tap"
    with pytest.raises(admissions.AlreadyDrawn):
        drawn(round_id, key="again")
    with pytest.raises(admissions.AlreadyDrawn):
        admissions.enter_beacon(round_id, DICE[::-1], (), key="b", by=FIRST, now=LOADED)
    row = Draw.objects.get()
    with pytest.raises(IntegrityError, match=r"freeze_id"), transaction.atomic():
        Draw.objects.create(
            freeze_id=row.freeze_id, beacon=row.beacon, witnesses="", bundle=b"", bundle_hash="", seated=0, inside=0, by="x", at=LOADED
        )  # fmt: skip


@pytest.mark.parametrize("table", ["admissions_freeze", "admissions_draw", "admissions_outcome"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET id = id + 1000", "DELETE FROM {0}"])
def test_what_was_frozen_and_drawn_never_changes(round_id, table, statement):
    applied(round_id, count=5)
    frozen(round_id)
    drawn(round_id)
    name = f"{table}_rows_never_{'change' if statement.startswith('UPDATE') else 'go'}"
    with refused(name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_stored_bundle_is_what_was_published_and_written(round_id):
    applied(round_id)
    root = frozen(round_id)
    drawn(round_id)
    data = admissions.bundle(round_id)
    checked = allocation.verify(data, root=root, beacon=DICE)
    assert checked.ok and not checked.unchecked, checked
    again = admissions.replayed(round_id)
    rows = Outcome.objects.select_related("application", "klass")
    labels = freezing.labels_of(round_id)
    for row in rows:
        found = again.assignments[row.application.receipt]
        assert (labels.klass[row.klass.code] if row.klass else None) == found.klass
        assert row.ticket == found.ticket and row.rank == found.rank
        assert row.inside == (row.application.receipt in again.inside)
    summary = admissions.drawn(round_id)
    assert summary.seated == sum(a.klass is not None for a in again.assignments.values())
    assert programme.round_(round_id).state == "DRAWN"


def test_chances_come_from_the_list_and_not_from_who_won(round_id):
    applied(round_id)
    frozen(round_id)
    drawn(round_id)
    rows = list(Outcome.objects.values_list("chance_inside", "chance_inside_se", "inside", "chance_seat"))
    assert all(0 <= p <= 1 and se >= 0 and seat <= p for p, se, _inside, seat in rows)
    uncertain = [r for r in rows if 0 < r[0] < 1]
    assert uncertain and {inside for _p, _se, inside, _seat in uncertain} == {True, False}


def test_every_reason_is_true(round_id):
    applied(round_id, count=90)
    frozen(round_id)
    drawn(round_id)
    outcomes = {o.application_id: o for o in Outcome.objects.select_related("application")}
    order = {pk: n for n, pk in enumerate(sorted(outcomes, key=lambda pk: outcomes[pk].ticket), start=1)}
    names = {g.code: g.name for g in programme.groups()}
    seen = set()
    for pk, own in outcomes.items():
        found = admissions.reasons(pk)
        assert len(found) == own.application.choices.count()
        for reason in found:
            seen.add(reason.code)
            assert "%(" not in admissions.sentence(reason, name="kelas", groups=names)
            if reason.code == "SEATED":
                assert own.klass_id == reason.class_id and own.rank == reason.choice
            elif reason.code == "GOT_BETTER":
                assert own.rank < reason.choice
            elif reason.code == "BEHIND_TICKET":
                blocks = {
                    b.id for c in programme.classes(round_id) if c.id == reason.class_id for b in c.blocks
                }
                holders = [o for o in outcomes.values() if o.block_id in blocks]
                assert len(holders) == sum(b.seats for b in Fill.objects.filter(block__in=blocks))
                assert reason.facts["place"] == order[pk] > reason.facts["cutoff_place"]
    assert {"SEATED", "GOT_BETTER", "BEHIND_TICKET"} <= seen


def test_the_funnel_counts_each_applicant_once(round_id):
    applied(round_id, count=30)
    before = admissions.funnel(round_id)
    assert len(before) == 18
    assert sum(s.started for s in before) == sum(s.submitted for s in before) == 30
    assert sum(s.seen for s in before) == 29 and sum(s.inside for s in before) == 0
    frozen(round_id)
    drawn(round_id)
    after = admissions.funnel(round_id)
    assert sum(s.inside for s in after) == admissions.drawn(round_id).inside
    assert sum(s.called for s in after) == admissions.drawn(round_id).seated
    assert admissions.funnel(round_id, level="mahir") != after
