"""The officers' pages of a plan: what is in it, what if, the lock by two people, its classes. Inspectors read and confirm."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ampera.apps.audit import api as audit
from ampera.forms import KeyForm
from ampera.refusal import Refusal

from . import access, tables
from .classes import Class, class_, class_moved, classes
from .forms import START, ConfirmForm, FilterForm, MoveForm, WhatIfForm
from .horizons import horizons
from .lists import sorting
from .names import level_name
from .plans import Plan, confirm_lock, expected_power, plan, propose_lock
from .rounds import ROUND_MOVES, round_, rounds
from .views import SIMULATED, file_name, filtered, marked, plan_tables, shown

PAGE = 50
SORTS = {
    "code": lambda c: c.code,
    "level": lambda c: (c.level, c.code),
    "place": lambda c: (c.place_name, c.room, c.code),
    "seats": lambda c: (c.seats, c.code),
}
USUAL_TAKEUP = 70  # of 100 called; only where the what-if starts


@require_safe
def office_rounds(request: HttpRequest) -> HttpResponse:
    access.require(request, "officer", "inspector")
    return render(request, "programme/office_rounds.html", {"rounds": [shown(one) for one in rounds()]})


@require_safe
def office_plan(request: HttpRequest, round_id: int) -> HttpResponse:
    """What is in the plan, what its horizon costs, whether it can tell, and the next step of its lock."""
    role = access.require(request, "officer", "inspector")
    found, its_plan, held = round_(round_id), plan(round_id), classes(round_id, drawn=None)
    drawn = sum(c.seats for c in held if c.audience is None)
    who = access.labels(its_plan.proposed_by, its_plan.locked_by)
    power = expected_power(its_plan, drawn_seats=drawn)
    return render(
        request,
        "programme/office_plan.html",
        {
            "round": shown(found),
            "plan": its_plan,
            "short": its_plan.hash[:START],
            "draft": found.state == "DRAFT",
            "officer": role == "officer",
            "can_abandon": (found.state, "abandon") in ROUND_MOVES,
            "form": KeyForm(),
            "proposed": f"{who.get(its_plan.proposed_by, '')}, {tables.moment(its_plan.proposed_at)}",
            "locked": f"{who.get(its_plan.locked_by, '')}, {tables.moment(its_plan.locked_at)}",
            "enough": power.enough,
            "mde": tables.decimal(power.mde),
            "threshold": tables.decimal(power.threshold),
            "per_arm": tables.number(power.per_arm),
            **_what_if(request, its_plan, drawn),
            **plan_tables(its_plan, held),
            **marked(found),
        },
    )


def what_if(request: HttpRequest, drawn: int) -> tuple[WhatIfForm, dict[str, int]]:
    """What the officer expects, as a form and as numbers; at first, three applicants for each seat."""
    start = {"applicants": 3 * drawn, "takeup": USUAL_TAKEUP}
    asked = "applicants" in request.GET
    form = WhatIfForm(request.GET if asked else None, initial=start)
    return form, form.cleaned_data if asked and form.is_valid() else start


def _what_if(request: HttpRequest, its_plan: Plan, drawn: int) -> dict[str, object]:
    """The horizons' table under what the officer expects."""
    form, assumed = what_if(request, drawn)
    found = horizons(
        its_plan,
        drawn_seats=drawn,
        applicants=assumed["applicants"],
        takeup=assumed["takeup"] / 100,
    )
    return {"what_if": form, "horizons": tables.horizons_table(found, its_plan.horizon)}


