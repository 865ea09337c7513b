"""The officers' way through freeze and draw: two people freeze, and two enter the beacon's value, each alone."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ampera.apps.jobs import api as jobs
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, telling, told
from ampera.refusal import Refusal

from .beacon import said
from .drawing import DRAW, drawn
from .entering import as_entered, enter_beacon, entered, half_entered, start_draw
from .freezing import (
    FREEZE,
    Preview,
    as_proposed,
    confirm_freeze,
    frozen,
    labelled_copy,
    preview,
    propose_freeze,
    proposed_freeze,
)
from .motion_views import waiting_motions
from .motions import Motion, motions_of
from .office_forms import BeaconForm, ConfirmFreezeForm, FreezeForm
from .office_pages import actor, csv_file, moment, number, numeric, person_label, round_of
from .small_cells import CHOICES, by_groups
from .standing import WHY


@require_safe
def office_draw(request: HttpRequest) -> HttpResponse:
    """Where the round stands between closing and draw, and the one next step."""
    role = people.require(request.user, "officer", "inspector").name
    found = round_of(request)
    if found is None:
        return render(request, "admissions/office/none.html")
    plan, now = programme.plan(found.id), timezone.now()
    seal, result, made = frozen(found.id), drawn(found.id), motions_of(found.id)
    actors = {m.by for m in made if m.open} | ({seal.proposed_by, seal.confirmed_by} if seal else set())
    who = people.labels(sorted(actors))
    return render(
        request,
        "admissions/office/draw.html",
        {
            "round": found,
            "plan": plan,
            "officer": role == "officer",
            "inspector": role == "inspector",
            "waiting": waiting_motions(found.id, made, who),
            "may_close": found.state == "OPEN" and now >= plan.closes_at,
            "may_draw": found.state == "FROZEN" and now >= plan.draw_at,
            "frozen": seal,
            "frozen_by": ", ".join(who[a] for a in (seal.proposed_by, seal.confirmed_by)) if seal else "",
            "short": programme.short_form(seal.root) if seal else "",
            "drawn": result,
            "beacon": said(plan),
            "form": KeyForm(),
            **_moved(made, plan, actor(request), who),
            "dates": [
                {"label": _("Registration closes"), "value": moment(plan.closes_at)},
                {"label": _("Objections until"), "value": moment(plan.objections_until)},
                {"label": _("Freeze"), "value": moment(plan.freeze_at)},
                {"label": _("Draw"), "value": moment(plan.draw_at)},
            ],
        },
    )


def _moved(
    made: tuple[Motion, ...], plan: programme.Plan, me: str, who: Mapping[str, str]
) -> dict[str, object]:
    """How far two people have come with freeze and beacon. me: who looks; who: labels of the open motions' actors."""
    held = {(m.what, m.open): m for m in made if m.open or m.confirmed}
    proposal, half = held.get((FREEZE, True)), held.get((DRAW, True))
    froze, agreed = held.get((FREEZE, False)), held.get((DRAW, False))
    entered_by = _("%(who)s has entered it. Enter it too, without asking them.")
    return {
        "proposal": proposal,
        "proposed_by": who.get(proposal.by, "") if proposal else "",
        "mine": bool(proposal and proposal.by == me),
        "half_mine": bool(half and half.by == me),
        "half_says": entered_by % {"who": who.get(half.by, "")} if half else "",
        "agreed": bool(agreed),
        "job": as_entered(agreed, plan).job if agreed else None,
        "decided": as_proposed(froze) if froze else None,
        "choices": {code: _(text) for code, text in CHOICES.items()},
    }


@require_http_methods(["GET", "HEAD", "POST"])
def office_propose_freeze(request: HttpRequest, round_id: int) -> HttpResponse:
    """The list as it is now: who is left out, what fewer than five share, and what is decided about that.

    It builds the whole list anew, as proposing does, with the queries that this takes.
    """
    people.require(request.user, "officer")
    found, now = programme.round_(round_id), timezone.now()
    try:
        seen = preview(round_id, now)
    except Refusal as no:
        messages.error(request, told(no))
        return redirect("admissions:office_draw")
    if request.GET.get("format") == "csv":
        cells = [(c.klass, ";".join(c.groups), c.count) for c in seen.small]
        return csv_file(f"kelompok-kecil-{found.number}", ("class", "groups", "people"), cells, mark=found.simulated)  # fmt: skip
    form = FreezeForm(request.POST or None, small=bool(seen.small))
    if request.method == "POST" and form.is_valid():
        try:
            propose_freeze(
                round_id,
                choice=form.cleaned_data.get("choice", ""),
                because=form.cleaned_data.get("because", ""),
                key=form.once(),
                by=actor(request),
                now=now,
            )
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The freeze is proposed. Ask another officer to confirm it."))
            return redirect("admissions:office_confirm_freeze", round_id)
    context = {"round": found, "seen": seen, "form": form, **_tables(seen)}
    return render(request, "admissions/office/freeze.html", context)


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
            "proposal": proposal,
            "seen": proposal.seen,
            "choice": _(CHOICES[proposal.choice]) if proposal.choice in CHOICES else "",
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
        "small_columns": [_("Groups"), numeric(_("Classes with fewer than five")), numeric(_("The fewest"))],
        "small": [
            [", ".join(names[g] for g in row.groups) or _("none"), number(row.classes), row.fewest]
            for row in by_groups(seen.small)
        ],
        "cells": len(seen.small),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def office_enter(request: HttpRequest, round_id: int) -> HttpResponse:
    """The beacon's value as one officer sees it; when a second has entered the same, the draw runs as a job."""
    people.require(request.user, "officer")
    found, seal, plan = programme.round_(round_id), frozen(round_id), programme.plan(round_id)
    if seal is None or drawn(round_id) or entered(round_id, plan):
        return redirect("admissions:office_draw")
    words = said(plan)
    form = BeaconForm(request.POST or None, plan=plan, words=words)
    if request.method == "POST" and form.is_valid():
        try:
            agreed = enter_beacon(
                round_id,
                form.cleaned_data["value"],
                tuple(form.cleaned_data.get("witnesses", ())),
                key=form.once(),
                by=actor(request),
                now=timezone.now(),
            )
            if agreed:
                return _started(request, round_id, form.once())
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("It is kept. Now another officer enters it as well."))
            return redirect("admissions:office_draw")
    half = half_entered(round_id, plan)
    context = {"round": found, "plan": plan, "frozen": seal, "form": form, "beacon": words, "half": half}
    context |= {
        "half_by": person_label(half.by) if half else "",
        "mine": bool(half and half.by == actor(request)),
    }
    return render(request, "admissions/office/enter.html", context)


def _started(request: HttpRequest, round_id: int, key: str) -> HttpResponse:
    job_id = start_draw(round_id, key=f"{key}:draw", by=actor(request), now=timezone.now())
    return redirect("admissions:office_draw_job", round_id, job_id)


@require_POST
def office_start_draw(request: HttpRequest, round_id: int) -> HttpResponse:
    """Draw with what two officers entered, if it did not begin or stopped."""
    people.require(request.user, "officer")
    form = KeyForm(request.POST)
    with telling(request):
        if form.is_valid():
            return _started(request, round_id, form.once())
    return redirect("admissions:office_draw")


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
