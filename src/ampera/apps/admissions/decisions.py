"""Steps that move a round and need nothing but two officers: one proposes, another confirms, and it is done.

`STEPS` is the table. The freeze and the beacon's value, which show more than a reason, have pages of their own
(`freezing`, `entering`) over the same motions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.refusal import _

from . import calling, motions, no_shows
from .motions import Motion
from .office_refusals import NoSuchMotion, NotTheTime, NotYet, ReasonMissing


@dataclass(frozen=True)
class Step:
    """One step. title, warns, done: words, translated where they are shown. page: the url name to go back to.

    check(round_id, about, now): raises a Refusal if it can't be done now, asked of the proposer and again of the confirmer.
    do(motion, by, now): does it, inside the confirmer's transaction. reason: whether its proposer says why.
    of: what a motion is about, as both officers read it.
    """

    title: str
    done: str
    check: Callable[[int, str, datetime], object]
    do: Callable[[Motion, str, datetime], object]
    warns: str = ""
    reason: bool = True
    of: Callable[[str], str] = lambda about: about
    page: str = "admissions:office_draw"


@transaction.atomic
def propose_step(
    round_id: int, what: str, *, about: str = "", because: str = "", key: str, by: str, now: datetime
) -> int:
    """Propose a step of STEPS for a second officer to confirm; the motion's id. Proposing again replaces the proposal.

    Raises NoSuchMotion if there is no such step, ReasonMissing, what the step's check raises; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["propose_step", round_id, what, about, because], at=now) as first:
        if first.answer:
            return int(first.answer)
        step = _step(what)
        because = because.strip()
        if step.reason and not because:
            raise ReasonMissing()
        step.check(round_id, about, now)
        put = motions.put(round_id, what, about=about, because=because, by=by, now=now)
        return int(first.keep(put.id))


@transaction.atomic
def confirm_step(motion_id: int, *, key: str, by: str, now: datetime) -> None:
    """Confirm what another officer proposed, and do it.

    Raises NoSuchMotion, MotionClosed, MotionSamePerson, what the step's check raises; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["confirm_step", motion_id], at=now) as first:
        if first.answer:
            return
        confirmed = motions.confirm(motion_id, by=by, now=now)
        step = _step(confirmed.what)
        step.check(confirmed.round_id, confirmed.about, now)
        step.do(confirmed, by, now)
        first.keep(motion_id)


@transaction.atomic
def drop_step(motion_id: int, *, key: str, by: str, now: datetime) -> None:
    """Take a proposal back, one's own or another's. Raises NoSuchMotion, MotionClosed; audit.KeyReused."""
    with audit.once(key, by=by, payload=["drop_step", motion_id], at=now) as first:
        if not first.answer:
            motions.drop(motion_id, by=by, now=now)
            first.keep(motion_id)


def _step(what: str) -> Step:
    if what not in STEPS:
        raise NoSuchMotion()
    return STEPS[what]


def _may(verb: str) -> Callable[[int, str, datetime], None]:
    """A check: the round's table has this move now."""

    def check(round_id: int, _about: str, _now: datetime) -> None:
        state = programme.round_(round_id).state
        if (state, verb) not in programme.ROUND_MOVES:
            raise NotTheTime(state=programme.state_name(state))

    return check


def _may_close(round_id: int, about: str, now: datetime) -> None:
    """The window is the locked plan's: two people can't shorten it either."""
    _may("close")(round_id, about, now)
    if now < (closes := programme.plan(round_id).closes_at):
        raise NotYet(at=closes)


def _close(confirmed: Motion, by: str, now: datetime) -> None:
    programme.move(confirmed.round_id, "close", by=by, now=now)


def _abandon(confirmed: Motion, by: str, now: datetime) -> None:
    programme.move(confirmed.round_id, "abandon", by=by, now=now, because=confirmed.because)


def _may_call(round_id: int, _about: str, now: datetime) -> None:
    calling.check_callable(round_id, now)


def _call(confirmed: Motion, by: str, now: datetime) -> None:
    calling.call_wave(confirmed.round_id, by=by, now=now)


def _end(confirmed: Motion, by: str, now: datetime) -> None:
    calling.close_waves(confirmed.round_id, because=confirmed.because, by=by, now=now)


def _may_free(round_id: int, about: str, _now: datetime) -> None:
    no_shows.check_no_show(round_id, about)


def _free(confirmed: Motion, by: str, now: datetime) -> None:
    no_shows.declare_no_show(confirmed.round_id, confirmed.about, because=confirmed.because, by=by, now=now)


STEPS: Mapping[str, Step] = {
    "close": Step(
        title=_("Close registration"),
        done=_("Registration is closed. The provisional list is public."),
        check=_may_close,
        do=_close,
        reason=False,
    ),
    "abandon": Step(
        title=_("Abandon this round"),
        warns=_("An abandoned round can't be taken up again. It stays public, with its reason."),
        done=_("The round is abandoned; the reason is public."),
        check=_may("abandon"),
        do=_abandon,
        page="programme:office_rounds",
    ),
    "wave": Step(
        title=_("Call the next wave"),
        warns=_("Seats that are free go to the next people in the draw's order, inside the horizon."),
        done=_("It is done: the table shows the new wave, or the calls have ended because nobody is left."),
        check=_may_call,
        do=_call,
        reason=False,
        page="admissions:office_calls",
    ),
    "end_waves": Step(
        title=_("End the calls early"),
        warns=_("Nobody is called any more. Seats still empty open to verified people who had not applied."),
        done=_("The calls have ended. Seats still empty are open to others."),
        check=_may_call,
        do=_end,
        page="admissions:office_calls",
    ),
    "no_show": Step(
        title=_("Free a seat that is not used"),
        warns=_("Its holder is told and has 48 hours to object; one sentence keeps the seat."),
        done=_("The person is told. Without an objection the seat is free in 48 hours."),
        check=_may_free,
        do=_free,
        of=no_shows.holder,
        page="admissions:office_calls",
    ),
}
