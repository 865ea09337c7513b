"""A seeded city lives one whole round, from the plan to the renewal, through the same verbs as everybody else.

    play(citizens=3000, seed=1, programme="palembang", progress=tell)

Same seed and size, same end state: domain facts and receipts; keys, nonces, UUIDs and status indices come from the
operating system. The play checks the invariants after each stage and names the seed when one fails. Killed at any
point and started again, it goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ampera.apps.programme import api as programme
from ampera.simulation import invariants, stages
from ampera.simulation.stage import Stage

OPENS = datetime(2026, 3, 2, 8, tzinfo=ZoneInfo("Asia/Jakarta"))
Progress = Callable[..., Any]


def play(
    *,
    citizens: int,
    seed: int,
    programme: str = "palembang",
    progress: Progress | None = None,
    until: str | None = None,
    opens_at: datetime = OPENS,
) -> str:
    """Play the stages in order, up to and including `until`; gives a short story of what happened.

    citizens: applicants, ≥ 60. opens_at: when registration opens, in simulated time.
    Raises stage.OtherPlay if the database holds another play; invariants.Broken, naming stage and seed.
    """
    tell = progress or (lambda *_: None)
    city = stages.Town(citizens=citizens, seed=seed, programme=programme, opens_at=opens_at)
    started = time.perf_counter()
    clock: list[tuple[str, float]] = []
    for name, run in stages.STAGES:
        before = time.perf_counter()
        run(city, Stage(name, (citizens, seed, programme), tell))
        invariants.check(stage=name, seed=seed)
        clock.append((name, time.perf_counter() - before))
        if name == until:
            break
    elapsed = time.perf_counter() - started
    lines = [f"{name:<12} {seconds:6.1f} s" for name, seconds in clock]
    return "\n".join(
        [
            *lines,
            f"{citizens:,} citizens in {elapsed:.1f} s: {citizens / elapsed:,.0f} a second (seed {seed})",
        ]
    )


def finished() -> bool:
    """Whether a play has come to its end in this database."""
    return any(r.state == "REPORTED" for r in programme.rounds())
