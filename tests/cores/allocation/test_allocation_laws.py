"""What holds for every market: laws, by Hypothesis."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cores.allocation.markets import choose, deferred_acceptance, problems, rule

from ampera.cores.allocation import Applicant, Block, Problem, bundle, cutoffs, draw, root, stretch
from ampera.cores.allocation.horizon import insiders
from ampera.cores.allocation.market import Lottery, market
from ampera.cores.allocation.matching import Matching, match


def _who(outcome):
    return {r: (a.klass, a.block) for r, a in outcome.assignments.items() if a.klass}


@given(problems())
@settings(max_examples=400, deadline=None)
def test_the_draw_is_what_the_definition_gives(problem):
    """Seats and blocks agree with rounds of everybody proposing at once, written without a shortcut."""
    outcome = draw(problem, beacon="")
    assert _who(outcome) == deferred_acceptance(problem, outcome)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_nobody_would_be_let_in_where_they_would_rather_be(problem):
    """Stable and non-wasteful, by the classes' definition of choosing, without the core's cutoffs."""
    outcome = draw(problem, beacon="")
    for klass in {b.klass for b in problem.blocks}:
        holders = [a for a in problem.applicants if outcome.assignments[a.receipt].klass == klass]
        for a in problem.applicants:
            own = outcome.assignments[a.receipt]
            if klass in a.ranking[: (own.rank or len(a.ranking) + 1) - 1]:
                assert a.receipt not in choose(problem, outcome, klass, [*holders, a])


@given(problems())
@settings(max_examples=150, deadline=None)
def test_a_seat_counts_once_and_no_block_or_cap_is_exceeded(problem):
    outcome = draw(problem, beacon="")
    groups = {a.receipt: a.groups for a in problem.applicants}
    for b in problem.blocks:
        held = [r for r, a in outcome.assignments.items() if (a.klass, a.block) == (b.klass, b.block)]
        assert len(held) <= b.seats
        assert b.cap is None or sum(b.cap_group in groups[r] for r in held) <= b.cap
    assert outcome.assignments.keys() == groups.keys()


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_never_matters(problem, random):
    def shuffled(rows):
        rows = list(rows)
        random.shuffle(rows)
        return tuple(rows)

    other = replace(
        problem,
        applicants=tuple(replace(a, groups=a.groups[::-1]) for a in shuffled(problem.applicants)),
        blocks=shuffled(problem.blocks),
        priorities=shuffled(problem.priorities),
    )
    assert root(other) == root(problem)
    assert bundle(draw(other, beacon="")) == bundle(draw(problem, beacon=""))


@given(problems())
@settings(max_examples=200, deadline=None)
def test_everybody_seated_is_inside_the_horizon(problem):
    outcome = draw(problem, beacon="")
    assert {r for r, a in outcome.assignments.items() if a.klass} <= outcome.inside
    called = {call.receipt for call in outcome.calls}
    assert called == outcome.inside


@given(problems(most=5), st.data())
@settings(max_examples=60, deadline=None)
def test_no_ranking_gets_more_than_the_true_one(problem, data):
    """Strategy-proof for applicants: every other ranking of every subset of classes is tried, with the same tickets."""
    m = market(problem)
    n = len(m.applicants)
    orders = [list(data.draw(st.permutations(range(n)))) for _ in m.classes]
    if not m.per_class:
        orders = orders[:1] * len(m.classes)
    lottery = Lottery([[by_rank.index(i) for i in range(n)] for by_rank in orders], orders)
    seats, caps = [b.seats for b in m.blocks], [b.cap for b in m.blocks]
    truth = match(m, lottery, seats=seats, caps=caps)
    classes = m.classes
    for i, a in enumerate(m.applicants):
        lies = [lie for size in range(len(classes) + 1) for lie in permutations(classes, size)]
        for lie in lies:
            changed = replace(a, ranking=lie)
            told = market(replace(problem, applicants=(*m.applicants[:i], changed, *m.applicants[i + 1 :])))
            b = match(told, lottery, seats=seats, caps=caps).block[i]
            if b >= 0 and told.blocks[b].klass in a.ranking:
                got = a.ranking.index(told.blocks[b].klass) + 1
                assert truth.block[i] >= 0
                assert truth.choice[i] <= got


@given(problems(most=6), st.data())
@settings(max_examples=100, deadline=None)
def test_a_better_tier_never_harms(problem, data):
    """Respects improvements: rising to the best tier of a class leaves nobody worse off in their own ranking."""
    if not problem.priorities:
        return
    risen = data.draw(st.sampled_from(problem.priorities))
    better = replace(
        problem, priorities=tuple(replace(p, tier=1) if p == risen else p for p in problem.priorities)
    )
    before, m = market(problem), market(better)
    n = len(m.applicants)
    orders = [list(data.draw(st.permutations(range(n))))] * len(m.classes)
    lottery = Lottery([[o.index(i) for i in range(n)] for o in orders], orders)
    seats, caps = [b.seats for b in m.blocks], [b.cap for b in m.blocks]
    i = m.number[risen.receipt]
    old = match(before, lottery, seats=seats, caps=caps).choice[i]
    new = match(m, lottery, seats=seats, caps=caps).choice[i]
    assert not old or 0 < new <= old


def _lottery(m, orders):
    return Lottery([[by_rank.index(i) for i in range(len(m.applicants))] for by_rank in orders], orders)


def _seats(m, order):
    seats, caps = [b.seats for b in m.blocks], [b.cap for b in m.blocks]
    return match(m, order, seats=seats, caps=caps)


@given(problems(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_name_is_nothing(problem, data):
    """Anonymous: when people swap receipts and keep their tickets, each keeps seat and block."""
    receipts = sorted(a.receipt for a in problem.applicants)
    other = dict(
        zip(receipts, data.draw(st.permutations([f"z{i}" for i in range(len(receipts))])), strict=True)
    )
    renamed = replace(
        problem,
        applicants=tuple(replace(a, receipt=other[a.receipt]) for a in problem.applicants),
        priorities=tuple(replace(p, receipt=other[p.receipt]) for p in problem.priorities),
    )
    before, after = market(problem), market(renamed)
    orders = [list(data.draw(st.permutations(range(len(receipts))))) for _ in before.classes]
    if not before.per_class:
        orders = orders[:1] * len(orders)
    moved = [[after.number[other[before.applicants[i].receipt]] for i in by_rank] for by_rank in orders]
    one, two = _seats(before, _lottery(before, orders)), _seats(after, _lottery(after, moved))
    for i, a in enumerate(before.applicants):
        assert one.block[i] == two.block[after.number[other[a.receipt]]]


@given(problems(most=6), st.data())
@settings(max_examples=150, deadline=None)
def test_a_better_ticket_never_harms(problem, data):
    """Respects improvements: whoever moves up in the order of tickets, the others as they were, is no worse off."""
    m = market(problem)
    n = len(m.applicants)
    if not n:
        return
    order = list(data.draw(st.permutations(range(n))))
    i, up = data.draw(st.sampled_from(order)), data.draw(st.integers(0, n - 1))
    better = [j for j in order if j != i]
    better.insert(min(up, order.index(i)), i)
    old = _seats(m, _lottery(m, [order] * len(m.classes))).choice[i]
    new = _seats(m, _lottery(m, [better] * len(m.classes))).choice[i]
    assert not old or 0 < new <= old


@given(problems(most=6), st.data())
@settings(max_examples=150, deadline=None)
def test_one_applicant_fewer_harms_nobody_who_stays(problem, data):
    """Resource monotonicity: what a withdrawal before the draw does to the others, with their tickets."""
    m = market(problem)
    n = len(m.applicants)
    if not n:
        return
    orders = [list(data.draw(st.permutations(range(n))))] * len(m.classes)
    gone = data.draw(st.integers(0, n - 1))
    left = replace(m, ranking=[() if i == gone else r for i, r in enumerate(m.ranking)])
    before, after = _seats(m, _lottery(m, orders)), _seats(left, _lottery(m, orders))
    for i in range(n):
        if i != gone and before.choice[i]:
            assert 0 < after.choice[i] <= before.choice[i]


@given(problems(), st.data())
@settings(max_examples=150, deadline=None)
def test_a_longer_horizon_loses_nobody_inside(problem, data):
    m = market(problem)
    order = list(data.draw(st.permutations(range(len(m.applicants)))))
    lottery = _lottery(m, [order] * len(m.classes))
    inside = [set(insiders(m, lottery, k)) for k in ("1", "1.2", "1.25", "1.5", "2.000001", "3")]
    assert all(shorter <= longer for shorter, longer in pairwise(inside))


def test_the_stability_check_notices_a_swap_a_waste_and_an_overfull_block():
    problem = Problem(
        tuple(Applicant(f"r{i}", (), ("A", "B")) for i in range(3)),
        (Block("A", "all", 1, "", 1), Block("B", "all", 1, "", 1)),
        (),
        rule(),
    )
    outcome = draw(problem, beacon="")
    r = outcome.replay
    first, second, third = r.lottery.by_rank[0]

    def check(pairs):
        block, choice = [-1] * 3, [0] * 3
        for i, b in pairs:
            block[i], choice[i] = b, b + 1
        found = Matching(block, choice)
        filled = cutoffs.fills(r.market, r.lottery, found, seats=[1, 1], caps=[None, None])
        return cutoffs.stability(r.market, r.lottery, found, filled)

    assert check([(first, 0), (second, 1)]).holds
    assert check([(second, 0), (first, 1)]).blocking == ((f"r{first}", "A"),)
    assert (f"r{third}", "B") in check([(first, 0)]).blocking
    assert len(check([(first, 0), (second, 0)]).misplaced) == 2


def _judged(blocks, held):
    """The stability check over three applicants of group g, all for class A, when `held[place]` has that block."""
    problem = Problem(tuple(Applicant(f"r{i}", ("g",), ("A",)) for i in range(3)), blocks, (), rule())
    m, r = market(problem), draw(problem, beacon="").replay
    block, choice = [-1] * 3, [0] * 3
    for place, b in held.items():
        i = r.lottery.by_rank[0][place]
        block[i], choice[i] = b, 1
    seats, caps = [b.seats for b in m.blocks], [b.cap for b in m.blocks]
    found = Matching(block, choice)
    return cutoffs.stability(m, r.lottery, found, cutoffs.fills(m, r.lottery, found, seats=seats, caps=caps))


def test_the_stability_check_notices_a_capped_seat_given_to_a_later_ticket_and_a_cap_exceeded():
    capped = (Block("A", "all", 3, "", 1, "g", 1),)
    assert _judged(capped, {0: 0}).holds
    assert len(_judged(capped, {1: 0}).blocking) == 1
    assert len(_judged(capped, {0: 0, 1: 0}).misplaced) == 2


def test_the_stability_check_notices_a_seat_in_a_later_block_than_the_one_that_takes():
    two = (Block("A", "kept", 1, "g", 1), Block("A", "open", 1, "", 2))
    assert _judged(two, {0: 0, 1: 1}).holds
    assert len(_judged(two, {0: 1, 1: 0}).misplaced) == 1


@pytest.mark.parametrize(
    ("count", "k", "expected"),
    [(100, "1.1", 110), (10, "1.10", 11), (1, "1.000001", 2), (0, "3", 0), (30, "1.15", 35), (7, "1", 7)],
)
def test_seats_are_stretched_in_exact_decimals(count, k, expected):
    """In binary floating point 100 × 1.1 is a little more than 110 and would give 111."""
    assert stretch(count, k) == expected
