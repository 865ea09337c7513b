"""The office's pages of a step that two people decide: one proposes it and says why, another confirms what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, telling
from ampera.refusal import Refusal

from .decisions import STEPS, confirm_step, drop_step, propose_step
from .motions import Motion, motion, open_motion, open_motions
from .office_forms import StepForm
from .office_pages import actor, moment, person_label
from .office_refusals import NoSuchMotion


@require_http_methods(["GET", "HEAD", "POST"])
def office_propose(request: HttpRequest, round_id: int, what: str, about: str = "") -> HttpResponse:
    """Propose a step, with a reason if it needs one."""
    people.require(request.user, "officer")
    if what not in STEPS:
        raise Http404
    found, step = programme.round_(round_id), STEPS[what]
    waiting = open_motion(round_id, what, about)
    form = StepForm(request.POST or None, reason=step.reason)
    if request.method == "POST" and form.is_valid():
        try:
            motion_id = propose_step(
                round_id,
                what,
                about=about,
                because=form.cleaned_data.get("because", ""),
                key=form.once(),
                by=actor(request),
                now=timezone.now(),
            )
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("It is proposed. Ask another officer to confirm it."))
            return redirect("admissions:office_motion", motion_id)
    return render(
        request,
        "admissions/office/propose.html",
        {"round": found, "title": _(step.title), "warns": _(step.warns) if step.warns else "", "of": step.of(about), "waiting": waiting, "form": form},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def office_motion(request: HttpRequest, motion_id: int) -> HttpResponse:
    """What was proposed, by whom and why; another officer confirms it."""
    role = people.require(request.user, "officer", "inspector").name
    said = _stepped(motion_id)
    step = STEPS[said.what]
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.require(request.user, "officer")
        try:
            confirm_step(motion_id, key=form.once(), by=actor(request), now=timezone.now())
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _(step.done))
            return redirect(step.page)
    mine = said.by == actor(request)
    return render(
        request,
        "admissions/office/motion.html",
        {
            "round": programme.round_(said.round_id),
            "title": _(step.title),
            "warns": _(step.warns) if step.warns else "",
            "motion": said,
            "items": _items(said),
            "form": form,
            "mine": mine,
            "may_confirm": role == "officer" and said.open and not mine,
            "may_drop": role == "officer" and said.open,
        },
    )


@require_POST
def office_drop(request: HttpRequest, motion_id: int) -> HttpResponse:
    """Take a proposal back."""
    people.require(request.user, "officer")
    said = _stepped(motion_id)
    form = KeyForm(request.POST)
    with telling(request):
        if form.is_valid():
            drop_step(motion_id, key=form.once(), by=actor(request), now=timezone.now())
            messages.success(request, _("The proposal is taken back."))
    return redirect(STEPS[said.what].page)


def waiting_motions(
    round_id: int, found: Iterable[Motion] | None = None, who: Mapping[str, str] | None = None
) -> list[dict[str, object]]:
    """The round's steps that wait for a second officer, for `office/waiting.html`.

    found: the round's motions if they were read already; who: labels of their actors, likewise ({}: nobody is named). Else two queries.
    """
    found = open_motions(round_id) if found is None else found
    found = [m for m in found if m.open and m.what in STEPS]
    who = (people.labels([m.by for m in found]) if found else {}) if who is None else who
    return [
        {
            "motion": m,
            "title": _(STEPS[m.what].title),
            "says": _("Proposed by %(who)s. Another officer has to confirm it.") % {"who": who[m.by]}
            if m.by in who
            else _("Another officer has to confirm it."),
        }
        for m in found
    ]


def _stepped(motion_id: int) -> Motion:
    try:
        said = motion(motion_id)
    except NoSuchMotion:
        raise Http404 from None
    if said.what not in STEPS:
        raise Http404
    return said


def _items(said: Motion) -> list[dict[str, str]]:
    shown = [
        (_("About"), STEPS[said.what].of(said.about)),
        (_("Reason"), said.because),
        (_("Proposed"), f"{person_label(said.by)}, {moment(said.at)}"),
        (_("Confirmed"), f"{person_label(said.confirmed_by)}, {moment(said.confirmed_at)}" if said.confirmed_at else ""),
        (_("Taken back"), moment(said.dropped_at)),
    ]  # fmt: skip
    return [{"label": label, "value": value} for label, value in shown if value]
