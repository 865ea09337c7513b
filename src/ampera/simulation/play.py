"""A seeded city lives one whole round, from the plan to the renewal, through the same verbs as everybody else.

    play(citizens=3000, seed=1, programme="palembang", progress=tell)

Same seed and size, same end state: domain facts and receipts; keys, nonces, UUIDs and status indices come from the
operating system. The play checks the invariants after each stage and names the seed when one fails. Killed at any
point and started again, it goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.simulation import cast, facts, invariants, registering, stages
from ampera.simulation.stage import BY, Stage

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
            f"end state {facts.fingerprint()}",
        ]
    )


def finished() -> bool:
    """Whether a play has come to its end in this database."""
    return any(r.state == "REPORTED" for r in programme.rounds())


def open_another(now: datetime) -> None:
    """A further simulated round, locked by two people and open for registration, if none is open at this moment."""
    if any(r.state == "OPEN" and now < programme.plan(r.id).closes_at for r in programme.rounds()):
        return
    number = max(r.number for r in programme.rounds()) + 1
    earlier = now - timedelta(days=3)
    round_id = programme.load(
        "palembang",
        by=BY,
        now=earlier,
        opens_at=now - timedelta(days=2),
        simulated=True,
        scale_seats=300,
        number=number,
    )
    officer, inspector = (audit.account(people.account_for(w.phone)) for w in (cast.OFFICER, cast.INSPECTOR))
    proposed = programme.propose_lock(round_id, key=f"demo-lock-{number}", by=officer, now=earlier)
    programme.confirm_lock(round_id, proposed, key=f"demo-locked-{number}", by=inspector, now=earlier)
    programme.move(round_id, "open", by=BY, now=programme.plan(round_id).opens_at)
    crowd = stages.Town(
        citizens=150, seed=number, programme="palembang", opens_at=programme.plan(round_id).opens_at,
        round_number=number, first=100_000 * number, today=now,
    )  # fmt: skip
    for stage, run in (("register", registering.register), ("identify", registering.identify)):
        run(crowd, Stage(f"round {number}: {stage}", (number,), lambda *_: None))
