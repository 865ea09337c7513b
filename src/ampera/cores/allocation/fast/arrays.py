"""A problem as NumPy arrays: `market.Market` for a country's size. Numbers mean the same in both.

Applicants are numbered by receipt, classes by code, blocks by class and order, so that a class's blocks are
neighbours. Rankings lie end to end (CSR): those of applicant i are ranking[start[i]:start[i + 1]].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ampera.cores.allocation.horizon import stretch
from ampera.cores.allocation.market import GROUP, INELIGIBLE, OTHER
from ampera.cores.allocation.problem import Block, Problem
from ampera.cores.allocation.rule import Rule

Ints: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Words: TypeAlias = npt.NDArray[np.uint32]
Flags: TypeAlias = npt.NDArray[np.uint8]
Bytes: TypeAlias = npt.NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class Arrays:
    """receipts: (n,), sorted. house: (n,) number of the household, −1 = alone; houses: (h,) their codes. type: (n,)
    number of the set of groups; groups: (t,) those sets, sorted. start: (n + 1,), ranking: (m,) classes, best first.
    level: (m,) the tier's number, 0 best, or empty if there is one level only; tier_of: (levels,) its name, None last.
    of_class: (classes + 1,) a class's first block. kind, capped: (blocks, t) as in Market. asked: (classes,) how many
    rank the class. priority: (p, 3) class, applicant and tier of each priority, sorted."""

    rule: Rule
    receipts: Bytes
    house: Ints
    houses: Bytes
    type: Ints
    groups: tuple[tuple[str, ...], ...]
    start: Ints
    ranking: Ints
    level: Ints
    tier_of: tuple[int | None, ...]
    blocks: tuple[Block, ...]
    classes: tuple[str, ...]
    of_class: Ints
    kind: Ints
    capped: Flags
    asked: Ints
    priority: Ints

    @property
    def size(self) -> int:
        """How many applicants."""
        return len(self.receipts)

    @property
    def span(self) -> int:
        """One more than the largest place (level × applicants + rank) at a class."""
        return max(1, self.size) * len(self.tier_of)

    @property
    def per_class(self) -> bool:
        """Whether each class has tickets of its own."""
        return self.rule.tie_break == "per-class"


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats and caps of each block (no cap: −1), stretched by k if it is the horizon. Both (blocks,) int64."""

    seats: Ints
    caps: Ints


def seats_of(arrays: Arrays, k: str = "1") -> Seats:
    """The seats and caps of a problem × k, rounded up in exact decimals."""
    return Seats(
        np.array([stretch(b.seats, k) for b in arrays.blocks], np.int64),
        np.array([-1 if b.cap is None else stretch(b.cap, k) for b in arrays.blocks], np.int64),
    )


def assemble(
    *,
    rule: Rule,
    receipts: Bytes,
    house: Ints,
    houses: Bytes,
    type: Ints,
    groups: Sequence[tuple[str, ...]],
    start: Ints,
    ranking: Ints,
    priority: Ints,
    blocks: Sequence[Block],
) -> Arrays:
    """Arrays of a sound problem whose applicants and priorities are sorted, with the tables that follow."""
    level, tier_of = _levels(priority, start, ranking)
    ordered = tuple(sorted(blocks, key=lambda b: (b.klass, b.order)))
    classes = tuple(sorted({b.klass for b in ordered}))
    number = {klass: c for c, klass in enumerate(classes)}
    counts = np.bincount([number[b.klass] for b in ordered], minlength=len(classes))
    other = OTHER if rule.reversion == "open" else INELIGIBLE
    kind = [[GROUP if not b.group or b.group in g else other for g in groups] for b in ordered]
    capped = [[b.cap is not None and b.cap_group in g for g in groups] for b in ordered]
    shape = len(ordered), len(groups)
    return Arrays(
        rule=rule,
        receipts=receipts,
        house=house,
        houses=houses,
        type=type,
        groups=tuple(groups),
        start=start,
        ranking=ranking,
        level=level,
        tier_of=tier_of,
        blocks=ordered,
        classes=classes,
        of_class=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        kind=np.array(kind, np.int8).reshape(shape),
        capped=np.array(capped, np.uint8).reshape(shape),
        asked=np.bincount(ranking, minlength=len(classes)).astype(np.int64),
        priority=priority,
    )


def arrays_of(problem: Problem) -> Arrays:
    """The arrays of a problem that `check` found sound."""
    applicants = sorted(problem.applicants, key=lambda a: a.receipt)
    number = {klass: c for c, klass in enumerate(sorted({b.klass for b in problem.blocks}))}
    who = {a.receipt: i for i, a in enumerate(applicants)}
    priorities = sorted((number[p.klass], who[p.receipt], p.tier) for p in problem.priorities)
    types: dict[tuple[str, ...], int] = {}
    type_of = [types.setdefault(tuple(sorted(a.groups)), len(types)) for a in applicants]
    houses: dict[str, int] = {"": -1}
    house = [houses.setdefault(a.household, len(houses) - 1) for a in applicants]
    lengths = [len(a.ranking) for a in applicants]
    return assemble(
        rule=problem.rule,
        receipts=codes([a.receipt for a in applicants]),
        house=np.array(house, np.int32),
        houses=codes(list(houses)[1:]),
        type=np.array(type_of, np.int32),
        groups=list(types),
        start=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
        ranking=np.array([number[klass] for a in applicants for klass in a.ranking], np.int32),
        priority=np.array(priorities, np.int64).reshape(-1, 3),
        blocks=problem.blocks,
    )


def codes(texts: Sequence[str]) -> Bytes:
    """Codes as an array of bytes."""
    return np.array([text.encode("ascii") for text in texts], np.bytes_)


def _levels(priority: Ints, start: Ints, ranking: Ints) -> tuple[Ints, tuple[int | None, ...]]:
    """The tier's number along `ranking`, and the tiers in order, None last."""
    if not len(priority):
        return np.empty(0, np.int32), (None,)
    tiers = np.unique(priority[:, 2])
    n = len(start) - 1
    pairs = priority[:, 0] * n + priority[:, 1]
    asked = ranking.astype(np.int64) * n + np.repeat(np.arange(n), np.diff(start))
    at = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    level = np.where(pairs[at] == asked, np.searchsorted(tiers, priority[:, 2])[at], len(tiers))
    return level.astype(np.int32), (*tiers.tolist(), None)
