"""What the draw gave, why, and the answer to a call."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ampera.apps.programme import api as programme

from . import api
from .after_views import whats_next
from .forms import KeyForm
from .shown import class_line
from .views import Opened, home, opened, tried

ANSWERS = {"terima": "accept", "tolak": "decline"}


@login_required
def result(request: HttpRequest, application_id: int) -> HttpResponse:
    """A seat or not; why, class by class; the numbers; how to recheck them. Before the draw: where things stand."""
    found = opened(request, application_id)
    outcome = api.outcome(application_id)
    if outcome is None:
        return home(found)
    now, round_id = timezone.now(), found.application.round_id
    classes = {c.id: c for c in programme.classes(round_id, drawn=None)}
    call = api.call_of(application_id)
    seat = api.seat_of(found.person.id, round_id)
    offered = classes[call.class_id] if call and call.open(now) and seat is None else None
    shown = {
        "application": found.application,
        "person": found.person,
        "outcome": outcome,
        "reasons": whys(application_id, classes),
        "round": programme.round_(round_id),
        "call": call,
        "offered": offered and (offered.code, class_line(offered)),
        "seat": seat and (classes[seat.class_id].code, class_line(classes[seat.class_id])),
        **whats_next(found, now),
    }
    return render(request, "admissions/result.html", shown)


def whys(application_id: int, classes: dict[int, programme.Class]) -> list[dict[str, object]]:
    """For each class of the list, best first: one true sentence, then the numbers that it rests on."""
    groups = {group.code: group.name for group in programme.groups()}
    return [
        {
            "code": classes[reason.class_id].code,
            "says": api.sentence(reason, name=classes[reason.class_id].code, groups=groups),
            "ticket": _short(reason.facts.get("ticket", "")),
            "cutoff": _short(reason.facts.get("cutoff_ticket", "")),
        }
        for reason in api.reasons(application_id)
    ]


def _short(ticket: object) -> str:
    """The first 16 of a ticket's 64 characters: enough to tell any two apart, and they fit on a phone."""
    return str(ticket)[:16]


@login_required
def answer(request: HttpRequest, application_id: int, word: str) -> HttpResponse:
    """Take the seat that is kept, or give it up: asked once more, done once."""
    found = opened(request, application_id)
    call = api.call_of(application_id)
    if word not in ANSWERS or call is None:
        raise Http404
    form = KeyForm(request.POST or None)

    def verb() -> None:
        do = api.accept if ANSWERS[word] == "accept" else api.decline
        do(call.id, key=str(form.cleaned_data["key"]), by=found.by, now=timezone.now())

    status = tried(request, form, verb)
    if not status:
        done = {"terima": _("The seat is yours."), "tolak": _("The seat is given up.")}
        messages.success(request, done[word])
        return redirect("admissions:result", application_id)
    return render(request, "admissions/answer.html", asked(found, call, word, form), status=status)


def asked(found: Opened, call: api.Offered, word: str, form: KeyForm) -> dict[str, object]:
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
