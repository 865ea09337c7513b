"""At the same moment: two officers confirm, a citizen accepts while officers join. Real commits, on a database of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Call, Seat
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.models import Pair, Verdict
from ampera.apps.programme import api as programme
from ampera.refusal import Refusal
from ampera.site import reunion

from . import drawn_round
from .admissions_city import BEFORE, BY, NOW, OPENS, key
from .committed import committed, together
from .test_reunion import crowd
from .twins import WHY, A, B, C, found, twice

__all__ = ["committed"]


def at_once(*works: Callable[[], object]) -> list[str]:
    """What each said: "done" or the code of its refusal."""
    said, start = [""] * len(works), threading.Barrier(len(works))

    def run(place: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
            said[place] = "done"
        except Refusal as no:
            said[place] = no.code

    together(*(lambda p=p, w=w: run(p, w) for p, w in enumerate(works)))
    return said


@pytest.mark.django_db  # one such test, or the database that `committed` copies is not made
def test_a_second_tap_on_the_same_button_is_the_first_one():
    programme.load("palembang", by=BY, now=BEFORE, opens_at=OPENS)
    twice()
    pair = found()
    people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=NOW)
    for _tap in range(2):
        reunion.confirm(pair.id, key="tap", by=B, now=NOW)
    assert len(audit.events(verb="person.merged")) == 1


def test_of_two_officers_who_confirm_at_once_one_joins(committed):
    programme.load("palembang", by=BY, now=BEFORE, opens_at=OPENS)
    one, other = twice()
    pair = found()
    people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=NOW)
    said = at_once(*(lambda by=by: reunion.confirm(pair.id, key=key(), by=by, now=NOW) for by in (B, C)))
    assert sorted(said) == ["done", "people.pair_judged"]
    assert people.same(other) == (one, other) and len(audit.events(verb="person.merged")) == 1
    assert Verdict.objects.filter(verb="confirm").count() == 1


def test_a_citizen_who_accepts_while_officers_join_holds_one_seat(committed):
    round_id, _persons, ids = crowd(24)
    drawn_round.frozen(round_id)
    drawn_round.drawn(round_id)
    now = programme.plan(round_id).draw_at + timedelta(hours=1)
    pair = found(now=now)
    people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=now)
    first, second = (Call.objects.get(application=i).pk for i in ids)
    said = at_once(
        lambda: reunion.confirm(pair.id, key=key(), by=B, now=now),
        lambda: admissions.accept(second, key=key(), by=BY, now=now),
        lambda: admissions.accept(first, key=key(), by=BY, now=now),
    )
    assert said[0] == "done" and Pair.objects.get().state == "JOINED"
    assert set(said[1:]) <= {"done", "admissions.call_declined", "admissions.already_seated"}
    held = Seat.objects.filter(person__in=people.same(pair.earlier), state="TAKEN")
    open_ = Call.objects.filter(application__in=ids, state="OFFERED")
    assert held.count() + open_.count() == 1, said
