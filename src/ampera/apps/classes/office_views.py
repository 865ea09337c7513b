"""Where lecturers and officers work with a class: meetings, attendance, roster, files in and out, the list to print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm
from ampera.refusal import Refusal

from . import attendance, files, tables
from .access import class_for, meeting_for, worker
from .forms import FileForm, FilterForm, HandForm, StoreForm
from .grades import sheet
from .timetable import meetings, timetable, timetables

PAGE = 50
SORTS: dict[str, Callable[[programme.Class], tuple[Any, ...]]] = {
    "code": lambda c: (c.code,),
    "level": lambda c: (programme.level_index(c.level), c.code),
    "place": lambda c: (c.place_name, c.room, c.code),
}


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """The classes of the current round that the account works with."""
    role, round_ = worker(request.user), programme.round_of(request)
    form = FilterForm(request.GET)
    held = programme.classes(round_.id, level=form.wanted or None, drawn=None) if round_ else ()
    if role.name == "lecturer":
        held = tuple(c for c in held if c.partner and c.partner == role.partner)
    order = programme.sorting(request, {"code": _("Class"), "level": _("Level"), "place": _("Where")})
    held = tuple(sorted(held, key=SORTS[order["sort"]]))
    if round_ and programme.wants_csv(request):
        return _work_file(round_, held)
    shown = Paginator(held, PAGE).get_page(request.GET.get("page"))
    taken = {pk: f.taken for pk, f in admissions.fillings(c.id for c in shown).items()}
    context = {
        "round": round_,
        "form": form,
        "page": shown,
        **order,
        "table": tables.work(list(shown), taken),
        "officer": role.name == "officer",
        "key": KeyForm()["key"].value(),
    }
    return render(request, "classes/work.html", context)


def _work_file(round_: programme.Round, held: tuple[programme.Class, ...]) -> HttpResponse:
    filled = admissions.fillings(c.id for c in held)
    columns = (
        "code",
        "level",
        "partner",
        "place",
        "room",
        "days",
        "starts_at",
        "ends_at",
        "seats",
        "participants",
    )
    rows = [
        (
            c.code, c.level, c.partner_name, c.place_name, c.room, "+".join(c.days), f"{c.starts_at:%H:%M}",
            f"{c.ends_at:%H:%M}", c.seats, filled[c.id].taken if c.id in filled else 0,
        )
        for c in held
    ]  # fmt: skip
    return programme.csv_file(f"kelas-{round_.number}", columns, rows, mark=round_.simulated)


@require_POST
def make_timetables(request: HttpRequest) -> HttpResponse:
    """The officer makes the timetables of every class of the current round."""
    people.require(request.user, "officer")
    round_ = programme.round_of(request)
    if round_ is None:
        raise Http404
    made = timetables(round_.id, by=audit.account(request.user.pk), now=timezone.now())
    if made:
        messages.success(request, _("%(n)d meetings were made or moved.") % {"n": made})
    else:
        messages.info(request, _("All timetables already stand as planned."))
    return redirect("classes:work")


@require_GET
def class_page(request: HttpRequest, class_id: int) -> HttpResponse:
    held = class_for(request.user, class_id)
    planned, now = meetings(class_id), timezone.now()
    context = {
        "held": held,
        "facts": tables.facts(held),
        "table": tables.meetings(planned, attendance.counts(class_id)),
        "now": next((m for m in planned if m.open(now)), None),
        "officer": people.has_role(request.user, "officer"),
        "key": KeyForm()["key"].value(),
    }
    return render(request, "classes/class.html", context)


@require_POST
def make_timetable(request: HttpRequest, class_id: int) -> HttpResponse:
    people.require(request.user, "officer")
    timetable(class_id, by=audit.account(request.user.pk), now=timezone.now())
    return redirect("classes:class", class_id)


@require_GET
def roster_page(request: HttpRequest, class_id: int) -> HttpResponse:
    held = class_for(request.user, class_id)
    shown = tables.roster(sheet(held), seats=people.has_role(request.user, "officer"))
    return render(request, "classes/roster.html", {"held": held, "table": shown})


@require_GET
def meeting_code(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The code, large, to show in the room. The page asks again when the code changes: that is what it is for."""
    found, held = meeting_for(request.user, meeting_id)
    now = timezone.now()
    shown = attendance.code(meeting_id, now=now) if found.open(now) else None
    context = {
        "meeting": found,
        "held": held,
        "shown": shown,
        "spaced": f"{shown.code[:3]} {shown.code[3:]}" if shown else "",
        "present": len(attendance.present(meeting_id)),
    }
    response = render(request, "classes/code.html", context)
    if shown:
        response["Refresh"] = str(shown.seconds)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def meeting_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Who is there, and marking the others by hand."""
    found, held = meeting_for(request.user, meeting_id)
    now = timezone.now()
    names = people.names(seat.person_id for seat in admissions.seats_of_class(held.id))
    there = attendance.present(meeting_id)
    absent = sorted(((p, n) for p, n in names.items() if p not in there), key=lambda one: one[1].casefold())
    form = HandForm(request.POST or None, absent=absent)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = attendance.attend_by_hand(
                meeting_id,
                form.cleaned_data["persons"],
                key=form.once(),
                by=audit.account(request.user.pk),
                now=now,
            )
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("%(n)d were marked present.") % {"n": fresh})
            return redirect("classes:meeting", meeting_id)
    context = {
        "meeting": found,
        "held": held,
        "day": tables.day(found.starts_at),
        "hours": tables.hours(found),
        "open": found.open(now),
        "form": form if absent and found.begun(now) else None,
        "there": sorted(names.get(p, "–") for p in there),
        "of": len(names),
    }
    return render(request, "classes/meeting.html", context)


@require_GET
def print_list(request: HttpRequest, class_id: int) -> HttpResponse:
    """The attendance list for the SPJ: a column for each meeting, or one meeting with room to sign."""
    held = class_for(request.user, class_id)
    found = sheet(held)
    chosen = request.GET.get("pertemuan", "")
    one = next((m for m in found.meetings if str(m.number) == chosen), None)
    columns = (one,) if one else found.meetings
    context = {
        "held": held,
        "facts": tables.facts(held),
        "one": one,
        "day": tables.day(one.starts_at) if one else "",
        "columns": [{"number": m.number, "day": tables.short_day(m.starts_at)} for m in columns],
        "rows": [{"name": row.name, "cells": [m.id in row.met for m in columns]} for row in found.rows],
        "numbers": [m.number for m in found.meetings],
    }
    return render(request, "classes/print.html", context)


@require_GET
def download(request: HttpRequest, class_id: int, kind: str) -> HttpResponse:
    """The class's file: to fill in, or to keep."""
    held = class_for(request.user, class_id)
    text = files.grades_file(held) if kind == "nilai" else files.attendance_file(held)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{held.code}.csv"'
    return response


