"""The office's pages of errors proved after the draw: one officer says what is right, another confirms what it adds."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm
from ampera.refusal import Refusal

from .correcting import confirm_correction, propose_correction
from .corrections import Correction, correction, corrections, drawn_with, groups_in
from .models import Application
from .office_forms import CorrectionForm, ReceiptForm
from .office_pages import actor, moment, numeric, person_label
from .office_refusals import NoSuchCorrection


@require_http_methods(["GET", "HEAD", "POST"])
def office_corrections(request: HttpRequest, round_id: int) -> HttpResponse:
    """The round's corrections; a receipt looked for, and what was wrong about it."""
    role = people.require(request.user, "officer", "inspector").name
    found = programme.round_(round_id)
    look = ReceiptForm(request.GET)
    asked = look.cleaned_data["q"].strip().upper() if look.is_valid() else ""
    about = (
        Application.objects.filter(round=round_id, receipt=asked, state="SUBMITTED").first()
        if asked
        else None
    )
    form, stood = None, None
    if about and role == "officer":
        stood, counted = drawn_with(about.pk), groups_in(round_id)
        groups = [(g.code, g.name) for g in programme.groups() if g.code in counted]
        form = CorrectionForm(request.POST or None, groups=groups, initial={"groups": sorted(stood or ())})
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            try:
                correction_id = propose_correction(
                    about.pk,
                    groups=said["groups"],
                    because=said["because"],
                    key=form.once(),
                    by=actor(request),
                    now=timezone.now(),
                )
            except Refusal as no:
                form.refuse(no)
            else:
                messages.success(request, _("The correction is proposed. Ask another officer to confirm it."))
                return redirect("admissions:office_correction", correction_id)
    rows = corrections(round_id)
    context = {
        "round": found,
        "look": look,
        "asked": asked,
        "about": about,
        "listed": stood is not None,
        "form": form,
        "columns": [_("Receipt"), _("Reason"), _("State"), numeric(_("Seats added"))],
        "rows": [_row(r) for r in rows],
    }
    return render(request, "admissions/office/corrections.html", context)


def _row(r: Correction) -> list[object]:
    done = r.confirmed_at is not None
    state = {"text": _("confirmed"), "kind": "success"} if done else {"text": _("open"), "kind": "warning"}
    link = {"text": r.receipt, "url": reverse("admissions:office_correction", args=[r.id])}
    return [link, r.because, state, r.added if done else "–"]


@require_http_methods(["GET", "HEAD", "POST"])
def office_correction(request: HttpRequest, correction_id: int) -> HttpResponse:
    """What is put right, which seats it adds, and the second officer's confirmation."""
    role = people.require(request.user, "officer", "inspector").name
    try:
        said = correction(correction_id)
    except NoSuchCorrection:
        raise Http404 from None
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.require(request.user, "officer")
        try:
            added = confirm_correction(correction_id, key=form.once(), by=actor(request), now=timezone.now())
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("It is put right. Seats added: %(count)d.") % {"count": added})
            return redirect("admissions:office_corrections", said.round_id)
    names = {g.code: g.name for g in programme.groups()}
    classes = {c.id: c.code for c in programme.classes(said.round_id)}
    context = {
        "round": programme.round_(said.round_id),
        "correction": said,
        "items": [
            {"label": _("Receipt"), "value": said.receipt},
            {"label": _("Groups, as they should have been"), "value": ", ".join(names[g] for g in said.groups) or _("none")},
            {"label": _("Reason"), "value": said.because},
            {"label": _("Proposed"), "value": f"{person_label(said.by)}, {moment(said.at)}"},
            {"label": _("Confirmed"), "value": f"{person_label(said.confirmed_by)}, {moment(said.confirmed_at)}" if said.confirmed_at else "–"},
        ],
        "columns": [_("Receipt"), _("Class")],
        "gains": [] if said.confirmed_at else [[r, classes[k]] for r, k in said.foreseen],
        "may_confirm": role == "officer" and not said.confirmed_at and said.by != actor(request),
        "form": form,
    }  # fmt: skip
    return render(request, "admissions/office/correction.html", context)
