"""Officers judge a pair: one dismisses it or proposes to join the two, another confirms or refuses; the citizen may object.

Each says why, in words that name nobody: the citizen reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit

from . import merging, pairs
from .models import Pair as Row
from .models import Person, Verdict
from .pairs import PAIR_MOVES, Kind, Pair, State
from .refusals import (
    NoSuchPair,
    PairChanged,
    PairJudged,
    PairNotJoined,
    PairObjected,
    PairObjectionEmpty,
    PairReasonMissing,
    PairReasonTells,
    PairSameOfficer,
)

REASON_MOST, OBJECTION_MOST = 200, 2000


@dataclass(frozen=True)
class Joined:
    """first: whether it was this call that joined them. numbers: the verified ones of both, as they were before, with the
    language of each account."""

    pair: Pair
    first: bool
    numbers: Mapping[str, str]


@transaction.atomic
def dismiss_pair(pair_id: int, *, because: str, key: str, by: str, now: datetime) -> None:
    """They are two: the pair is not shown again unless what was compared changes. Raises NoSuchPair, PairJudged, PairReasonMissing, PairReasonTells."""
    _judge(pair_id, "dismiss", because, key=key, by=by, now=now)


@transaction.atomic
def propose_pair(pair_id: int, *, because: str, key: str, by: str, now: datetime) -> None:
    """They are one: another officer is to confirm it. Raises what `dismiss_pair` raises; PairChanged."""
    _judge(pair_id, "propose", because, key=key, by=by, now=now, proposed_by=by)


@transaction.atomic
def refuse_pair(pair_id: int, *, because: str, key: str, by: str, now: datetime) -> None:
    """What was proposed is not so: the other officer says it, or the proposer takes it back. Raises what `dismiss_pair` raises."""
    _judge(pair_id, "refuse", because, key=key, by=by, now=now)


def _judge(
    pair_id: int, verb: str, because: str, *, key: str, by: str, now: datetime, **columns: object
) -> None:
    because = stated(because)
    with audit.once(key, by=by, payload=[verb, pair_id, because], at=now) as first:
        if first.answer:
            return
        row = _open(pair_id, verb)
        if verb == "propose" and not pairs.standing(Row.objects.filter(pk=pair_id)).exists():
            raise PairChanged()
        _write(row, verb, because, by=by, now=now, **columns)
        first.keep(pair_id)


@transaction.atomic
def confirm_pair(pair_id: int, *, key: str, by: str, now: datetime) -> Joined:
    """A second officer confirms: of one person, the later registration is merged into the earlier.

    What the other apps hold of both is their business, in the same transaction. Raises NoSuchPair, PairJudged,
    PairSameOfficer, PairChanged; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["confirm", pair_id], at=now) as first:
        if first.answer:
            return Joined(pairs.pair(pair_id), False, {})
        row = _open(pair_id, "confirm")
        if row.proposed_by == by:
            raise PairSameOfficer()
        numbers = _numbers(row)
        if row.kind == Kind.PERSON:
            merging.join(row, by=by, now=now)
        elif not pairs.standing(Row.objects.filter(pk=pair_id)).exists():
            raise PairChanged()
        because = pairs.pair(pair_id).because
        _write(row, "confirm", because, by=by, now=now, confirmed_by=by, confirmed_at=now,
               objection="", objected_at=None, answered_by="", answered_at=None)  # fmt: skip
        first.keep(pair_id)
    return Joined(pairs.pair(pair_id), True, numbers)


@transaction.atomic
def object_to_pair(pair_id: int, *, text: str, key: str, by: str, now: datetime) -> None:
    """The citizen says that they are two after all. Once for each joining.

    Raises PairObjectionEmpty, NoSuchPair, PairNotJoined, PairObjected; audit.KeyReused.
    """
    text = text.strip()
    if not 0 < len(text) <= OBJECTION_MOST:
        raise PairObjectionEmpty(most=OBJECTION_MOST)
    with audit.once(key, by=by, payload=["object", pair_id, text], at=now) as first:
        if first.answer:
            return
        row = _joined(pair_id)
        if row.objected_at:
            raise PairObjected()
        Row.objects.filter(pk=pair_id).update(objection=text, objected_at=now)
        audit.record("pair.objected", about=f"pair:{pair_id}", by=by, at=now)
        first.keep(pair_id)


@transaction.atomic
def answer_pair(pair_id: int, *, because: str, part: bool, key: str, by: str, now: datetime) -> Joined:
    """Answer an objection: the two stay joined, or are parted again. Not by the officer who proposed to join them.

    Raises NoSuchPair, PairNotJoined (or no objection waits), PairSameOfficer, PairChanged, PairReasonMissing,
    PairReasonTells; audit.KeyReused.
    """
    because = stated(because)
    with audit.once(key, by=by, payload=["answer", pair_id, because, part], at=now) as first:
        if first.answer:
            return Joined(pairs.pair(pair_id), False, {})
        row = _joined(pair_id)
        if row.objected_at is None or row.answered_at is not None:
            raise PairNotJoined()
        if row.proposed_by == by:
            raise PairSameOfficer()
        if part and row.kind == Kind.PERSON:
            merging.part(row, by=by, now=now)
        _write(row, "part" if part else "keep", because, by=by, now=now, answered_by=by, answered_at=now)
        first.keep(pair_id)
    return Joined(pairs.pair(pair_id), True, _numbers(row))


def _numbers(row: Row) -> dict[str, str]:
    """The verified numbers of both, each with its account's language. One query."""
    both = Person.objects.filter(pk__in=[row.earlier_id, row.later_id], account__phone_verified=True)
    return dict(both.order_by("pk").values_list("account__phone", "account__language"))


def stated(because: str) -> str:
    """A reason without what must not be in it. Raises PairReasonMissing, PairReasonTells."""
    because = " ".join(because.split())
    if not 0 < len(because) <= REASON_MOST:
        raise PairReasonMissing(most=REASON_MOST)
    if re.search(r"\d{6}", re.sub(r"[\s.-]", "", because)):
        raise PairReasonTells()
    return because


def _open(pair_id: int, verb: str) -> Row:
    """The pair, locked until the transaction ends. Raises NoSuchPair, PairJudged."""
    row = _locked(pair_id)
    if (row.state, verb) not in PAIR_MOVES:
        raise PairJudged()
    return row


def _locked(pair_id: int) -> Row:
    row = Row.objects.select_for_update().filter(pk=pair_id).first()
    if row is None:
        raise NoSuchPair()
    return row


def _joined(pair_id: int) -> Row:
    row = _locked(pair_id)
    if row.state != State.JOINED:
        raise PairNotJoined()
    return row


def _write(row: Row, verb: str, because: str, *, by: str, now: datetime, **columns: object) -> None:
    """The move, its verdict and its audit row. `keep` moves nothing: who is joined stays so."""
    state = PAIR_MOVES.get((row.state, verb), row.state)
    Row.objects.filter(pk=row.pk).update(state=state, **columns)
    Verdict.objects.create(pair=row, verb=verb, because=because, by=by, at=now)
    audit.record(
        f"pair.{verb}", about=f"pair:{row.pk}", by=by, at=now, kind=row.kind, earlier=row.earlier_id, later=row.later_id
    )  # fmt: skip
