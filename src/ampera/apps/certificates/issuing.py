"""Issuing: one officer proposes a class's certificates, another confirms, and everybody who has earned one gets it.

Earned: attended enough, and passed the invigilated exam. Whatever is simulated or rests on draft questions is a sample
(CONTOH), signed by the demonstration issuer; production issues none.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, TypedDict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.classes import api as classes
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores.credentials import form, schema
from ampera.cores.credentials.document import parse
from ampera.cores.credentials.template import Template, prepare
from ampera.refusal import _

from . import issuers, models, statuses, wording
from .refusals import (
    AlreadyConfirmed,
    AlreadyProposed,
    NoSuchBatch,
    NothingToIssue,
    OnlySamples,
    SamePerson,
)
from .states import CERTIFICATE_MOVES

SAYS = _("Your certificate has been issued. Sign in to see, save and share it.")
RECHECK = 1_000  # one certificate in so many is canonicalised again in full at issue

Why = Literal["ready", "issued", "attendance", "exam", "name"]


@dataclass(frozen=True)
class Candidate:
    """Somebody who sits in the class, and whether they get a certificate. why: ready, issued (has one already),
    attendance (too little), exam (not passed), name (can't be printed). sitting_id: of the exam passed.
    """

    person_id: int
    name: str
    why: Why
    sitting_id: uuid.UUID | None

    @property
    def ready(self) -> bool:
        return self.why == "ready"


@dataclass(frozen=True)
class Batch:
    """confirmed_by "" while it waits for a second person."""

    id: int
    class_id: int
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None


def candidates(class_id: int) -> tuple[Candidate, ...]:
    """Everybody who sits in the class, by name, with what is missing if anything is; six queries."""
    seats = admissions.seats_of_class(class_id)
    ids = [seat.person_id for seat in seats]
    names = people.names(ids)
    enough = classes.complete(class_id, seats[0].round_id) if seats else frozenset()
    passes = assessment.passes(class_id)
    sittings = list(passes.values())
    issued = set(models.Credential.objects.filter(sitting__in=sittings).values_list("sitting_id", flat=True))

    def why(person_id: int) -> Why:
        if passes.get(person_id) in issued:
            return "issued"
        if person_id not in enough:
            return "attendance"
        if person_id not in passes:
            return "exam"
        return "ready" if printable(names[person_id]) else "name"

    found = (Candidate(person, names[person], why(person), passes.get(person)) for person in ids)
    return tuple(sorted(found, key=lambda c: (c.name.casefold(), c.person_id)))


def printable(name: str) -> bool:
    """Whether a certificate can carry the name."""
    try:
        form.clean_name(name)
    except ValueError:
        return False
    return name != "–"  # what people shows of an erased person


def batches(class_ids: Iterable[int] | None = None, *, waiting: bool | None = None) -> tuple[Batch, ...]:
    """Batches, the newest first; of some classes, or all. waiting: only those that lack the second person."""
    rows = models.Batch.objects.order_by("-proposed_at", "-pk")
    if class_ids is not None:
        rows = rows.filter(klass__in=list(class_ids))
    if waiting is not None:
        rows = rows.filter(confirmed_at__isnull=waiting)
    return tuple(map(_record, rows))


def batch(batch_id: int) -> Batch:
    """Raises NoSuchBatch."""
    row = models.Batch.objects.filter(pk=batch_id).first()
    if row is None:
        raise NoSuchBatch()
    return _record(row)


def is_sample(class_id: int) -> bool:
    """Whether the class's certificates would be samples: a demo, a simulated round, or an exam on draft questions."""
    if settings.DEMO or programme.round_(programme.class_(class_id).round_id).simulated:
        return True
    forms = {session.form for session in assessment.sessions(class_ids=[class_id])}
    return any(assessment.form(code).draft for code in forms)


@transaction.atomic
def propose_batch(class_id: int, *, key: str, by: str, now: datetime) -> int:
    """Propose to issue to everybody in the class who has earned it; the batch's id.

    Raises NothingToIssue, AlreadyProposed, OnlySamples (in production); audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["propose_batch", class_id], at=now) as first:
        if first.answer:
            return int(first.answer)
        _refuse_samples(class_id)
        if models.Batch.objects.filter(klass=class_id, confirmed_at=None).exists():
            raise AlreadyProposed()
        ready = sum(c.ready for c in candidates(class_id))
        if not ready:
            raise NothingToIssue()
        row = models.Batch.objects.create(klass_id=class_id, proposed_by=by, proposed_at=now)
        audit.record(
            "certificates.proposed", about=f"class:{class_id}", by=by, at=now, batch=row.pk, ready=ready
        )
        first.keep(row)
        return row.pk


@transaction.atomic
def confirm_batch(batch_id: int, *, key: str, by: str, now: datetime) -> int:
    """The second person confirms, and the certificates are issued, stored and announced; how many.

    Who has earned one is looked up now, not at the proposal: nobody is certified by what no longer holds.
    Raises NoSuchBatch, AlreadyConfirmed, SamePerson, NothingToIssue, OnlySamples; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["confirm_batch", batch_id], at=now) as first:
        if first.answer:
            return int(first.answer)
        row = models.Batch.objects.select_for_update().filter(pk=batch_id).first()
        if row is None:
            raise NoSuchBatch()
        if ("STANDING" if row.confirmed_at else "PROPOSED", "confirm") not in CERTIFICATE_MOVES:
            raise AlreadyConfirmed()
        if row.proposed_by == by:
            raise SamePerson()
        _refuse_samples(row.klass_id)
        ready = [c for c in candidates(row.klass_id) if c.ready]
        if not ready:
            raise NothingToIssue()
        row.confirmed_by, row.confirmed_at = by, now
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        issued = _issue(row, ready, now=now)
        models.Credential.objects.bulk_create(issued, batch_size=500)
        _announce(issued, by=by, now=now)
        first.keep(len(issued))
        return len(issued)


