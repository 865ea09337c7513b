"""What could be decided otherwise: other shares for the reserves, another order of blocks, no tiers, another horizon."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ampera.cores.allocation.problem import Block, Problem
from ampera.cores.allocation.quotas import Shortfall, fillable
from ampera.cores.allocation.refusals import BadVariant
from ampera.cores.allocation.rule import HORIZON

RESERVES_FIRST, OPEN_FIRST = "reserves-first", "open-first"
USUAL_HORIZONS = ("1", "1.2", "1.4", "1.6", "2", "2.5")
_PERCENT = re.compile(r"([0-9]{1,2}(\.[0-9]{1,6})?|100)%")


@dataclass(frozen=True, slots=True)
class Variant:
    """Changes to try together. name: as written. shares: (group, percent of each class's seats), decimal text.
    precedence, horizon: empty = as it stands. tiers: False = nobody has priority."""

    name: str
    shares: tuple[tuple[str, str], ...] = ()
    precedence: str = ""
    tiers: bool = True
    horizon: str = ""

    @classmethod
    def parse(cls, text: str, problem: Problem) -> Variant:
        """Read `k=1.5`, `precedence=open-first`, `tiers=off`, `GROUP=30%`, or several joined by `+`.

        Raises BadVariant: an unknown change, a group that no applicant or block has, a change named twice.
        """
        groups = {g for a in problem.applicants for g in a.groups} | {b.group for b in problem.blocks}
        shares: dict[str, str] = {}
        found: dict[str, str] = {}
        for change in text.split("+"):
            name, _, value = change.partition("=")
            if name in found or name in shares:
                raise BadVariant(variant=text, reason=f"{name} is named twice")
            if value.endswith("%"):
                if not _PERCENT.fullmatch(value):
                    raise BadVariant(variant=text, reason=f"{value} is no share from 0% to 100%")
                if not name or name not in groups:
                    raise BadVariant(variant=text, reason=f"no applicant and no block has the group {name!r}")
                shares[name] = value[:-1]
            elif (name, value) in _WORDS or (name == "k" and HORIZON.fullmatch(value)):
                found[name] = value
            else:
                raise BadVariant(variant=text, reason=f"{change!r} is no change")
        return cls(
            text, tuple(shares.items()), found.get("precedence", ""), "tiers" not in found, found.get("k", "")
        )

    def apply(self, problem: Problem) -> tuple[Problem, tuple[Shortfall, ...]]:
        """The changed problem, and the shares that a class has too few seats for, lowered by the least in all."""
        blocks, lacking = list[Block](), list[Shortfall]()
        classes = {
            klass: sorted((b for b in problem.blocks if b.klass == klass), key=lambda b: b.order)
            for klass in sorted({b.klass for b in problem.blocks})
        }
        given = self._given(problem, classes)
        for klass, own in classes.items():
            changed = own
            nothing = dict.fromkeys(given[klass], 0)  # first, since what one share leaves, another may take
            for seats in (nothing, given[klass]):
                for group, kept in seats.items():
                    changed = _shared(changed, group, kept)
            lacking += self._lacking(own, changed, given[klass])
            blocks += _ordered(changed, self.precedence)
        return (
            replace(
                problem,
                blocks=tuple(blocks),
                priorities=problem.priorities if self.tiers else (),
                rule=replace(problem.rule, horizon=self.horizon or problem.rule.horizon),
            ),
            tuple(lacking),
        )

    def _given(self, problem: Problem, classes: Mapping[str, Sequence[Block]]) -> dict[str, dict[str, int]]:
        """The seats of each share by class. Where a class has too few for all, as many of each as members can fill: all
        classes are looked at together, since one person takes one seat.
        """
        given = {klass: _asked(own, self.shares) for klass, own in classes.items()}
        kept: list[Block] = []
        pools: list[tuple[range, int]] = []
        for klass, own in classes.items():
            shares = [replace(_block_for(own, group), seats=n) for group, n in given[klass].items()]
            left = _left(own, given[klass])
            if sum(given[klass].values()) > left:
                pools.append((range(len(kept), len(kept) + len(shares)), left))
            kept += shares + [b for b in own if b.group and b.group not in given[klass]]
        filled = fillable(problem, kept, pools) if pools else []
        for blocks, _left_of_class in pools:
            for n in blocks:
                given[kept[n].klass][kept[n].group] = filled[n]
        return given

    def _lacking(
        self, own: Sequence[Block], changed: Sequence[Block], given: Mapping[str, int]
    ) -> list[Shortfall]:
        seats, asked = sum(b.seats for b in own), _asked(own, self.shares)
        others = seats - _left(own, asked)
        return [
            Shortfall(
                own[0].klass,
                _block_for(changed, group).block,
                group,
                asked[group],
                given[group],
                f"that is {percent} % of the class's {seats}, of which other reserves keep {others}; "
                f"the shares asked for come to {sum(asked.values())}",
            )
            for group, percent in self.shares
            if given[group] < asked[group]
        ]


_WORDS = {("precedence", RESERVES_FIRST), ("precedence", OPEN_FIRST), ("tiers", "off")}


def usual(problem: Problem) -> tuple[Variant, ...]:
    """The variants worth a look where nobody asks for any: both orders of blocks, no tiers, the usual horizons."""
    return tuple(Variant.parse(text, problem) for text in _usual(problem))


def _usual(problem: Problem) -> Iterator[str]:
    if {bool(b.group) for b in problem.blocks} == {True, False}:
        yield f"precedence={RESERVES_FIRST}"
        yield f"precedence={OPEN_FIRST}"
    if problem.priorities:
        yield "tiers=off"
    yield from (f"k={k}" for k in USUAL_HORIZONS if Fraction(k) != Fraction(problem.rule.horizon))


def _asked(own: Sequence[Block], shares: Sequence[tuple[str, str]]) -> dict[str, int]:
    """⌈percent⌉ of the class's seats for each group."""
    seats = sum(b.seats for b in own)
    return {group: math.ceil(seats * Fraction(percent) / 100) for group, percent in shares}


def _left(own: Sequence[Block], shared: Collection[str]) -> int:
    """The class's seats that no other reserve keeps."""
    return sum(b.seats for b in own if not b.group or b.group in shared)


def _block_for(own: Sequence[Block], group: str) -> Block:
    """The class's first block for a group, or a new first one without seats."""
    named = [b for b in own if b.group == group]
    return named[0] if named else Block(own[0].klass, _free_name(group, own), 0, group, 0)


def _shared(own: Sequence[Block], group: str, given: int) -> list[Block]:
    """One class with so many of its seats kept for a group: in its first block for the group, or in a new first one.

    The open blocks give the difference, the last one first, or the last one takes it.
    """
    free = _left(own, [group])
    klass = own[0].klass
    block = _block_for(own, group)
    others = [replace(b, seats=0) if b.group == group else b for b in own if b is not block]
    opened = _open(others, free - given, klass, own)
    return sorted([*opened, replace(block, seats=given)], key=lambda b: b.order)


def _open(others: Sequence[Block], left: int, klass: str, own: Sequence[Block]) -> list[Block]:
    """The other blocks with `left` open seats in all: the first open ones keep what they have as far as it goes."""
    opened = [b for b in sorted(others, key=lambda b: b.order) if not b.group]
    result = [b for b in others if b.group]
    for b in opened[:-1]:
        keeps = min(b.seats, left)
        result.append(replace(b, seats=keeps))
        left -= keeps
    if opened:
        result.append(replace(opened[-1], seats=left))
    elif left:
        result.append(Block(klass, _free_name("open", own), left, "", max(b.order for b in own) + 1))
    return result


def _free_name(wanted: str, own: Sequence[Block]) -> str:
    taken = {b.block for b in own}
    names = (wanted, *(f"{wanted[:60]}-{n}" for n in range(2, len(own) + 3)))
    return next(name for name in names if name not in taken)


def _ordered(own: Sequence[Block], precedence: str) -> list[Block]:
    """The blocks of a class numbered 1, 2, …, reserves or open ones first if that is asked."""
    last = {"": "", RESERVES_FIRST: "open", OPEN_FIRST: "kept"}[precedence]
    ordered = sorted(own, key=lambda b: (bool(last) and ("kept" if b.group else "open") == last, b.order))
    return [replace(b, order=n) for n, b in enumerate(ordered, start=1)]
