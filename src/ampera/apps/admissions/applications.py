"""An application, step by step: begin, audience, level, wishes, ranking, submit, withdraw; all open until closing.

Every step says what is so, and can be said again: a double tap or an old page posted once more changes nothing or puts
back what it shows. A receipt is given at the first submission and stays the person's for the round, whatever they
withdraw and begin anew, so that nobody rolls for a better ticket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from . import receipts
from .claims import check_claims, replace_claims, reserved
from .models import Application as Row
from .models import Choice, Seat
from .ranking import check_ranking, check_wishes, propose
from .records import codes
from .refusals import (
    BaselineNotFinished,
    HasSeat,
    Incomplete,
    LevelMissing,
    LevelTooHigh,
    NoClassAtLevel,
    NoSuchApplication,
    NotForThisAudience,
    NotOpen,
    Withdrawn,
)

State = Row.State
LIVE = (State.DRAFT, State.SUBMITTED)

# The application's state machine: (state, verb) → state. What is not here is refused.
APPLICATION_MOVES: Mapping[tuple[str, str], str] = {
    (State.DRAFT, "submit"): State.SUBMITTED,
    (State.DRAFT, "withdraw"): State.WITHDRAWN,
    (State.SUBMITTED, "withdraw"): State.WITHDRAWN,
    (State.WITHDRAWN, "begin"): State.DRAFT,
    (State.DRAFT, "merge"): State.MERGED,
    (State.SUBMITTED, "merge"): State.MERGED,
    (State.MERGED, "restore"): State.SUBMITTED,
    (State.MERGED, "reopen"): State.DRAFT,
}


def application_diagram() -> str:
    """APPLICATION_MOVES as Mermaid text, for the docs."""
    return programme.diagram(APPLICATION_MOVES, State.DRAFT)


# ---- Checks that one application and a batch share ----


def check_audience(audience: str, audiences: Sequence[programme.Audience]) -> None:
    """Raises NotForThisAudience: unknown, or named by an agency."""
    if audience not in {a.code for a in audiences if not a.nominated}:
        raise NotForThisAudience()


def check_level(level: str, *, measured: str, classes: Sequence[programme.Class]) -> None:
    """Raises LevelTooHigh (or unknown), NoClassAtLevel."""
    if level not in programme.levels or programme.level_index(level) > programme.level_index(measured):
        raise LevelTooHigh()
    if not any(c.level == level for c in classes):
        raise NoClassAtLevel()


# ---- Verbs ----


@transaction.atomic
def begin(round_id: int, person_id: int, *, key: str, by: str, now: datetime) -> int:
    """Begin, or take up a withdrawn application again; who has begun gets the same one. The application's id.

    Raises NotOpen, HasSeat (a nominated person), people.Erased.
    """
    with audit.once(key, by=by, payload=["begin", round_id, person_id], at=now) as first:
        if first.answer:
            return int(first.answer)
        if not programme.window(round_id).open(now):
            raise NotOpen()
        if Seat.objects.filter(round=round_id, person=person_id, state=Seat.State.TAKEN).exists():
            raise HasSeat()
        row = _existing(round_id, person_id)
        if row is None:
            home = _home(person_id)
            try:
                with transaction.atomic():
                    row = Row.objects.create(round_id=round_id, person_id=person_id, created_at=now, **home)
            except IntegrityError:  # begun from another device in the same moment
                row = _existing(round_id, person_id)
                if row is None:
                    raise
            else:
                _record_event("begun", row, by=by, now=now)
        elif (row.state, "begin") in APPLICATION_MOVES:
            Row.objects.filter(pk=row.pk).update(state=State.DRAFT, submitted_at=None, ended_at=None)
            _record_event("begun_again", row, by=by, now=now)
        return int(first.keep(row.pk))


@transaction.atomic
def set_audience(
    application_id: int, *, audience: str, claims: Mapping[str, str], by: str, now: datetime
) -> None:
    """Which audience, and the documents that show a reserved group: {group: number or description}.

    Raises what `open_row` raises; NotForThisAudience, UnknownGroup, EvidenceMissing.
    """
    row = open_row(application_id, now)
    check_audience(audience, programme.audiences())
    tidy = check_claims(claims, reserved(row.round_id))
    changed = replace_claims(row.pk, tidy)
    _set(row, "audience_set", by=by, now=now, changed=changed, audience_id=audience, **_home(row.person_id))


@transaction.atomic
def set_level(application_id: int, *, level: str, by: str, now: datetime) -> None:
    """Choose the measured level or one below it; the baseline score is read here and kept with the application.

    Another level makes a new ranking from the wishes. Raises what `open_row` raises; BaselineNotFinished,
    LevelTooHigh, NoClassAtLevel.
    """
    row = open_row(application_id, now)
    sitting = assessment.sittings([row.person_id], row.round_id, "baseline").get(row.person_id)
    if sitting is None or sitting.state != "FINISHED":
        raise BaselineNotFinished()
    score = assessment.score(sitting.id)
    classes = programme.classes(row.round_id)
    check_level(level, measured=score.level, classes=classes)
    other = row.level != level
    _set(
        row,
        "level_set",
        by=by,
        now=now,
        level=level,
        measured_level=score.level,
        theta=score.eap,
        theta_se=score.eap_se,
    )
    if other and row.days:
        _write_choices(row, _proposal(row, classes))


@transaction.atomic
def set_wishes(
    application_id: int, *, days: Sequence[str], places: Sequence[str], by: str, now: datetime
) -> tuple[int, ...]:
    """Days and places (kecamatan codes, `daring` for on-line); the ranking that follows, by class id.

    The same wishes again leave a ranking as it was edited. Raises what `open_row` raises; LevelMissing, UnknownWish.
    """
    row = open_row(application_id, now)
    if not row.level:
        raise LevelMissing()
    check_wishes(days, places, kecamatan=[p.code for p in programme.places(kind="kecamatan")])
    ordered = sorted(set(days), key=programme.DAYS.index), sorted(set(places))
    have = tuple(row.choices.values_list("klass_id", flat=True))
    home = _home(row.person_id)
    changed = _set(
        row, "wishes_set", by=by, now=now, days=",".join(ordered[0]), places=",".join(ordered[1]), **home
    )
    if have and not changed:
        return have
    proposed = _proposal(row, programme.classes(row.round_id))
    _write_choices(row, proposed)
    return proposed


@transaction.atomic
def set_ranking(application_id: int, *, class_ids: Sequence[int], by: str, now: datetime) -> None:
    """The ranking as the person wants it. Raises what `open_row` and `check_ranking` raise; LevelMissing."""
    row = open_row(application_id, now)
    if not row.level:
        raise LevelMissing()
    check_ranking(class_ids, level=row.level, classes=programme.classes(row.round_id))
    if tuple(class_ids) != tuple(row.choices.values_list("klass_id", flat=True)):
        _write_choices(row, class_ids)
        _record_event("ranking_set", row, by=by, now=now, classes=len(class_ids))


@transaction.atomic
def submit(application_id: int, *, key: str, by: str, now: datetime) -> str:
    """Send the application; its receipt. Sending again gives the same receipt. Six statements.

    Raises what `open_row` raises; Incomplete.
    """
    with audit.once(key, by=by, payload=["submit", application_id], at=now):
        # Nothing to keep with the key: the row itself answers whoever comes twice.
        row = open_row(application_id, now)
        if row.state == State.SUBMITTED:
            return str(row.receipt)
        if not (row.audience_id and row.level and row.days and row.has_choices):
            raise Incomplete()
        receipt = row.receipt or receipts.make()
        Row.objects.filter(pk=row.pk).update(
            state=APPLICATION_MOVES[row.state, "submit"],
            receipt=receipt,
            submitted_at=now,
            **_home(row.person_id),
        )
        _record_event("submitted", row, by=by, now=now, receipt=receipt)
        return receipt


@transaction.atomic
def withdraw(application_id: int, *, key: str, by: str, now: datetime) -> None:
    """Take the application back until closing; the receipt stays with the person. Raises what `open_row` raises."""
    with audit.once(key, by=by, payload=["withdraw", application_id], at=now) as first:
        if first.answer:
            return
        row = open_row(application_id, now)
        state = APPLICATION_MOVES[row.state, "withdraw"]
        Row.objects.filter(pk=row.pk).update(state=state, ended_at=now)
        _record_event("withdrawn", row, by=by, now=now)
        first.keep(row.pk)


# ---- Below the verbs ----


def _existing(round_id: int, person_id: int) -> Row | None:
    """A person has one row a round, under whichever registration: it is taken up again, never made anew."""
    found = Row.objects.select_for_update().filter(round=round_id, person__in=people.same(person_id))
    return max(found, key=lambda row: (row.state in LIVE, row.person_id == person_id, row.pk), default=None)


def open_row(application_id: int, now: datetime):
    """The application, locked, while it may be changed. Raises NoSuchApplication, Withdrawn, NotOpen. Two queries."""
    choices = Choice.objects.filter(application=OuterRef("pk"))
    rows = Row.objects.select_for_update().annotate(has_choices=Exists(choices))
    row = rows.filter(pk=application_id).first()
    if row is None:
        raise NoSuchApplication()
    if row.state not in LIVE:
        raise Withdrawn()
    if not programme.window(row.round_id).open(now):
        raise NotOpen()
    return row


class _Home(TypedDict):
    kelurahan_id: str
    birth_year: int | None


def _home(person_id: int) -> _Home:
    """Where the person lives and their birth year, as they stand now. Raises people.Erased."""
    facts = people.facts([person_id]).get(person_id)
    if facts is None or not facts.kelurahan:
        raise people.Erased()
    return {"kelurahan_id": facts.kelurahan, "birth_year": facts.birth_year}


def _set(row: Row, verb: str, *, by: str, now: datetime, changed: bool = False, **columns: object) -> bool:
    """Write the columns that differ, and say so in the audit; whether anything did."""
    new = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if new:
        Row.objects.filter(pk=row.pk).update(**new)
        for name, value in new.items():
            setattr(row, name, value)
    if new or changed:
        _record_event(verb, row, by=by, now=now)
    return bool(new)


def _record_event(verb: str, row: Row, *, by: str, now: datetime, **facts: object) -> None:
    audit.record(f"application.{verb}", about=f"application:{row.pk}", by=by, at=now, **facts)


def _proposal(row: Row, classes: Sequence[programme.Class]) -> tuple[int, ...]:
    return propose(
        classes,
        level=row.level,
        days=codes(row.days),
        places=codes(row.places),
        kelurahan=str(row.kelurahan_id),
    )


def _write_choices(row: Row, class_ids: Sequence[int]) -> None:
    Choice.objects.filter(application=row.pk).delete()
    Choice.objects.bulk_create(
        Choice(application_id=row.pk, klass_id=klass, position=position)
        for position, klass in enumerate(class_ids, 1)
    )
