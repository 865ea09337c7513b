"""The citizen's pages after sending: receipt, withdrawal, objections."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from . import api, objections
from .forms import KeyForm, ObjectionForm
from .shown import answers, birth_day
from .situation import moment
from .views import Opened, home, opened, tried


@login_required
def receipt(request: HttpRequest, application_id: int) -> HttpResponse:
    """The receipt number, what happens when, and the answers; made to be printed."""
    found = opened(request, application_id)
    now = timezone.now()
    if found.application.state != "SUBMITTED":
        return home(found)
    plan = programme.plan(found.application.round_id)
    shown = {
        "application": found.application,
        "person": found.person,
        "facts": [
            {"label": _("Name"), "value": found.person.name},
            {"label": _("Born on"), "value": birth_day(found.person)},
            {"label": _("Sent on"), "value": moment(found.application.submitted_at)},
        ],
        "dates": dates(plan),
        "items": answers(found.application, found.person, change=False),
        **whats_next(found, now),
        "open": programme.window(found.application.round_id).open(now),
        "in_person": found.person.account_id is None,
    }
    return render(request, "admissions/receipt.html", shown)


def whats_next(found: Opened, now: datetime) -> dict[str, object]:
    """What `next.html` shows on a page of this application; no link to the receipt, which is at hand."""
    step = api.step(found.person.id, found.application.round_id, now)
    elsewhere = step.url_name not in {"", "admissions:receipt"}
    return {
        "step": step,
        "due": moment(step.due) if step.due else "",
        "next_url": reverse(step.url_name, args=step.args) if elsewhere else "",
    }


def dates(plan: programme.Plan) -> list[dict[str, str]]:
    """What happens when, for `summary_list`."""
    rows = (
        (_("Registration closes"), plan.closes_at),
        (_("Provisional list, objections begin"), plan.provisional_at),
        (_("Last moment for objections and to show your identity"), plan.objections_until),
        (_("Draw, in public"), plan.draw_at),
    )
    return [{"label": label, "value": moment(at)} for label, at in rows if at]


@login_required
def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    """Asked once more before it is done."""
    found = opened(request, application_id)
    form = KeyForm(request.POST or None)

    def verb() -> None:
        api.withdraw(application_id, key=str(form.cleaned_data["key"]), by=found.by, now=timezone.now())

    if found.application.state not in {"DRAFT", "SUBMITTED"}:
        return home(found)
    status = tried(request, form, verb)
    if not status:
        messages.success(request, _("The application is withdrawn."))
        return home(found)
    shown = {"form": form, "application": found.application, "person": found.person}
    return render(request, "admissions/withdraw.html", shown, status=status)


@login_required
def objection(request: HttpRequest, application_id: int) -> HttpResponse:
    """Object to the provisional list, and read the answers."""
    found = opened(request, application_id)
    round_id, now = found.application.round_id, timezone.now()
    form = ObjectionForm(request.POST or None)

    def verb() -> None:
        api.object_(
            round_id,
            text=form.cleaned_data["text"],
            application_id=application_id,
            key=str(form.cleaned_data["key"]),
            by=found.by,
            now=now,
        )

    status = tried(request, form, verb)
    if not status:
        messages.success(request, _("Your objection was received. A person answers it on this page."))
        return redirect("admissions:objection", application_id)
    made = api.objections(round_id, application_id=application_id)
    who = people.labels([o.answered_by for o in made if o.answered_by])
    plan = programme.plan(round_id)
    shown = {
        "form": form,
        "application": found.application,
        "person": found.person,
        "taken": objections.taken(round_id, now),
        "until": moment(plan.objections_until),
        "since": moment(plan.provisional_at or plan.closes_at),
        "made": [(o, who.get(o.answered_by, "")) for o in made],
    }
    return render(request, "admissions/objection.html", shown, status=status)
