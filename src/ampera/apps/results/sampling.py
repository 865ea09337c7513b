"""The endline: who is asked, by a draw that anybody can repeat, and the way into the sealed test.

Both arms are asked in the same window and the same way, whoever took a seat.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores.evaluation import sample as core

from .models import Member as Row
from .models import Sample as SampleRow
from .refusals import AlreadySampled, EndlineClosed, NoConsent, NotAsked, NotSampled, NotTeaching

PURPOSE = "endline"
CONSENT = "research"


@dataclass(frozen=True)
class Sample:
    """seed: SHA-256 of the frozen list's root and “endline”, hexadecimal. eligible: chance strictly in (0, 1)."""

    round_id: int
    seed: str
    eligible_inside: int
    eligible_outside: int
    drawn_inside: int
    drawn_outside: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Member:
    """Somebody sampled. chance: of being inside the horizon; probability: of being sampled, given the arm."""

    application_id: int
    person_id: int
    receipt: str
    inside: bool
    chance: float
    probability: float
    sitting_id: uuid.UUID | None


@dataclass(frozen=True)
class Responses:
    """How far one arm is. unasked: sampled without consent to research, so never asked."""

    inside: bool
    sampled: int
    unasked: int
    begun: int
    finished: int


@transaction.atomic
def draw_sample(round_id: int, *, key: str, by: str, now: datetime) -> Sample:
    """Draw who is asked, record each probability, and take the round to its endline.

    Among applicants whose chance of being inside lies strictly between 0 and 1; per arm as the plan locked, in
    proportion by level. If chance decided about nobody in an arm the sample is empty, and the verdict will be that
    one cannot tell. Raises NotTeaching, AlreadySampled.
    """
    with audit.once(key, by=by, payload=["sample", round_id], at=now) as first:
        drawn = sample(round_id)
        if drawn and first.answer:
            return drawn
        if drawn:
            raise AlreadySampled()
        round_ = programme.round_(round_id)
        sealed = admissions.frozen(round_id)
        if round_.state != "TEACHING" or sealed is None:
            raise NotTeaching(state=round_.state)
        decided = [
            arm for arm in admissions.arms(round_id) if arm.chance_inside and 0 < arm.chance_inside < 1
        ]
        seed = hashlib.sha256(sealed.root.encode() + PURPOSE.encode())
        inside = sum(arm.inside for arm in decided)
        row = SampleRow.objects.create(
            round_id=round_id,
            seed=seed.hexdigest(),
            eligible_inside=inside,
            eligible_outside=len(decided) - inside,
            by=by,
            at=now,
        )
        if 0 < inside < len(decided):
            _draw(row, decided, programme.plan(round_id).endline_per_arm, seed.digest())
        programme.move(round_id, "endline", by=by, now=now)
        audit.record(
            "endline.sampled", about=f"round:{round_id}", by=by, at=now, seed=row.seed, n=row.members.count()
        )
        first.keep(row)
        made = sample(round_id)
        assert made is not None  # its row was written above
        return made


def _draw(row: SampleRow, decided: list[admissions.Arm], per_arm: int, seed: bytes) -> None:
    of = {arm.receipt: arm for arm in decided}
    candidates = [core.Candidate(a.receipt, a.inside, a.chance_inside, a.level) for a in decided]
    Row.objects.bulk_create(
        [
            Row(
                sample=row,
                application_id=of[one.id].application_id,
                inside=one.inside,
                chance_inside=of[one.id].chance_inside,
                probability=one.probability,
            )
            for one in core.draw(candidates, per_arm=per_arm, seed=seed)
        ],
        batch_size=1000,
    )


def sample(round_id: int) -> Sample | None:
    """The sample of a round, if it was drawn; one query."""
    inside = Count("members", filter=Q(members__inside=True))
    row = SampleRow.objects.filter(round=round_id).annotate(inside=inside, all=Count("members")).first()
    if row is None:
        return None
    return Sample(
        round_id,
        row.seed,
        row.eligible_inside,
        row.eligible_outside,
        row.inside,
        row.all - row.inside,
        row.by,
        row.at,
    )


def members(round_id: int) -> tuple[Member, ...]:
    """Everybody sampled, by receipt."""
    of = {arm.application_id: arm for arm in admissions.arms(round_id)}
    rows = Row.objects.filter(sample__round=round_id)
    found = [
        Member(
            row.application_id,
            of[row.application_id].person_id,
            of[row.application_id].receipt,
            row.inside,
            row.chance_inside,
            row.probability,
            row.sitting_id,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.receipt))


