"""The office's page of a draft's terms: presets side by side with what each costs, and a form in which all of it can be changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ampera.apps.audit import api as audit
from ampera.content.presets import presets
from ampera.content.tables import Words
from ampera.forms import told
from ampera.refusal import Refusal

from . import access, tables
from .change_forms import BEACONS, PRECEDENCES, TermsForm
from .changing import Terms, change_plan, terms_from, terms_of, with_terms
from .classes import classes
from .horizons import horizon_of
from .names import state_name
from .office_views import what_if
from .plans import Plan, expected_power, plan
from .refusals import DatesOutOfOrder, IllegalMove
from .rounds import round_
from .views import marked, shown


@require_http_methods(["GET", "HEAD", "POST"])
def office_change(request: HttpRequest, round_id: int) -> HttpResponse:
    """Change a draft's terms. `?preset=` fills the form in with that preset's; nothing is kept before it is sent."""
    access.require(request, "officer")
    found, its_plan, held = round_(round_id), plan(round_id), classes(round_id, drawn=None)
    if found.state != "DRAFT":
        raise IllegalMove(state=state_name(found.state))
    before = terms_of(its_plan, held)
    taken = next((p for p in presets() if p.code == request.GET.get("preset")), None)
    form = TermsForm(request.POST or None, terms=terms_from(taken, before) if taken else before)
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(
                round_id,
                form.terms(),
                preset=taken.code if taken else "",
                key=form.once(),
                by=audit.account(request.user.pk),
                now=timezone.now(),
            )
        except DatesOutOfOrder as no:
            form.add_error(no.facts["name"], told(no))
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The plan is changed. It is still a draft."))
            return redirect("programme:office_plan", round_id)
    drawn = sum(c.seats for c in held if c.audience is None)
    return render(
        request,
        "programme/change.html",
        {
            "round": shown(found),
            "form": form,
            "taken": _words(taken.name) if taken else "",
            "address": reverse("programme:office_change", args=[round_id]),
            **_presets(request, its_plan, before, drawn),
            **marked(found),
        },
    )


def _words(said: Words) -> str:
    return said.en if (get_language() or "").startswith("en") else said.id


def _presets(request: HttpRequest, its_plan: Plan, before: Terms, drawn: int) -> dict[str, object]:
    """The plan and every preset in a table, with what they cost under what the officer expects."""
    form, expected = what_if(request, drawn)
    address = reverse("programme:office_change", args=[its_plan.round_id])
    rows = [_row(_("The plan as it is"), its_plan, before, drawn, expected)]
    said = []
    for preset in presets():
        terms = terms_from(preset, before)
        link = {"text": _words(preset.name), "url": f"{address}?preset={preset.code}"}
        rows.append(_row(link, with_terms(its_plan, terms), terms, drawn, expected))
        said.append({"name": _words(preset.name), "about": _words(preset.about), "sources": preset.sources})
    numeric = [_("Horizon"), _("Empty seats expected"), _("Least effect seen, SD"), _("Threshold, SD")]
    columns = [_("Preset"), _("Filled first"), _("Beacon"), *({"label": n, "numeric": True} for n in numeric)]
    return {"what_if": form, "columns": columns, "rows": rows, "presets": said}


def _row(name: object, its_plan: Plan, terms: Terms, drawn: int, expected: dict[str, int]) -> list[object]:
    cost = horizon_of(
        its_plan,
        its_plan.horizon,
        drawn_seats=drawn,
        applicants=expected["applicants"],
        takeup=expected["takeup"] / 100,
    )
    able = expected_power(its_plan, drawn_seats=drawn).enough
    threshold = tables.decimal(terms.threshold)
    return [
        name,
        str(PRECEDENCES[terms.precedence]).split(":")[0],
        str(BEACONS[terms.beacon_kind]).split(",")[0].split(":")[0],
        tables.times(terms.horizon),
        tables.number(cost.empty),
        tables.decimal(cost.mde) if cost.mde is not None else _("nobody outside"),
        threshold if able else {"text": _("%(threshold)s: too low for these seats") % {"threshold": threshold}, "kind": "warning"},
    ]  # fmt: skip
