"""What the draw gave, why, and the answer to a call."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, telling

from . import api
from .records import Filed
from .shown import class_line
from .situation import moment
from .views import Opened, filed, home, posted

ANSWERS = {"terima": "accept", "tolak": "decline"}


@login_required
def result(request: HttpRequest, application_id: int) -> HttpResponse:
    """A seat, a call, or neither; the numbers of it, and how to recheck them. Before the draw: the person's page."""
    found = filed(request, application_id)
    outcome = api.outcome(application_id)
    if outcome is None:
        return home(found)
    round_id = found.application.round_id
    call, seat = api.call_of(application_id), api.seat_of(found.person.id, round_id)
    offered = seat is None and call is not None and call.open(timezone.now())
    klass = programme.class_(seat.class_id if seat else call.class_id) if seat or offered else None
    shown = {
        "application": found.application,
        "person": found.person,
        "outcome": outcome,
        "ticket": short(outcome.ticket),
        "call": call,
        "state": "seat" if seat else "offered" if offered else call.state if call else "",
        "klass": klass and {"code": klass.code, "line": class_line(klass)},
        "until": moment(call.until) if offered else "",
        "round": programme.round_(round_id),
    }
    return render(request, "admissions/result.html", shown)


@login_required
def why(request: HttpRequest, application_id: int) -> HttpResponse:
    """For each class of the list, best first: one true sentence, then the tickets that it rests on."""
    found = filed(request, application_id)
    try:
        reasons = api.reasons(application_id)
    except api.NotDrawn:
        return home(found)
    groups = (
        {g.code: g.name for g in programme.groups()} if any(r.group or r.cap_group for r in reasons) else {}
    )
    shown = {
        "application": found.application,
        "person": found.person,
        "back": {"url": reverse("admissions:result", args=[application_id])},
        "reasons": [
            {
                "says": api.sentence(reason, name=reason.name, groups=groups),
                "ticket": short(reason.facts.get("ticket", "")),
                "cutoff": short(reason.facts.get("cutoff_ticket", "")),
            }
            for reason in reasons
        ],
    }
    return render(request, "admissions/why.html", shown)


def short(ticket: object) -> str:
    """The first 16 of a ticket's 64 characters: enough to tell any two apart, and they fit on a phone."""
    return str(ticket)[:16]


@login_required
def answer(request: HttpRequest, application_id: int, word: str) -> HttpResponse:
    """Take the seat that is kept, or give it up: asked once more, done once."""
    found = filed(request, application_id)
    call = api.call_of(application_id)
    if word not in ANSWERS or call is None:
        raise Http404
    form, now = KeyForm(posted(request)), timezone.now()
    if form.is_valid():
        with telling(request):
            do = api.accept if ANSWERS[word] == "accept" else api.decline
            do(call.id, key=form.once(), by=found.by, now=now)
            done = {"terima": _("The seat is yours."), "tolak": _("The seat is given up.")}
            messages.success(request, done[word])
        return redirect("admissions:result", application_id)
    if not call.open(now):
        return redirect("admissions:result", application_id)
    return render(request, "admissions/answer.html", asked(found, call, word, form))


def asked(found: Opened[Filed], call: api.Offered, word: str, form: KeyForm) -> dict[str, object]:
    klass = programme.class_(call.class_id)
    return {
        "form": form,
        "application": found.application,
        "person": found.person,
        "taking": word == "terima",
        "code": klass.code,
        "line": class_line(klass),
        "begins": programme.plan(found.application.round_id).classes_start_on,
    }
