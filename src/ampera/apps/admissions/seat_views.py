"""The office's pages of seats: one that is held, given back by its holder or said to be unused; one that stayed empty, given out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, telling
from ampera.refusal import Refusal

from .giving_up import Held, ask_code, code_sent, give_up, of_seat
from .models import Seat
from .motions import open_motion
from .no_shows import no_show_of
from .office_forms import GiveUpForm, LiveForm
from .office_pages import actor
from .office_refusals import IdentityNotSeen
from .seats import claim_live, live_classes


def source_names() -> dict[str, str]:
    return {
        "draw": _("the draw"),
        "added": _("an error put right after the draw"),
        "live": _("a seat that had stayed empty"),
        "nomination": _("a nomination"),
    }


def giving_up(request: HttpRequest, mine: Held, *, here: str) -> tuple[dict[str, Any], HttpResponse | None]:
    """What somebody at the counter holds, given up by them: (context of `office/give_up.html`, or where to go if it is done).

    By the code that was sent to their phone, or the PIN of their receipt; a card alone is not enough.
    """
    now, action, by = timezone.now(), request.POST.get("action"), actor(request)
    phone = people.proof_of(mine.person_id) == people.CODE
    form = GiveUpForm(request.POST if action == "leave" else None, phone=phone, auto_id="leave_%s")
    if action == "send":
        button = KeyForm(request.POST)
        with telling(request):
            if button.is_valid():
                ask_code(mine, key=button.once(), by=by, now=now)
        return {}, redirect(here)
    if form.is_valid():
        proof = people.Proof(form.cleaned_data["how"], form.cleaned_data["secret"])
        try:
            give_up(mine, proof, key=form.once(), by=by, now=now)
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The seat is given up."))
            return {}, redirect(here)
    sent = code_sent(mine, now=now)
    return {"leave_form": form, "phone": phone, "sent": sent, "again": KeyForm()}, None


@require_http_methods(["GET", "HEAD", "POST"])
def office_seat(request: HttpRequest, seat_id: str) -> HttpResponse:
    """One seat: given back by its holder at the counter, or proposed to be called unused."""
    role = people.require(request.user, "officer", "volunteer").name
    seat = Seat.objects.filter(pk=seat_id).first()
    if seat is None:
        raise Http404
    leaving, done = giving_up(request, of_seat(seat), here=reverse("admissions:office_seat", args=[seat_id]))
    if done:
        return done
    klass = programme.class_(seat.klass_id)
    round_ = programme.round_(seat.round_id)
    context = {
        "seat": seat,
        "round": round_,
        "taken": seat.state == Seat.State.TAKEN,
        "name": people.names([seat.person_id])[seat.person_id],
        "items": [
            {"label": _("Class"), "value": f"{klass.code}, {klass.place_name}"},
            {"label": _("Given by"), "value": source_names()[seat.source]},
        ],
        "no_show": no_show_of(seat.pk),
        "waiting": open_motion(seat.round_id, "no_show", str(seat.pk)),
        "officer": role == "officer",
    }
    return render(request, "admissions/office/seat.html", context | leaving)


@require_http_methods(["GET", "HEAD", "POST"])
def office_live(request: HttpRequest, round_id: int) -> HttpResponse:
    """A seat that stayed empty, for somebody who had not applied and whose KTP was seen."""
    people.require(request.user, "officer", "volunteer")
    found = programme.round_(round_id)
    classes = {c.id: c for c in programme.classes(round_id)}
    free = [
        (f.class_id, f"{classes[f.class_id].code}, {classes[f.class_id].place_name} ({f.free})")
        for f in live_classes(round_id)
    ]
    form = LiveForm(request.POST or None, classes=free)
    if request.method == "POST" and form.is_valid():
        try:
            _claim(request, round_id, form)
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The seat is taken."))
            return redirect("admissions:office_live", round_id)
    return render(request, "admissions/office/live.html", {"round": found, "form": form, "free": free})


def _claim(request: HttpRequest, round_id: int, form: LiveForm) -> None:
    now, by = timezone.now(), actor(request)
    holders = [p for p in people.find_by_nik(form.cleaned_data["nik"], by=by, now=now) if not p.displaced]
    seen = next((p for p in holders if p.seen), None)
    if seen is None:
        raise IdentityNotSeen()
    claim_live(round_id, form.cleaned_data["klass"], seen.id, key=form.once(), by=by, now=now)
