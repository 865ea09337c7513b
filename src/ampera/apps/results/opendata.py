"""The rows that a journalist can recompute the effect from, and that point at nobody.

A receipt is public, and so is its chance, for whoever replays the draw. A row with a rare chance would therefore
show its owner's score to the neighbours. So neighbouring chances are put together until each band has at least
LEAST sampled people in either arm, and a row shows the mean chance of its band. Rows stand in the order of what they
show, which tells nothing more.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
COLUMNS = ("row", "arm", "chance", "weight", "score", "note")


@dataclass(frozen=True)
class Point:
    """One sampled applicant. weight: 1 / probability of being sampled. score: WLE in logits, None if not answered."""

    inside: bool
    chance: float
    weight: float
    score: float | None


def banded(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same points with their band's mean chance, rounded as they are published; sorted.

    None at all if even everybody together is too few to hide anybody.
    """
    if not _hides(points):
        return ()
    bands: list[list[Point]] = [[]]
    by_chance: dict[float, list[Point]] = {}
    for point in points:
        by_chance.setdefault(point.chance, []).append(point)
    for chance in sorted(by_chance):
        if _hides(bands[-1]):
            bands.append([])
        bands[-1] += by_chance[chance]
    if len(bands) > 1 and not _hides(bands[-1]):
        last = bands.pop()
        bands[-1] += last
    shown = [
        Point(p.inside, chance, round(p.weight, 6), None if p.score is None else round(p.score, 4))
        for band in bands
        if band
        for chance in [round(sum(p.chance for p in band) / len(band), 6)]
        for p in band
    ]
    return tuple(sorted(shown, key=lambda p: (not p.inside, p.chance, p.score is None, p.score or 0.0)))


def _hides(band: Sequence[Point]) -> bool:
    inside = sum(p.inside for p in band)
    return inside >= LEAST and len(band) - inside >= LEAST


def write(points: Sequence[Point], *, simulated: bool) -> str:
    """CSV of banded points, the score empty for who did not answer. simulated: each row says SIMULASI."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for number, point in enumerate(points, start=1):
        arm = "inside" if point.inside else "outside"
        score = "" if point.score is None else point.score
        rows.writerow([number, arm, point.chance, point.weight, score, "SIMULASI" if simulated else ""])
    return out.getvalue()
