"""The same matching as other people's programs: PyPI `matching` and `algmatch`, on random markets.

Theirs know one list of priorities a class, so classes are open, with tiers and tickets of ours as that list. `matching` is
among the tests' own packages, `algmatch` (with a solver of several MB) in the group `peers`: where a peer isn't installed,
its test says that it was skipped.
"""

from __future__ import annotations

import random
import warnings

import pytest
from tests.cores.allocation.markets import rule, seated

from ampera.cores.allocation import Applicant, Block, Priority, Problem, draw


def _market(dice: random.Random) -> Problem:
    """Up to 12 applicants and 5 classes, rankings of any length, sometimes tiers, either tie-break, any tickets."""
    classes = [f"c{n}" for n in range(1, dice.randint(1, 5) + 1)]
    applicants = tuple(
        Applicant(f"r{n}", (), tuple(dice.sample(classes, dice.randint(1, len(classes)))))
        for n in range(1, dice.randint(1, 12) + 1)
    )
    tiers = [0, 0, 1, 2] if dice.random() < 0.5 else [0]
    return Problem(
        applicants,
        tuple(Block(klass, "all", dice.randint(1, 4), "", 1) for klass in classes),
        tuple(
            Priority(klass, a.receipt, tier)
            for klass in classes
            for a in applicants
            if (tier := dice.choice(tiers))
        ),
        rule(tie_break=dice.choice(["single", "per-class"]), seed=dice.randbytes(32).hex()),
    )


def _lists(problem, outcome):
    """For a peer: rankings, each class's list of all who rank it, best first, and seats; only classes that are ranked."""
    tier = {(p.klass, p.receipt): p.tier for p in problem.priorities}
    rankings = {a.receipt: list(a.ranking) for a in problem.applicants}
    orders = {
        b.klass: sorted(
            (a.receipt for a in problem.applicants if b.klass in a.ranking),
            key=lambda r, k=b.klass: (tier.get((k, r), float("inf")), outcome.ticket(r, k)),
        )
        for b in problem.blocks
    }
    return rankings, {k: who for k, who in orders.items() if who}, {b.klass: b.seats for b in problem.blocks}


def _by_matching(rankings, orders, seats):
    """The answer of `matching`: hospital-residents, residents propose."""
    games = pytest.importorskip("matching.games", reason="PyPI matching is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of residents who stay without a place
        game = games.HospitalResident.create_from_dictionaries(
            rankings, orders, {k: seats[k] for k in orders}
        )
        solved = game.solve(optimal="resident")
    found: dict[str, str | None] = dict.fromkeys(rankings)
    return found | {who.name: klass.name for klass, held in solved.items() for who in held}


def _by_algmatch(rankings, orders, seats):
    """The answer of `algmatch`, whose people and places are numbers from 1 on."""
    algmatch = pytest.importorskip(
        "algmatch", reason="PyPI algmatch is not installed: pip install --group peers"
    )
    number = {klass: n for n, klass in enumerate(orders, start=1)}
    dictionary = {
        "residents": {int(r[1:]): [number[k] for k in ranked] for r, ranked in rankings.items()},
        "hospitals": {
            number[k]: {"capacity": seats[k], "preferences": [int(r[1:]) for r in who]}
            for k, who in orders.items()
        },
    }
    solved = algmatch.HospitalResidentsProblem(dictionary=dictionary).get_stable_matching()["resident_sided"]
    name = {f"h{n}": klass for klass, n in number.items()}
    return {r: name.get(solved.get(r)) for r in rankings}


def _agree(peer, *, markets, seed):
    dice = random.Random(seed)
    for number in range(markets):
        problem = _market(dice)
        outcome = draw(problem, beacon="")
        assert peer(*_lists(problem, outcome)) == seated(outcome), f"market {number} of seed {seed}"


@pytest.mark.parametrize("peer", [_by_matching, _by_algmatch], ids=["matching", "algmatch"])
def test_a_peer_seats_the_same_people(peer):
    _agree(peer, markets=60, seed=1962)


@pytest.mark.proof
@pytest.mark.parametrize("peer", [_by_matching, _by_algmatch], ids=["matching", "algmatch"])
def test_a_peer_seats_the_same_people_in_thousands_of_markets(peer):
    _agree(peer, markets=5000, seed=2012)
