"""Classes, the exam, the certificates."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.certificates import api as certificates
from ampera.apps.classes import api as classes
from ampera.apps.programme import api as programme
from ampera.simulation import cast, city
from ampera.simulation.stage import BY, Stage
from ampera.simulation.town import Town, at

DROP_AFTER = 3  # meetings


def teach(town: Town, stage: Stage) -> None:
    """Meetings, attendance, grades, class by class."""
    now = at(town.plan.classes_start_on - timedelta(days=3), 9)
    todo = [(k.code, now, lambda k=k: _teach(town, k)) for k in town.classes]
    stage.steps(todo, len(todo))


def _teach(town: Town, klass: programme.Class) -> None:
    start = at(town.plan.classes_start_on - timedelta(days=3), 9)
    held = classes.timetable(klass.id, by=BY, now=start)
    seats = admissions.seats_of_class(klass.id)
    lecturer = town.actor(cast.LECTURER) if klass.partner else town.actor(cast.OFFICER)
    rows, grades = [], []
    for seat in seats:
        r = city.dice(town.seed, town.name(seat.person_id), "class")
        leaves = r.random() < city.DROPS_OUT
        share = city.share_of_meetings(r)
        comes = [r.random() < share and not (leaves and m.number > DROP_AFTER) for m in held]
        rows += [(m.id, seat.person_id) for m, there in zip(held, comes, strict=True) if there]
        if not leaves:
            level = 70 + 6 * town.ability(seat.person_id)
            grades += [
                (seat.person_id, w.code, Decimal(str(round(min(100.0, max(0.0, r.gauss(level, 9))), 2))))
                for w in town.plan.weights
            ]
    if rows:
        classes.attend_many(rows, by=lecturer, now=held[-1].ends_at)
    if grades:
        classes.grade_many(klass.id, grades, by=lecturer, now=held[-1].ends_at)


def examine(town: Town, stage: Stage) -> None:
    """An invigilated exam for each class whose level has a form."""
    levels = {f.level: f.code for f in assessment.forms("exam")}
    todo = [
        (k.code, at(town.plan.exam_on, 9), lambda k=k: _examine(town, k, levels[k.level]))
        for k in town.classes
        if k.level in levels
    ]
    stage.steps(todo, len(todo))


def _examine(town: Town, klass: programme.Class, form: str) -> None:
    people = [s.person_id for s in admissions.seats_of_class(klass.id)]
    final = classes.final(klass.id, people)
    come = [
        p
        for p in people
        if final[p].complete and city.dice(town.seed, town.name(p), "exam").random() < city.SITS_EXAM
    ]
    if not come:
        return
    invigilator, starts = town.actor(cast.INVIGILATOR), at(town.plan.exam_on, 9)
    session = assessment.open_session(
        klass.id, form, starts, klass.room, by=town.actor(cast.OFFICER), now=starts - timedelta(days=7)
    )
    assessment.present_many(session, come, by=invigilator, now=starts)
    assessment.start_session(session, key=f"play-exam-{klass.code}", by=invigilator, now=starts)
    sittings = assessment.start_exams(session, come, by=invigilator, now=starts)
    ability = {
        p: town.ability(p)
        + city.LEARNS_ANYWAY
        + float(final[p].attendance) * (city.LEARNS[klass.level] + city.EXAM_PREPARATION)
        for p in come
    }
    town.answer(sittings, ability, {p: town.name(p) for p in come}, form=form, now=starts)
    assessment.close_session(
        session, key=f"play-exam-end-{klass.code}", by=invigilator, now=starts + timedelta(minutes=40)
    )


def certify(town: Town, stage: Stage) -> None:
    """One officer proposes, the other confirms, class by class."""
    now = at(town.plan.exam_until or town.plan.exam_on, 15)
    todo = [(k.code, now, lambda k=k: _certify(town, k)) for k in town.classes]
    stage.steps(todo, len(todo))


def _certify(town: Town, klass: programme.Class) -> None:
    now = at(town.plan.exam_until or town.plan.exam_on, 15)
    if not any(c.ready for c in certificates.candidates(klass.id)):
        return
    batch = certificates.propose_batch(
        klass.id, key=f"play-issue-{klass.code}", by=town.actor(cast.OFFICER), now=now
    )
    certificates.confirm_batch(
        batch, key=f"play-issued-{klass.code}", by=town.actor(cast.SECOND), now=now + timedelta(hours=1)
    )
