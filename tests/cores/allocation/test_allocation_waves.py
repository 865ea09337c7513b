"""Calls down the horizon."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cores.allocation.markets import deferred_acceptance, problems, rule

from ampera.cores.allocation import Answer, Applicant, BadAnswers, Block, Problem, draw, next_wave


def _line(n=6, seats=2, horizon="2"):
    """n applicants for one class, and their receipts in the order of tickets."""
    problem = Problem(
        tuple(Applicant(f"r{i}", (), ("A",)) for i in range(n)),
        (Block("A", "all", seats, "", 1),),
        (),
        rule(horizon=horizon),
    )
    outcome = draw(problem, beacon="")
    return outcome, sorted(outcome.assignments, key=lambda r: outcome.assignments[r].ticket)


def _receipts(offers):
    return {o.receipt for o in offers}


def test_the_first_wave_is_the_draw():
    outcome, queue = _line()
    assert _receipts(next_wave(outcome, ())) == set(queue[:2])


def test_a_declined_seat_goes_to_the_next_in_line_inside_the_horizon():
    outcome, queue = _line()
    answers = [Answer(queue[0], 1, "declined"), Answer(queue[1], 1, "accepted")]
    (offer,) = next_wave(outcome, answers)
    assert (offer.receipt, offer.wave, offer.klass, offer.rank) == (queue[2], 2, "A", 1)


def test_nobody_beyond_the_horizon_is_ever_called():
    outcome, queue = _line()
    answers, called = [], set()
    for wave in (1, 2):
        called |= _receipts(offers := next_wave(outcome, answers))
        answers += [Answer(o.receipt, wave, "lapsed") for o in offers]
    assert next_wave(outcome, answers) == ()
    assert called == set(queue[:4]) == outcome.inside


def test_an_accepted_seat_given_back_later_is_offered_again():
    outcome, queue = _line()
    first = [Answer(queue[0], 1, "declined"), Answer(queue[1], 1, "accepted")]
    later = [*first, Answer(queue[2], 2, "accepted"), Answer(queue[1], 2, "declined")]
    assert _receipts(next_wave(outcome, later)) == {queue[3]}


@pytest.mark.parametrize(
    "answers",
    [
        lambda q: [Answer(q[0], 1, "accepted")],
        lambda q: [Answer(q[0], 1, "accepted"), Answer(q[1], 1, "perhaps")],
        lambda q: [Answer(q[0], 1, "accepted"), Answer(q[1], 1, "accepted"), Answer(q[2], 1, "accepted")],
        lambda q: [Answer(q[0], 1, "accepted"), Answer(q[1], 1, "lapsed"), Answer(q[0], 1, "declined")],
        lambda q: [Answer(q[0], 2, "accepted")],
        lambda q: [Answer(q[0], 0, "accepted")],
        lambda q: [Answer(q[0], 1, "accepted"), Answer(q[1], 1, "accepted"), Answer("nobody", 1, "declined")],
    ],
    ids=[
        "one missing",
        "unknown word",
        "not called",
        "answered twice",
        "wave before its time",
        "wave 0",
        "stranger",
    ],
)
def test_answers_that_do_not_fit_the_calls_are_refused(answers):
    outcome, queue = _line()
    with pytest.raises(BadAnswers):
        next_wave(outcome, answers(queue))


def test_who_has_accepted_does_not_move_up_when_a_better_class_falls_free():
    problem = Problem(
        tuple(Applicant(f"r{i}", (), ("A", "B")) for i in range(4)),
        (Block("A", "all", 1, "", 1), Block("B", "all", 1, "", 1)),
        (),
        rule(horizon="2"),
    )
    outcome = draw(problem, beacon="")
    first, second, third, _ = sorted(outcome.assignments, key=lambda r: outcome.assignments[r].ticket)
    offers = next_wave(outcome, [Answer(first, 1, "declined"), Answer(second, 1, "accepted")])
    assert [(o.receipt, o.klass) for o in offers] == [(third, "A")]


@given(problems(), st.data())
@settings(max_examples=200, deadline=None)
def test_waves_call_only_insiders_once_never_above_capacity_and_never_take_an_accepted_seat_back(
    problem, data
):
    outcome = draw(problem, beacon="")
    seats: dict[str, int] = {}
    for b in problem.blocks:
        seats[b.klass] = seats.get(b.klass, 0) + b.seats
    answers: list[Answer] = []
    held: dict[str, str] = {}
    called: set[str] = set()
    wave = 1
    while offers := next_wave(outcome, answers):
        assert _receipts(offers) <= outcome.inside - called
        called |= _receipts(offers)
        for klass, most in seats.items():
            taken = [*held.values(), *(o.klass for o in offers)]
            assert taken.count(klass) <= most
        for o in offers:
            assert o.wave == wave
            answer = data.draw(st.sampled_from(["accepted", "declined", "lapsed"]))
            answers.append(Answer(o.receipt, wave, answer))
            if answer == "accepted":
                held[o.receipt] = o.klass
        wave += 1


@given(problems(), st.data())
@settings(max_examples=120, deadline=None)
def test_every_wave_is_the_draw_run_again_by_the_definition_and_seats_who_accepted_where_they_did(
    problem, data
):
    """Rerun by the slow reference: insiders only, without those who said no, an accepted class as whole ranking."""
    outcome = draw(problem, beacon="")
    answers: list[Answer] = []
    held: dict[str, str] = {}
    gone: set[str] = set()
    wave = 0
    while offers := next_wave(outcome, answers):
        wave += 1
        again = replace(
            problem,
            applicants=tuple(
                replace(a, ranking=(held[a.receipt],) if a.receipt in held else a.ranking)
                for a in problem.applicants
                if a.receipt in outcome.inside and a.receipt not in gone
            ),
        )
        seats = deferred_acceptance(again, outcome)
        assert {r: klass for r, (klass, _) in seats.items() if r in held} == held  # accepted is never lost
        assert {r: seat for r, seat in seats.items() if r not in held} == {
            o.receipt: (o.klass, o.block) for o in offers
        }
        for o in offers:
            answer = data.draw(st.sampled_from(["accepted", "declined", "lapsed"]))
            answers.append(Answer(o.receipt, wave, answer))
            held |= {o.receipt: o.klass} if answer == "accepted" else {}
            gone |= set() if answer == "accepted" else {o.receipt}


def test_a_reserve_keeps_its_rule_in_later_waves():
    problem = _line(n=8, seats=1)[0].problem
    blocks = (Block("A", "kept", 1, "g", 1), Block("A", "open", 1, "", 2))
    applicants = tuple(replace(a, groups=("g",) if i % 2 else ()) for i, a in enumerate(problem.applicants))
    problem = replace(problem, applicants=applicants, blocks=blocks)
    outcome = draw(problem, beacon="")
    offers = next_wave(outcome, ())
    kept = next(o for o in offers if o.block == "kept")
    answers = [Answer(o.receipt, 1, "declined" if o == kept else "accepted") for o in offers]
    groups = {a.receipt: a.groups for a in applicants}
    (offer,) = next_wave(outcome, answers)
    assert "g" in groups[offer.receipt] or "g" in groups[(set(_receipts(offers)) - {kept.receipt}).pop()]
