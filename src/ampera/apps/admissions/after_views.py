"""The citizen's pages after sending: receipt, withdrawal, objections."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

from . import api, objections
from .forms import ObjectionForm
from .shown import birth_day, level
from .situation import moment
from .steps import next_step, situation
from .views import filed, home, opened, posted, tried


@login_required
def receipt(request: HttpRequest, application_id: int) -> HttpResponse:
    """The receipt number, what to do next, and what happens when; made to be printed."""
    found = opened(request, application_id)
    sent = found.application
    if sent.state != "SUBMITTED":
        return home(found)
    case = situation(found.person, sent, sent.round_id, timezone.now())
    step = next_step(case)
    if step.url_name == "admissions:result":
        return redirect(step.url_name, *step.args)
    shown = {
        "application": sent,
        "person": found.person,
        "facts": [
            {"label": _("Name"), "value": found.person.name},
            {"label": _("Born on"), "value": birth_day(found.person)},
            {"label": _("Level"), "value": level(sent)},
            {"label": _("Classes in your list"), "value": len(sent.choices)},
            {"label": _("Sent on"), "value": moment(sent.submitted_at)},
        ],
        "dates": dates(case.plan),
        "step": step,
        "due": moment(step.due) if step.due else "",
        "in_person": found.person.account_id is None,
    }
    return render(request, "admissions/receipt.html", shown)


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
    found = filed(request, application_id)
    form = KeyForm(posted(request))

    def verb() -> None:
        api.withdraw(application_id, key=form.once(), by=found.by, now=timezone.now())

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
    found = filed(request, application_id)
    round_id, now = found.application.round_id, timezone.now()
    form = ObjectionForm(posted(request))

    def verb() -> None:
        api.object_(
            round_id,
            text=form.cleaned_data["text"],
            application_id=application_id,
            key=form.once(),
            by=found.by,
            now=now,
        )

    status = tried(request, form, verb)
    if not status:
        messages.success(request, _("Your objection was received. A person answers it on this page."))
        return redirect("admissions:objection", application_id)
    made = api.objections(round_id, application_id=application_id)
    who = people.labels([o.answered_by for o in made if o.answered_by])
    window, plan = programme.window(round_id), programme.plan(round_id)
    shown = {
        "form": form,
        "application": found.application,
        "person": found.person,
        "taken": objections.taken(window, plan, now),
        "drawn": window.state == "DRAWN",
        "until": moment(plan.objections_until),
        "since": moment(plan.provisional_at or plan.closes_at),
        "made": [(o, who.get(o.answered_by, "")) for o in made],
    }
    return render(request, "admissions/objection.html", shown, status=status)
