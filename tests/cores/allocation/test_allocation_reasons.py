"""Every reason is true, and its sentence can be made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.cores.allocation.markets import choose, problems, rule

from ampera.cores.allocation import SAYS, Applicant, Block, Priority, Problem, UnknownReceipt, draw, reasons


def _codes(problem, receipt):
    return [reason.code for reason in reasons(draw(problem, beacon=""), receipt)]


def _market(blocks, *applicants, priorities=(), **options):
    return Problem(applicants, blocks, priorities, rule(**options))


def test_seated_at_a_choice_the_better_ones_have_reasons_and_the_worse_were_not_needed():
    problem = _market(
        (Block("A", "all", 0, "", 1), Block("B", "all", 1, "", 1), Block("C", "all", 1, "", 1)),
        Applicant("r", (), ("A", "B", "C")),
    )
    assert _codes(problem, "r") == ["NO_SEATS", "SEATED", "GOT_BETTER"]


def test_behind_a_ticket_both_tickets_are_told():
    problem = _market((Block("A", "all", 1, "", 1),), *(Applicant(f"r{i}", (), ("A",)) for i in range(2)))
    outcome = draw(problem, beacon="")
    winner, loser = sorted(outcome.assignments, key=lambda r: outcome.assignments[r].ticket)
    (reason,) = reasons(outcome, loser)
    assert reason.code == "BEHIND_TICKET"
    assert reason.facts["cutoff_ticket"] == outcome.assignments[winner].ticket
    assert reason.facts["ticket"] == outcome.assignments[loser].ticket
    assert (reason.facts["cutoff_place"], reason.facts["place"]) == (1, 2)
    assert "place 2" in str(reason)


def test_behind_a_tier():
    problem = _market(
        (Block("A", "all", 1, "", 1),),
        Applicant("r1", (), ("A",)),
        Applicant("r2", (), ("A",)),
        priorities=(Priority("A", "r1", 1),),
    )
    (reason,) = reasons(draw(problem, beacon=""), "r2")
    assert (reason.code, reason.facts["cutoff_tier"], reason.facts["tier"]) == ("BEHIND_TIER", "1", "–")


@pytest.mark.parametrize(
    ("block", "options", "code"),
    [
        (Block("A", "all", 1, "g", 1), {"reversion": "none"}, "NOT_ELIGIBLE"),
        (Block("A", "all", 1, "g", 1), {"reversion": "open"}, "GROUP_FIRST"),
        (Block("A", "all", 5, "", 1, "h", 0), {}, "CAPPED"),
    ],
)
def test_groups_reserves_and_caps(block, options, code):
    problem = _market((block,), Applicant("r1", ("g",), ("A",)), Applicant("r2", ("h",), ("A",)), **options)
    assert _codes(problem, "r1") == ["SEATED"]
    assert _codes(problem, "r2") == [code]


def test_a_receipt_that_is_not_in_the_draw_is_refused():
    problem = _market((Block("A", "all", 1, "", 1),))
    with pytest.raises(UnknownReceipt):
        reasons(draw(problem, beacon=""), "r")


@given(problems())
@settings(max_examples=200, deadline=None)
def test_every_reason_is_true(problem):
    """The facts hold against the problem and the outcome, for every applicant, class and block."""
    outcome = draw(problem, beacon="")
    blocks = {(b.klass, b.block): b for b in problem.blocks}
    ticket_of = outcome.ticket
    for a in problem.applicants:
        found = reasons(outcome, a.receipt)
        assert tuple(r.klass for r in found) == a.ranking
        for reason in found:
            assert str(reason) == reason.says % reason.facts and "–" not in str(reason)
            assert reason.says == SAYS[reason.code] or reason.facts["tier"] == "–"
            assert (reason.code == "SEATED") == (outcome.assignments[a.receipt].klass == reason.klass)
            assert bool(reason.misses) == (reason.code not in ("SEATED", "GOT_BETTER"))
            for miss in reason.misses:
                _true(problem, outcome, a, blocks[reason.klass, miss.block], miss, ticket_of)


def _true(problem, outcome, a, block, miss, ticket_of):
    held = [x for x in problem.applicants if _seat(outcome, x) == (block.klass, block.block)]
    if miss.code == "NO_SEATS":
        assert block.seats == 0
    elif miss.code == "NOT_ELIGIBLE":
        assert block.group not in ("", *a.groups) and problem.rule.reversion == "none"
    elif miss.code == "GROUP_FIRST":
        assert block.group not in ("", *a.groups)
        assert len(held) == block.seats and all(block.group in x.groups for x in held)
    elif miss.code == "CAPPED":
        assert block.cap_group in a.groups
        assert sum(block.cap_group in x.groups for x in held) == block.cap
    else:
        assert len(held) == block.seats
        last = {ticket_of(x.receipt, block.klass): x for x in held}[miss.facts["cutoff_ticket"]]
        tier = {(p.klass, p.receipt): p.tier for p in problem.priorities}
        own_tier = tier.get((block.klass, a.receipt), float("inf"))
        last_tier = tier.get((block.klass, last.receipt), float("inf"))
        assert miss.facts["ticket"] == ticket_of(a.receipt, block.klass)
        if miss.code == "BEHIND_TIER":
            assert last_tier < own_tier
        else:
            assert last_tier == own_tier and miss.facts["cutoff_ticket"] < miss.facts["ticket"]


def _seat(outcome, applicant):
    own = outcome.assignments[applicant.receipt]
    return own.klass, own.block


@given(problems())
@settings(max_examples=200, deadline=None)
def test_cutoffs_tell_who_would_be_let_in(problem):
    """For classes of one block: whoever is not in is taken beside its holders exactly if the cutoffs say so."""
    problem = replace(problem, blocks=tuple(b for b in problem.blocks if b.order == 1))
    outcome = draw(problem, beacon="")
    rows = {(c.klass, c.kind): c for c in outcome.cutoffs}
    for b in problem.blocks:
        holders = [x for x in problem.applicants if _seat(outcome, x) == (b.klass, b.block)]
        for a in problem.applicants:
            row = rows.get((b.klass, "group" if b.group in ("", *a.groups) else "other"))
            if b.klass not in a.ranking or a in holders or row is None:
                continue
            cap = rows.get((b.klass, "capped")) if b.cap_group in a.groups else None
            if cap and cap.filled == cap.seats:
                if b.group:
                    continue  # the capped row does not say which kind its last one is
                row = cap
            taken = a.receipt in choose(problem, outcome, b.klass, [*holders, a])
            assert taken == _beats(problem, outcome, a, b, row)


def _beats(problem, outcome, a, block, cutoff):
    if not cutoff.ticket:
        return cutoff.filled < cutoff.seats
    tier = {p.receipt: p.tier for p in problem.priorities if p.klass == block.klass}
    own = tier.get(a.receipt, float("inf")), outcome.ticket(a.receipt, block.klass)
    return own < (cutoff.tier or float("inf"), cutoff.ticket)
