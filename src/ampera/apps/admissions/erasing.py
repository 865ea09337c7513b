"""What admissions does when a person is erased: documents and words go, a place goes to somebody else, the rows stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from . import seats
from .answering import decline
from .applications import APPLICATION_MOVES
from .models import Application, Call, NoShow, Objection, ReserveClaim, Seat

FORGOTTEN = "–"  # as people shows an erased name
BEFORE_FREEZE = {"DRAFT", "LOCKED", "OPEN", "OBJECTIONS"}
SEATS_MATTER = {"DRAWN", "TEACHING"}


@transaction.atomic
def forget(person_id: int, *, by: str, now: datetime) -> None:
    """Take an erased person out of what is still to come, and forget what they wrote; again, nothing changes.

    Before the freeze the application is withdrawn; an open call is declined; a seat in a class that still runs is
    released. Numbers of documents and the text of objections go. What the draw was made from stays, as a pseudonym.
    """
    states = {r.id: r.state for r in programme.rounds()}
    mine = list(Application.objects.select_for_update().filter(person=person_id))
    ids = [row.pk for row in mine]
    claims = ReserveClaim.objects.filter(application__in=ids).exclude(evidence=FORGOTTEN)
    objections = Objection.objects.filter(application__in=ids).exclude(text=FORGOTTEN)
    words = claims.update(evidence=FORGOTTEN) + objections.update(text=FORGOTTEN)
    said = NoShow.objects.filter(seat__person=person_id).exclude(objection__in=["", FORGOTTEN])
    words += said.update(objection=FORGOTTEN)
    for row in mine:
        state = APPLICATION_MOVES.get((row.state, "withdraw"))
        if state and states[row.round_id] in BEFORE_FREEZE:
            Application.objects.filter(pk=row.pk).update(state=state, ended_at=now)
            audit.record(
                "application.withdrawn", about=f"person:{person_id}", by=by, at=now, application=row.pk
            )
    for call in Call.objects.filter(application__in=ids, state=Call.State.OFFERED, until__gte=now):
        decline(call.pk, key=f"erased:{call.pk}", by=by, now=now)
    for seat in Seat.objects.filter(person=person_id, state=Seat.State.TAKEN):
        NoShow.objects.filter(seat=seat, ended_at=None).update(ended_at=now)
        if states[seat.round_id] in SEATS_MATTER:
            seats.release(seat.pk, because="The person was erased.", key=f"erased:{seat.pk}", by=by, now=now)
    if words:
        audit.record("person.words_forgotten", about=f"person:{person_id}", by=by, at=now, rows=words)
