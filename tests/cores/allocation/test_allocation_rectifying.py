"""Errors proved after the draw: laws of the seats that are added."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cores.allocation.markets import SEED, deferred_acceptance, problems, rule

from ampera.cores.allocation import Added, Applicant, BadProblem, Block, Problem, draw, rectify

GROUPS = st.lists(st.sampled_from(["g", "h"]), unique=True, max_size=2).map(tuple)


class ByHand:
    """Tickets from the words of docs/methods/allocation.md, also of somebody who was left out."""

    def __init__(self, outcome, applicants):
        self.per_class = outcome.problem.rule.tie_break == "per-class"
        self.key = sha256(b"ampera-draw-1\0" + bytes.fromhex(outcome.root) + SEED.encode()).digest()
        self.household = {a.receipt: a.household for a in applicants}

    def ticket(self, receipt, klass):
        key = sha256(self.key + b"c" + klass.encode()).digest() if self.per_class else self.key
        own = sha256(key + b"r" + receipt.encode()).digest()
        home = self.household[receipt]
        return ((sha256(key + b"h" + home.encode()).digest()[:16] + own[16:]) if home else own).hex()


@st.composite
def mistaken(draw_, *, most: int = 7):
    """A problem, and what was wrong in it: groups of those whom it lists, and applicants whom it left out."""
    problem = draw_(problems(most=most))
    wrong = draw_(st.lists(st.sampled_from(problem.applicants), unique=True)) if problem.applicants else []
    right = [replace(a, groups=draw_(GROUPS)) for a in wrong]
    for i in range(draw_(st.integers(0, 2))):
        ranking = draw_(st.lists(st.sampled_from(sorted({b.klass for b in problem.blocks})), unique=True))
        right.append(
            Applicant(f"new{i}", draw_(GROUPS), tuple(ranking), draw_(st.sampled_from(["", "home"])))
        )
    return problem, right


def seated(outcome):
    return {r for r, a in outcome.assignments.items() if a.klass}


@given(mistaken())
@settings(max_examples=200, deadline=None)
def test_the_added_seats_are_the_new_ones_of_a_rerun_by_the_definition_and_nobody_seated_loses(case):
    problem, right = case
    outcome = draw(problem, beacon="")
    whole = tuple(({a.receipt: a for a in problem.applicants} | {a.receipt: a for a in right}).values())
    again = deferred_acceptance(replace(problem, applicants=whole), ByHand(outcome, whole))
    added = rectify(outcome, right)
    assert {a.receipt: (a.klass, a.block) for a in added} == {
        receipt: seat for receipt, seat in again.items() if receipt not in seated(outcome)
    }
    assert not seated(outcome) & {a.receipt for a in added}, "who has a seat keeps it and gets no other"
    ranking = {a.receipt: a.ranking for a in whole}
    assert all(ranking[a.receipt][a.rank - 1] == a.klass for a in added)
    assert [a.receipt for a in added] == sorted(a.receipt for a in added)


@given(problems(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_correction_without_an_error_adds_nobody(problem, data):
    outcome = draw(problem, beacon="")
    same = data.draw(st.lists(st.sampled_from(problem.applicants), unique=True)) if problem.applicants else []
    assert rectify(outcome, [replace(a, groups=a.groups[::-1]) for a in same]) == ()


@given(mistaken(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_corrections_is_nothing(case, random):
    problem, right = case
    outcome, other = draw(problem, beacon=""), list(right)
    random.shuffle(other)
    assert rectify(outcome, other) == rectify(outcome, iter(right))


@given(mistaken())
@settings(max_examples=100, deadline=None)
def test_somebody_left_out_takes_no_seat_from_the_others_and_brings_them_none(case):
    problem, right = case
    newcomers = [a for a in right if a.receipt.startswith("new")]
    added = rectify(draw(problem, beacon=""), newcomers)
    assert {a.receipt for a in added} <= {a.receipt for a in newcomers}


def one_seat(*groups: str) -> Problem:
    """One seat kept for group g; everybody wants it."""
    people = tuple(Applicant(f"r{i}", (g,) if g else (), ("A",)) for i, g in enumerate(groups))
    return Problem(people, (Block("A", "kept", 1, "g", 1),), (), rule())


def test_a_false_member_put_right_keeps_the_seat_and_the_true_one_gets_one_beside_it():
    problem = one_seat("g", "g", "")
    outcome = draw(problem, beacon="")
    [winner] = seated(outcome)
    [member] = {"r0", "r1"} - {winner}
    false = next(a for a in problem.applicants if a.receipt == winner)
    assert rectify(outcome, [replace(false, groups=())]) == (Added(member, "A", "kept", 1),)


def test_wishes_are_no_facts_nobody_is_put_right_twice_and_the_list_stays_sound():
    outcome = draw(one_seat("g", ""), beacon="")
    first, _ = sorted(outcome.problem.applicants, key=lambda a: a.receipt)
    for wrong in (replace(first, ranking=()), replace(first, household="home")):
        with pytest.raises(ValueError, match="no fact"):
            rectify(outcome, [wrong])
    with pytest.raises(ValueError, match="twice"):
        rectify(outcome, [first, first])
    with pytest.raises(BadProblem):
        rectify(outcome, [Applicant("new", (), ("Z",))])
