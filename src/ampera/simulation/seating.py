"""From the freeze to the last seat: freeze, beacon, calls in waves, what is still empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from ampera.apps.admissions import api as admissions
from ampera.apps.programme import api as programme
from ampera.simulation import cast, city
from ampera.simulation.stage import BY, Stage
from ampera.simulation.town import Town


def freeze(town: Town, stage: Stage) -> None:
    """Proposed by one officer, confirmed by the other, a day and more before the dice."""
    plan = town.plan
    now = plan.freeze_at or max(plan.objections_until, plan.draw_at - timedelta(hours=30))

    def propose() -> None:
        admissions.propose_freeze(
            town.round_id, choice="keep", because="Kode kelompok dan kelas tidak menyebut siapa pun.",
            key="play-freeze", by=town.actor(cast.OFFICER), now=now,
        )  # fmt: skip

    def confirm() -> None:
        proposed = admissions.proposed_freeze(town.round_id)
        assert proposed is not None
        admissions.confirm_freeze(
            town.round_id, root=proposed.seen.root, key="play-frozen", by=town.actor(cast.SECOND), now=now + timedelta(hours=1),
        )  # fmt: skip

    stage.step("propose", now, propose)
    stage.step("confirm", now, confirm)


def draw(town: Town, stage: Stage) -> None:
    """The dice are thrown before the named witnesses; the draw, and every applicant's chances by replay."""
    plan = town.plan
    dice = city.dice_thrown(town.seed, plan.beacon_count, plan.beacon_faces)

    def throw() -> None:
        for who in (cast.OFFICER, cast.SECOND):
            admissions.enter_beacon(
                town.round_id, dice, plan.beacon_witnesses, key=f"play-dice-{who.phone}", by=town.actor(who), now=plan.draw_at
            )  # fmt: skip
        admissions.draw(
            town.round_id, key="play-draw", by=town.actor(cast.SECOND), now=plan.draw_at,
            progress=lambda done, total: stage.tell("draw: replays", done, total),
        )  # fmt: skip

    stage.step("throw", plan.draw_at, throw)


def call(town: Town, stage: Stage) -> None:
    """Waves of calls; people accept, decline or let the offer lapse, until nobody inside is left."""
    round_id, wave = town.round_id, 1
    number = {s.application_id: n for n, s in town.standing.items()}
    while True:
        offered = admissions.calls(round_id, wave=wave)
        if not offered:
            break
        opened = offered[0].offered_at
        stage.tell("call: waves", wave, wave)
        stage.step(
            f"answer {wave}",
            opened,
            partial(_answer, town, offered, number, opened + timedelta(hours=20)),
        )
        later = opened + timedelta(hours=town.plan.accept_hours, minutes=1)
        stage.step(f"next {wave}", later, partial(_next_wave, town, wave, later))
        wave += 1


def _next_wave(town: Town, wave: int, now: datetime) -> None:
    """Two officers decide it."""
    key, first, second = f"play-wave-{wave}", town.actor(cast.OFFICER), town.actor(cast.SECOND)
    motion = admissions.propose_step(town.round_id, "wave", key=key, by=first, now=now)
    admissions.confirm_step(motion, key=f"{key}-2", by=second, now=now)


def _answer(
    town: Town, offered: tuple[admissions.Offered, ...], number: dict[int, int], now: datetime
) -> None:
    yes: list[int] = []
    no: list[int] = []
    for one in offered:
        r = city.dice(town.seed, number[one.application_id], f"call {one.wave}")
        if one.state == "OFFERED" and r.random() < city.ANSWERS_AT_ALL:
            (yes if r.random() < city.ACCEPTS else no).append(one.id)
    admissions.accept_many(yes, by=BY, now=now)
    admissions.decline_many(no, by=BY, now=now)


def fill(town: Town, stage: Stage) -> None:
    """Seats still empty go to verified people who had not applied; then the classes begin."""
    now = datetime.combine(town.plan.classes_start_on, datetime.min.time(), town.opens_at.tzinfo) - timedelta(
        days=2
    )

    def teach() -> None:
        programme.move(town.round_id, "teach", by=BY, now=now)

    stage.step("teach", now, teach)
