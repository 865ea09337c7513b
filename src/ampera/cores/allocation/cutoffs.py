"""Who was last into each block, and why somebody else was not let in. Read off an assignment, not off the matcher's
memory: the stability check and every reason stand on this alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ampera.cores.allocation.market import GROUP, INELIGIBLE, OTHER, Lottery, Market
from ampera.cores.allocation.matching import Matching

NO_SEATS = "NO_SEATS"  # the block has no seats at all
NOT_ELIGIBLE = "NOT_ELIGIBLE"  # not of the block's group, and unfilled seats revert to nobody
GROUP_FIRST = "GROUP_FIRST"  # the block's own group took every seat
CAPPED = "CAPPED"  # the applicant's group had reached its cap, all with better places
BEHIND_TIER = "BEHIND_TIER"  # the last one in has a better tier
BEHIND_TICKET = "BEHIND_TICKET"  # the last one in has the same tier and an earlier ticket


@dataclass(frozen=True, slots=True)
class Fill:
    """One filled block. last[kind], last_capped: the worst key among its holders, −1 = nobody. count: by kind."""

    seats: int
    cap: int | None
    count: tuple[int, int]
    last: tuple[int, int]
    count_capped: int
    last_capped: int

    @property
    def total(self) -> int:
        """How many hold a seat of the block."""
        return sum(self.count)


@dataclass(frozen=True, slots=True)
class Stability:
    """What the check looked at and found. pairs: (applicant, class) pairs tried. blocking: receipt and class of those
    who would be let in where they would rather be; misplaced: receipts whose block is not the one that takes them."""

    pairs: int
    blocking: tuple[tuple[str, str], ...]
    misplaced: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the assignment is stable, non-wasteful, within capacity and in the right blocks."""
        return not self.blocking and not self.misplaced


def key(m: Market, lottery: Lottery, *, i: int, choice: int, block: int) -> int:
    """The key of applicant i in a block of the class ranked `choice` (0 first); −1 = not eligible."""
    kind = m.kind[block][m.type[i]]
    if kind == INELIGIBLE:
        return -1
    place = m.level[i][choice] * max(1, len(m.applicants)) + lottery.rank[m.ranking[i][choice]][i]
    return kind * m.span + place


def fills(
    m: Market, lottery: Lottery, found: Matching, *, seats: Sequence[int], caps: Sequence[int | None]
) -> list[Fill]:
    """How each block was filled, from the assignment alone."""
    counts = [[0, 0] for _ in m.blocks]
    last = [[-1, -1] for _ in m.blocks]
    capped = [[0, -1] for _ in m.blocks]
    for i, b in enumerate(found.block):
        if b < 0:
            continue
        own = key(m, lottery, i=i, choice=found.choice[i] - 1, block=b)
        kind = GROUP if own < m.span else OTHER
        counts[b][kind] += 1
        last[b][kind] = max(last[b][kind], own)
        if m.capped[b][m.type[i]]:
            capped[b] = [capped[b][0] + 1, max(capped[b][1], own)]
    return [
        Fill(seats[b], caps[b], (n[0], n[1]), (w[0], w[1]), capped[b][0], capped[b][1])
        for b, (n, w) in enumerate(zip(counts, last, strict=True))
    ]


def refusal(m: Market, fill: Fill, own: int, *, counts: bool) -> str | None:
    """Why a block keeps out somebody with key `own` (−1 = not eligible); None if it would take them.

    counts: whether the block's cap counts them.
    """
    if fill.seats == 0:
        return NO_SEATS
    if own < 0:
        return NOT_ELIGIBLE
    if counts and fill.cap is not None and fill.count_capped >= fill.cap:
        return CAPPED if own > fill.last_capped else None
    if fill.total < fill.seats or own < max(fill.last):
        return None
    if own >= m.span and not fill.count[OTHER]:
        return GROUP_FIRST
    n = max(1, len(m.applicants))
    return BEHIND_TIER if own // n > max(fill.last) // n else BEHIND_TICKET


def stability(m: Market, lottery: Lottery, found: Matching, filled: Sequence[Fill]) -> Stability:
    """Try every applicant at every class ranked better than their own, and at the earlier blocks of their own."""
    pairs, blocking, misplaced = 0, [], []
    for b, fill in enumerate(filled):
        if fill.total > fill.seats or (fill.cap is not None and fill.count_capped > fill.cap):
            misplaced += [m.applicants[i].receipt for i, held in enumerate(found.block) if held == b]
    for i, b in enumerate(found.block):
        receipt, better = m.applicants[i].receipt, (found.choice[i] - 1) if b >= 0 else len(m.ranking[i])
        for choice in range(better):
            c = m.ranking[i][choice]
            pairs += 1
            if any(_takes(m, lottery, filled, i, choice, other) for other in m.of_class[c]):
                blocking.append((receipt, m.classes[c]))
        if b >= 0:
            own_blocks = m.of_class[m.ranking[i][better]]
            eligible = b in own_blocks and m.kind[b][m.type[i]] != INELIGIBLE
            earlier = own_blocks[: own_blocks.index(b)] if eligible else ()
            if not eligible or any(_takes(m, lottery, filled, i, better, other) for other in earlier):
                misplaced.append(receipt)
    return Stability(pairs, tuple(blocking), tuple(misplaced))


def _takes(m: Market, lottery: Lottery, filled: Sequence[Fill], i: int, choice: int, block: int) -> bool:
    own = key(m, lottery, i=i, choice=choice, block=block)
    return refusal(m, filled[block], own, counts=m.capped[block][m.type[i]]) is None
