"""Errors proved after the draw: the list as it should have been, matched again with the draw's own tickets and seats.

Facts are put right (who belongs in the list, and to which groups); wishes are none: once the dice are known, a ranking
stays. The key stays that of the frozen root and the dice, so that who was left out has the ticket that their receipt
always had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ampera.cores.allocation.drawing import Outcome
from ampera.cores.allocation.market import lottery, market
from ampera.cores.allocation.matching import match
from ampera.cores.allocation.problem import Applicant, Problem, check
from ampera.cores.allocation.refusals import BadProblem
from ampera.cores.allocation.tickets import open_key


@dataclass(frozen=True, slots=True)
class Added:
    """A seat for somebody to whom the draw gave none. rank: their choice, 1 = first."""

    receipt: str
    klass: str
    block: str
    rank: int


def rectify(outcome: Outcome, right: Iterable[Applicant]) -> tuple[Added, ...]:
    """The seats to add once facts are put right, by receipt: the rerun's, for those who had none. Nobody loses one.

    right: each applicant as they should have stood in the list, in any order; one who is not in it was left out. Whoever
    is not named stays as they stood. Raises ValueError for an applicant named twice, or named with another ranking or
    household than the list's; BadProblem for what no list can hold.
    """
    problem = _put_right(outcome.problem, tuple(right))
    m = market(problem)
    order, _tickets = lottery(m, open_key(outcome.root, problem.rule, outcome.beacon))
    found = match(m, order, seats=[b.seats for b in m.blocks], caps=[b.cap for b in m.blocks])
    had = {receipt for receipt, a in outcome.assignments.items() if a.klass}
    return tuple(
        Added(a.receipt, m.blocks[b].klass, m.blocks[b].block, found.choice[i])
        for i, (a, b) in enumerate(zip(m.applicants, found.block, strict=True))
        if b >= 0 and a.receipt not in had
    )


def _put_right(problem: Problem, right: tuple[Applicant, ...]) -> Problem:
    listed = {a.receipt: a for a in problem.applicants}
    corrected = {a.receipt: a for a in right}
    if len(corrected) < len(right):
        raise ValueError("an applicant is put right twice")
    for receipt in corrected.keys() & listed.keys():
        if replace(corrected[receipt], groups=listed[receipt].groups) != listed[receipt]:
            raise ValueError(f"{receipt}: a ranking or a household is no fact to put right")
    whole = replace(problem, applicants=tuple((listed | corrected).values()))
    if faults := check(whole):
        raise BadProblem(faults)
    return whole