KINDS: dict[str, tuple[object, Callable[..., files.Report]]] = {
    "nilai": (gettext_lazy("Grades from a file"), files.import_grades),
    "hadir": (gettext_lazy("Attendance from a file"), files.import_attendance),
}


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, class_id: int, kind: str) -> HttpResponse:
    """Grades or attendance from a file: first a dry run with every mistake, then, if there is none, a button to store."""
    held = class_for(request.user, class_id)
    title, take = KINDS[kind]
    by, now = audit.account(request.user.pk), timezone.now()
    context = {"held": held, "kind": kind, "title": title}
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "text" in request.POST:
        store = StoreForm(request.POST)
        if store.is_valid():
            report = take(
                class_id, store.cleaned_data["text"], dry_run=False, key=store.once(), by=by, now=now
            )
            messages.success(request, _("%(n)d entries were stored.") % {"n": report.stored})
            return redirect("classes:roster", class_id)
    elif request.method == "POST" and form.is_valid():
        text = form.cleaned_data["csv"]
        report = take(class_id, text, dry_run=True, key=form.once(), by=by, now=now)
        context |= {"report": report, "mistakes": tables.mistakes(report)}
        if not report.errors and report.values:
            context["store"] = StoreForm(initial={"text": text, "key": form.once()})
    return render(request, "classes/bring.html", context | {"form": form})
