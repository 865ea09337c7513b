"""Errors proved after the draw: the frozen facts put right, matched again with the draw's own tickets, seats added by it.

The rule in words: docs/methods/allocation.md, “Errors proved after the draw”. Nobody loses a seat; nothing of the draw's
record changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.cores.allocation.market import lottery, market
from ampera.cores.allocation.matching import match
from ampera.cores.allocation.tickets import ticket_key
from ampera.refusal import _

from . import claims, seats
from . import labels as labelling
from .bundles import places_of, replayed
from .freezing import labels_of
from .models import Application, Call, Choice, Draw, Seat
from .models import Correction as Row
from .office_refusals import (
    CorrectionConfirmed,
    CorrectionSamePerson,
    IdentityNotSeen,
    NoSuchCorrection,
    NotDrawn,
    NothingToCorrect,
    NotTheTime,
    stated,
)
from .records import codes, filled
from .refusals import NoSuchApplication, UnknownGroup

OPEN_IN = {"DRAWN", "TEACHING"}
SAYS = _(
    "An error in the draw was put right: a seat in class %(klass)s, %(place)s, is added for you. If you can't come, say so "
    "at the kelurahan. Receipt %(receipt)s. We never ask for money or for your PIN."
)


@dataclass(frozen=True)
class Correction:
    """What was wrong about one application. groups: the plan's codes of all that it belongs to. added: seats, None until confirmed."""

    id: int
    round_id: int
    application_id: int
    receipt: str
    groups: tuple[str, ...]
    because: str
    objection_id: int | None
    by: str
    at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    added: int | None
    foreseen: tuple[tuple[str, int], ...]  # (receipt, class id) of what it would add, as its proposer saw it


@dataclass(frozen=True)
class Added:
    """A seat that the rerun gives to somebody who had none."""

    application_id: int
    person_id: int
    receipt: str
    class_id: int
    block_id: int


def corrections(round_id: int) -> tuple[Correction, ...]:
    """A round's corrections, the oldest first, unconfirmed ones too; one query."""
    rows = Row.objects.filter(round=round_id).select_related("application").order_by("pk")
    return tuple(map(_frozen, rows))


def correction(correction_id: int) -> Correction:
    """Raises NoSuchCorrection."""
    row = Row.objects.filter(pk=correction_id).select_related("application").first()
    if row is None:
        raise NoSuchCorrection()
    return _frozen(row)


