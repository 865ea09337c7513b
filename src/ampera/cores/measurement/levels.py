"""From ability to level: four levels, three cut scores, and what may be claimed.

The rule: until every item of the form has MINIMUM_ANSWERS answers *and* a panel has set the standards, the
level is provisional. A placement by a fixed form claims no probability of being right, provisional or not:
it carries the ability with its error, and nothing that could be read as a chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .ability import Ability

MINIMUM_ANSWERS = 500


class Level(StrEnum):
    """Ascending; each is two of DigComp 3.0's eight proficiency levels."""

    DASAR = "dasar"  # DigComp 1–2
    MENENGAH = "menengah"  # 3–4
    MAHIR = "mahir"  # 5–6
    AHLI = "ahli"  # 7–8

    def and_below(self) -> tuple[Level, ...]:
        """The levels that somebody measured at this one may choose."""
        ladder = tuple(Level)
        return ladder[: ladder.index(self) + 1]


@dataclass(frozen=True, slots=True)
class Cuts:
    """The lowest ability (logits) of each level above dasar. Raises ValueError unless finite and rising."""

    menengah: float
    mahir: float
    ahli: float

    def __post_init__(self) -> None:
        if not -math.inf < self.menengah < self.mahir < self.ahli < math.inf:
            raise ValueError("cut scores must be finite and rise: menengah < mahir < ahli")


@dataclass(frozen=True, slots=True)
class Placement:
    """A level with the ability and error (logits) that it rests on."""

    level: Level
    provisional: bool
    theta: float
    se: float


def place(ability: Ability, *, cuts: Cuts, answers: Sequence[int], standards_set: bool) -> Placement:
    """The level of an ability; somebody exactly on a cut has reached it.

    answers: (n,) answers that each item of the form has been calibrated on, n ≥ 1.
    standards_set: whether a panel has set the cuts.
    Raises ValueError if there are no items.
    """
    if not answers:
        raise ValueError("a level rests on items: say how many answers each has")
    passed = sum(ability.theta >= cut for cut in (cuts.menengah, cuts.mahir, cuts.ahli))
    return Placement(
        level=tuple(Level)[passed],
        provisional=not standards_set or min(answers) < MINIMUM_ANSWERS,
        theta=ability.theta,
        se=ability.se,
    )
