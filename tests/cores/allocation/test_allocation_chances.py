"""Chances by replay."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from tests.cores.allocation.markets import rule

from ampera.cores.allocation import (
    Applicant,
    Block,
    Priority,
    Problem,
    ReservesHere,
    chances,
    draw,
    propensities,
)


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


# AANP (2017): one seat each at a, b, c; 1: c; 2: c b a; 3: b a; 4: a. The limit as every type grows.
AANP = {"1": "c", "2": "c b a", "3": "b a", "4": "a"}
AANP_LIMIT = {
    "1": {"c": 1 / 2},
    "2": {"c": 1 / 2, "b": 1 / 4, "a": 1 / 12},
    "3": {"b": 3 / 4, "a": 1 / 12},
    "4": {"a": 5 / 6},
}


def test_the_large_market_formula_gives_the_limit_of_aanp():
    copies = 3000
    applicants = tuple(
        Applicant(f"{kind}-{n}", (), tuple(ranked.split()))
        for kind, ranked in AANP.items()
        for n in range(copies)
    )
    problem = Problem(applicants, tuple(Block(k, "all", copies, "", 1) for k in "abc"), (), rule())
    found = propensities(draw(problem, beacon=""))
    for kind, limit in AANP_LIMIT.items():
        assert found[f"{kind}-0"] == pytest.approx(limit, abs=0.025)  # √(.5·.5/3000) = .009


@pytest.mark.parametrize("tie_break", ["single", "per-class"])
def test_replays_and_formula_agree_in_large_classes_with_tiers(tie_break):
    """Stated tolerance .08 at 120 seats a class: the formula takes one draw's cutoffs for all."""
    applicants = tuple(Applicant(f"r{i}", (), ("A", "B") if i % 3 else ("B", "A")) for i in range(600))
    blocks = (Block("A", "all", 120, "", 1), Block("B", "all", 120, "", 1))
    tiers = tuple(Priority("A", f"r{i}", 1) for i in range(60))
    problem = Problem(applicants, blocks, tiers, rule(tie_break=tie_break))
    formula = propensities(draw(problem, beacon=""))
    replayed = chances(problem, draws=150, seed=b"large")
    kinds = {(a.ranking, i < 60): a.receipt for i, a in enumerate(applicants)}
    for kind, receipt in kinds.items():
        alike = [a.receipt for i, a in enumerate(applicants) if (a.ranking, i < 60) == kind]
        for klass in "AB":
            mean = sum(replayed[r].by_class[klass][0] for r in alike) / len(alike)
            assert formula[receipt][klass] == pytest.approx(mean, abs=0.08)


def test_the_formula_refuses_reserves():
    problem = replace(_class(), blocks=(Block("A", "kept", 1, "g", 1), Block("A", "open", 1, "", 2)))
    with pytest.raises(ReservesHere):
        propensities(draw(problem, beacon=""))
