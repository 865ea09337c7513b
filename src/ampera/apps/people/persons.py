"""Reading persons: one, those of an account, many in bulk, and the searches of volunteers and officers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from ampera.apps.audit import api as audit

from .models import Identity
from .models import Person as Row
from .nik import read
from .refusals import Erased
from .vault import nik_lookup

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

CHUNK = 5000  # ids in one query: below SQLite's 32,766 and PostgreSQL's 65,535 parameters
Item = TypeVar("Item")


@dataclass(frozen=True)
class Seen:
    """That a card was seen. how: ktp, school, registry or agency. by: an actor (see `label`)."""

    how: str
    on: date
    by: str
    guardian: bool


@dataclass(frozen=True)
class Person:
    """A living registration. account_id: None without a phone. displaced: another person showed the KTP with this NIK.

    merged_into: the id of the earlier registration of this very person, whose name and all else this one then gives too.
    joined: there are several registrations of this person; see `merging.same`.
    """

    id: int
    pseudonym: str
    account_id: int | None
    registered_by: str
    name: str
    birth_date: date
    adult_on: date
    kelurahan: str
    seen: Seen | None
    doubtful: bool
    displaced: bool
    guardian_name: str
    guardian_relation: str
    has_pin: bool
    merged_into: int | None = None
    joined: bool = False

    @property
    def birth_year(self) -> int:
        return self.birth_date.year

    def minor(self, on: date) -> bool:
        """Whether a guardian is needed on a day."""
        return on < self.adult_on


@dataclass(frozen=True)
class PersonFacts:
    """What other apps may know in bulk: no name. Of an erased person nothing is left: kelurahan "", birth_year None."""

    seen: bool
    displaced: bool
    kelurahan: str
    birth_year: int | None
    has_account: bool


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items in lists that fit into one query."""
    rest = list(items)
    for start in range(0, len(rest), size):
        yield rest[start : start + size]


class _Joined(TypedDict):
    joined: bool


def _frozen(row: WithAnnotations[Identity, _Joined], merged: Row | None = None) -> Person:
    """merged: a registration that was merged into the one that the identity is of."""
    person = merged or row.person
    seen = (
        Seen(row.seen_how, row.seen_on, row.seen_by, row.guardian_seen)
        if row.seen_at and row.seen_on
        else None
    )
    return Person(
        id=person.pk,
        pseudonym=str(person.pseudonym),
        account_id=row.person.account_id,
        registered_by=person.registered_by,
        name=row.name,
        birth_date=row.birth_date,
        adult_on=row.adult_on,
        kelurahan=row.kelurahan_id,
        seen=seen,
        doubtful=row.birth_date_doubtful,
        displaced=row.displaced_at is not None,
        guardian_name=row.guardian_name,
        guardian_relation=row.guardian_relation,
        has_pin=bool(person.pin_hash),
        merged_into=person.merged_into_id,
        joined=row.joined,
    )


def _identities() -> QuerySet[WithAnnotations[Identity, _Joined]]:
    others = Row.objects.filter(merged_into=OuterRef("person_id"))
    return Identity.objects.select_related("person").annotate(joined=Exists(others)).order_by("person_id")


def person(person_id: int) -> Person:
    """One person. Raises Erased if their identity was deleted or never was."""
    row = _identities().filter(person_id=person_id).first()
    if row is not None and row.person.merged_into_id:
        merged = row.person
        row = _identities().filter(person_id=row.person.merged_into_id).first()
        if row is not None:
            return _frozen(row, merged)
    if row is None:
        raise Erased()
    return _frozen(row)


def persons(account_id: int) -> tuple[Person, ...]:
    """The persons under an account, in the order in which they were registered; who was merged as whom they were merged into."""
    under = Row.objects.filter(account_id=account_id)
    ids = under.values_list(Coalesce("merged_into_id", "pk"))
    return tuple(map(_frozen, _identities().filter(person_id__in=ids)))


def registrations(account_id: int) -> dict[int, Person]:
    """`persons` by the id of each of their registrations: what they hold may stand under any of these. Two queries."""
    found = {p.id: p for p in persons(account_id)}
    merged = Row.objects.filter(merged_into__in=list(found)).values_list("pk", "merged_into_id")
    return found | {pk: found[into] for pk, into in merged}


