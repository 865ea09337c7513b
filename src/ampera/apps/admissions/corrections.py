"""Errors proved after the draw: the frozen facts put right, matched again with the draw's own tickets, seats added by it.

The rule in words: docs/methods/allocation.md, “Errors proved after the draw”. Nobody loses a seat; nothing of the draw's
record changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores import allocation

from . import labels as labelling
from .bundles import places_of, replayed
from .freezing import labels_of
from .models import Application, Call, Choice, Seat
from .models import Correction as Row
from .office_refusals import NoSuchCorrection
from .records import codes, filled
from .refusals import NoSuchApplication


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
    application = sent(application_id)
    applicants = replayed(application.round_id).problem.applicants
    own = labels_of(application.round_id).group_of
    for listed in applicants:
        if listed.receipt == application.receipt:
            return frozenset(own[g] for g in listed.groups)
    return None


def groups_in(round_id: int) -> frozenset[str]:
    """The groups that counted in the draw, by the plan's codes. Raises NotFrozen."""
    return frozenset(labels_of(round_id).group)


def would_add(correction_id: int) -> tuple[Added, ...]:
    """The seats that a correction adds if it is confirmed now, by receipt. Raises NoSuchCorrection."""
    said = correction(correction_id)
    labels, outcome = labels_of(said.round_id), replayed(said.round_id)
    listed = {a.receipt: a for a in outcome.problem.applicants}
    right = [
        replace(
            listed.get(receipt) or _left_out(said.round_id, receipt, labels, listed),
            groups=tuple(labels.group[g] for g in groups),
        )
        for receipt, groups in (_confirmed(said.round_id) | {said.receipt: said.groups}).items()
    ]
    added = allocation.rectify(outcome, right)
    places = places_of(said.round_id, labels)
    who = _without_a_seat(said.round_id, [a.receipt for a in added])
    return tuple(
        Added(*who[a.receipt], a.receipt, *places[a.klass, a.block]) for a in added if a.receipt in who
    )


def sent(application_id: int) -> Application:
    """An application that was sent. Raises NoSuchApplication."""
    rows = Application.objects.filter(pk=application_id, state=Application.State.SUBMITTED)
    application = rows.first()
    if application is None:
        raise NoSuchApplication()
    return application


def _confirmed(round_id: int) -> dict[str, tuple[str, ...]]:
    """The groups that were put right, by receipt; a later correction of the same application counts."""
    rows = Row.objects.filter(round=round_id, confirmed_at__isnull=False).order_by("confirmed_at", "pk")
    return {
        filled(receipt): codes(groups)
        for receipt, groups in rows.values_list("application__receipt", "groups")
    }


def _left_out(
    round_id: int, receipt: str, labels: labelling.Labels, listed: Mapping[str, allocation.Applicant]
) -> allocation.Applicant:
    """An application that the list had left out, as it would have stood in it; its wishes are those of closing time."""
    application = Application.objects.get(round=round_id, receipt=receipt)
    plan = programme.plan(round_id)
    code_of = {c.id: labels.klass[c.code] for c in programme.classes(round_id)}
    ranked = Choice.objects.filter(application=application).order_by("position")
    return allocation.Applicant(
        receipt=receipt,
        groups=(),
        ranking=tuple(code_of[class_id] for class_id in ranked.values_list("klass_id", flat=True)),
        household=_household(application, listed, plan.hash) if plan.household_ticket else "",
    )


def _household(application: Application, listed: Mapping[str, allocation.Applicant], scope: str) -> str:
    """The opaque code of the household in the list; of one that the list has nobody of, that of its first receipt."""
    if not application.household:
        return ""
    sharing = Application.objects.filter(round=application.round_id, household=application.household)
    receipts = sorted(filter(None, sharing.values_list("receipt", flat=True)))
    known = [listed[r].household for r in receipts if r in listed and listed[r].household]
    return known[0] if known else labelling.opaque("H", receipts[0], scope=scope)


def _without_a_seat(round_id: int, receipts: Iterable[str]) -> dict[str, tuple[int, int]]:
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
