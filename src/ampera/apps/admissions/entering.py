"""The beacon's value, entered by two officers, each alone; only what both entered is drawn with, by a job.

The first entry is in the audit before anybody knows what it draws, so that no other can stay unseen; two that differ
draw nothing. Once two agree the database takes no other value for the round. A drand signature is checked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.cores.allocation import beacons, quicknet

from . import motions
from .beacon import beacon_name
from .draw_refusals import (
    AlreadyDrawn,
    BeaconAgreed,
    BeaconDiffers,
    BeaconNotEntered,
    DiceUnreadable,
    DrawUnderWay,
    NumbersUnreadable,
    SignatureForeign,
    SignatureUnreadable,
)
from .drawing import DRAW, check_draw, entered_value
from .freezing import opened
from .motions import Motion
from .tasks import draw_in_background

JOB = "draw"
LONGEST = 200  # characters of a value: 200 dice, twice a signature


@dataclass(frozen=True)
class Entered:
    """A value that two officers entered. at: when the second did; job: how far its draw is, None before it began."""

    value: str
    witnesses: tuple[str, ...]
    at: datetime
    job: jobs.Job | None


@transaction.atomic
def enter_beacon(
    round_id: int, value: str, witnesses: tuple[str, ...] = (), *, key: str, by: str, now: datetime
) -> bool:
    """Enter the beacon's value as seen; True if another officer had entered the same, so that it can be drawn with.

    Who enters again replaces their own entry. witnesses: of dice, those present. Raises what `check_draw` raises;
    DiceUnreadable, SignatureUnreadable, SignatureForeign, NumbersUnreadable; allocation.BlsMissing if a drand signature
    can't be checked here; BeaconDiffers; BeaconAgreed after two have agreed; audit.KeyReused.
    """
    payload = ["enter_beacon", round_id, value, sorted(witnesses)]
    with audit.once(key, by=by, payload=payload, at=now) as first:
        if first.answer:
            return first.answer == "agreed"
        check_draw(round_id, witnesses, now=now)
        plan = programme.plan(round_id)
        about, exact = beacon_name(plan), _exact(round_id, plan, value)
        seen = {"witnesses": [n for n, w in enumerate(plan.beacon_witnesses, 1) if w in witnesses]}
        if motions.confirmed_motion(round_id, DRAW, about):
            raise BeaconAgreed()
        before = motions.open_motion(round_id, DRAW, about)
        if before is None or before.by == by:
            motions.put(round_id, DRAW, about=about, value=exact, seen=seen, by=by, now=now)
            first.keep("waits")
            return False
        if (before.value, before.seen) != (exact, seen):
            raise BeaconDiffers()
        motions.confirm(before.id, by=by, now=now)
        first.keep("agreed")
        return True


@transaction.atomic
def start_draw(round_id: int, *, key: str, by: str, now: datetime) -> str:
    """Begin the draw with the value that two officers entered, or begin it again if it stopped; the job's id.

    Raises BeaconNotEntered, AlreadyDrawn, DrawUnderWay; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["start_draw", round_id], at=now) as first:
        if first.answer:
            return first.answer
        if entered_value(round_id) is None:
            raise BeaconNotEntered()
        before = jobs.latest(JOB, about=f"round:{round_id}")
        if before and before.state == "DONE":
            raise AlreadyDrawn()
        if before and not before.failed:
            raise DrawUnderWay()
        job_id = jobs.start(
            JOB,
            about=f"round:{round_id}",
            by=by,
            now=now,
            run=draw_in_background,
            round_id=round_id,
            key=f"{key}:done",
            officer=by,
            at=now.isoformat(),
        )
        return str(first.keep(job_id))


def _exact(round_id: int, plan: programme.Plan, value: str) -> str:
    """The one spelling of a value under the frozen rule; what it can't read is refused in the officers' words."""
    if plan.beacon_kind == "rfc3797" and "/" not in value:
        value = _key(value)
    try:
        exact = beacons.canonical(opened(round_id).rule, value)
    except (allocation.BadBeacon, allocation.BeaconMissing) as no:
        raise _unreadable(plan) from no
    if len(exact) > LONGEST:
        raise _unreadable(plan)
    if plan.beacon_kind == "drand" and not quicknet.signed(plan.beacon_round or 0, exact):
        raise SignatureForeign(round=plan.beacon_round)
    return exact


def _unreadable(plan: programme.Plan) -> Exception:
    if plan.beacon_kind == "drand":
        return SignatureUnreadable(round=plan.beacon_round)
    if plan.beacon_kind == "rfc3797":
        return NumbersUnreadable(count=len(plan.beacon_sources))
    return DiceUnreadable(count=plan.beacon_count)


def _key(lines: str) -> str:
    """A line of whole numbers for each source, as RFC 3797 writes it; what holds anything else stays as it is."""
    if not re.fullmatch(r"[\d\s]+", lines):
        return lines
    return beacons.rfc3797_key(
        [[int(n) for n in line.split()] for line in lines.splitlines() if line.strip()]
    )


def entered(round_id: int, plan: programme.Plan) -> Entered | None:
    """What two officers agreed on, None before. plan: the round's. Two queries."""
    said = motions.confirmed_motion(round_id, DRAW, beacon_name(plan))
    return as_entered(said, plan) if said else None


def as_entered(said: Motion, plan: programme.Plan) -> Entered:
    """A confirmed motion of a value, and how far its draw is; one query."""
    names = tuple(plan.beacon_witnesses[n - 1] for n in said.seen["witnesses"])
    job = jobs.latest(JOB, about=f"round:{said.round_id}")
    return Entered(said.value, names, said.confirmed_at or said.at, job)


def half_entered(round_id: int, plan: programme.Plan) -> Motion | None:
    """What one officer entered, and another has still to enter as well."""
    return motions.open_motion(round_id, DRAW, beacon_name(plan))
