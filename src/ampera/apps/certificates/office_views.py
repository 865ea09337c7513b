"""Officers: propose a class's certificates, confirm another's proposal, find one, decide how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, telling

from . import issuing, records, reissuing, standing
from .forms import FilterForm, StandingForm

PAGE = 50
ORDERS = {
    "newest": ("-issued_at", "pk"),
    "oldest": ("issued_at", "pk"),
    "level": ("level", "-issued_at", "pk"),
}
CLASS_ORDERS: dict[str, Callable[[programme.Class], tuple[Any, ...]]] = {
    "code": lambda c: (c.code,),
    "level": lambda c: (programme.level_index(c.level), c.code),
    "place": lambda c: (c.place_name, c.code),
}
WHY = {
    "ready": ("success", gettext_lazy("Gets a certificate")),
    "issued": ("info", gettext_lazy("Has one already")),
    "attendance": ("warning", gettext_lazy("Attended too few meetings")),
    "exam": ("warning", gettext_lazy("Has not passed the exam")),
    "name": ("danger", gettext_lazy("The name can't be printed; correct it")),
}
STATES = {
    "STANDING": ("success", gettext_lazy("Standing")),
    "SUSPENDED": ("warning", gettext_lazy("Suspended")),
    "REVOKED": ("danger", gettext_lazy("Revoked")),
}
DECIDED = {
    "suspend": gettext_lazy("The certificate is suspended, and the status list says so from now on."),
    "reinstate": gettext_lazy("The certificate stands again, and the status list says so from now on."),
    "revoke": gettext_lazy("The certificate is revoked, and the status list says so from now on."),
}


def _day(at) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and every certificate."""
    people.require(request.user, "officer")
    form = FilterForm(request.GET)
    order = programme.sorting(
        request, {"newest": _("Newest first"), "oldest": _("Oldest first"), "level": _("Level")}
    )
    listed = records.rows(**form.wanted).order_by(*ORDERS[order["sort"]])
    if programme.wants_csv(request):
        return _file(map(records.record, listed))
    shown = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    found = [records.record(row) for row in shown]
    waiting = issuing.batches(waiting=True)
    names = people.names(c.person_id for c in found)
    who = people.labels(b.proposed_by for b in waiting)
    rows = [
        [
            {"text": names[c.person_id], "url": reverse("certificates:one", args=[c.id])},
            programme.level_name(c.level),
            _day(c.issued_at),
            {"text": str(STATES[c.state][1]), "kind": STATES[c.state][0]},
        ]
        for c in found
    ]  # fmt: skip
    context = {
        "form": form,
        "page": shown,
        **order,
        "columns": [_("Name"), _("Level"), _("Issued"), _("State")],
        "rows": rows,
        "waiting": [
            {"url": reverse("certificates:class", args=[b.class_id]), "by": who[b.proposed_by], "at": _day(b.proposed_at)}
            for b in waiting
        ],
    }  # fmt: skip
    return render(request, "certificates/office.html", context)


def _file(found: Iterable[records.Certificate]) -> HttpResponse:
    """The certificates for a spreadsheet; samples say CONTOH in a column of their own."""
    held = list(found)
    names = people.names(c.person_id for c in held)
    columns = ("number", "name", "level", "issued", "valid_until", "state", "sample")
    rows = [
        (
            c.id, names[c.person_id], c.level, c.issued_at, c.valid_until, c.state.lower(),
            "CONTOH" if c.demo else "",
        )
        for c in held
    ]  # fmt: skip
    return programme.csv_file("sertifikat", columns, rows, mark=any(c.demo for c in held))


@require_GET
def class_list(request: HttpRequest) -> HttpResponse:
    """The classes of the current round: how far issuing has come in each, and in all."""
    people.require(request.user, "officer")
    round_, form = programme.round_of(request), FilterForm(request.GET)
    level = str(form.wanted["level"]) or None
    held = programme.classes(round_.id, level=level, drawn=None) if round_ else ()
    order = programme.sorting(request, {"code": _("Class"), "level": _("Level"), "place": _("Place")})
    held = tuple(sorted(held, key=CLASS_ORDERS[order["sort"]]))
    passed = assessment.passes_counted(c.id for c in held)
    issued = records.counts(c.id for c in held)
    if round_ and programme.wants_csv(request):
        cells = ((c.code, c.level, c.place_name, passed.get(c.id, 0), issued.get(c.id, 0)) for c in held)
        named = ("class", "level", "place", "passed", "certificates")
        return programme.csv_file("sertifikat-per-kelas", named, cells, mark=round_.simulated)
    shown = Paginator(held, PAGE).get_page(request.GET.get("page"))
    waiting = {b.class_id for b in issuing.batches((c.id for c in held), waiting=True)}
    rows = [
        [
            {"text": c.code, "url": reverse("certificates:class", args=[c.id])},
            programme.level_name(c.level),
            c.place_name,
            passed.get(c.id, 0),
            issued.get(c.id, 0),
            {"text": _("Waits for a second person"), "kind": "warning"} if c.id in waiting else None,
        ]
        for c in shown
    ]
    columns = [
        _("Class"),
        _("Level"),
        _("Place"),
        {"label": _("Passed the exam"), "numeric": True},
        {"label": _("Certificates"), "numeric": True},
        _("Proposal"),
    ]
    progress = {
        "passed": sum(passed.values()),
        "issued": sum(issued.values()),
        "begun": len(issued),
        "classes": len(held),
        "waiting": len(waiting),
    }
    context = {
        "round": round_,
        "form": form,
        "page": shown,
        "columns": columns,
        "rows": rows,
        **order,
        **progress,
    }
    return render(request, "certificates/classes.html", context)