def _refuse_samples(class_id: int) -> None:
    if not settings.DEMO and is_sample(class_id):
        raise OnlySamples()


def _issue(row: models.Batch, ready: list[Candidate], *, now: datetime) -> list[models.Credential]:
    """Signed certificates, not yet stored."""
    demo = is_sample(row.klass_id)
    klass = programme.class_(row.klass_id)
    share = programme.attendance_share(klass.round_id)
    sat = assessment.sittings([c.person_id for c in ready], klass.round_id, "exam")
    shown = assessment.scores_of(c.sitting_id for c in ready if c.sitting_id)
    issuers.ensure_keys(by=row.confirmed_by, now=now)
    key = issuers.ring().current(demo)
    place, indices = statuses.reserve(len(ready), demo=demo)
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    until = _years_later(day)
    frames = {
        exam: form.Frame(
            issuer=issuers.profile(demo),
            achievement=wording.achievement(klass.level, exam),
            issued=day,
            valid_until=until,
            lists=((statuses.url(place), "revocation"),),
            evidence=wording.evidence(klass, share),
            sample=demo,
        )
        for exam in {sitting.form for sitting in sat.values()}
    }
    templates = {exam: template(frame, key.multibase) for exam, frame in frames.items()}
    issued = []
    for candidate, index in zip(ready, indices, strict=True):
        assert candidate.sitting_id is not None
        pk = uuid.uuid4()
        issued.append(
            models.Credential(
                id=pk,
                round_id=klass.round_id,
                person_id=candidate.person_id,
                klass_id=klass.id,
                sitting_id=candidate.sitting_id,
                batch=row,
                key=key,
                level=klass.level,
                demo=demo,
                json=_signed(
                    templates[sat[candidate.person_id].form],
                    pk,
                    candidate.name,
                    shown[candidate.sitting_id],
                    index,
                ),
                status_list=place,
                status_index=index,
                issued_at=now,
                valid_until=until,
            )
        )
    return issued


def _years_later(day: datetime) -> datetime:
    try:
        return day.replace(year=day.year + wording.YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year + wording.YEARS, day=28) + timedelta(days=1)


@lru_cache(maxsize=32)
def template(frame: form.Frame, multibase: str) -> Template:
    """Canonicalised once for an achievement, a day and a key, not once for each person."""
    key = models.Key.objects.get(multibase=multibase)
    return prepare(frame, signer=issuers.signer(key), created=frame.issued)


class _Printed(TypedDict):
    """What differs between the certificates of one frame."""

    id: str
    subject_id: str
    holder_name: str
    result: form.Result
    indices: list[int]


def _signed(template: Template, pk: uuid.UUID, name: str, shown: assessment.Score, index: int) -> str:
    """One certificate's bytes, as text, held against the Open Badges schema.

    Now and then the full canonicalisation is asked whether it agrees.
    """
    person: _Printed = {
        "id": f"urn:uuid:{pk}",
        "subject_id": f"urn:uuid:{uuid.uuid4()}",
        "holder_name": name,
        "result": form.Result(template.frame.achievement.level, shown.wle, shown.wle_se),
        "indices": [index],
    }
    if secrets.randbelow(RECHECK) == 0 and not template.agrees(form.values(**person)):
        raise RuntimeError(f"the template path and full canonicalisation differ for certificate {pk}")
    made = template.issue(**person)
    schema.check(parse(made))
    return made.decode()


def _announce(issued: list[models.Credential], *, by: str, now: datetime) -> None:
    audit.record_many(
        [
            ("certificate.issued", f"certificate:{c.pk}", {"batch": c.batch_id, "class": c.klass_id})
            for c in issued
        ],
        by=by,
        at=now,
    )
    tell(issued, now=now)


def tell(issued: list[models.Credential], *, now: datetime) -> None:
    """Write to the holders of new certificates."""
    news = [people.News(c.person_id, f"certificate:{c.pk}") for c in issued]
    people.tell(SAYS, news, kind="certificate", now=now)


def _record(row: models.Batch) -> Batch:
    return Batch(row.pk, row.klass_id, row.proposed_by, row.proposed_at, row.confirmed_by, row.confirmed_at)