def registered_by(actor: str, *, limit: int = 50) -> tuple[Person, ...]:
    """The newest persons whom this actor registered in person, newest first."""
    mine = _identities().filter(person__registered_by=actor, person__account=None, person__merged_into=None)
    found = mine.order_by("-person_id")
    return tuple(map(_frozen, found[:limit]))


def names(person_ids: Iterable[int]) -> dict[int, str]:
    """Display names; an erased person's is a dash. One query for each 5,000."""
    wanted = list(dict.fromkeys(person_ids))
    found, into = dict.fromkeys(wanted, "–"), dict[int, int]()
    for part in chunks(wanted):
        rows = Identity.objects.filter(person_id__in=part)
        for pk, name, earlier in rows.values_list("person_id", "name", "person__merged_into_id"):
            found[pk] = name
            if earlier:
                into[pk] = earlier
    if into:
        earlier_ones = names(into.values())
        found |= {pk: earlier_ones[other] for pk, other in into.items()}
    return found


def facts(person_ids: Iterable[int]) -> dict[int, PersonFacts]:
    """What other apps need of many persons; ids that nobody has are left out. One query for each 5,000.

    Of who was merged, what is so of whom they were merged into.
    """
    found, into = dict[int, PersonFacts](), dict[int, int]()
    for part in chunks(dict.fromkeys(person_ids)):
        rows = Row.objects.filter(pk__in=part).values_list(
            "pk",
            "account_id",
            "identity__seen_at",
            "identity__displaced_at",
            "identity__kelurahan_id",
            "identity__birth_date",
            "merged_into_id",
        )
        for pk, account, seen_at, displaced_at, kelurahan, born, earlier in rows:
            if earlier:
                into[pk] = earlier
            found[pk] = PersonFacts(
                seen=seen_at is not None,
                displaced=displaced_at is not None,
                kelurahan=kelurahan or "",
                birth_year=born.year if born else None,
                has_account=account is not None,
            )
    if into:
        earlier_ones = facts(into.values())
        found |= {pk: earlier_ones[other] for pk, other in into.items()}
    return found


def by_niks(niks: Iterable[str]) -> dict[str, int]:
    """The standing person of each NIK that is registered: whose card was seen, else the first. For lists of agencies.

    niks: as written; a shape that can't be raises NikShape and its kin.
    """
    written = {nik_lookup(read(nik).digits): nik for nik in niks}
    found: dict[str, int] = {}
    for part in chunks(written):
        rows = (
            Identity.objects.filter(nik_lookup__in=part, displaced_at=None)
            .order_by(F("seen_at").asc(nulls_last=True), "person_id")
            .values_list("nik_lookup", "person_id")
        )
        for lookup, person_id in rows:
            found.setdefault(written[lookup], person_id)
    return found


def find_by_nik(nik: str, *, by: str, now: datetime) -> tuple[Person, ...]:
    """Everybody registered with a NIK, the displaced last; written to the audit. Raises NikShape and its kin.

    Who was merged is found as whom they were merged into, here and in `search`.
    """
    rows = _identities().filter(nik_lookup=nik_lookup(read(nik).digits))
    return _looked_up(rows, "nik", by=by, now=now)


def search(text: str, *, limit: int = 20, by: str, now: datetime) -> tuple[Person, ...]:
    """Persons whose name holds the text, the displaced last; written to the audit, without the text."""
    words = " ".join(text.split())
    found = _identities().filter(name__icontains=words)
    rows = found[:limit] if len(words) >= 3 else found.none()
    return _looked_up(rows, "name", by=by, now=now)


def _looked_up(
    rows: QuerySet[WithAnnotations[Identity, _Joined]], how: str, *, by: str, now: datetime
) -> tuple[Person, ...]:
    held = list(rows)
    into = {row.person.merged_into_id for row in held if row.person.merged_into_id}
    into -= {row.person_id for row in held}
    held = [row for row in held if not row.person.merged_into_id]
    held += _identities().filter(person_id__in=into) if into else []
    found = tuple(sorted(map(_frozen, held), key=lambda p: (p.displaced, p.seen is None, p.id)))
    audit.record_many([("person.looked_up", f"person:{p.id}", {"how": how}) for p in found], by=by, at=now)
    return found