def drawn_with(application_id: int) -> frozenset[str] | None:
    """The groups with which an application stood in the draw, by the plan's codes; None if it was not in the list.

    Raises NoSuchApplication (also for one that was never sent), NotDrawn.
    """
    application = _sent(application_id)
    listed = _listed(replayed(application.round_id).problem).get(filled(application.receipt))
    if listed is None:
        return None
    own = labels_of(application.round_id).group_of
    return frozenset(own[g] for g in listed.groups)


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
    IdentityNotSeen, UnknownGroup, NothingToCorrect; audit.KeyReused.
    """
    wanted, because = tuple(sorted(set(groups))), stated(because)
    with audit.once(key, by=by, payload=["correct", application_id, wanted, because], at=now) as first:
        if first.answer:
            return int(first.answer)
        application = _sent(application_id)
        round_id = application.round_id
        before = drawn_with(application_id)
        _check(round_id, application.person_id, wanted)
        if before == frozenset(wanted):
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


def would_add(correction_id: int) -> tuple[Added, ...]:
    """The seats that a correction adds if it is confirmed now, by receipt. Raises NoSuchCorrection."""
    said = correction(correction_id)
    facts = _confirmed(said.round_id) | {said.receipt: said.groups}
    outcome, labels = replayed(said.round_id), labels_of(said.round_id)
    given = _matched_again(outcome, facts, said.round_id)
    had = {receipt for receipt, a in outcome.assignments.items() if a.klass}
    new = sorted(given.keys() - had)
    places = places_of(said.round_id, labels)
    who = _without_a_seat(said.round_id, new)
    return tuple(Added(*who[receipt], receipt, *places[given[receipt]]) for receipt in new if receipt in who)


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
    phones = people.phones(a.person_id for a in added)
    classes = {c.id: c for c in programme.classes(row.round_id)}
    with override(settings.LANGUAGE_CODE):
        says = gettext(SAYS)
    rows = []
    for a in added:
        if a.person_id in phones:
            klass = classes[a.class_id]
            body = says % {"klass": klass.code, "place": klass.place_name, "receipt": a.receipt}
            rows.append((phones[a.person_id], "call", body, f"added:{row.round_id}:{a.receipt}"))
    messaging.send_many(rows, now=now)


def _check(round_id: int, person_id: int, wanted: tuple[str, ...]) -> None:
    _check_state(round_id)
    known = people.facts([person_id]).get(person_id)
    if known is None or not known.seen or known.displaced:
        raise IdentityNotSeen()
    if set(wanted) - claims.named(programme.classes(round_id)):
        raise UnknownGroup()


def _check_state(round_id: int) -> None:
    state = programme.round_(round_id).state
    if state not in OPEN_IN:
        raise NotTheTime(state=programme.state_name(state))


def _sent(application_id: int) -> Application:
    rows = Application.objects.filter(pk=application_id, state=Application.State.SUBMITTED)
    application = rows.first()
    if application is None:
        raise NoSuchApplication()
    if not Draw.objects.filter(freeze__round=application.round_id).exists():
        raise NotDrawn()
    return application


def _confirmed(round_id: int) -> dict[str, tuple[str, ...]]:
    """The groups that were put right, by receipt; a later correction of the same application counts."""
    rows = Row.objects.filter(round=round_id, confirmed_at__isnull=False).order_by("confirmed_at", "pk")
    return {
        filled(receipt): codes(groups)
        for receipt, groups in rows.values_list("application__receipt", "groups")
    }


def _listed(problem: allocation.Problem) -> dict[str, allocation.Applicant]:
    return {a.receipt: a for a in problem.applicants}


def _matched_again(
    outcome: allocation.Outcome, facts: Mapping[str, tuple[str, ...]], round_id: int
) -> dict[str, tuple[str, str]]:
    """(public class, block) by receipt: the frozen problem with the right facts, under the draw's own tickets and seats."""
    labels, listed = labels_of(round_id), _listed(outcome.problem)
    for receipt, groups in facts.items():
        applicant = listed.get(receipt) or _newcomer(round_id, receipt, labels)
        listed[receipt] = replace(applicant, groups=tuple(sorted(labels.group[g] for g in groups)))
    m = market(replace(outcome.problem, applicants=tuple(listed.values())))
    order, _tickets = lottery(m, ticket_key(outcome.problem, outcome.beacon))
    found = match(m, order, seats=[b.seats for b in m.blocks], caps=[b.cap for b in m.blocks])
    return {
        m.applicants[i].receipt: (m.blocks[b].klass, m.blocks[b].block)
        for i, b in enumerate(found.block)
        if b >= 0
    }


def _newcomer(round_id: int, receipt: str, labels: labelling.Labels) -> allocation.Applicant:
    """An application that the list had left out, as it would have stood in it; its wishes are those of closing time."""
    application = Application.objects.get(round=round_id, receipt=receipt)
    plan = programme.plan(round_id)
    code_of = {c.id: labels.klass[c.code] for c in programme.classes(round_id)}
    ranked = Choice.objects.filter(application=application).order_by("position")
    shared = application.household if plan.household_ticket else ""
    return allocation.Applicant(
        receipt=receipt,
        groups=(),
        ranking=tuple(code_of[class_id] for class_id in ranked.values_list("klass_id", flat=True)),
        household=labelling.opaque("H", shared, scope=plan.hash) if shared else "",
    )


def _without_a_seat(round_id: int, receipts: list[str]) -> dict[str, tuple[int, int]]:
    """(application, person) of those who hold no seat, were never called, and are still who was seen; by receipt."""
    rows = Application.objects.filter(round=round_id, receipt__in=receipts)
    called = set(Call.objects.filter(application__in=rows).values_list("application_id", flat=True))
    held = set(
        Seat.objects.filter(round=round_id, state=Seat.State.TAKEN).values_list("person_id", flat=True)
    )
    who = {filled(r): (pk, person) for r, pk, person in rows.values_list("receipt", "pk", "person_id")}
    known = people.facts(person for _pk, person in who.values())
    return {
        receipt: (pk, person)
        for receipt, (pk, person) in who.items()
        if pk not in called and person not in held and person in known
        and known[person].seen and not known[person].displaced
    }  # fmt: skip


def _frozen(row: Row) -> Correction:
    return Correction(
        id=row.pk,
        round_id=row.round_id,
        application_id=row.application_id,
        receipt=row.application.receipt or "",
        groups=codes(row.groups),
        because=row.because,
        objection_id=row.objection_id,
        by=row.by,
        at=row.at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        added=row.added,
        foreseen=tuple((r, int(k)) for r, k in (line.split() for line in row.foreseen.splitlines())),
    )
