"""The freeze: the list is built from what was applied, checked and seen, and sealed by its root.

One officer proposes, another confirms, at least 24 hours before the beacon, so that nobody who knows its value can still touch the
list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.content.programme_sense import FREEZE_AHEAD
from ampera.cores import allocation
from ampera.cores.allocation.bundling import pack, unpack

from . import claims, motions
from . import labels as labelling
from .draw_refusals import (
    ClaimsUnchecked,
    FreezeNotProposed,
    FreezeTooLate,
    ListChanged,
    NotFrozen,
    ObjectionPeriod,
    ObjectionsOpen,
)
from .labels import Labels
from .listing import build
from .models import Fill, Freeze
from .objections import unanswered
from .small_cells import SmallCell, decided, rare_rows, small_cells
from .standing import provisional

FREEZE = "freeze"


@dataclass(frozen=True)
class Preview:
    """The list as it would be frozen. left_out: how many by why; small, rare: see `small_cells`."""

    root: str
    applicants: int
    left_out: dict[str, int]
    small: tuple[SmallCell, ...]
    rare: int


@dataclass(frozen=True)
class Frozen:
    round_id: int
    root: str
    applicants: int
    proposed_by: str
    confirmed_by: str
    at: datetime


@dataclass(frozen=True)
class Proposed:
    """What one officer proposed to freeze, and another one confirms. choice: of `small_cells.CHOICES`, or "none"."""

    by: str
    at: datetime
    seen: Preview
    choice: str
    because: str


def _look(round_id: int) -> tuple[Preview, allocation.Problem, Labels]:
    """The list as it is now. Raises ObjectionsOpen, ClaimsUnchecked."""
    if count := unanswered(round_id).count():
        raise ObjectionsOpen(count=count)
    everybody, classes = provisional(round_id), programme.classes(round_id)
    standing = [s for s in everybody if s.stands]
    pending = set(claims.unchecked(round_id).values_list("application_id", flat=True))
    if count := len(pending & {s.application_id for s in standing}):
        raise ClaimsUnchecked(count=count)
    problem, labels = build(round_id, standing, classes, programme.groups())
    seen = Preview(
        root=allocation.root(problem),
        applicants=len(problem.applicants),
        left_out=dict(sorted(Counter(s.why for s in everybody if s.why).items())),
        small=small_cells(problem, labels),
        rare=rare_rows(problem),
    )
    return seen, problem, labels


def _check_time(plan: programme.Plan, now: datetime) -> None:
    if now < plan.objections_until:
        raise ObjectionPeriod(until=plan.objections_until)
    if now > plan.draw_at - FREEZE_AHEAD:
        raise FreezeTooLate(draw_at=plan.draw_at)


def preview(round_id: int, now: datetime) -> Preview:
    """The list as it would be frozen now. Raises what `propose_freeze` raises, but for the choice."""
    state = programme.round_(round_id).state
    if (state, "freeze") not in programme.ROUND_MOVES:
        raise programme.IllegalMove(state=programme.state_name(state))
    _check_time(programme.plan(round_id), now)
    return _look(round_id)[0]


@transaction.atomic
def propose_freeze(
    round_id: int, *, root: str = "", choice: str = "", because: str = "", key: str, by: str, now: datetime
) -> str:
    """Propose to freeze the list as it is now, for a second officer to confirm; gives its root.

    root: of the list as it was shown, if it was. choice, because: what was decided about small cells, one of
    `small_cells.CHOICES`, if there are any. Proposing again replaces the proposal. Raises ObjectionPeriod, FreezeTooLate,
    ObjectionsOpen, ClaimsUnchecked, SmallCellsUndecided; ListChanged if it has another root by now; programme.IllegalMove outside the objection period; audit.KeyReused.
    """
    payload = ["propose_freeze", round_id, choice, because]
    with audit.once(key, by=by, payload=payload, at=now) as first:
        if first.answer:
            return first.answer
        seen = preview(round_id, now)
        if root and root != seen.root:
            raise ListChanged()
        choice, because = decided(len(seen.small), choice, because)
        motions.put(
            round_id,
            FREEZE,
            value=seen.root,
            choice=choice,
            because=because,
            seen=asdict(seen),
            by=by,
            now=now,
        )
        return str(first.keep(seen.root))


@transaction.atomic
def confirm_freeze(round_id: int, *, root: str, key: str, by: str, now: datetime) -> str:
    """Freeze the proposed list; gives its root, which is public from now on. Makes the counters of the drawn blocks.

    root: of the proposal as the confirmer was shown it; a list that has another one by now is not frozen. Raises FreezeNotProposed,
    MotionSamePerson, ListChanged, and what `propose_freeze` raises.
    """
    with audit.once(key, by=by, payload=["confirm_freeze", round_id], at=now) as first:
        if first.answer:
            return first.answer
        programme.move(round_id, "freeze", by=by, now=now)  # locks the round: of two confirmers one goes on
        proposal = motions.open_motion(round_id, FREEZE)
        if proposal is None:
            raise FreezeNotProposed()
        confirmed = motions.confirm(proposal.id, by=by, now=now)
        _check_time(programme.plan(round_id), now)
        seen, problem, labels = _look(round_id)
        if not root == confirmed.value == seen.root:
            raise ListChanged()
        _seal(round_id, problem, labels, seen.root, confirmed.by, by=by, now=now)
        make_fills(programme.classes(round_id))
        audit.record(
            "freeze.confirmed",
            about=f"round:{round_id}",
            by=by,
            at=now,
            root=seen.root,
            applicants=seen.applicants,
            small_cells=len(seen.small),
            choice=confirmed.choice,
            because=confirmed.because,
        )
        return str(first.keep(seen.root))


def _seal(
    round_id: int,
    problem: allocation.Problem,
    labels: Labels,
    root: str,
    proposed_by: str,
    *,
    by: str,
    now: datetime,
) -> None:
    files = allocation.problem_files(problem) | {labelling.FILE: labels.csv()}
    Freeze.objects.create(
        round_id=round_id,
        plan_id=_plan_id(round_id),
        root=root,
        problem=pack(files),
        applicants=len(problem.applicants),
        proposed_by=proposed_by,
        confirmed_by=by,
        at=now,
    )


def _plan_id(round_id: int) -> int:
    """The key that the freeze points at: of the plan only its key is read here."""
    plans = Freeze._meta.get_field("plan").related_model._base_manager
    return plans.values_list("pk", flat=True).get(round=round_id)


def make_fills(classes: Iterable[programme.Class]) -> None:
    """The counters of the classes' blocks; those that are there stay as they are."""
    Fill.objects.bulk_create(
        [Fill(block_id=b.id, seats=b.seats) for c in classes for b in c.blocks], ignore_conflicts=True
    )


