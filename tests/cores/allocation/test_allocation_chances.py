"""Chances by replay."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from tests.cores.allocation.markets import rule

from ampera.cores.allocation import Applicant, Block, Problem, chances


def _class(n=10, seats=2, horizon="2", **options):
    applicants = tuple(Applicant(f"r{i}", (), ("A",)) for i in range(n))
    return Problem(applicants, (Block("A", "all", seats, "", 1),), (), rule(horizon=horizon, **options))


def test_equal_applicants_share_the_seats_equally_within_the_error_stated():
    found = chances(_class(), draws=2000, seed=b"one")
    for c in found.values():
        assert c.seat == pytest.approx(0.2, abs=4.5 * c.seat_se)
        assert c.inside == pytest.approx(0.4, abs=4.5 * c.inside_se)
        assert c.seat_se == pytest.approx(sqrt(c.seat * (1 - c.seat) / 2000))
        assert c.by_class == {"A": (c.seat, c.seat_se)}
    assert sum(c.seat for c in found.values()) == pytest.approx(2)
    assert sum(c.inside for c in found.values()) == pytest.approx(4)


def test_the_same_seed_gives_the_same_chances_and_another_gives_others():
    one = chances(_class(), draws=50, seed=b"one")
    assert one == chances(_class(), draws=50, seed=b"one")
    assert one != chances(_class(), draws=50, seed=b"two")


def test_the_order_of_rows_does_not_change_the_chances():
    problem = _class()
    turned = replace(problem, applicants=problem.applicants[::-1])
    assert chances(problem, draws=20, seed=b"s") == chances(turned, draws=20, seed=b"s")


def test_a_household_sits_or_waits_together_but_at_the_edge():
    problem = _class(n=6, seats=2)
    home = tuple(replace(a, household="h" if a.receipt in ("r0", "r1") else "") for a in problem.applicants)
    found = chances(replace(problem, applicants=home), draws=2000, seed=b"h")
    # the household is one of five tickets: first (1/5) both sit, second (1/5) one does
    together = found["r0"].seat + found["r1"].seat
    assert together == pytest.approx(2 / 5 + 1 / 5, abs=0.06)


def test_progress_is_told_after_each_replay():
    told = []
    chances(_class(), draws=3, seed=b"", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_no_replay_is_no_chance():
    with pytest.raises(ValueError, match="draws"):
        chances(_class(), draws=0, seed=b"")
