"""Who is in the draw, and who is not and why: the provisional list, and the same rule again at the freeze."""

from __future__ import annotations

from dataclasses import dataclass

from ampera.apps.people import api as people
from ampera.refusal import _

from .models import Application, Seat

NOT_SUBMITTED, WITHDRAWN, NOT_SEEN, DISPLACED, NOMINATED, MERGED = (
    "not_submitted",
    "withdrawn",
    "not_seen",
    "displaced",
    "nominated",
    "merged",
)

# Why somebody is not in the list, in words.
WHY = {
    NOT_SUBMITTED: _("begun, not sent in"),
    WITHDRAWN: _("withdrawn"),
    NOT_SEEN: _("identity not seen"),
    DISPLACED: _("another person showed the KTP with this NIK"),
    NOMINATED: _("nominated by an agency"),
    MERGED: _("registered twice: the other registration stands"),
}


@dataclass(frozen=True)
class Standing:
    """One person's application. why: "" if it is in the list, else a key of WHY. receipt: "" if never sent in.
    seated: whether they hold a seat in the round now."""

    application_id: int
    person_id: int
    receipt: str
    audience: str
    level: str
    kelurahan: str
    household: str
    seen: bool
    seated: bool
    why: str

    @property
    def stands(self) -> bool:
        return not self.why


def provisional(round_id: int) -> tuple[Standing, ...]:
    """Every person who began an application, by receipt; of several applications the last one counts.

    Two queries, and one for each 5,000 persons.
    """
    latest = {row.person_id: row for row in Application.objects.filter(round=round_id).order_by("pk")}
    held = dict(
        Seat.objects.filter(round=round_id, state=Seat.State.TAKEN).values_list("person_id", "source")
    )
    facts = people.facts(latest)
    found = []
    for person_id, row in latest.items():
        known = facts.get(person_id)
        found.append(
            Standing(
                application_id=row.pk,
                person_id=person_id,
                receipt=row.receipt or "",
                audience=row.audience_id or "",
                level=row.level,
                kelurahan=row.kelurahan_id or (known.kelurahan if known else ""),
                household=row.household,
                seen=bool(known and known.seen),
                seated=person_id in held,
                why=_why(row, known, nominated=held.get(person_id) == Seat.Source.NOMINATION),
            )
        )
    return tuple(sorted(found, key=lambda s: (s.receipt, s.application_id)))


def _why(row: Application, known: people.PersonFacts | None, *, nominated: bool) -> str:
    state = Application.State
    if row.state == state.WITHDRAWN:
        return WITHDRAWN
    if row.state == state.MERGED:
        return MERGED
    if row.state == state.DISPLACED or (known and known.displaced):
        return DISPLACED
    if row.state == state.DRAFT:
        return NOT_SUBMITTED
    if nominated:
        return NOMINATED
    return "" if known and known.seen else NOT_SEEN