@require_GET
def class_page(request: HttpRequest, class_id: int) -> HttpResponse:
    """Who in the class gets a certificate, who doesn't and why; and the next step of the two."""
    people.require(request.user, "officer")
    held, found = programme.class_(class_id), issuing.candidates(class_id)
    open_ = next(iter(issuing.batches([class_id], waiting=True)), None)
    rows = [[c.name, {"text": str(WHY[c.why][1]), "kind": WHY[c.why][0]}] for c in found]
    context = {
        "held": held,
        "columns": [_("Name"), _("Certificate")],
        "rows": rows,
        "ready": (by_why := Counter(c.why for c in found))["ready"],
        "issued": by_why["issued"],
        "sample": settings.DEMO,
        "batch": open_,
        "proposed_at": _day(open_.proposed_at) if open_ else "",
        "mine": open_ is not None and open_.proposed_by == audit.account(request.user.pk),
        "form": KeyForm(),
    }
    return render(request, "certificates/class.html", context)


@require_POST
def propose(request: HttpRequest, class_id: int) -> HttpResponse:
    people.require(request.user, "officer")
    form = KeyForm(request.POST)
    if form.is_valid():
        issuing.propose_batch(
            class_id, key=form.once(), by=audit.account(request.user.pk), now=timezone.now()
        )
        messages.success(request, _("Proposed. Ask another officer to confirm."))
    return redirect("certificates:class", class_id)


@require_POST
def confirm(request: HttpRequest, batch_id: int) -> HttpResponse:
    people.require(request.user, "officer")
    form = KeyForm(request.POST)
    class_id = issuing.batch(batch_id).class_id
    if form.is_valid():
        issued = issuing.confirm_batch(
            batch_id, key=form.once(), by=audit.account(request.user.pk), now=timezone.now()
        )
        messages.success(request, _("%(n)d certificates were issued.") % {"n": issued})
    return redirect("certificates:class", class_id)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """One certificate, and the form that suspends, reinstates or revokes it."""
    people.require(request.user, "officer")
    found = records.credential(certificate_id)
    form = StandingForm(request.POST or None, state=found.state)
    if request.method == "POST" and form.is_valid():
        verb, by = form.cleaned_data["verb"], audit.account(request.user.pk)
        with telling(request):
            standing.change(
                verb, certificate_id, reason=form.cleaned_data["reason"], key=form.once(), by=by, now=timezone.now()
            )  # fmt: skip
            messages.success(request, DECIDED[verb])
        return redirect("certificates:one", certificate_id)
    items = [
        {"label": _("Name"), "value": people.names([found.person_id])[found.person_id]},
        {"label": _("Level"), "value": programme.level_name(found.level)},
        {"label": _("Class"), "value": programme.class_(found.class_id).code},
        {"label": _("Issued"), "value": _day(found.issued_at)},
        {"label": _("Valid until"), "value": formats.date_format(timezone.localtime(found.valid_until))},
        {"label": _("Number"), "value": str(found.id)},
    ]
    if found.since:
        items += [
            {"label": STATES[found.state][1], "value": _day(found.since)},
            {"label": _("Reason"), "value": found.reason},
        ]
    context = {"certificate": found, "items": items, "form": form, **_anew(request, found)}
    return render(request, "certificates/one.html", context)


def _anew(request: HttpRequest, found: records.Certificate) -> dict[str, Any]:
    """Where a certificate went and came from, and the next step of the two that issue it anew."""
    onward = found.onward
    return {
        "onward": onward,
        "before": found.before,
        "name": "" if found.state != "STANDING" else reissuing.name_anew(found),
        "proposed_by_me": onward is not None and onward.proposed_by == audit.account(request.user.pk),
        "anew_form": KeyForm(auto_id="anew_%s"),
    }


@require_POST
def reissue(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The first officer proposes, the second confirms."""
    people.require(request.user, "officer")
    form, by, now = KeyForm(request.POST), audit.account(request.user.pk), timezone.now()
    if not form.is_valid():
        return redirect("certificates:one", certificate_id)
    with telling(request):
        if records.credential(certificate_id).onward is None:
            reissuing.propose_reissue(certificate_id, key=form.once(), by=by, now=now)
            messages.success(request, _("Proposed. Ask another officer to confirm."))
        else:
            certificate_id = reissuing.confirm_reissue(certificate_id, key=form.once(), by=by, now=now)
            messages.success(request, _("The certificate was issued anew, and the old one is revoked."))
    return redirect("certificates:one", certificate_id)
