"""The roster of an exam session as the invigilator sees it. Whom it lists is said from above: seats are not ours."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

from . import models
from .forms import IncidentForm
from .sessions import CLOSED, OPEN, session

SALT = "assessment.roster"


@dataclass(frozen=True)
class Row:
    """One candidate. token, key: what the roster's own button sends. state: "" before the sitting, then OPEN, FINISHED or VOID."""

    name: str
    token: str
    key: str
    present: bool
    accommodation: str
    state: str
    answered: int


def token(session_id: int, person_id: int) -> str:
    """What the button of a listed person sends."""
    return signing.dumps([session_id, person_id], salt=SALT)


def read(text: str, session_id: int) -> int | None:
    """The person of a button that this session's roster has shown, else None."""
    try:
        of, person_id = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return person_id if of == session_id else None


def roster(session_id: int, listed: Sequence[tuple[int, str]]) -> tuple[Row, ...]:
    """The rows of these (person id, name)s, in their order; two queries."""
    seen = dict(models.Presence.objects.filter(session=session_id).values_list("person_id", "accommodation"))
    sat = models.Sitting.objects.filter(session=session_id).annotate(n=Count("responses"))
    states = {person: (state, n) for person, state, n in sat.values_list("person_id", "state", "n")}
    return tuple(
        Row(
            name,
            token(session_id, person),
            str(uuid.uuid4()),
            person in seen,
            seen.get(person, ""),
            *states.get(person, ("", 0)),
        )
        for person, name in listed
    )


def roster_page(request: HttpRequest, session_id: int, listed: Sequence[tuple[int, str]]) -> HttpResponse:
    """The invigilator's page of a session, for (person id, display name)s in order; at most 6 queries of its own.

    Raises NoSuchSession; Http404 for who is no invigilator or officer.
    """
    people.require(request.user, "invigilator", "officer")
    shown = session(session_id)
    rows = roster(session_id, listed)
    context = {
        "session": shown,
        "klass": programme.class_(shown.class_id),
        "rows": rows,
        "present": sum(row.present for row in rows),
        "incidents": models.Incident.objects.filter(session=session_id).order_by("at"),
        "open": shown.state == OPEN,
        "closed": shown.state == CLOSED,
        "button": KeyForm(),
        "form": IncidentForm(),
        "back": {"url": reverse("assessment:invigilate"), "label": _("Sessions today")},
    }
    return render(request, "assessment/roster.html", context)
