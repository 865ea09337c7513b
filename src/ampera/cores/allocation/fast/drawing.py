"""The draw over arrays: `drawing.draw` and `bundling.bundle`, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ampera.cores.allocation import beacons, merkle, tickets
from ampera.cores.allocation.bundling import (
    ASSIGNMENTS,
    CALLS,
    CUTOFFS,
    MANIFEST,
    TICKETS,
    Facts,
    cutoffs_file,
    manifest,
    pack,
    unpack,
)
from ampera.cores.allocation.cutoffs import Fill
from ampera.cores.allocation.drawing import Cutoff, cutoff_rows
from ampera.cores.allocation.fast import checking, text
from ampera.cores.allocation.fast.arrays import Arrays, Ints, seats_of
from ampera.cores.allocation.fast.kernel import Matched, match
from ampera.cores.allocation.fast.lottery import Lots, lots, urn
from ampera.cores.allocation.fast.reading import read_arrays
from ampera.cores.allocation.fast.text import Column, Hex, Lists, Numbers, Pool, Text
from ampera.cores.allocation.market import OTHER
from ampera.cores.allocation.problem import APPLICANTS, BLOCKS, PRIORITIES
from ampera.cores.allocation.rule import FILE as RULE
from ampera.cores.allocation.tables import blocks_file
from ampera.cores.allocation.verification import Recomputed


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished draw. given: the problem's files in canonical form. places: along `ranking`, as in `checking`.
    inside: (n,) whether within the horizon. pairs: how many pairs of applicant and better class the check tried."""

    arrays: Arrays
    given: Mapping[str, bytes]
    facts: Facts
    lots: Lots
    places: Ints
    found: Matched
    fills: list[Fill]
    inside: npt.NDArray[np.bool_]
    pairs: int

    def number(self, receipt: str) -> int | None:
        """The number of an applicant, None if nobody has this receipt."""
        known = self.arrays.receipts
        code = receipt.encode("utf-8")
        i = int(np.searchsorted(known, np.bytes_(code)))
        return i if i < len(known) and known[i] == code else None

    def ticket(self, i: int, c: int) -> bytes:
        """The ticket of applicant i at a class c that they rank."""
        entry = i
        if self.arrays.per_class:
            begin, end = self.arrays.start[i : i + 2]
            entry = int(begin + np.flatnonzero(self.arrays.ranking[begin:end] == c)[0])
        return self.lots.tickets[:, entry].astype(">u4").tobytes()

    def is_inside(self, receipt: str) -> bool:
        """Whether somebody in the list may be called."""
        i = self.number(receipt)
        return i is not None and bool(self.inside[i])


def draw(arrays: Arrays, *, beacon: str) -> Drawn:
    """Draw the seats, as `drawing.draw` does. Raises BeaconMissing, BadBeacon."""
    value = beacons.canonical(arrays.rule, beacon)
    given, root = freeze(arrays)
    order = lots(arrays, urn(arrays), tickets.open_key(root, arrays.rule, beacon))
    seats = seats_of(arrays)
    found = match(arrays, order, seats)
    places = checking.places(arrays, order)
    filled = checking.fills(arrays, places, found)
    stable = checking.stability(arrays, places, found, filled, seats)
    if not stable.holds:
        raise RuntimeError(f"the matching is not stable: {stable}")
    inside = match(arrays, order, seats_of(arrays, arrays.rule.horizon)).block >= 0
    facts = Facts(
        arrays.rule, root, value, arrays.size, int((found.block >= 0).sum()), int(inside.sum())
    )  # fmt: skip
    if arrays.rule.beacon:
        given[beacons.FILE] = beacons.write(value)
    fills = checking.as_fills(arrays, filled)
    return Drawn(arrays, given, facts, order, places, found, fills, inside, stable.pairs)


def bundle(drawn: Drawn) -> bytes:
    """The zip of a finished draw."""
    made = {**drawn.given, **made_files(drawn)}
    return pack(made | {MANIFEST: manifest(drawn.facts, made)})


def recompute(data: bytes) -> Recomputed:
    """Draw a bundle's problem again, for `verification.verify`. Raises BadProblem, BadBeacon, BeaconMissing."""
    files = unpack(data)
    arrays = read_arrays(files)
    value = beacons.read(files[beacons.FILE]) if beacons.FILE in files else ""
    drawn = draw(arrays, beacon=value)
    return Recomputed(files, made_files(drawn), drawn.facts, drawn.pairs, drawn)


