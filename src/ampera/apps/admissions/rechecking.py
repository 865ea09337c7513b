"""One receipt in a finished draw, with all that its holder needs to check it: the row in the frozen list and its path to
the root, the ticket, and who was last in at each class. All of it is public: it is read off the bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ampera.cores import allocation
from ampera.cores.allocation import beacons, merkle
from ampera.cores.allocation.tickets import applicant_row

from . import receipts
from .bundles import outcome_of
from .models import Draw, Outcome
from .office_refusals import NotDrawn
from .refusals import ReceiptShape

SEATED, BEHIND = "SEATED", "BEHIND_TICKET"


@dataclass(frozen=True)
class Step:
    """One step from the row up to the root: the hash that stands on the left or on the right of the one so far."""

    left: bool
    hash: str


@dataclass(frozen=True)
class Line:
    """A ranked class by its public code. ticket: the receipt's there. reason: says what the draw gave, and why. cutoff:
    the ticket of the last one in with whom it can be compared, "" if no ticket decides. before: the own one must come
    before it, or be it (a seat), else after it."""

    klass: str
    ticket: str
    reason: allocation.Reason
    cutoff: str
    before: bool


@dataclass(frozen=True)
class Own:
    """row: as hashed; number `number` (1 the first) of `size` rows. material: what of the beacon goes into the tickets.
    klass: the seat's class, None without one."""

    receipt: str
    row: str
    number: int
    size: int
    steps: tuple[Step, ...]
    root: str
    material: str
    household: str
    per_class: bool
    klass: str | None
    inside: bool
    lines: tuple[Line, ...]


def known_receipt(round_id: int, text: str) -> str | None:
    """The receipt that somebody typed, in its one spelling; None if it was not in the round's draw. One query."""
    try:
        receipt = receipts.read(text)
    except ReceiptShape:
        return None
    rows = Outcome.objects.filter(draw__freeze__round=round_id, application__receipt=receipt)
    return receipt if rows.exists() else None


def own(round_id: int, receipt: str) -> Own:
    """A receipt of the round's draw. Raises NotDrawn; allocation.UnknownReceipt. One query once it is in memory."""
    digest = Draw.objects.filter(freeze__round=round_id).values_list("bundle_hash", flat=True).first()
    if digest is None:
        raise NotDrawn()
    return followed(outcome_of(digest), _listed(digest), receipt)


@dataclass(frozen=True)
class Listed:
    """The tree over the frozen list, and where each receipt stands in it (0 the first row)."""

    tree: merkle.Tree
    place: Mapping[str, int]

    @classmethod
    def of(cls, problem: allocation.Problem) -> Listed:
        leaves = allocation.rows(problem)
        start = len(leaves) - len(problem.applicants)
        place = {row.split(b",")[1].decode("ascii"): start + i for i, row in enumerate(leaves[start:])}
        return cls(merkle.Tree(leaves), place)


@lru_cache(maxsize=2)
def _listed(bundle_hash: str) -> Listed:
    """By content, so that it can't be stale."""
    return Listed.of(outcome_of(bundle_hash).problem)


def followed(outcome: allocation.Outcome, listed: Listed, receipt: str) -> Own:
    """A receipt from its row to its reasons. Raises allocation.UnknownReceipt."""
    m = outcome.replay.market
    if receipt not in m.number:
        raise allocation.UnknownReceipt(receipt=receipt)
    applicant, got = m.applicants[m.number[receipt]], outcome.assignments[receipt]
    index, tree = listed.place[receipt], listed.tree
    return Own(
        receipt=receipt,
        row=applicant_row(applicant).decode("ascii"),
        number=index + 1,
        size=tree.size,
        steps=_steps(index, tree.size, tree.path(index)),
        root=outcome.root,
        material=beacons.material(outcome.problem.rule, outcome.beacon).decode("ascii"),
        household=applicant.household,
        per_class=m.per_class,
        klass=got.klass,
        inside=receipt in outcome.inside,
        lines=tuple(_line(outcome, applicant, reason) for reason in allocation.reasons(outcome, receipt)),
    )


def _steps(index: int, size: int, path: Sequence[bytes]) -> tuple[Step, ...]:
    """The path with the side of each hash: whoever is last and has no neighbour goes up alone, which is no step."""
    steps, last, rest = list[Step](), size - 1, iter(path)
    while last:
        if index % 2 or index < last:
            steps.append(Step(bool(index % 2), next(rest).hex()))
        index, last = index // 2, last // 2
    return tuple(steps)


def _line(outcome: allocation.Outcome, applicant: allocation.Applicant, reason: allocation.Reason) -> Line:
    ticket = outcome.ticket(applicant.receipt, reason.klass)
    cutoff = str(reason.facts.get("cutoff_ticket", "")) if reason.code == BEHIND else ""
    if reason.code == SEATED:
        cutoff = _last_beside(outcome, applicant, reason)
    return Line(reason.klass, ticket, reason, cutoff, before=reason.code == SEATED)


def _last_beside(
    outcome: allocation.Outcome, applicant: allocation.Applicant, reason: allocation.Reason
) -> str:
    """The last ticket into the own seat's block, among those of the own tier who have it on the same ground."""
    problem, block = outcome.problem, str(reason.facts["block"])
    group = next(b.group for b in problem.blocks if (b.klass, b.block) == (reason.klass, block))
    kind = "group" if not group or group in applicant.groups else "other"
    pair = (reason.klass, applicant.receipt)
    tier = next((p.tier for p in problem.priorities if (p.klass, p.receipt) == pair), None)
    rows = (
        c for c in outcome.cutoffs if (c.klass, c.block, c.kind, c.tier) == (reason.klass, block, kind, tier)
    )
    return next((c.ticket for c in rows), "")
