"""The office's page of the endline: draw the sample, see who answered, close and write the results."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, told
from ampera.refusal import Refusal

from . import api, tasks, words
from .forms import CloseForm

STATES = ("TEACHING", "ENDLINE", "REPORTED")


@require_safe
def office(request: HttpRequest) -> HttpResponse:
    people.require(request.user, "officer", "mayor", "inspector")
    rounds = [r for r in programme.rounds() if r.state in STATES]
    return render(request, "results/office.html", {"rounds": rounds})


@require_safe
def office_round(request: HttpRequest, round_id: int) -> HttpResponse:
    people.require(request.user, "officer", "mayor", "inspector")
    return _page(request, round_id, CloseForm())


def _page(request: HttpRequest, round_id: int, form: CloseForm, status: int = 200) -> HttpResponse:
    round_, plan, sample = programme.round_(round_id), programme.plan(round_id), api.sample(round_id)
    columns = [
        _("Arm"),
        *(
            {"label": x, "numeric": True}
            for x in (_("Sampled"), _("Without consent"), _("Begun"), _("Finished"))
        ),
    ]
    rows = [
        [
            _("Inside the horizon") if arm.inside else _("Outside"),
            *map(words.number, (arm.sampled, arm.unasked, arm.begun, arm.finished)),
        ]
        for arm in (api.responses(round_id) if sample else ())
    ]
    context = {
        "round": round_,
        "plan": plan,
        "sample": sample,
        "columns": columns,
        "rows": rows,
        "form": form,
        "key_form": KeyForm(),
        "officer": people.has_role(request.user, "officer"),
        "over": timezone.localdate() > plan.endline_until,
        "rule": words.rule(float(plan.threshold)),
    }
    return render(request, "results/office_round.html", context, status=status)


@require_POST
def draw_sample(request: HttpRequest, round_id: int) -> HttpResponse:
    people.require(request.user, "officer")
    form = KeyForm(request.POST)
    if form.is_valid():
        by, now = audit.account(request.user.pk), timezone.now()
        api.draw_sample(round_id, key=form.once(), by=by, now=now)
        messages.success(
            request, _("The sample is drawn. Each probability is recorded and can't be changed.")
        )
    return redirect("results:office_round", round_id)


@require_POST
def close(request: HttpRequest, round_id: int) -> HttpResponse:
    """Queue the results. A refusal stands on the page, with what was typed."""
    people.require(request.user, "officer")
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, round_id, form, status=422)
    typed = form.cleaned_data
    try:
        job_id = tasks.queue(
            round_id,
            cost=typed["cost"],
            key=form.once(),
            by=audit.account(request.user.pk),
            now=timezone.now(),
        )
    except Refusal as no:
        form.add_error(None, told(no))
        return _page(request, round_id, form, status=no.status)
    return redirect("results:work", round_id, job_id)


@require_safe
def work(request: HttpRequest, round_id: int, job_id: UUID) -> HttpResponse:
    people.require(request.user, "officer")
    try:
        job = jobs.get(str(job_id))
    except LookupError:
        raise Http404 from None
    if job.about != f"round:{round_id}":
        raise Http404
    if job.finished and not job.failed:
        return redirect("results:report", programme.round_(round_id).number)
    return render(request, "results/work.html", {"job": job, "round_id": round_id})
