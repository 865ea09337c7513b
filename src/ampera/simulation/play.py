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
from ampera.simulation import cast, doubling, facts, invariants, registering, stages
from ampera.simulation.stage import BY, Stage

OPENS = datetime(2026, 3, 2, 8, tzinfo=ZoneInfo("Asia/Jakarta"))
CROWD = 150
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


def playing() -> frozenset[int]:
    """The rounds that a play still lives through, in its own time: the city's clock is not to touch them."""
    return frozenset(
        r.id for r in programme.rounds() if r.simulated and r.number == 1 and r.state != "REPORTED"
    )


def open_another(now: datetime, progress: Progress | None = None) -> None:
    """A further simulated round, locked by two people and open for registration with a crowd in it, if none is open now.

    Cut short at any point and called again, it goes on with the same round.
    """
    standing = [
        r
        for r in programme.rounds()
        if r.state in {"DRAFT", "LOCKED", "OPEN"} and now < programme.plan(r.id).closes_at
    ]
    ours = next((r for r in standing if r.simulated and r.number > 1), None)
    if ours is None and any(r.state == "OPEN" for r in standing):
        return
    number = ours.number if ours else max(r.number for r in programme.rounds()) + 1
    tell = progress or (lambda *_: None)
    _begin(number, now, Stage(f"round {number}: begin", (number,), tell))
    round_id = next(r.id for r in programme.rounds() if r.simulated and r.number == number)
    crowd = stages.Town(
        citizens=CROWD, seed=number, programme="palembang", opens_at=programme.plan(round_id).opens_at,
        round_number=number, first=100_000 * number, today=now,
    )  # fmt: skip
    lived = (
        ("register", registering.register),
        ("double", doubling.double),
        ("identify", registering.identify),
        ("propose", doubling.propose),
    )
    for stage, run in lived:
        run(crowd, Stage(f"round {number}: {stage}", (number,), tell))


def _begin(number: int, now: datetime, stage: Stage) -> None:
    """Load, lock by two people, open: each once."""
    earlier = now - timedelta(days=3)
    officer, inspector = (audit.account(people.account_for(w.phone)) for w in (cast.OFFICER, cast.INSPECTOR))

    def loaded() -> int:
        return next(r.id for r in programme.rounds() if r.simulated and r.number == number)

    def load() -> None:
        opens_at = now - timedelta(days=2)
        programme.load(
            "palembang", by=BY, now=earlier, opens_at=opens_at, simulated=True, scale_seats=300, number=number
        )

    def propose() -> None:
        programme.propose_lock(loaded(), key=f"demo-lock-{number}", by=officer, now=earlier)

    def confirm() -> None:
        digest = programme.plan(loaded()).hash
        programme.confirm_lock(loaded(), digest, key=f"demo-locked-{number}", by=inspector, now=earlier)

    def open_() -> None:
        if programme.round_(loaded()).state == "LOCKED":  # the worker's clock may have been faster
            programme.move(loaded(), "open", by=BY, now=programme.plan(loaded()).opens_at)

    for name, work in (("load", load), ("propose", propose), ("confirm", confirm), ("open", open_)):
        stage.step(name, now, work)
        stage.tell(f"{stage.name} {name}", 1, 1)
