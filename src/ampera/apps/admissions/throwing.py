"""The dice as entered: kept in the audit at once, before anybody knows what they draw, and then drawn with by a job.

So a second entry with other faces can't stay unseen, and the room sees what was typed while the draw still runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.cores.allocation import beacons

from .drawing import check_draw
from .freezing import opened
from .office_refusals import DiceEntered, DiceUnreadable
from .tasks import draw_in_background

JOB, ENTERED = "draw", "draw.dice_entered"


@dataclass(frozen=True)
class Thrown:
    """Dice that were entered, and how far their draw is. faces: in the order thrown, one digit each."""

    faces: str
    witnesses: tuple[str, ...]
    at: datetime
    job: jobs.Job


@transaction.atomic
def enter_dice(
    round_id: int, dice: str, witnesses: tuple[str, ...], *, key: str, by: str, now: datetime
) -> str:
    """Keep the dice as thrown and begin the draw with them; gives the job's id.

    Raises what `check_draw` raises; DiceUnreadable; DiceEntered while other dice are being drawn with (once that job
    has failed, they may be entered again); audit.KeyReused.
    """
    payload = ["enter_dice", round_id, dice, sorted(witnesses)]
    with audit.once(f"{key}:dice", by=by, payload=payload, at=now) as first:
        if first.answer:
            return first.answer
        check_draw(round_id, witnesses, now=now)
        faces = _faces(round_id, dice)
        before = jobs.latest(JOB, about=f"round:{round_id}")
        if before and not before.failed:
            raise DiceEntered()
        named = programme.plan(round_id).beacon_witnesses
        audit.record(
            ENTERED,
            about=f"round:{round_id}",
            by=by,
            at=now,
            faces=faces,
            witnesses=[
                n for n, name in enumerate(named, 1) if name in witnesses
            ],  # as the locked plan numbers them
        )
        job_id = jobs.start(
            JOB,
            about=f"round:{round_id}",
            by=by,
            now=now,
            run=draw_in_background,
            round_id=round_id,
            dice=dice,
            witnesses=list(witnesses),
            key=key,
            officer=by,
            at=now.isoformat(),
        )
        return str(first.keep(job_id))


def _faces(round_id: int, dice: str) -> str:
    """The one spelling of the dice; what the rule can't read is refused in the officers' words."""
    try:
        return beacons.canonical(opened(round_id).rule, dice)
    except (allocation.BadBeacon, allocation.BeaconMissing) as no:
        raise DiceUnreadable(count=programme.plan(round_id).beacon_count) from no


def thrown(round_id: int, plan: programme.Plan) -> Thrown | None:
    """The dice entered last, None before any. plan: the round's. Two queries."""
    job = jobs.latest(JOB, about=f"round:{round_id}")
    entered = audit.events(about=f"round:{round_id}", verb=ENTERED, limit=1)
    if job is None or not entered:
        return None
    said = entered[0]
    names = tuple(plan.beacon_witnesses[n - 1] for n in said.facts["witnesses"])
    return Thrown(said.facts["faces"], names, said.at, job)