def proposed_freeze(round_id: int) -> Proposed | None:
    """What waits for a second officer, with the list as it was proposed."""
    said = motions.open_motion(round_id, FREEZE)
    return as_proposed(said) if said else None


def decided_freeze(round_id: int) -> Proposed | None:
    """What two officers froze, with what they decided about small cells; None before."""
    said = motions.confirmed_motion(round_id, FREEZE)
    return as_proposed(said) if said else None


def as_proposed(said: motions.Motion) -> Proposed:
    """A motion of a freeze with the list as its proposer saw it."""
    return Proposed(said.by, said.at, as_preview(said.seen), said.choice, said.because)


def as_preview(kept: Mapping[str, Any]) -> Preview:
    """A preview that was kept as a dictionary (`asdict`)."""
    small = tuple(SmallCell(c["klass"], tuple(c["groups"]), c["count"]) for c in kept["small"])
    return Preview(kept["root"], kept["applicants"], kept["left_out"], small, kept["rare"])


def frozen(round_id: int) -> Frozen | None:
    row = Freeze.objects.defer("problem").filter(round=round_id).first()
    if row is None:
        return None
    return Frozen(round_id, row.root, row.applicants, row.proposed_by, row.confirmed_by, row.at)


def opened(round_id: int) -> allocation.Problem:
    """The frozen problem. Raises NotFrozen."""
    sealed = Freeze.objects.filter(round=round_id).values_list("problem", flat=True).first()
    if sealed is None:
        raise NotFrozen()
    return allocation.read_problem(unpack(bytes(sealed)))


def labels_of(round_id: int) -> Labels:
    """What the opaque codes of a frozen round mean. Raises NotFrozen."""
    root = Freeze.objects.filter(round=round_id).values_list("root", flat=True).first()
    if root is None:
        raise NotFrozen()
    return _labels(root)


@lru_cache(maxsize=4)
def _labels(root: str) -> Labels:
    """By root, under which their hash stands, so that what is remembered can't be stale."""
    sealed = Freeze.objects.filter(root=root).values_list("problem", flat=True)[0]
    return labelling.read(unpack(bytes(sealed))[labelling.FILE])


@transaction.atomic
def labelled_copy(round_id: int, *, by: str, now: datetime) -> bytes:
    """What the opaque codes mean (CSV), for a named auditor; written to the audit. Raises NotFrozen."""
    labels = labels_of(round_id)
    audit.record("draw.labels_read", about=f"round:{round_id}", by=by, at=now)
    return labels.csv()
