"""Two registrations become one person: both rows stay, the later is merged into the earlier, and both accounts reach it.

Whoever asks about the later one is told of the earlier one (see `persons`). Nothing is moved but what shows who somebody
is: if only the later one's card was seen, the earlier one takes over that identity, so that what was seen stays true.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from ampera.apps.audit import api as audit

from .models import Identity, Pair, Person
from .refusals import PairChanged
from .registering import NOT_SEEN
from .vault import seal, unseal

# What an identity says of somebody; the rest of the row says which person's it is and whether it stands.
SAYS = (
    "name", "nik_lookup", "birth_date", "adult_on", "sex_in_nik", "birth_date_doubtful", "kelurahan_id",
    "guardian_name", "guardian_relation", "seen_how", "seen_on", "seen_at", "seen_by", "guardian_seen",
)  # fmt: skip


def same(person_id: int) -> tuple[int, ...]:
    """The ids of all registrations of one person, the one that they are merged into first. One query."""
    root = Person.objects.filter(pk=person_id).values("merged_into_id")[:1]
    rows = Person.objects.filter(
        Q(pk=person_id) | Q(merged_into=person_id) | Q(pk__in=root) | Q(merged_into__in=root)
    )
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def join(pair: Pair, *, by: str, now: datetime) -> None:
    """Merge the later of a pair into the earlier, in the transaction of the verdict. Raises PairChanged."""
    persons, identities = _locked(pair)
    earlier, later = persons[pair.earlier_id], persons[pair.later_id]
    if earlier.merged_into_id or later.merged_into_id or any(i.displaced_at for i in identities.values()):
        raise PairChanged()
    Person.objects.filter(merged_into=later).update(merged_into=earlier)
    Person.objects.filter(pk=later.pk).update(merged_into=earlier, merged_at=now)
    pair.exchanged = identities[later.pk].seen_at is not None and identities[earlier.pk].seen_at is None
    if pair.exchanged:
        _exchange(persons, identities)
    Identity.objects.filter(person=later).update(displaced_at=now)
    pair.lent = earlier.account_id is None and later.account_id is not None
    if pair.lent:
        Person.objects.filter(pk=earlier.pk).update(account=later.account_id)
    pair.save(update_fields=["exchanged", "lent"])
    audit.record(
        "person.merged", about=f"person:{later.pk}", by=by, at=now, into=earlier.pk, pair=pair.pk, exchanged=pair.exchanged
    )  # fmt: skip


def part(pair: Pair, *, by: str, now: datetime) -> None:
    """Undo a merger, in the transaction of the verdict. Raises PairChanged.

    Who has shown the KTP with the later one's NIK meanwhile keeps it.
    """
    persons, identities = _locked(pair)
    earlier, later = persons[pair.earlier_id], persons[pair.later_id]
    if later.merged_into_id != earlier.pk:
        raise PairChanged()
    Person.objects.filter(pk=later.pk).update(merged_into=None, merged_at=None)
    if pair.lent:
        Person.objects.filter(pk=earlier.pk).update(account=None)
    if pair.exchanged:
        _exchange(persons, identities)
    mine = Identity.objects.get(person=later)
    held = Identity.objects.filter(nik_lookup=mine.nik_lookup, displaced_at=None, seen_at__isnull=False)
    if held.exists():
        Identity.objects.filter(pk=mine.pk).update(**NOT_SEEN)
    else:
        Identity.objects.filter(pk=mine.pk).update(displaced_at=None)
    audit.record("person.parted", about=f"person:{later.pk}", by=by, at=now, of=earlier.pk, pair=pair.pk)


def _locked(pair: Pair) -> tuple[dict[int, Person], dict[int, Identity]]:
    """Both persons and who they are, locked in one order. Raises PairChanged if one was erased."""
    ids = [pair.earlier_id, pair.later_id]
    # Not FOR UPDATE: somebody who takes a seat in this moment holds its call and refers to the person, and this waits for calls.
    persons = Person.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    identities = Identity.objects.select_for_update().filter(person__in=ids).order_by("person_id")
    found = {p.pk: p for p in persons}, {i.person_id: i for i in identities}
    if len(found[1]) < 2:
        raise PairChanged()
    return found


def _exchange(persons: dict[int, Person], identities: dict[int, Identity]) -> None:
    """Each says of itself what the other said; a number is sealed anew, since a cipher is bound to its person.

    The one that was seen is emptied first: a NIK has one verified holder at any moment.
    """
    one, other = sorted(identities.values(), key=lambda i: i.seen_at is None)
    said = {i.pk: {field: getattr(i, field) for field in SAYS} for i in (one, other)}
    niks = {i.pk: unseal(i.nik_cipher, row=str(persons[i.person_id].pseudonym)) for i in (one, other)}
    for mine, theirs in ((one, other), (other, one)):
        cipher = seal(niks[theirs.pk], row=str(persons[mine.person_id].pseudonym))
        Identity.objects.filter(pk=mine.pk).update(**said[theirs.pk], nik_cipher=cipher)
