"""The ceremony on a projector: what the room sees before, during and after the draw. Public, no account.

It stands still unless asked to run by itself (`?jalan=1`), then it asks for its next view every few seconds; a page that
moves without being told to can't be read by everybody (WCAG 2.2.1, 2.2.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ampera.apps.programme import api as programme

from .beacon import said
from .drawing import Drawn, drawn
from .entering import Entered, entered, half_entered
from .freezing import Frozen, frozen, labels_of
from .models import Outcome
from .office_pages import moment, numbered
from .office_pages import number as grouped

ROWS = 9  # of a table that is read from ten metres
SECONDS = {
    "before": 30,
    "frozen": 10,
    "drawing": 5,
    "drawn": 20,
}  # until a page that runs by itself asks again


@dataclass(frozen=True)
class Stage:
    """What is known of a round on its stage. name: of its view; by the round's state and by what was done in it."""

    name: str
    round: programme.Round
    plan: programme.Plan
    frozen: Frozen | None
    half: bool  # one officer has entered the beacon's value, a second has not
    entered: Entered | None
    drawn: Drawn | None


def stage_of(found: programme.Round) -> Stage:
    """Which view a round has now: before (the freeze), frozen, drawing, drawn or abandoned."""
    plan, seal, result = programme.plan(found.id), frozen(found.id), drawn(found.id)
    waits = seal is not None and result is None
    value = entered(found.id, plan) if waits else None
    half = waits and value is None and half_entered(found.id, plan) is not None
    if found.state == "ABANDONED":
        name = "abandoned"
    elif result:
        name = "drawn"
    elif value and value.job and not value.job.failed:
        name = "drawing"
    else:
        name = "frozen" if seal else "before"
    return Stage(name, found, plan, seal, half, value, result)


@require_safe
def ceremony(request: HttpRequest, number: int) -> HttpResponse:
    """The stage as it is now; a draw that is done is shown in scenes, one after another."""
    stage, now = stage_of(numbered(number)), timezone.now()
    runs = request.GET.get("jalan") == "1" and stage.name in SECONDS
    context: dict[str, Any] = {
        "stage": stage,
        "round": stage.round,
        "plan": stage.plan,
        "beacon": said(stage.plan),
        "simulated": stage.round.simulated,
        "short": programme.short_form(stage.frozen.root) if stage.frozen else "",
        "long": _groups_of(stage.frozen.root, 8) if stage.frozen else (),
        "clock": clock(stage.plan.draw_at, now),
        "until": stage.plan.draw_at.isoformat(),
        "now": now.isoformat(),
        "runs": runs,
        "seconds": SECONDS.get(stage.name, 0),
        "after": "",
        "address": request.build_absolute_uri(reverse("admissions:draw_page", args=[number])),
    }
    value = stage.drawn.beacon if stage.drawn else stage.entered.value if stage.entered else ""
    context["value_groups"] = _groups_of(value, 8)
    if stage.drawn:
        context["done"] = context["beacon"]["done"] % {"at": moment(stage.drawn.at)}
        context |= _scene(stage.drawn, request.GET.get("adegan", ""))
    return render(request, f"admissions/ceremony/{stage.name}.html", context)


def clock(until: datetime, now: datetime) -> list[dict[str, Any]] | None:
    """Days, hours and minutes left, with their names; None once the hour has come."""
    left = until - now
    if left <= timedelta(0):
        return None
    minutes, hours = ceil(left / timedelta(minutes=1)), 60
    return [
        {"part": "days", "value": minutes // (24 * hours), "name": _("days")},
        {"part": "hours", "value": minutes // hours % 24, "name": _("hours")},
        {"part": "minutes", "value": minutes % hours, "name": _("minutes")},
    ]


def _groups_of(text: str, length: int) -> tuple[str, ...]:
    return tuple(text[i : i + length] for i in range(0, len(text), length))


def _scene(result: Drawn, asked: str) -> dict[str, Any]:
    """The scene asked for, and the ways to its neighbours. 1 the outcome, 2 by kecamatan, then cutoffs, last the recheck."""
    classes = programme.classes(result.round_id)
    tables = ceil(len(classes) / (2 * ROWS))
    last = tables + 3
    at = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 6 else 1
    context: dict[str, Any] = {
        "scene": at,
        "scenes": last,
        "before": at - 1,
        "after": at + 1 if at < last else 1,
    }
    if at == 1:
        context["kind"] = "outcome"
        context["bundle_short"] = programme.short_form(result.bundle_hash)
    elif at == 2:
        context |= {"kind": "places"} | _places(result)
    elif at < last:
        held = _cutoffs(result, classes)[2 * ROWS * (at - 3) : 2 * ROWS * (at - 2)]
        halves = [half for half in (held[:ROWS], held[ROWS:]) if half]
        context |= {"kind": "cutoffs", "tables": halves, "part": at - 2, "parts": tables}
    else:
        context["kind"] = "recheck"
    return context


def _places(result: Drawn) -> dict[str, Any]:
    """Seats by the kecamatan where people live: the map's shapes, which carry names and numbers. Two queries."""
    rows = Outcome.objects.filter(draw=result.id, klass__isnull=False).values("application__kelurahan_id")
    seats: dict[str, int] = {}
    for row in rows.annotate(n=Count("pk")).order_by("application__kelurahan_id"):
        place = programme.kecamatan_of(row["application__kelurahan_id"])
        seats[place] = seats.get(place, 0) + row["n"]
    viewbox, shapes = programme.shaded(seats)
    return {"viewbox": viewbox, "shapes": shapes}


def _cutoffs(result: Drawn, classes: tuple[programme.Class, ...]) -> list[tuple[str, str, str, str]]:
    """(public code, taken, seats, the last ticket in: "" if seats were left) of each class, by code; one query and the labels'."""
    rows = Outcome.objects.filter(draw=result.id, klass__isnull=False).values("klass_id")
    taken = {r["klass_id"]: (r["n"], r["last"]) for r in rows.annotate(n=Count("pk"), last=Max("ticket"))}
    code = labels_of(result.round_id).klass
    return sorted(
        (code[c.code], grouped(count), grouped(c.seats), ticket[:8] if count == c.seats else "")
        for c in classes
        for count, ticket in [taken.get(c.id, (0, ""))]
    )