def freeze(arrays: Arrays) -> tuple[dict[str, bytes], str]:
    """The problem's files in canonical form, and the root over them."""
    files = {RULE: arrays.rule.source, BLOCKS: blocks_file(arrays.blocks)}
    receipts, classes = Pool.of(arrays.receipts), Pool.of(arrays.classes)
    columns = (
        Text(receipts, np.arange(arrays.size)),
        Text(Pool.of([";".join(groups) for groups in arrays.groups]), arrays.type),
        Lists(classes, arrays.start, arrays.ranking),
        Text(Pool.of(arrays.houses), arrays.house),
    )
    files[APPLICANTS], begins = text.rows(columns, before=b"receipt,groups,ranking,household\n")
    leaves = [arrays.rule.source, *sorted(map(tickets.block_row, arrays.blocks))]
    klass, who, tier = arrays.priority.T
    if len(arrays.priority):
        columns_of = _priority_columns(classes, receipts, arrays.priority)
        leaves += _leaves(b"priority,", *text.rows(columns_of))
        by_tier = arrays.priority[np.lexsort((who, tier, klass))]
        columns_of = _priority_columns(classes, receipts, by_tier)
        files[PRIORITIES], _ = text.rows(columns_of, before=b"class,receipt,tier\n")
    leaves += _leaves(b"applicant,", files[APPLICANTS], begins)
    return files, merkle.Tree(leaves).root.hex()


def made_files(drawn: Drawn) -> dict[str, bytes]:
    """The files that the draw makes, as `bundling.outcome_files`."""
    a = drawn.arrays
    receipts, classes = Pool.of(a.receipts), Pool.of(a.classes)
    none = np.full(a.size, -1)
    block_class = np.repeat(np.arange(len(a.classes)), np.diff(a.of_class))
    columns: tuple[Column, ...] = (
        Text(receipts, np.arange(a.size)),
        Text(classes, np.append(block_class, -1)[drawn.found.block]),
        Text(Pool.of([b.block for b in a.blocks]), drawn.found.block),
        Numbers(drawn.found.choice),
        Text(classes, none) if a.per_class else Hex(drawn.lots.tickets),
    )
    files = {
        ASSIGNMENTS: text.rows(columns, before=b"receipt,class,block,rank,ticket\n")[0],
        CALLS: _calls(drawn, receipts, classes),
        CUTOFFS: cutoffs_file(cutoffs(drawn)),
    }
    if a.per_class:
        who = np.repeat(np.arange(a.size), np.diff(a.start))
        order = np.lexsort((a.ranking, who))
        columns = (
            Text(receipts, who[order]),
            Text(classes, a.ranking[order]),
            Hex(drawn.lots.tickets[:, order]),
        )
        files[TICKETS] = text.rows(columns, before=b"receipt,class,ticket\n")[0]
    return files


def cutoffs(drawn: Drawn) -> tuple[Cutoff, ...]:
    """The last one into each block."""
    a, n = drawn.arrays, max(1, drawn.arrays.size)

    def last(c: int, key: int) -> tuple[int | None, str]:
        level, rank = divmod(key % a.span, n)
        who = int(drawn.lots.by_rank[drawn.lots.first[c] + rank])
        return a.tier_of[level], drawn.ticket(who, c).hex()

    of_class = [range(a.of_class[c], a.of_class[c + 1]) for c in range(len(a.classes))]
    reverts = [bool(b.group) and OTHER in kinds for b, kinds in zip(a.blocks, a.kind, strict=True)]
    return cutoff_rows(a.blocks, of_class, drawn.fills, reverts, last)


def _calls(drawn: Drawn, receipts: Pool, classes: Pool) -> bytes:
    """Every insider at every ranked class, by class, then tier and ticket."""
    a = drawn.arrays
    who = np.repeat(np.arange(a.size), np.diff(a.start))
    entries = np.flatnonzero(drawn.inside[who])
    entries = entries[np.argsort(a.ranking[entries] * np.int64(a.span) + drawn.places[entries])]
    klass = a.ranking[entries]
    counts = np.bincount(klass, minlength=len(a.classes))
    order = np.arange(len(entries)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    columns = (Text(receipts, who[entries]), Text(classes, klass), Numbers(order))
    return text.rows(columns, before=b"receipt,class,order\n")[0]


def _priority_columns(classes: Pool, receipts: Pool, priority: Ints) -> tuple[Column, ...]:
    return Text(classes, priority[:, 0]), Text(receipts, priority[:, 1]), Numbers(priority[:, 2])


def _leaves(before: bytes, data: bytes, begins: Ints) -> list[bytes]:
    """Rows of a file as leaves of the root: their kind in front, no line end."""
    return [before + data[a : b - 1] for a, b in pairwise(begins.tolist())]