def responses(round_id: int) -> tuple[Responses, ...]:
    """How many were asked, have begun and have finished: inside first, then outside. Nothing of what they answered."""
    rows = Row.objects.filter(sample__round=round_id)
    asked = list(rows.values_list("application__person", "inside", "sitting"))
    willing = people.consents([person for person, _inside, _sitting in asked], CONSENT)
    done = assessment.scores(round_id, PURPOSE).keys()
    found = []
    for inside in (True, False):
        arm = [(person, sitting) for person, its, sitting in asked if its is inside]
        begun = [person for person, sitting in arm if sitting is not None]
        found.append(
            Responses(
                inside=inside,
                sampled=len(arm),
                unasked=sum(person not in willing for person, _sitting in arm),
                begun=len(begun),
                finished=len(done & set(begun)),
            )
        )
    return tuple(found)


def invited(person_id: int, round_id: int, now: datetime) -> date | None:
    """The last day of the closing test if it is open to this person now and not finished, else None."""
    until = _open(round_id, now)
    row = _row(person_id, round_id) if until else None
    if row is None or (row.sitting and row.sitting.state != "OPEN"):
        return None
    return until if person_id in people.consents([person_id], CONSENT) else None


@transaction.atomic
def start_endline(person_id: int, round_id: int, *, key: str, by: str, now: datetime) -> uuid.UUID:
    """Begin the sealed test, or go on with it: the sitting's id. Raises NotAsked, NoConsent, EndlineClosed, NotSampled."""
    with audit.once(key, by=by, payload=["endline", person_id, round_id], at=now) as first:
        if first.answer:
            return uuid.UUID(first.answer)
        return first.keep(start_endline_many([person_id], round_id, by=by, now=now)[person_id])


@transaction.atomic
def start_endline_many(
    person_ids: Iterable[int], round_id: int, *, by: str, now: datetime
) -> dict[int, uuid.UUID]:
    """`start_endline` for many at once: sitting ids by person. Raises what `start_endline` raises, for anybody."""
    wanted = list(dict.fromkeys(person_ids))
    if not SampleRow.objects.filter(round=round_id).exists():
        raise NotSampled()
    rows = _rows(wanted, round_id)
    if len(rows) < len(wanted):
        raise NotAsked()
    if len(people.consents(wanted, CONSENT)) < len(wanted):
        raise NoConsent()
    if not _open(round_id, now):
        plan = programme.plan(round_id)
        raise EndlineClosed(first=date_format(plan.endline_from), last=date_format(plan.endline_until))
    found = assessment.start_many(wanted, round_id, PURPOSE, by=by, now=now)
    fresh = [row for person, row in rows.items() if row.sitting_id is None and _place(row, found[person])]
    Row.objects.bulk_update(fresh, ["sitting"], batch_size=500)
    audit.record_many(
        [("endline.started", f"application:{row.application_id}", {}) for row in fresh], by=by, at=now
    )
    return found


def _place(row: Row, sitting_id: uuid.UUID) -> bool:
    row.sitting_id = sitting_id
    return True


def _row(person_id: int, round_id: int) -> Row | None:
    """The person's row with its sitting; one query."""
    found = Row.objects.filter(sample__round=round_id, application__person=person_id)
    return found.select_related("sitting").first()


def _rows(person_ids: list[int], round_id: int) -> dict[int, Row]:
    """The members' rows by person, locked; one person without reading the whole draw."""
    if len(person_ids) == 1:
        row = _row(person_ids[0], round_id)
        of = {row.application_id: person_ids[0]} if row else {}
    else:
        wanted = set(person_ids)
        of = {a.application_id: a.person_id for a in admissions.arms(round_id) if a.person_id in wanted}
    rows = Row.objects.select_for_update().filter(sample__round=round_id)
    if len(of) == 1:
        rows = rows.filter(application__in=of)
    return {of[row.application_id]: row for row in rows.order_by("pk") if row.application_id in of}


def _open(round_id: int, now: datetime) -> date | None:
    """The last day of the closing test if it is open now, else None."""
    found = programme.window(round_id)
    open_ = found.state == "ENDLINE" and found.endline_from <= timezone.localdate(now) <= found.endline_until
    return found.endline_until if open_ else None
