"""Presets of a plan: named sets of choices that fit together, each with its sources, one TOML file each.

A preset says nothing of seats, classes or groups; those are the city's. An officer takes one as the start of a draft's
terms and may change everything in it before the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ampera.content.plan import Beacon, Thresholds, Window
from ampera.content.programme import beacon_of, thresholds_of, window_of
from ampera.content.tables import BadContent, Words, open_table

FOLDER = Path(__file__).parent / "presets"
PRECEDENCES = ("open-first", "reserves-first")


class BadPreset(BadContent):
    """The preset can't be used; `errors` says why."""


@dataclass(frozen=True)
class Preset:
    """precedence: which blocks of a class are filled first; the rest as in a programme file's round."""

    code: str
    name: Words
    about: Words
    sources: tuple[str, ...]
    precedence: str
    horizon: str
    tie_break: str
    reversion: str
    household_ticket: bool
    sample_per_arm: int
    window: Window
    beacon: Beacon
    thresholds: Thresholds


def read(path: Path) -> Preset:
    """Raises BadPreset with every mistake of form."""
    t = open_table(path, BadPreset)
    found = Preset(
        code=path.stem,
        name=t.words("name"),
        about=t.words("about"),
        sources=t.texts("sources"),
        precedence=t.text("precedence", among=PRECEDENCES),
        horizon=t.text("horizon", pattern=r"\d+(\.\d+)?", said='a decimal in quotation marks, such as "1.4"'),
        tie_break=t.text("tie_break", among=("single", "per-class")),
        reversion=t.text("reversion", among=("open", "none")),
        household_ticket=t.yes_no("household_ticket"),
        sample_per_arm=t.number("sample_per_arm", least=2),
        window=window_of(t.table("window")),
        beacon=beacon_of(t.table("beacon")),
        thresholds=thresholds_of(t.table("thresholds")),
    )
    t.end()
    t.faults.stop()
    return found


@cache
def presets() -> tuple[Preset, ...]:
    """Those shipped with Ampera, by code."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.toml")))