@require_POST
def propose(request: HttpRequest, round_id: int) -> HttpResponse:
    access.require(request, "officer")
    form = KeyForm(request.POST)
    if form.is_valid():
        propose_lock(round_id, key=form.once(), by=audit.account(request.user.pk), now=timezone.now())
        messages.success(request, _("The lock is proposed. Give the hash to somebody outside the office."))
    return redirect("programme:office_plan", round_id)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, round_id: int) -> HttpResponse:
    """The second person, outside the office, compares the hash and locks the plan."""
    access.require(request, "inspector")
    found, its_plan = round_(round_id), plan(round_id)
    form = ConfirmForm(request.POST or None, initial={"hash": its_plan.hash})
    if request.method == "POST" and form.is_valid():
        try:
            confirm_lock(
                round_id,
                form.confirmed,
                key=form.once(),
                by=audit.account(request.user.pk),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The plan is locked. Its hash and text are public now."))
            return redirect("programme:office_plan", round_id)
    who = access.labels(its_plan.proposed_by)
    return render(
        request,
        "programme/confirm.html",
        {
            "round": shown(found),
            "plan": its_plan,
            "form": form,
            "ready": bool(its_plan.hash) and found.state == "DRAFT",
            "proposed": f"{who.get(its_plan.proposed_by, '')}, {tables.moment(its_plan.proposed_at)}",
            **marked(found),
        },
    )


@require_safe
def proposed_text(request: HttpRequest, round_id: int) -> HttpResponse:
    """The text that is about to be locked, for the second person to read before confirming."""
    access.require(request, "officer", "inspector")
    its_plan = plan(round_id)
    return HttpResponse(its_plan.text.encode(), content_type="text/plain; charset=utf-8")


@require_safe
def office_classes(request: HttpRequest, round_id: int) -> HttpResponse:
    role = access.require(request, "officer", "inspector")
    found = round_(round_id)
    form = FilterForm(request.GET)
    page = Paginator(_listed(request, round_id, form), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "programme/office_classes.html",
        {
            "round": shown(found),
            "form": form,
            "page": page,
            **sorting(
                request,
                {"code": _("Class"), "level": _("Level"), "place": _("Place"), "seats": _("Seats")},
            ),
            "officer": role == "officer",
            **tables.classes_table(page.object_list, "programme:office_class" if role == "officer" else ""),
            **marked(found),
        },
    )


@require_safe
def office_classes_csv(request: HttpRequest, round_id: int) -> HttpResponse:
    """The same list, filtered and sorted alike, for a spreadsheet."""
    access.require(request, "officer", "inspector")
    found = round_(round_id)
    held = _listed(request, round_id, FilterForm(request.GET))
    return HttpResponse(
        tables.classes_csv(held, SIMULATED if found.simulated else ""),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name(found, "classes")}.csv"'},
    )


def _listed(request: HttpRequest, round_id: int, form: FilterForm) -> list[Class]:
    sort = SORTS.get(request.GET.get("sort", ""), SORTS["code"])
    return sorted(filtered(classes(round_id, drawn=None), form.wanted), key=sort)


@require_http_methods(["GET", "HEAD", "POST"])
def office_class(
    request: HttpRequest, class_id: int, change: Callable[..., object] = class_moved
) -> HttpResponse:
    """One class: its terms, and another room, day, hour or trainer. Seats, level and place are locked.

    change: the verb; the site's tells those who sit in the class too.
    """
    access.require(request, "officer")
    held = class_(class_id)
    found = round_(held.round_id)
    form = MoveForm(
        request.POST or None,
        initial={
            "room": held.room,
            "days": held.days,
            "starts_at": held.starts_at,
            "ends_at": held.ends_at,
            "trainer": held.trainer,
        },
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            change(
                class_id,
                room=asked["room"],
                days=tuple(asked["days"]),
                starts_at=asked["starts_at"],
                ends_at=asked["ends_at"],
                trainer=asked["trainer"],
                key=form.once(),
                by=audit.account(request.user.pk),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request,
                _("Class %(code)s is changed; those who sit in it are told where and when.")
                % {"code": held.code},
            )
            return redirect("programme:office_classes", held.round_id)
    terms = [
        {"label": _("Level"), "value": level_name(held.level)},
        {"label": _("Kecamatan"), "value": held.place_name},
        {"label": _("Partner"), "value": held.partner_name or _("The city itself")},
        {"label": _("Seats"), "value": tables.number(held.seats)},
        {"label": _("Meetings"), "value": f"{held.meetings} ({held.hours} JP)"},
    ]
    return render(
        request,
        "programme/office_class.html",
        {"round": shown(found), "held": held, "terms": terms, "form": form, **marked(found)},
    )
