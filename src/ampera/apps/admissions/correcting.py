"""Putting an error of the draw right: one officer says what is right, another confirms it, and the seats are added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import _

from . import seats
from .corrections import Added, drawn_with, groups_in, sent, would_add
from .models import Correction as Row
from .models import Draw, Seat
from .office_refusals import (
    CorrectionConfirmed,
    CorrectionSamePerson,
    IdentityNotSeen,
    NoSuchCorrection,
    NothingToCorrect,
    NotTheTime,
    stated,
)
from .refusals import UnknownGroup

OPEN_IN = {"DRAWN", "TEACHING"}
SAYS = _(
    "An error in the draw was put right: a seat in class %(klass)s, %(place)s, is added for you. If you can't come, say so "
    "at the kelurahan. Receipt %(receipt)s. We never ask for money or for your PIN."
)


@transaction.atomic
def propose_correction(
    application_id: int,
    *,
    groups: Iterable[str],
    because: str,
    key: str,
    by: str,
    now: datetime,
    objection_id: int | None = None,
) -> int:
    """Say with which groups an application should have stood in the draw; another officer confirms. The correction's id.

    groups: all of them, by the plan's codes; an application that was left out is in the list by it. Proposing again
    replaces an open proposal. Raises ReasonMissing, NoSuchApplication, NotDrawn, NotTheTime (classes are over),
    IdentityNotSeen (of one left out), UnknownGroup, NothingToCorrect; audit.KeyReused.
    """
    wanted, because = tuple(sorted(set(groups))), stated(because)
    with audit.once(key, by=by, payload=["correct", application_id, wanted, because], at=now) as first:
        if first.answer:
            return int(first.answer)
        application = sent(application_id)
        round_id = application.round_id
        stood = drawn_with(application_id)
        _check_state(round_id)
        if stood is None:
            _check_seen(application.person_id)
        if set(wanted) - groups_in(round_id):
            raise UnknownGroup()
        if stood == frozenset(wanted):
            raise NothingToCorrect()
        Row.objects.filter(application=application_id, confirmed_at=None).delete()
        row = Row.objects.create(
            round_id=round_id,
            application=application,
            objection_id=objection_id,
            groups=",".join(wanted),
            because=because,
            by=by,
            at=now,
        )
        row.foreseen = "\n".join(f"{a.receipt} {a.class_id}" for a in would_add(row.pk))
        row.save(update_fields=["foreseen"])
        audit.record(
            "correction.proposed", about=f"round:{round_id}", by=by, at=now, correction=row.pk, application=application_id
        )  # fmt: skip
        return int(first.keep(row).pk)


@transaction.atomic
def confirm_correction(correction_id: int, *, key: str, by: str, now: datetime) -> int:
    """Put it right: the rerun's new seats are added and their holders told; how many.

    Raises NoSuchCorrection, CorrectionConfirmed, CorrectionSamePerson, NotTheTime; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["confirm_correction", correction_id], at=now) as first:
        if first.answer:
            return int(first.answer)
        row = Row.objects.select_for_update().filter(pk=correction_id).first()
        if row is None:
            raise NoSuchCorrection()
        if row.confirmed_at:
            raise CorrectionConfirmed()
        if row.by == by:
            raise CorrectionSamePerson()
        # one after another: each sees the seats that the one before has added
        list(
            Draw.objects.filter(freeze__round=row.round_id).select_for_update(of=("self",)).values_list("pk")
        )
        _check_state(row.round_id)
        added = would_add(correction_id)
        row.confirmed_by, row.confirmed_at, row.added = by, now, len(added)
        row.save(update_fields=["confirmed_by", "confirmed_at", "added"])
        _seat(row, added, by=by, now=now)
        _tell(row, added, now=now)
        audit.record(
            "correction.confirmed", about=f"round:{row.round_id}", by=by, at=now, correction=row.pk, added=len(added)
        )  # fmt: skip
        return int(first.keep(len(added)))


def _seat(row: Row, added: tuple[Added, ...], *, by: str, now: datetime) -> None:
    taken = [
        Seat(
            round_id=row.round_id,
            person_id=a.person_id,
            klass_id=a.class_id,
            block_id=a.block_id,
            source=Seat.Source.ADDED,
            correction=row,
            taken_at=now,
        )
        for a in added
    ]
    with seats.guarded(""):
        Seat.objects.bulk_create(taken)
    facts = [{"klass": s.klass_id, "seat": str(s.pk), "source": "added", "correction": row.pk} for s in taken]
    events = [("seat.taken", f"person:{s.person_id}", f) for s, f in zip(taken, facts, strict=True)]
    audit.record_many(events, by=by, at=now)


def _tell(row: Row, added: tuple[Added, ...], *, now: datetime) -> None:
    classes = {c.id: c for c in programme.classes(row.round_id)}
    news = [
        people.News(
            a.person_id,
            f"added:{row.round_id}:{a.receipt}",
            {
                "klass": classes[a.class_id].code,
                "place": classes[a.class_id].place_name,
                "receipt": a.receipt,
            },
        )
        for a in added
    ]
    people.tell(SAYS, news, kind="call", now=now)


def _check_seen(person_id: int) -> None:
    known = people.facts([person_id]).get(person_id)
    if known is None or not known.seen or known.displaced:
        raise IdentityNotSeen()


def _check_state(round_id: int) -> None:
    state = programme.round_(round_id).state
    if state not in OPEN_IN:
        raise NotTheTime(state=programme.state_name(state))
