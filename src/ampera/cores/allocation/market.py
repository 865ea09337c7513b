"""A problem as integers: what matching, cutoffs and replays run over. The seam for fast kernels.

Everything is numbered: applicants by receipt, classes by code, blocks by class and order. Applicants with the same
groups share a type, so that eligibility is a small table of block × type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ampera.cores.allocation.problem import Applicant, Block, Problem
from ampera.cores.allocation.tickets import class_key, tickets

GROUP, OTHER, INELIGIBLE = 0, 1, -1


@dataclass(frozen=True, slots=True)
class Market:
    """applicants, blocks, classes: sorted; number[receipt] = i. of_class[c]: its blocks in the order of filling. ranking[i]: classes, best
    first; level[i]: the tier's number at each of them (0 best), levels in all, tier_of[level] its name (None: unlisted).
    kind[b][type[i]]: GROUP, OTHER or INELIGIBLE; capped[b][type[i]]: whether the block's cap counts i."""

    applicants: Sequence[Applicant]
    blocks: Sequence[Block]
    classes: Sequence[str]
    of_class: Sequence[Sequence[int]]
    ranking: Sequence[Sequence[int]]
    level: Sequence[Sequence[int]]
    tier_of: Sequence[int | None]
    type: Sequence[int]
    kind: Sequence[Sequence[int]]
    capped: Sequence[Sequence[bool]]
    per_class: bool
    number: Mapping[str, int]

    @property
    def span(self) -> int:
        """One more than the largest place (level × applicants + rank) at a class."""
        return max(1, len(self.applicants)) * len(self.tier_of)


@dataclass(frozen=True, slots=True)
class Lottery:
    """The order of tickets. rank[c][i]: place of applicant i at class c, 0 first; by_rank[c]: who has it.
    With a single tie-break every class shares one list."""

    rank: Sequence[Sequence[int]]
    by_rank: Sequence[Sequence[int]]


def market(problem: Problem) -> Market:
    """Number a problem that `check` found sound."""
    applicants = tuple(sorted(problem.applicants, key=lambda a: a.receipt))
    blocks = tuple(sorted(problem.blocks, key=lambda b: (b.klass, b.order)))
    classes = tuple(sorted({b.klass for b in blocks}))
    class_number = {klass: c for c, klass in enumerate(classes)}
    of_class: list[list[int]] = [[] for _ in classes]
    for b, block in enumerate(blocks):
        of_class[class_number[block.klass]].append(b)
    tier_of: tuple[int | None, ...] = (*sorted({p.tier for p in problem.priorities}), None)
    level_of = {tier: level for level, tier in enumerate(tier_of)}
    tiers = {(p.klass, p.receipt): level_of[p.tier] for p in problem.priorities}
    last = len(tier_of) - 1
    types: dict[frozenset[str], int] = {}
    type_of = [types.setdefault(frozenset(a.groups), len(types)) for a in applicants]
    other = OTHER if problem.rule.reversion == "open" else INELIGIBLE
    return Market(
        applicants=applicants,
        blocks=blocks,
        classes=classes,
        of_class=of_class,
        ranking=[tuple(class_number[klass] for klass in a.ranking) for a in applicants],
        level=[tuple(tiers.get((klass, a.receipt), last) for klass in a.ranking) for a in applicants],
        tier_of=tier_of,
        type=type_of,
        kind=[[GROUP if not b.group or b.group in groups else other for groups in types] for b in blocks],
        capped=[[b.cap is not None and b.cap_group in groups for groups in types] for b in blocks],
        per_class=problem.rule.tie_break == "per-class",
        number={a.receipt: i for i, a in enumerate(applicants)},
    )


def lottery(m: Market, key: bytes) -> tuple[Lottery, dict[tuple[int, int], bytes]]:
    """The tickets under a key, in order, and the tickets themselves by (applicant, class).

    With a single tie-break the tickets stand under class −1, one for each applicant.
    """
    n = len(m.applicants)
    if not m.per_class:
        drawn = tickets(key, m.applicants)
        rank, by_rank = _order(range(n), drawn.__getitem__, n)
        shared = {(i, -1): t for i, t in enumerate(drawn)}
        return Lottery([rank] * len(m.classes), [by_rank] * len(m.classes)), shared
    ranked: list[list[int]] = [[] for _ in m.classes]
    for i, ranking in enumerate(m.ranking):
        for c in ranking:
            ranked[c].append(i)
    ranks, by_ranks, by_class = [], [], {}
    for c, who in enumerate(ranked):
        drawn = tickets(class_key(key, m.classes[c]), [m.applicants[i] for i in who])
        of = dict(zip(who, drawn, strict=True))
        rank, by_rank = _order(who, of.__getitem__, n)
        ranks.append(rank)
        by_ranks.append(by_rank)
        by_class.update({(i, c): t for i, t in of.items()})
    return Lottery(ranks, by_ranks), by_class


def replay_key(seed: bytes, number: int) -> bytes:
    """The key of replay `number`: independent of the draw's own key."""
    return sha256(b"ampera-replay-1\x00" + number.to_bytes(8, "big") + seed).digest()


def _order(who: Sequence[int], ticket: Callable[[int], bytes], n: int) -> tuple[list[int], list[int]]:
    by_rank = sorted(who, key=ticket)
    rank = [-1] * n
    for place, i in enumerate(by_rank):
        rank[i] = place
    return rank, by_rank
