"""A draw's problem: who applies, which seats there are, in what order they are filled, by which rule.

A problem is a value. Everything that decides the outcome is in it, except the beacon. Codes (receipts, classes,
blocks, groups, households) are ASCII and need no quoting, so that sorting and hashing them is the same in every
language and locale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ampera.cores.allocation.refusals import Fault
from ampera.cores.allocation.rule import Rule

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CODE_RULE = (
    "Use 1 to 64 letters A-Z a-z, digits, dots, underscores or hyphens, beginning with a letter or digit."
)
MOST = 10**9  # seats, orders, tiers and caps stay below this, so that every language counts them exactly

APPLICANTS, BLOCKS, PRIORITIES = "applicants.csv", "blocks.csv", "priorities.csv"


@dataclass(frozen=True, slots=True)
class Applicant:
    """One applicant. receipt: public pseudonym. groups: those the applicant belongs to (a set: order is nothing).
    ranking: classes, best first. household: members of one household share a ticket; empty = own ticket."""

    receipt: str
    groups: tuple[str, ...]
    ranking: tuple[str, ...]
    household: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Some seats of a class. order: 1 is filled first. group: who comes first there; empty = open to all.
    cap: at most so many members of cap_group within this block; None = no cap."""

    klass: str
    block: str
    seats: int
    group: str
    order: int
    cap_group: str = ""
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """The tier of one applicant at one class, 1 best. A pair that is not listed comes after every tier."""

    klass: str
    receipt: str
    tier: int


@dataclass(frozen=True, slots=True)
class Problem:
    """The frozen list and the rule. Tuples may come in any order; no result depends on it."""

    applicants: tuple[Applicant, ...]
    blocks: tuple[Block, ...]
    priorities: tuple[Priority, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Lines:
    """Line numbers of a problem's rows in the files they came from, for messages."""

    applicants: Sequence[int]
    blocks: Sequence[int]
    priorities: Sequence[int]


def check(problem: Problem, lines: Lines | None = None) -> tuple[Fault, ...]:
    """Everything that is wrong with a problem, in file order; empty if it can be drawn.

    lines: where the rows stood; without it a row's number is its place in the tuple + 2 (after the header).
    """
    at = lines or Lines(
        range(2, len(problem.applicants) + 2),
        range(2, len(problem.blocks) + 2),
        range(2, len(problem.priorities) + 2),
    )
    classes = {b.klass for b in problem.blocks}
    return (
        *_applicant_faults(problem.applicants, at.applicants, classes),
        *_block_faults(problem.blocks, at.blocks),
        *_priority_faults(problem, at.priorities, classes),
    )


def _applicant_faults(
    applicants: Sequence[Applicant], lines: Sequence[int], classes: set[str]
) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for a, line in zip(applicants, lines, strict=True):
        where = f"row {line}"
        yield from _bad_codes(APPLICANTS, where, receipt=a.receipt)
        if a.household:
            yield from _bad_codes(APPLICANTS, where, household=a.household)
        for group in a.groups:
            yield from _bad_codes(APPLICANTS, where, group=group)
        first = seen.setdefault(a.receipt, line)
        if first != line:
            yield Fault(
                APPLICANTS,
                where,
                f"receipt {a.receipt} stands in row {first} already.",
                "Keep one row for each applicant.",
            )
        for name, listed in (("groups", a.groups), ("ranking", a.ranking)):
            if len(set(listed)) < len(listed):
                yield Fault(APPLICANTS, where, f"{name} lists a code twice.", "Name each one once.")
        for klass in a.ranking:
            if klass not in classes:
                yield Fault(
                    APPLICANTS,
                    where,
                    f"ranking names class {klass}, which has no block.",
                    "Correct the class, or add it to blocks.csv.",
                )


def _block_faults(blocks: Sequence[Block], lines: Sequence[int]) -> Iterator[Fault]:
    names: dict[tuple[str, str], int] = {}
    orders: dict[tuple[str, int], int] = {}
    for b, line in zip(blocks, lines, strict=True):
        where = f"row {line}"
        yield from _bad_codes(BLOCKS, where, **{"class": b.klass, "block": b.block})
        if b.group:
            yield from _bad_codes(BLOCKS, where, group=b.group)
        yield from _bad_numbers(BLOCKS, where, 0, seats=b.seats)
        yield from _bad_numbers(BLOCKS, where, 1, order=b.order)
        if b.cap is not None:
            yield from _bad_numbers(BLOCKS, where, 0, cap=b.cap)
        if b.cap_group:
            yield from _bad_codes(BLOCKS, where, cap_group=b.cap_group)
        if bool(b.cap_group) != (b.cap is not None):
            yield Fault(BLOCKS, where, "cap_group and cap go together.", "Give both or leave both empty.")
        first = names.setdefault((b.klass, b.block), line)
        if first != line:
            yield Fault(
                BLOCKS,
                where,
                f"block {b.block} of class {b.klass} stands in row {first} already.",
                "Give each block of a class its own name.",
            )
        first = orders.setdefault((b.klass, b.order), line)
        if first != line:
            yield Fault(
                BLOCKS,
                where,
                f"order {b.order} of class {b.klass} is taken by row {first}.",
                "Give each block of a class its own order: 1 is filled first.",
            )


def _priority_faults(problem: Problem, lines: Sequence[int], classes: set[str]) -> Iterator[Fault]:
    receipts = {a.receipt for a in problem.applicants}
    seen: dict[tuple[str, str], int] = {}
    for p, line in zip(problem.priorities, lines, strict=True):
        where = f"row {line}"
        yield from _bad_numbers(PRIORITIES, where, 1, tier=p.tier)
        if p.klass not in classes:
            yield Fault(
                PRIORITIES,
                where,
                f"class {p.klass} has no block.",
                "Correct the class, or add it to blocks.csv.",
            )
        if p.receipt not in receipts:
            yield Fault(
                PRIORITIES,
                where,
                f"receipt {p.receipt} is not in applicants.csv.",
                "Correct the receipt or delete the row.",
            )
        first = seen.setdefault((p.klass, p.receipt), line)
        if first != line:
            yield Fault(
                PRIORITIES,
                where,
                f"class {p.klass} and receipt {p.receipt} stand in row {first} already.",
                "Give each pair one tier.",
            )


def _bad_codes(file: str, where: str, **codes: str) -> Iterator[Fault]:
    for name, code in codes.items():
        if not CODE.fullmatch(code):
            yield Fault(file, where, f"{name} {code!r} is not a code.", CODE_RULE)


def _bad_numbers(file: str, where: str, least: int, **numbers: int) -> Iterator[Fault]:
    for name, number in numbers.items():
        if not least <= number < MOST:
            yield Fault(
                file, where, f"{name} is {number}.", f"Use a whole number from {least} to {MOST - 1}."
            )
