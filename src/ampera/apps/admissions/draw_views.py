"""The officers' way through closing, freeze and draw. Two people freeze; the dice are typed once, as thrown."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ampera.apps.jobs import api as jobs
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, telling
from ampera.refusal import Refusal

from .drawing import drawn
from .freezing import (
    Preview,
    confirm_freeze,
    frozen,
    labelled_copy,
    propose_freeze,
    proposed_freeze,
)
from .motion_views import waiting_motions
from .office_forms import ConfirmFreezeForm, DrawForm
from .office_pages import actor, moment, number, numeric, person_label, round_of
from .standing import WHY
from .throwing import enter_dice


@require_safe
def office_draw(request: HttpRequest) -> HttpResponse:
    """Where the round stands between closing and draw, and the one next step."""
    role = people.require(request.user, "officer", "inspector").name
    found = round_of(request)
    if found is None:
        return render(request, "admissions/office/none.html")
    plan, now = programme.plan(found.id), timezone.now()
    seal, result, proposal = frozen(found.id), drawn(found.id), proposed_freeze(found.id)
    actors = [
        a for a in (seal and seal.proposed_by, seal and seal.confirmed_by, proposal and proposal.by) if a
    ]
    who = people.labels(actors)
    return render(
        request,
        "admissions/office/draw.html",
        {
            "round": found,
            "plan": plan,
            "officer": role == "officer",
            "inspector": role == "inspector",
            "waiting": waiting_motions(found.id),
            "may_close": found.state == "OPEN" and now >= plan.closes_at,
            "proposal": proposal,
            "proposed_by": who.get(proposal.by, "") if proposal else "",
            "mine": bool(proposal and proposal.by == actor(request)),
            "frozen": seal,
            "frozen_by": ", ".join(who[a] for a in (seal.proposed_by, seal.confirmed_by)) if seal else "",
            "drawn": result,
            "short": programme.short_form(seal.root) if seal else "",
            "may_draw": found.state == "FROZEN" and now >= plan.draw_at,
            "dates": [
                {"label": _("Registration closes"), "value": moment(plan.closes_at)},
                {"label": _("Objections until"), "value": moment(plan.objections_until)},
                {"label": _("Freeze"), "value": moment(plan.freeze_at)},
                {"label": _("Draw"), "value": moment(plan.draw_at)},
            ],
            "form": KeyForm(),
        },
    )


@require_POST
def office_propose_freeze(request: HttpRequest, round_id: int) -> HttpResponse:
    """An officer proposes to freeze the list as it is now, and is shown what that is."""
    people.require(request.user, "officer")
    form = KeyForm(request.POST)
    with telling(request):
        if form.is_valid():
            propose_freeze(round_id, key=form.once(), by=actor(request), now=timezone.now())
            messages.success(request, _("The freeze is proposed. Ask another officer to confirm it."))
            return redirect("admissions:office_confirm_freeze", round_id)
    return redirect("admissions:office_draw")


@require_http_methods(["GET", "HEAD", "POST"])
def office_confirm_freeze(request: HttpRequest, round_id: int) -> HttpResponse:
    """What was proposed, as its proposer saw it; another officer freezes it, or either proposes it anew."""
    people.require(request.user, "officer")
    found, proposal = programme.round_(round_id), proposed_freeze(round_id)
    if proposal is None:
        return redirect("admissions:office_draw")
    form = ConfirmFreezeForm(request.POST or None, initial={"root": proposal.seen.root})
    if request.method == "POST" and form.is_valid():
        try:
            confirm_freeze(
                round_id,
                key=form.once(),
                by=actor(request),
                now=timezone.now(),
                root=form.cleaned_data["root"],
            )
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The list is frozen. Its root is public: have it printed."))
            return redirect("admissions:office_draw")
    return render(
        request,
        "admissions/office/confirm.html",
        {
            "round": found,
            "form": form,
            "again": KeyForm(),
            "proposal": proposal,
            "proposed_by": person_label(proposal.by),
            "mine": proposal.by == actor(request),
            **_tables(proposal.seen),
        },
    )


def _tables(seen: Preview) -> dict[str, object]:
    """The list as it would be frozen, as tables."""
    names = {g.code: g.name for g in programme.groups()} if seen.small else {}
    return {
        "left_columns": [_("Not in the list because"), numeric(_("People"))],
        "left_out": [[_(WHY[why]), number(n)] for why, n in sorted(seen.left_out.items())],
        "small_columns": [_("Level"), _("Groups"), numeric(_("People"))],
        "small": [
            [
                programme.level_name(c.level) if c.level else "–",
                ", ".join(names[g] for g in c.groups) or _("none"),
                c.count,
            ]
            for c in seen.small
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def office_throw(request: HttpRequest, round_id: int) -> HttpResponse:
    """The dice as thrown, and who is there; the draw then runs as a job."""
    people.require(request.user, "officer")
    found, seal = programme.round_(round_id), frozen(round_id)
    if seal is None or drawn(round_id):
        return redirect("admissions:office_draw")
    plan = programme.plan(round_id)
    form = DrawForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            job_id = enter_dice(
                round_id,
                said["dice"],
                tuple(said["witnesses"]),
                key=form.once(),
                by=actor(request),
                now=timezone.now(),
            )
        except Refusal as no:
            form.refuse(no)
        else:
            return redirect("admissions:office_draw_job", round_id, job_id)
    return render(
        request, "admissions/office/throw.html", {"round": found, "plan": plan, "frozen": seal, "form": form}
    )


@require_safe
def office_draw_job(request: HttpRequest, round_id: int, job_id: str) -> HttpResponse:
    people.require(request.user, "officer", "inspector")
    try:
        job = jobs.get(str(job_id))
    except LookupError as error:
        raise Http404 from error
    if job.about != f"round:{round_id}":
        raise Http404
    return render(
        request,
        "admissions/office/job.html",
        {"round": programme.round_(round_id), "job": job, "drawn": drawn(round_id)},
    )


@require_POST
def office_labels(request: HttpRequest, round_id: int) -> HttpResponse:
    """What the opaque codes mean, for the inspector; who read it is kept."""
    people.require(request.user, "inspector")
    data = labelled_copy(round_id, by=actor(request), now=timezone.now())
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="labels.csv"'},
    )
