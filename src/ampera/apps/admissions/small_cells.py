"""Small cells: what the public list shows that fewer than five people share, counted before it is frozen.

A public row has opaque codes of groups and classes. Who knows a person's groups and one of their classes looks among those
who share both; who knows the whole list of wishes usually finds the one row. Neither names anybody, and no code says what
it stands for, but the officers see the numbers first and keep with the freeze what they decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ampera.cores import allocation
from ampera.refusal import _

from .draw_refusals import SmallCellsUndecided
from .labels import Labels

SMALL = 5  # fewer people than this share something published: they may be recognised

#: What can be decided of them; "none" where there are none.
CHOICES = {
    "keep": _("Freeze the list as it is"),
    "done": _("Something was done about it"),
}


@dataclass(frozen=True)
class SmallCell:
    """People of exactly these groups who chose one class, fewer than five. klass, groups: the plan's codes."""

    klass: str
    groups: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Groups:
    """One combination of groups: the classes that fewer than five of its people chose, and the fewest in one."""

    groups: tuple[str, ...]
    classes: int
    fewest: int


def small_cells(problem: allocation.Problem, labels: Labels) -> tuple[SmallCell, ...]:
    """Every combination of groups × class in somebody's wishes that fewer than five people share, by class and groups."""
    shared = Counter((k, a.groups) for a in problem.applicants for k in a.ranking)
    own, group_of = labels.klass_of, labels.group_of
    found = [
        SmallCell(own[k], tuple(sorted(group_of[g] for g in groups)), count)
        for (k, groups), count in shared.items()
        if count < SMALL
    ]
    return tuple(sorted(found, key=lambda c: (c.klass, c.groups)))


def rare_rows(problem: allocation.Problem) -> int:
    """People whose groups and whole list of wishes, in its order, fewer than five share: their public row can be told by it."""
    shared = Counter((a.groups, a.ranking) for a in problem.applicants)
    return sum(count for count in shared.values() if count < SMALL)


def by_groups(cells: Iterable[SmallCell]) -> tuple[Groups, ...]:
    """The cells put together by combination of groups, those with the most small classes first."""
    found: dict[tuple[str, ...], list[int]] = {}
    for cell in cells:
        found.setdefault(cell.groups, []).append(cell.count)
    rows = [Groups(groups, len(counts), min(counts)) for groups, counts in found.items()]
    return tuple(sorted(rows, key=lambda r: (-r.classes, r.groups)))


def decided(cells: int, choice: str, because: str) -> tuple[str, str]:
    """(choice, reason) as they are kept with the freeze. cells: how many small ones there are.

    Raises SmallCellsUndecided if there are any and no choice or no reason is given.
    """
    if not cells:
        return "none", ""
    because = " ".join(because.split())
    if choice not in CHOICES or not because:
        raise SmallCellsUndecided(count=cells)
    return choice, because
