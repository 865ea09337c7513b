"""The endline, the effect, the verdict; and the drills that go on all the time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.classes import api as classes
from ampera.apps.drills import api as drills
from ampera.apps.people import api as people
from ampera.apps.results import api as results
from ampera.simulation import cast, city
from ampera.simulation.stage import BY, Stage, batches
from ampera.simulation.town import Town, at

BATCH = 250
VISITORS_PER_CITIZEN = 0.02
CAUTION = 0.35  # how far people lean towards “false”, in standard deviations
SEES_THROUGH = 1.3  # d′ of the average visitor


def endline(town: Town, stage: Stage) -> None:
    """A sample of both arms sits the sealed form, whoever took a seat; not everybody answers."""
    now = at(town.plan.endline_from, 9)
    stage.step(
        "sample",
        now,
        lambda: results.draw_sample(town.round_id, key="play-sample", by=town.actor(cast.OFFICER), now=now),
    )
    chosen = results.members(town.round_id)
    willing = people.consents([m.person_id for m in chosen], "research")
    come = [
        m for m in chosen
        if m.person_id in willing
        and city.dice(town.seed, town.name(m.person_id), "endline").random() < city.ANSWERS_ENDLINE[m.inside]
    ]  # fmt: skip
    come.sort(key=lambda m: m.receipt)
    attended = attendance(town)
    parts = list(batches(come, BATCH))
    stage.steps(
        [(f"sit {part[0].receipt}", now, partial(_sit, town, part, attended)) for part in parts],
        len(parts),
    )


def attendance(town: Town) -> dict[int, tuple[str, float]]:
    """(level of the class, share of meetings attended) of everybody who took a seat."""
    found = {}
    for klass in town.classes:
        seated = [s.person_id for s in admissions.seats_of_class(klass.id)]
        for person, final in classes.final(klass.id, seated).items():
            found[person] = (klass.level, float(final.attendance))
    return found


def _sit(town: Town, members: Sequence[results.Member], attended: dict[int, tuple[str, float]]) -> None:
    now = at(town.plan.endline_from + timedelta(days=4), 19)
    ids = [m.person_id for m in members]
    sittings = results.start_endline_many(ids, town.round_id, by=BY, now=now)
    ability = {}
    for person in ids:
        gain = city.learned(*attended[person]) if person in attended else city.LEARNS_ANYWAY
        ability[person] = town.ability(person) + gain
    form = assessment.forms("endline")[0].code
    town.answer(sittings, ability, {p: town.name(p) for p in ids}, form=form, now=now)


def report(town: Town, stage: Stage) -> None:
    """The window closes; the effect is estimated once and the locked rule speaks."""
    now = at(town.plan.endline_until + timedelta(days=1), 10)
    stage.step(
        "estimate",
        now,
        lambda: results.estimate(town.round_id, key="play-estimate", by=town.actor(cast.OFFICER), now=now),
    )


def drill(town: Town, stage: Stage) -> None:
    """Visitors without an account judge messages, from the first day on which all of the bank may be shown."""
    now = at(town.messages_from, 19)
    visitors = max(12, int(town.citizens * VISITORS_PER_CITIZEN))
    todo = [(f"{v}", now, lambda v=v: _drill(town, v, now)) for v in range(visitors)]
    stage.steps(todo, visitors)


def _drill(town: Town, visitor: int, now: datetime) -> None:
    r = city.dice(town.seed, visitor, "drill")
    who = f"session:simulated-{visitor}"
    keen = r.gauss(SEES_THROUGH, 0.5)
    session = drills.start(visitor=who, key=f"play-drill-{visitor}", now=now)
    truth = town.truth
    while (one := drills.next(session)) is not None:
        felt = city.dice(town.seed, visitor, one.code).gauss(0 if truth[one.code] else keen, 1)
        drills.judge(
            session_id=session,
            code=one.code,
            said_true=felt < keen / 2 - CAUTION,
            key=f"play-judge-{visitor}-{one.position}",
            by=who,
            now=now,
        )
