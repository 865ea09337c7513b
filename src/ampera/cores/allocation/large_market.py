"""Chances by formula, as a cross-check of the replays where there are no reserves and no caps.

In a large market cutoffs hardly move from one lottery to the next, and then an applicant's chance follows from their
own ranking and tiers alone. In small classes they do move: expect differences up to .2 in classes of 25.
Source: Abdulkadiroğlu, Angrist, Narita & Pathak (2017), Econometrica 85, theorem 1.
"""

from __future__ import annotations

from ampera.cores.allocation.drawing import Outcome, Replay
from ampera.cores.allocation.refusals import ReservesHere


def propensities(outcome: Outcome) -> dict[str, dict[str, float]]:
    """The chance of each applicant at each class they ranked, given the cutoffs of this draw.

    Better tier than the class's marginal one: in for certain, unless a class ranked higher takes them first; worse: out;
    the same: in with a ticket up to the cutoff. Raises ReservesHere if a class has a reserve, a cap or several blocks.
    """
    r = outcome.replay
    m = r.market
    if any(len(blocks) > 1 for blocks in m.of_class) or any(b.group or b.cap is not None for b in m.blocks):
        raise ReservesHere()
    margins = [_margin(r, c) for c in range(len(m.classes))]
    result = {}
    for i, applicant in enumerate(m.applicants):
        left = 1.0  # the share of tickets with which no class ranked higher takes the applicant
        chances = {}
        for c, level in zip(m.ranking[i], m.level[i], strict=True):
            marginal, share = margins[c]
            passed = 1.0 if level < marginal else share if level == marginal else 0.0
            # a single ticket that failed above must beat a later cutoff; per-class tickets are thrown anew
            still = left * (1 - passed) if m.per_class else min(left, 1 - passed)
            chances[m.classes[c]] = left - still
            left = still
        result[applicant.receipt] = chances
    return result


def _margin(r: Replay, c: int) -> tuple[int, float]:
    """The marginal level of a class and the share of tickets that passes there; all levels pass if seats remained."""
    (b,) = r.market.of_class[c]
    fill = r.fills[b]
    if fill.total < fill.seats:
        return len(r.market.tier_of), 1.0
    if not fill.seats:
        return -1, 0.0
    level, rank = divmod(fill.last[0], len(r.market.applicants))
    return level, (rank + 1) / len(r.lottery.by_rank[c])
