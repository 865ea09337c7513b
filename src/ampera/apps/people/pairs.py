"""Registrations that may be one person's, and people who may be one household: searched for, kept, and read.

A number is unsealed here to be compared and goes nowhere. What was dismissed comes back only if what was compared changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from .likeness import NIK_SAME, Record, nik_sign, one_household, one_person
from .models import Identity
from .models import Pair as Row
from .refusals import NoSuchPair
from .spelling import words
from .vault import fingerprint, unseal

State, Kind = Row.State, Row.Kind

# A pair's state machine: (state, verb) → state. What is not here is refused.
PAIR_MOVES: Mapping[tuple[str, str], str] = {
    (State.FOUND, "fade"): State.FADED,
    (State.FADED, "find"): State.FOUND,
    (State.FOUND, "dismiss"): State.DISMISSED,
    (State.DISMISSED, "find"): State.FOUND,
    (State.FOUND, "propose"): State.PROPOSED,
    (State.PROPOSED, "refuse"): State.DISMISSED,
    (State.PROPOSED, "confirm"): State.JOINED,
    (State.JOINED, "part"): State.DISMISSED,
}


def pair_diagram() -> str:
    """PAIR_MOVES as Mermaid text, for the docs."""
    return programme.diagram(PAIR_MOVES, State.FOUND)


EVERY = timedelta(hours=20)  # how old a search gets before the clock makes another


@dataclass(frozen=True)
class Judged:
    """by: an actor (see `label`)."""

    verb: str
    because: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Pair:
    """kind: person or household. earlier, later: person ids. signs: codes, see `likeness`. verdicts: the oldest first."""

    id: int
    kind: str
    earlier: int
    later: int
    signs: tuple[str, ...]
    state: str
    found_at: datetime
    proposed_by: str
    confirmed_by: str
    confirmed_at: datetime | None
    objection: str
    objected_at: datetime | None
    answered_at: datetime | None
    verdicts: tuple[Judged, ...]

    @property
    def because(self) -> str:
        """The reason for which the two were proposed to be joined, the last time; "" if never."""
        return next((v.because for v in reversed(self.verdicts) if v.verb == "propose"), "")

    @property
    def answer(self) -> str:
        """What the objection was answered with; "" if it wasn't."""
        return self.verdicts[-1].because if self.answered_at and self.verdicts else ""


@dataclass(frozen=True)
class Searched:
    """What a search compared, by person; pairs as (earlier, later) → signs. It holds numbers: it stays in `people`."""

    records: tuple[Record, ...]
    facts: Mapping[int, str]

    @cached_property
    def persons(self) -> dict[tuple[int, int], tuple[str, ...]]:
        return one_person(self.records)

    @cached_property
    def households(self) -> dict[tuple[int, int], tuple[str, ...]]:
        return {
            pair: signs for pair, signs in one_household(self.records).items() if pair not in self.persons
        }


@dataclass(frozen=True)
class Waiting:
    """How many pairs wait for an officer: to be judged, to be confirmed, with an objection to be answered."""

    found: int
    proposed: int
    objections: int


# ---- Searching ----


def search_all() -> Searched:
    """Compare everybody with everybody who may be alike. One query; see `likeness` for how the time grows.

    Who was displaced is out already, and who was merged still counts for whom they were merged into.
    """
    rows = Identity.objects.filter(Q(displaced_at=None) | Q(person__merged_into__isnull=False)).values_list(
        "person_id", "person__merged_into_id", "person__pseudonym", "person__account_id",
        "name", "nik_cipher", "nik_lookup", "birth_date", "kelurahan_id", "guardian_name",
    )  # fmt: skip
    records, facts = [], dict[int, list[str]]()
    for pk, into, pseudonym, account, name, cipher, lookup, born, home, guardian in rows.iterator():
        person = into or pk
        nik = unseal(cipher, row=str(pseudonym))
        records.append(Record(person, nik, words(name), born, home, account, words(guardian)))
        facts.setdefault(person, []).append(f"{lookup} {name} {born} {home} {account} {guardian}")
    return Searched(tuple(records), {person: "|".join(sorted(said)) for person, said in facts.items()})


@transaction.atomic
def keep_found(searched: Searched, *, households: Iterable[tuple[int, int]], by: str, now: datetime) -> int:
    """Keep what a search found; how many pairs are there to be judged that weren't before.

    households: those of `searched.households` that matter now.
    """
    found: dict[tuple[str, int, int], tuple[str, ...]] = {
        (Kind.PERSON, *pair): signs for pair, signs in searched.persons.items()
    }
    found |= {(Kind.HOUSEHOLD, *pair): searched.households[pair] for pair in households}
    known = {(row.kind, row.earlier_id, row.later_id): row for row in Row.objects.select_for_update()}
    new = [
        Row(kind=kind, earlier_id=one, later_id=other, signs=",".join(signs), facts=_hash(searched, one, other), found_at=now)
        for (kind, one, other), signs in found.items()
        if (kind, one, other) not in known
    ]  # fmt: skip
    Row.objects.bulk_create(new, batch_size=1000)
    again = 0
    for what, row in known.items():
        again += _look_again(row, found.get(what), searched, now)
    audit.record(
        "pairs.sought", about="people", by=by, at=now, compared=len(searched.facts), new=len(new), again=again
    )
    return len(new) + again


