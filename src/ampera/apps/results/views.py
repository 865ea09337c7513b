"""What everybody may read of a round's results, and the way of those who were drawn into the closing test."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

from . import api, words

PUBLIC = {"LOCKED", "OPEN", "OBJECTIONS", "FROZEN", "DRAWN", "TEACHING", "ENDLINE", "REPORTED"}


@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """The mayor's one page: promised, filled, finished, changed, cost, and what the locked rule says."""
    round_ = _round(number)
    plan = programme.plan(round_.id)
    context = _framed(round_) | {"plan": plan, "rule": words.rule(float(plan.threshold))}
    if round_.state != "REPORTED":
        return render(request, "results/not_yet.html", context)
    found = api.report(round_.id)
    return render(request, "results/report.html", context | {"report": found} | _shown(found))


def _shown(found: api.Report) -> dict[str, Any]:
    columns = [
        _("Level"),
        *(
            {"label": label, "numeric": True}
            for label in (_("Planned"), _("Filled"), _("Finished"), _("Certified"))
        ),
    ]
    lines = [
        [words.level(x.level), *map(words.number, (x.planned, x.filled, x.finished, x.certified))]
        for x in found.lines
    ]
    bars = [
        {"label": words.level(x.level), "promised": x.planned, "delivered": x.filled} for x in found.lines
    ]
    cost = None
    if found.cost is not None:
        each = words.rupiah(round(found.cost / found.certified)) if found.certified else ""
        cost = {"total": words.rupiah(found.cost), "each": each}
    effect = found.effect
    return {
        "verdict": words.verdict(found),
        "stats": {
            name: words.number(getattr(found, name))
            for name in ("promised", "filled", "finished", "certified")
        },
        "columns": columns,
        "lines": lines,
        "bars": bars,
        "cost": cost,
        "changed": effect and words.changed(effect),
        "threshold": effect and effect.threshold,
        "intervals": effect
        and [
            {"label": _("Being inside"), "low": effect.low, "estimate": effect.estimate, "high": effect.high}
        ],
    }


@require_safe
def method(request: HttpRequest, number: int) -> HttpResponse:
    """How the effect is found: the locked analysis, the sample, who answered, what is not claimed."""
    round_ = _round(number)
    plan = programme.plan(round_.id)
    analysis = json.loads(plan.analysis)
    tongue = "en" if (get_language() or "").startswith("en") else "id"
    sample, effect = api.sample(round_.id), api.effect(round_.id)
    context = {
        "plan": plan,
        "estimand": analysis[f"estimand_{tongue}"],
        "methods": [programme.method_name(code) for code in analysis["methods"]],
        "sample": sample,
        "report": api.report(round_.id) if round_.state == "REPORTED" else None,
        "effect": effect,
        "figures": effect and {"columns": [_("Figure"), {"label": _("Value"), "numeric": True}], "rows": _figures(effect)},
    }  # fmt: skip
    return render(request, "results/method.html", _framed(round_) | context)


def _figures(e: api.Effect) -> list[list[str]]:
    sd, percent, to = words.sd, words.percent, _("%(low)s to %(high)s")
    return [
        [_("Estimate, SD of the outside arm"), sd(e.estimate)],
        [_("95% interval"), to % {"low": sd(e.low), "high": sd(e.high)}],
        [_("Standard error"), words.number_of(e.se, 3)],
        [_("p, by replaying the draw"), words.number_of(e.p_replay, 3)],
        [_("p, by Student's t"), words.number_of(e.p, 3)],
        [_("Least effect found four times in five (MDE)"), sd(e.mde)],
        [_("SD of the outside arm, logits"), sd(e.sd_outside)],
        [_("Answered, inside"), _of(e.n_inside, e.asked_inside)],
        [_("Answered, outside"), _of(e.n_outside, e.asked_outside)],
        [_("Households among those who answered"), words.number(e.clusters)],
        [_("Share that answered, inside and outside"), f"{percent(e.response_inside)}, {percent(e.response_outside)}"],
        [
            _("Difference in answering, 95% interval"),
            to % {"low": percent(e.attrition_low), "high": percent(e.attrition_high)},
        ],
        [_("Bounds if answering depended on the draw (Lee), SD"), to % {"low": sd(e.bound_low), "high": sd(e.bound_high)}],
        *_taking(e),
        [_("From the open data, 95% interval"), f"{sd(e.public_estimate)} ({to % {'low': sd(e.public_low), 'high': sd(e.public_high)}})"],
    ]  # fmt: skip


def _taking(e: api.Effect) -> list[list[str]]:
    """The effect of a seat, if being inside moved anybody into one."""
    if e.late is None or e.moved is None:
        return []
    sd, percent, to = words.sd, words.percent, _("%(low)s to %(high)s")
    bounds = _("not bounded: too few were moved into a seat")
    if e.late_low is not None and e.late_high is not None:
        bounds = to % {"low": sd(e.late_low), "high": sd(e.late_high)}
    moved = to % {"low": percent(e.moved_low), "high": percent(e.moved_high)}
    return [
        [_("Moved into a seat by being inside, 95% interval"), f"{percent(e.moved)} ({moved})"],
        [_("Effect of taking a seat (LATE), SD"), sd(e.late)],
        [_("95% interval (Anderson–Rubin)"), bounds],
    ]


def _of(some: int, all_: int) -> str:
    return _("%(some)s of %(all)s") % {"some": words.number(some), "all": words.number(all_)}


@require_safe
def data(request: HttpRequest, number: int) -> HttpResponse:
    """The rows to recompute from. A simulated round says so in the file's name and in each row."""
    round_ = _round(number)
    answer = HttpResponse(api.data(round_.id), content_type="text/csv; charset=utf-8")
    mark = "SIMULASI-" if round_.simulated else ""
    answer["Content-Disposition"] = f'attachment; filename="{mark}ampera-hasil-{number}.csv"'
    return answer


@login_required
def endline(request: HttpRequest, person_id: int) -> HttpResponse:
    """Before the closing test: what it is, and the button that begins it or goes on with it."""
    person = people.mine(request.user, person_id)
    now = timezone.now()
    round_ = next((r for r in programme.rounds() if r.state == "ENDLINE"), None)
    if round_ is None:
        raise api.NotAsked()
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sitting_id = api.start_endline(
            person.id, round_.id, key=form.once(), by=audit.account(request.user.pk), now=now
        )
        return redirect("assessment:sitting", sitting_id)
    until = api.invited(person.id, round_.id, now)
    return render(request, "results/endline.html", {"form": form, "person": person, "until": until})


def _round(number: int) -> programme.Round:
    """The round of that number that is public, not an abandoned one. Raises Http404."""
    for round_ in programme.rounds():
        if round_.number == number and round_.state in PUBLIC:
            return round_
    raise Http404


def _framed(round_: programme.Round) -> dict[str, Any]:
    return {"round": round_, "simulated": settings.DEMO or round_.simulated}
