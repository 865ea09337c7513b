"""The officers' pages of calls: how each wave was answered, and an answer for somebody at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import parts
from ampera.refusal import Refusal

from .answering import accept
from .callbook import waves, waves_ended
from .calling import Wave
from .giving_up import of_call
from .models import Call, Seat
from .motion_views import waiting_motions
from .office_forms import CallsForm, TakeForm
from .office_pages import PAGE, actor, csv_file, moment, numeric, round_of
from .office_refusals import WaveOpen
from .seat_views import giving_up
from .seats import fillings

ORDERS = {
    "wave": ("-wave", "application__receipt"),
    "receipt": ("application__receipt", "-wave"),
    "until": ("until", "application__receipt"),
    "state": ("state", "application__receipt"),
}
KINDS = {"OFFERED": "info", "TAKEN": "success", "DECLINED": "warning", "LAPSED": "warning"}


def state_names() -> dict[str, str]:
    return {
        "OFFERED": _("waiting"),
        "TAKEN": _("taken"),
        "DECLINED": _("given up"),
        "LAPSED": _("time over"),
    }


@require_safe
def office_calls(request: HttpRequest) -> HttpResponse:
    """Waves and how they were answered; the calls, filtered; seats still empty."""
    people.require(request.user, "officer")
    found = round_of(request)
    if found is None:
        return render(request, "admissions/office/none.html")
    form = CallsForm(request.GET)
    order = programme.sorting(
        request,
        {"wave": _("Wave"), "receipt": _("Receipt"), "until": _("Until"), "state": _("Reply")},
    )
    rows = _called(found.id, form).order_by(*ORDERS[order["sort"]])
    classes = {c.id: c for c in programme.classes(found.id, drawn=None)}
    if programme.wants_csv(request):
        cells = [
            (c.application.receipt, c.wave, classes[c.klass_id].code, c.state, c.until.isoformat())
            for c in rows
        ]
        columns = ("receipt", "wave", "class", "state", "until")
        return csv_file(f"panggilan-{found.number}", columns, cells, mark=found.simulated)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    filled = fillings(classes)
    names, its_waves = state_names(), waves(found.id)
    return render(
        request,
        "admissions/office/calls.html",
        {
            "round": found,
            "form": form,
            **order,
            "waits": waiting_motions(found.id, who={}),
            "ended": waves_ended(found.id),
            "waiting": sum(w.waiting for w in its_waves),
            "not_yet": _still_open(its_waves, timezone.now()),
            "drawn": bool(its_waves),
            "wave_columns": [
                _("Wave"), _("Until"), numeric(_("Called")), numeric(names["TAKEN"]),
                numeric(names["DECLINED"]), numeric(names["LAPSED"]), numeric(names["OFFERED"]),
            ],
            "waves": [
                [w.number, moment(w.until), w.called, w.taken, w.declined, w.lapsed, w.waiting]
                for w in its_waves
            ],
            "page": page,
            "columns": [_("Receipt"), _("Wave"), _("Class"), _("Until"), _("Reply")],
            "rows": [
                [
                    {"text": c.application.receipt, "url": reverse("admissions:office_call", args=[c.pk])},
                    c.wave,
                    classes[c.klass_id].code,
                    moment(c.until),
                    {"text": names[c.state], "kind": KINDS[c.state]},
                ]
                for c in page
            ],
            "empty_seats": sum(f.free for f in filled.values()),
            "seats": sum(f.seats for f in filled.values()),
        },
    )  # fmt: skip


def _still_open(its_waves: Sequence[Wave], now: datetime) -> str:
    """Why the next wave can't be called yet, in words; "" once everybody's time is over."""
    last = max((w.until for w in its_waves if w.waiting), default=now)
    waiting = sum(w.waiting for w in its_waves)
    return parts(WaveOpen(count=waiting, until=last))[0] if now < last else ""


def _called(round_id: int, form: CallsForm):
    rows = Call.objects.filter(application__round=round_id).select_related("application")
    want = form.cleaned_data if form.is_valid() else {}
    if want.get("state"):
        rows = rows.filter(state=want["state"])
    if want.get("wave"):
        rows = rows.filter(wave=want["wave"])
    if want.get("receipt"):
        rows = rows.filter(application__receipt__icontains=want["receipt"].strip())
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def office_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call, answered for somebody at the counter: taken with their KTP or PIN, given up only with a code or PIN."""
    people.require(request.user, "officer", "volunteer")
    call = Call.objects.select_related("application").filter(pk=call_id).first()
    if call is None:
        raise Http404
    here = reverse("admissions:office_call", args=[call_id])
    leaving, done = giving_up(request, of_call(call), here=here)
    if done:
        return done
    form = TakeForm(request.POST if request.POST.get("action") == "take" else None, auto_id="take_%s")
    if form.is_valid():
        try:
            _take(request, call, form)
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The answer is kept."))
            return redirect(here)
    klass = programme.class_(call.klass_id)
    seat = Seat.objects.filter(call=call, state=Seat.State.TAKEN).first()
    items = [
        (_("Receipt"), call.application.receipt),
        (_("Class"), f"{klass.code}, {klass.place_name}"),
        (_("Until"), moment(call.until)),
        (_("Reminded"), moment(call.reminded_at)),
        (_("Reply"), state_names()[call.state]),
    ]
    context = {
        "open": call.state == Call.State.OFFERED and timezone.now() <= call.until,
        "name": people.names([call.application.person_id])[call.application.person_id],
        "items": [{"label": label, "value": value} for label, value in items if value],
        "form": form,
        "seat": seat,
    }
    return render(request, "admissions/office/call.html", context | leaving)


def _take(request: HttpRequest, call: Call, form: TakeForm) -> None:
    said = form.cleaned_data
    pin = people.Proof(people.PIN, said["secret"])
    if said["how"] == people.PIN and not people.check_pin(call.application.person_id, pin.secret):
        raise pin.wrong
    accept(call.pk, key=form.once(), by=actor(request), now=timezone.now())
