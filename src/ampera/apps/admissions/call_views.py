"""The officers' pages of calls and seats: waves, answers for people at the counter, seats that stayed empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, parts, telling, told
from ampera.refusal import Refusal

from .answering import accept
from .callbook import waves, waves_ended
from .calling import Wave, call_wave, close_waves
from .giving_up import PIN, Proof, give_up
from .models import Call, Seat
from .no_shows import declare_no_show, no_show_of
from .office_forms import BecauseForm, CallsForm, LiveForm, OnBehalfForm
from .office_pages import PAGE, actor, csv_file, moment, numeric, round_of
from .office_refusals import IdentityNotSeen, ReasonMissing, WaveOpen, WrongPin
from .seats import claim_live, fillings, live_classes, release

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
            "key_form": KeyForm(),
            "end_form": BecauseForm(),
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


@require_POST
def office_wave(request: HttpRequest, round_id: int) -> HttpResponse:
    people.require(request.user, "officer")
    with telling(request):
        called = call_wave(round_id, by=actor(request), now=timezone.now())
        if called:
            messages.success(request, _("%(count)d people are called.") % {"count": called})
        else:
            messages.info(request, _("Nobody is left to call: the calls have ended."))
    return redirect("admissions:office_calls")


@require_POST
def office_end_waves(request: HttpRequest, round_id: int) -> HttpResponse:
    done = _("The calls have ended. Seats still empty are open to others.")
    return _with_reason(request, partial(close_waves, round_id), done)


def _with_reason(request: HttpRequest, verb: Callable[..., object], done: str) -> HttpResponse:
    """An officer's button that asks why; what stops it is told on the list that it leads to."""
    people.require(request.user, "officer")
    form = BecauseForm(request.POST)
    if form.is_valid():
        with telling(request):
            verb(because=form.cleaned_data["because"], key=form.once(), by=actor(request), now=timezone.now())
            messages.success(request, done)
    elif "because" in form.errors:
        messages.error(request, told(ReasonMissing()))
    else:
        messages.error(request, _("That did not arrive whole. Try it again."))
    return redirect("admissions:office_calls")


@require_http_methods(["GET", "HEAD", "POST"])
def office_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call, answered for somebody at the counter."""
    people.require(request.user, "officer", "volunteer")
    call = Call.objects.select_related("application").filter(pk=call_id).first()
    if call is None:
        raise Http404
    form = OnBehalfForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _answer(request, call, form)
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The answer is kept."))
            return redirect("admissions:office_call", call_id)
    klass = programme.class_(call.klass_id)
    seat = Seat.objects.filter(call=call, state=Seat.State.TAKEN).first()
    return render(
        request,
        "admissions/office/call.html",
        {
            "call": call,
            "open": call.state == Call.State.OFFERED and timezone.now() <= call.until,
            "state": state_names()[call.state],
            "name": people.names([call.application.person_id])[call.application.person_id],
            "klass": klass,
            "items": [
                {"label": _("Receipt"), "value": call.application.receipt},
                {"label": _("Class"), "value": f"{klass.code}, {klass.place_name}"},
                {"label": _("Until"), "value": moment(call.until)},
                {"label": _("Reply"), "value": state_names()[call.state]},
            ],
            "form": form,
            "seat": seat,
            "no_show": no_show_of(seat.pk) if seat else None,
            "release_form": BecauseForm(auto_id="absent_%s"),
            "again_form": BecauseForm(),
        },
    )


def _answer(request: HttpRequest, call: Call, form: OnBehalfForm) -> None:
    said, now = form.cleaned_data, timezone.now()
    if said["answer"] == "decline":
        proof = Proof(said["how"], said["secret"])
        give_up(call.pk, proof, key=form.once(), by=actor(request), now=now)
        return
    if said["how"] == PIN and not people.check_pin(call.application.person_id, said["secret"]):
        raise WrongPin()
    accept(call.pk, key=form.once(), by=actor(request), now=now)


@require_POST
def office_release(request: HttpRequest, seat_id: str) -> HttpResponse:
    return _with_reason(request, partial(release, seat_id), _("The seat is free again."))


@require_POST
def office_no_show(request: HttpRequest, seat_id: str) -> HttpResponse:
    """Said not to be used: its holder is told and has 48 hours to object."""
    done = _("The person is told. Without an objection the seat is free in 48 hours.")
    return _with_reason(request, partial(declare_no_show, seat_id), done)


@require_http_methods(["GET", "HEAD", "POST"])
def office_live(request: HttpRequest, round_id: int) -> HttpResponse:
    """A seat that stayed empty, for somebody who had not applied and whose KTP was seen."""
    people.require(request.user, "officer", "volunteer")
    found = programme.round_(round_id)
    classes = {c.id: c for c in programme.classes(round_id)}
    free = [
        (f.class_id, f"{classes[f.class_id].code}, {classes[f.class_id].place_name} ({f.free})")
        for f in live_classes(round_id)
    ]
    form = LiveForm(request.POST or None, classes=free)
    if request.method == "POST" and form.is_valid():
        try:
            _claim(request, round_id, form)
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The seat is taken."))
            return redirect("admissions:office_live", round_id)
    return render(request, "admissions/office/live.html", {"round": found, "form": form, "free": free})


def _claim(request: HttpRequest, round_id: int, form: LiveForm) -> None:
    now, by = timezone.now(), actor(request)
    holders = [p for p in people.find_by_nik(form.cleaned_data["nik"], by=by, now=now) if not p.displaced]
    seen = next((p for p in holders if p.seen), None)
    if seen is None:
        raise IdentityNotSeen()
    claim_live(round_id, form.cleaned_data["klass"], seen.id, key=form.once(), by=by, now=now)
