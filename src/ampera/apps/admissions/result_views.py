"""What the draw gave, why, and the answer to a call."""

from __future__ import annotations

import math

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, ProofForm, telling, told
from ampera.refusal import Refusal

from . import api
from .forms import ComingForm
from .giving_up import OPEN_IN, check_shown, latest_held
from .naming import class_name
from .records import Filed
from .shown import class_line
from .situation import moment
from .views import Opened, filed, home, posted, tried


@login_required
def result(request: HttpRequest, application_id: int) -> HttpResponse:
    """A seat, a call, or neither; the numbers of it, and how to recheck them. Before the draw: the person's page."""
    found = filed(request, application_id)
    outcome = api.outcome(application_id)
    if outcome is None:
        return home(found)
    round_id = found.application.round_id
    round_ = programme.round_(round_id)
    call, seat = api.call_of(application_id), api.seat_of(found.person.id, round_id)
    offered = seat is None and call is not None and call.open(timezone.now())
    klass = programme.class_(seat.class_id if seat else call.class_id) if seat or offered else None
    unused = api.no_show_of(seat.id) if seat else None
    shown = {
        "application": found.application,
        "person": found.person,
        "outcome": outcome,
        "ticket": short(outcome.ticket),
        "call": call,
        "state": "seat" if seat else "offered" if offered else call.state if call else "",
        "klass": klass and {"code": klass.code, "line": class_line(klass)},
        "until": moment(call.until) if offered else "",
        "because": seat.because if seat else "",
        "may_leave": seat is not None and round_.state in OPEN_IN,
        "unused": unused and unused.waits(timezone.now()) and moment(unused.until),
        "round": round_,
        "chance": _chance(outcome),
        "says": _plainly(outcome, call, klass, added=seat is not None and seat.source == "added"),
    }
    return render(request, "admissions/result.html", shown)


def _chance(outcome: api.Result) -> str:
    """The chance of a seat, counted over replays of the lottery; never called certain, since replays can't show that."""
    if outcome.chance_seat is None:
        return ""
    if outcome.chance_seat in (0, 1):
        return (
            _("In every trial draw you had a seat.")
            if outcome.chance_seat
            else _("In no trial draw had you a seat.")
        )
    facts = {
        "chance": f"{outcome.chance_seat * 100:.0f}",
        "error": f"{math.ceil((outcome.chance_seat_se or 0) * 100)}",
    }
    return _("About %(chance)s in 100, give or take %(error)s") % facts


def _plainly(
    outcome: api.Result, call: api.Offered | None, klass: programme.Class | None, *, added: bool
) -> str:
    """The reason in one sentence; "" where not the draw but an answer, or its lack, was the reason. No query."""
    if added:
        return _("This seat was added: an error in the draw's list was put right.")
    if call and call.state == "LAPSED":
        return _("No answer came before %(until)s.") % {"until": moment(call.until)}
    if call is None:
        return "" if klass else _("In none of the classes of your list was there a seat for your ticket.")
    if klass is None:
        return ""
    if call.wave > 1 or outcome.rank is None:
        return _("Somebody gave a seat up, and you come next in the draw's order.")
    return _("Your ticket reached a seat in %(name)s, your choice number %(choice)d.") % {
        "name": class_name(klass),
        "choice": outcome.rank,
    }


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
    """Take the seat that is kept, or give up what one holds: asked once more, done once."""
    if word not in ANSWERS:
        raise Http404
    return ANSWERS[word](request, filed(request, application_id))


def take(request: HttpRequest, found: Opened[Filed]) -> HttpResponse:
    call = api.call_of(found.application.id)
    if call is None:
        raise Http404
    form, now = KeyForm(posted(request)), timezone.now()
    if form.is_valid():
        with telling(request):
            api.accept(call.id, key=form.once(), by=found.by, now=now)
            messages.success(request, _("The seat is yours."))
        return redirect("admissions:result", found.application.id)
    if not call.open(now):
        return redirect("admissions:result", found.application.id)
    shown = {"form": form, "begins": programme.plan(found.application.round_id).classes_start_on}
    return render(request, "admissions/answer.html", shown | asked(found, call.class_id))


def give_up(request: HttpRequest, found: Opened[Filed]) -> HttpResponse:
    """First a code is sent, or the PIN is asked for; then it is typed. What is wrong stands at what was typed."""
    now = timezone.now()
    mine = latest_held(found.person.id, found.application.round_id)
    if mine is None:
        raise Http404
    if request.POST.get("action") == "send":
        return _send_code(request, found, mine)
    how = people.proof_of(found.person.id)
    form = ProofForm(posted(request), how=how)

    def verb() -> None:
        proof = people.Proof(how, form.cleaned_data["secret"])
        api.give_up(mine, proof, key=form.once(), by=found.by, now=now)

    status = tried(request, form, verb)
    if not status:
        messages.success(request, _("The seat is given up."))
        return redirect("admissions:result", found.application.id)
    try:
        check_shown(mine, now)
    except Refusal as no:
        messages.error(request, told(no))
        return redirect("admissions:result", found.application.id)
    shown = {
        "form": form,
        "taken": mine.kind == "seat",
        "by_code": how == people.CODE,
        "sent": api.code_sent(mine, now=now),
        "again": KeyForm(),
    }
    return render(request, "admissions/give_up.html", shown | asked(found, mine.class_id), status=status)


def _send_code(request: HttpRequest, found: Opened[Filed], mine: api.Held) -> HttpResponse:
    form = KeyForm(request.POST)
    with telling(request):
        if form.is_valid():
            api.ask_code(mine, key=form.once(), by=found.by, now=timezone.now())
    return redirect("admissions:answer", found.application.id, "tolak")


def asked(found: Opened[Filed], class_id: int) -> dict[str, object]:
    klass = programme.class_(class_id)
    return {
        "application": found.application,
        "person": found.person,
        "code": klass.code,
        "line": class_line(klass),
    }


@login_required
def no_show(request: HttpRequest, application_id: int) -> HttpResponse:
    """The seat is said to be unused: one sentence keeps it."""
    found, now = filed(request, application_id), timezone.now()
    seat = api.seat_of(found.person.id, found.application.round_id)
    said = api.no_show_of(seat.id) if seat else None
    if said is None:
        return redirect("admissions:result", application_id)
    form = ComingForm(posted(request))

    def verb() -> None:
        text = form.cleaned_data["text"]
        api.object_to_no_show(said.id, text=text, key=form.once(), by=found.by, now=now)

    status = tried(request, form, verb)
    if not status:
        messages.success(request, _("The seat stays yours."))
    if not status or not said.waits(now):
        return redirect("admissions:result", application_id)
    shown = {
        "form": form,
        "application": found.application,
        "person": found.person,
        "because": said.because,
        "until": moment(said.until),
    }
    return render(request, "admissions/no_show.html", shown, status=status)


ANSWERS = {"terima": take, "tolak": give_up}
