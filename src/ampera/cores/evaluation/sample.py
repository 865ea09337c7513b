"""Who sits the endline: a draw from inside and outside that anybody can repeat. No NumPy.

Within each arm the eligible stand in a row, by stratum, then by SHA-256(seed + id); from a start that the
seed decides, every (N / n)-th is taken. That is systematic sampling with implicit strata: each stratum gets
its share to within one person, and everybody in an arm has the same inclusion probability n / N.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

SEED_BYTES = 16  # fewer could be tried out until the sample pleases


class NobodyToCompare(ValueError):
    """An arm has nobody whose chance lies strictly between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An applicant. chance: of being inside the horizon, 0–1. stratum: any label known before the draw."""

    id: str
    inside: bool
    chance: float
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Somebody drawn, with the probability (0, 1] that they had of being drawn, given their arm."""

    id: str
    inside: bool
    stratum: str
    probability: float

    @property
    def weight(self) -> float:
        """What the answers count in `effect.itt`."""
        return 1 / self.probability


def draw(candidates: Iterable[Candidate], *, per_arm: int, seed: bytes) -> tuple[Sampled, ...]:
    """per_arm insiders and per_arm outsiders with 0 < chance < 1, or all of an arm that has fewer; by id.

    seed: ≥ 16 bytes, public and fixed before anybody is chosen. The candidates' order doesn't matter.
    Raises NobodyToCompare if an arm is empty; ValueError if an id is given twice, per_arm < 1, the seed is
    short, or a chance isn't in [0, 1].
    """
    people = list(candidates)
    if per_arm < 1 or len(seed) < SEED_BYTES:
        raise ValueError(f"per_arm must be at least 1 and the seed at least {SEED_BYTES} bytes")
    repeated = [name for name, times in Counter(person.id for person in people).items() if times > 1]
    if repeated:
        raise ValueError(f"ids given twice: {', '.join(sorted(repeated)[:5])}")
    if any(not 0 <= person.chance <= 1 for person in people):
        raise ValueError("a chance lies between 0 and 1")
    drawn: list[Sampled] = []
    for inside in (True, False):
        arm = [person for person in people if person.inside is inside and 0 < person.chance < 1]
        if not arm:
            raise NobodyToCompare(f"nobody {'inside' if inside else 'outside'} was decided by chance")
        drawn += _every_nth(
            arm, min(per_arm, len(arm)), seed, b"start:inside" if inside else b"start:outside"
        )
    return tuple(sorted(drawn, key=lambda one: one.id))


def _every_nth(arm: list[Candidate], n: int, seed: bytes, start: bytes) -> list[Sampled]:
    row = sorted(arm, key=lambda person: (person.stratum, _digest(seed, person.id.encode()), person.id))
    offset = int.from_bytes(_digest(seed, start))  # of 2²⁵⁶; whole numbers, so no rounding moves a place
    places = [(k * 2**256 + offset) * len(row) // (n * 2**256) for k in range(n)]
    chosen = [row[place] for place in places]
    return [Sampled(person.id, person.inside, person.stratum, n / len(row)) for person in chosen]


def _digest(seed: bytes, name: bytes) -> bytes:
    return hashlib.sha256(seed + name).digest()