def _hash(searched: Searched, one: int, other: int) -> str:
    return fingerprint("pair facts", f"{searched.facts[one]}\n{searched.facts[other]}")


def _look_again(row: Row, signs: Sequence[str] | None, searched: Searched, now: datetime) -> bool:
    """What a search says about a pair that is known; whether it is to be judged anew."""
    if signs is None:
        if faded := PAIR_MOVES.get((row.state, "fade")):
            Row.objects.filter(pk=row.pk).update(state=faded)
        return False
    facts = _hash(searched, row.earlier_id, row.later_id)
    new = {"signs": ",".join(signs), "facts": facts}
    found = PAIR_MOVES.get((row.state, "find"))
    anew = found is not None and (row.state == State.FADED or facts != row.facts)
    if anew:
        Row.objects.filter(pk=row.pk).update(state=found, found_at=now, **new)
    elif row.state == State.FOUND and (row.signs, row.facts) != (new["signs"], facts):
        Row.objects.filter(pk=row.pk).update(**new)
    return anew


def last_search() -> audit.Recorded | None:
    """When everybody was last compared, and what came of it; None if never."""
    return next(iter(audit.events(verb="pairs.sought", limit=1)), None)


def search_due(now: datetime) -> bool:
    last = last_search()
    return last is None or now - last.at > EVERY


# ---- Reading ----


def standing(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those of which both still stand: not erased, not displaced, not merged since."""
    return rows.filter(
        earlier__merged_into=None, later__merged_into=None,
        earlier__identity__displaced_at=None, later__identity__displaced_at=None,
        earlier__identity__isnull=False, later__identity__isnull=False,
    )  # fmt: skip


def pairs(*, state: str = "", kind: str = "") -> tuple[Pair, ...]:
    """The pairs of a state (`objected`: joined, with an objection that has no answer) and kind, the newest first. Two queries."""
    rows = Row.objects.order_by("-found_at", "-pk").prefetch_related("verdicts")
    if state == "objected":
        rows = rows.filter(state=State.JOINED, objected_at__isnull=False, answered_at=None)
    elif state:
        rows = rows.filter(state=state)
    if state in (State.FOUND, State.PROPOSED):
        rows = standing(rows)
    return tuple(map(_frozen, rows.filter(kind=kind) if kind else rows))


def pair(pair_id: int) -> Pair:
    """Two queries. Raises NoSuchPair."""
    row = Row.objects.filter(pk=pair_id).first()
    if row is None:
        raise NoSuchPair()
    return _frozen(row)


def decided_about(person_ids: Iterable[int]) -> tuple[Pair, ...]:
    """What was joined of these persons' registrations, and what was parted again at their word; the newest first. Two queries."""
    ids = list(person_ids)
    rows = Row.objects.filter(Q(earlier__in=ids) | Q(later__in=ids)).prefetch_related("verdicts")
    heard = Q(state=State.JOINED) | Q(answered_at__isnull=False)
    return tuple(map(_frozen, rows.filter(heard).order_by("-confirmed_at", "-pk")))


def pairs_waiting(by: str) -> Waiting:
    """What waits for this officer: never their own proposal. Two queries."""
    open_ = standing(Row.objects.filter(state__in=[State.FOUND, State.PROPOSED])).aggregate(
        found=Count("pk", filter=Q(state=State.FOUND)),
        proposed=Count("pk", filter=Q(state=State.PROPOSED) & ~Q(proposed_by=by)),
    )
    objected = Row.objects.filter(state=State.JOINED, objected_at__isnull=False, answered_at=None)
    return Waiting(open_["found"], open_["proposed"], objected.exclude(proposed_by=by).count())


def _frozen(row: Row) -> Pair:
    verdicts = sorted(row.verdicts.all(), key=lambda v: v.pk)
    return Pair(
        row.pk, row.kind, row.earlier_id, row.later_id, tuple(row.signs.split(",")), row.state, row.found_at,
        row.proposed_by, row.confirmed_by, row.confirmed_at, row.objection, row.objected_at, row.answered_at,
        tuple(Judged(v.verb, v.because, v.by, v.at) for v in verdicts),
    )  # fmt: skip


def numbers_beside(one: Identity, other: Identity) -> tuple[str, str] | None:
    """The two numbers with only the digits in which they differ, the others as dots; None unless they are one slip apart.

    Both with their persons read.
    """
    mine, theirs = (unseal(row.nik_cipher, row=str(row.person.pseudonym)) for row in (one, other))
    if nik_sign(mine, theirs) in ("", NIK_SAME):
        return None
    shown = [
        "".join(a if a != b else "•" for a, b in zip(*both, strict=True))
        for both in ((mine, theirs), (theirs, mine))
    ]
    return shown[0], shown[1]
