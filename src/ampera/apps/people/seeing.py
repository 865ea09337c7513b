"""A card is seen: the only thing that makes a registration somebody, and that settles whose a NIK is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit

from .models import Identity
from .nik import read
from .persons import chunks
from .refusals import Erased, GuardianNotSeen, NikDiffers, NikHeld
from .registering import local_date
from .vault import nik_lookup


@transaction.atomic
def see(
    person_id: int,
    *,
    how: str,
    key: str,
    by: str,
    now: datetime,
    guardian_seen: bool = False,
    nik: str | None = None,
    overrule: bool = False,
) -> None:
    """A volunteer or officer has seen the card (how: ktp, school, registry, agency); others with this NIK are displaced.

    nik: as read from the card, compared with the registered one; None if the card carries none.
    overrule: displace even somebody whose card was seen (an officer who has compared both).
    Raises Erased, NikDiffers, NikShape, GuardianNotSeen, NikHeld.
    """
    lookup = Identity.objects.filter(person_id=person_id).values_list("nik_lookup", flat=True).first()
    if lookup is None:
        raise Erased()
    if nik is not None and nik_lookup(read(nik).digits) != lookup:
        raise NikDiffers()
    with audit.once(key, by=by, payload=[person_id, how, guardian_seen], at=now) as first:
        if first.answer:
            return
        # All who have this NIK, locked in one order: of two volunteers at once the second sees what the first did.
        holders = {
            i.person_id: i
            for i in Identity.objects.select_for_update().filter(nik_lookup=lookup).order_by("pk")
        }
        mine = holders.pop(person_id)
        today = local_date(now)
        if today < mine.adult_on and not guardian_seen:
            raise GuardianNotSeen()
        others = [i for i in holders.values() if i.displaced_at is None]
        if any(i.seen_at for i in others) and not overrule:
            raise NikHeld()
        Identity.objects.filter(pk__in=[i.pk for i in others]).update(displaced_at=now)
        Identity.objects.filter(pk=mine.pk).update(
            seen_how=how,
            seen_on=today,
            seen_at=now,
            seen_by=by,
            guardian_seen=guardian_seen,
            displaced_at=None,
        )
        events = [("person.seen", f"person:{person_id}", {"how": how, "guardian": guardian_seen})]
        events += [
            ("person.displaced", f"person:{i.person_id}", {"was_seen": i.seen_at is not None}) for i in others
        ]
        audit.record_many(events, by=by, at=now)
        first.keep(person_id)


@transaction.atomic
def see_many(rows: Iterable[tuple[int, str, bool]], *, by: str, now: datetime) -> int:
    """Many cards seen at once: (person_id, how, guardian_seen) each; how many were written.

    All or none. Raises GuardianNotSeen, Erased, and NikHeld if somebody else's card with a NIK was seen before, or two
    of the rows have one NIK: those go through `see`, one by one.
    """
    wanted = {person_id: (how, guardian) for person_id, how, guardian in rows}
    today = local_date(now)
    groups: dict[tuple[str, bool], list[int]] = {}
    lookups: dict[str, int] = {}
    for part in chunks(wanted):
        found = Identity.objects.filter(person_id__in=part).values_list("person_id", "adult_on", "nik_lookup")
        for person_id, adult_on, lookup in found:
            if today < adult_on and not wanted[person_id][1]:
                raise GuardianNotSeen()
            groups.setdefault(wanted[person_id], []).append(person_id)
            lookups[lookup] = person_id
    if sum(map(len, groups.values())) != len(wanted):
        raise Erased()
    if len(lookups) != len(wanted):
        raise NikHeld()
    displaced = _displace(lookups, now=now)
    for (how, guardian), ids in groups.items():
        for part in chunks(ids):
            Identity.objects.filter(person_id__in=part).update(
                seen_how=how,
                seen_on=today,
                seen_at=now,
                seen_by=by,
                guardian_seen=guardian,
                displaced_at=None,
            )
    events = [("person.seen", f"person:{p}", {"how": how, "guardian": g}) for p, (how, g) in wanted.items()]
    events += [("person.displaced", f"person:{p}", {"was_seen": False}) for p in displaced]
    audit.record_many(events, by=by, at=now)
    return len(wanted)


def _displace(lookups: dict[str, int], *, now: datetime) -> list[int]:
    """Displace everybody else who has one of these NIKs; their ids. Raises NikHeld if one of them was seen."""
    displaced: list[int] = []
    for part in chunks(lookups):
        rows = Identity.objects.filter(nik_lookup__in=part, displaced_at=None)
        for person_id, lookup, seen_at in rows.values_list("person_id", "nik_lookup", "seen_at"):
            if person_id != lookups[lookup]:
                if seen_at:
                    raise NikHeld()
                displaced.append(person_id)
    for ids in chunks(displaced):
        Identity.objects.filter(person_id__in=ids).update(displaced_at=now)
    return displaced
