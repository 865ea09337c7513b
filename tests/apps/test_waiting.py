"""The office's front page says what waits for whom, and never one's own proposal."""

from __future__ import annotations

import pytest

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Objection, ReserveClaim
from ampera.apps.programme import api as programme
from ampera.site.waiting import tasks

from .drawn_round import DICE, FIRST, LOADED, SECOND, SYSTEM, applied, closed, opened_round, propose

pytestmark = pytest.mark.django_db
OFFICER = frozenset({"officer"})


@pytest.fixture
def round_id():
    return opened_round()


def says(round_id, roles=OFFICER, *, by=SECOND, now=LOADED) -> list[str]:
    return [t.says for t in tasks(roles, by=by, now=now, rounds=(programme.round_(round_id),))]


def test_documents_and_objections_wait_until_the_freeze(round_id):
    ids = applied(round_id, count=5)
    assert says(round_id) == []
    ReserveClaim.objects.create(application_id=ids[0], group_id="pelajar", evidence="x")
    Objection.objects.create(round_id=round_id, by="x", text="?", at=LOADED)
    waiting = says(round_id)
    assert len(waiting) == 2 and waiting[0].endswith(": 1") and waiting[1].endswith(": 1")
    assert says(round_id, frozenset({"mayor", "inspector"})) == []


def test_a_proposed_freeze_waits_for_the_other_officer_and_the_draw_for_its_hour(round_id):
    applied(round_id, count=5)
    now = closed(round_id)
    root = propose(round_id, "p", now=now)
    assert len(says(round_id, now=now)) == 1 and says(round_id, by=FIRST, now=now) == []
    admissions.confirm_freeze(round_id, root=root, key="c", by=SECOND, now=now)
    assert says(round_id, now=now) == []
    at = programme.plan(round_id).draw_at
    assert len(says(round_id, now=at)) == len(says(round_id, by=FIRST, now=at)) == 1
    witnesses = programme.plan(round_id).beacon_witnesses[:2]
    admissions.enter_beacon(round_id, DICE, witnesses, key="e", by=FIRST, now=at)
    assert len(says(round_id, now=at)) == 1 and says(round_id, by=FIRST, now=at) == []


def test_a_step_waits_for_the_other_officer(round_id):
    admissions.propose_step(round_id, "abandon", because="Gempa", key="a", by=FIRST, now=LOADED)
    assert len(says(round_id)) == 1 and says(round_id, by=FIRST) == []


def test_a_proposed_lock_waits_for_the_inspector():
    round_id = programme.load("palembang", by=SYSTEM, now=LOADED, simulated=True, scale_seats=300)
    assert says(round_id, frozenset({"inspector"})) == []
    programme.propose_lock(round_id, key="l", by=FIRST, now=LOADED)
    assert len(says(round_id, frozenset({"inspector"}))) == 1
    assert says(round_id, frozenset({"inspector"}), by=FIRST) == []
