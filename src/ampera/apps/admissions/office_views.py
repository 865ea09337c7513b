"""The officers' pages of who applies: funnel, provisional list, documents, objections."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import Refusal

from .claims import check_claim, unchecked
from .funnel import COUNTED, Reached, funnel, open_questions, total
from .models import Objection, ReserveClaim
from .objections import answer_objection, objections
from .office_forms import AnswerForm, ClaimForm, FunnelForm, ListForm, ObjectionsForm
from .office_pages import PAGE, actor, csv_file, number, numeric, person_label, round_of
from .standing import WHY, Standing, provisional

SORTS = {
    "receipt": lambda s: (s.receipt, s.application_id),
    "why": lambda s: (s.why, s.receipt),
    "level": lambda s: (s.level, s.receipt),
    "place": lambda s: (s.kelurahan, s.receipt),
}


def step_names() -> dict[str, str]:
    return {
        "started": _("Begun"),
        "submitted": _("Sent in"),
        "seen": _("Identity seen"),
        "inside": _("Inside the horizon"),
        "called": _("Called"),
        "seated": _("Seated"),
    }


@require_safe
def office_funnel(request: HttpRequest) -> HttpResponse:
    role = people.require(request.user, "officer", "inspector").name
    found = round_of(request)
    if found is None:
        return render(request, "admissions/office/none.html")
    form = FunnelForm(request.GET)
    steps = funnel(found.id, **_wanted(form))
    if programme.wants_csv(request):
        rows = [(s.code, s.name, *(getattr(s, c) for c in COUNTED)) for s in steps]
        return csv_file(f"corong-{found.number}", ("code", "kecamatan", *COUNTED), rows, mark=found.simulated)
    city = total(steps)
    names = step_names()
    viewbox, shapes = programme.shaded(
        {s.code: s.submitted for s in steps}, named={s.code: s.name for s in steps}
    )
    return render(
        request,
        "admissions/office/funnel.html",
        {
            "round": found,
            "officer": role == "officer",
            "form": form,
            "stats": [{"label": names[c], "value": number(getattr(city, c))} for c in COUNTED],
            "viewbox": viewbox,
            "shapes": shapes,
            "columns": [_("Kecamatan"), *(numeric(names[c]) for c in COUNTED)],
            "rows": [_funnel_row(s) for s in steps],
            "open": open_questions(found.id),
        },
    )


def _wanted(form: FunnelForm) -> dict[str, str]:
    return {name: form.cleaned_data.get(name) or "" for name in form.fields} if form.is_valid() else {}


def _funnel_row(s: Reached) -> list[object]:
    return [s.name, *(number(getattr(s, c)) for c in COUNTED)]


@require_safe
def office_list(request: HttpRequest, round_id: int) -> HttpResponse:
    """Who is in the list and who is not, and why; with `?format=csv` the same for a spreadsheet."""
    people.require(request.user, "officer", "inspector")
    found = programme.round_(round_id)
    form = ListForm(request.GET)
    order = programme.sorting(
        request,
        {"receipt": _("Receipt"), "why": _("In the list"), "level": _("Level"), "place": _("Kelurahan")},
    )
    rows = sorted(listed(round_id, form), key=SORTS[order["sort"]])
    places = {p.code: p.name for p in programme.places()}
    if programme.wants_csv(request):
        columns = ("receipt", "level", "audience", "kelurahan", "in_list", "why")
        cells = [
            (s.receipt, s.level, s.audience, s.kelurahan, "yes" if s.stands else "no", s.why) for s in rows
        ]
        return csv_file(f"daftar-{found.number}", columns, cells, mark=found.simulated)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "admissions/office/list.html",
        {
            "round": found,
            "form": form,
            **order,
            "page": page,
            "columns": [_("Receipt"), _("In the list"), _("Level"), _("Kelurahan")],
            "rows": [_list_row(s, places) for s in page.object_list],
        },
    )


def listed(round_id: int, form: ListForm) -> list[Standing]:
    """The provisional list under the form's filters."""
    rows = list(provisional(round_id))
    if not form.is_valid():
        return rows
    want = form.cleaned_data
    if want["why"]:
        chosen = {"in": {""}, "out": set(WHY)}.get(want["why"], {want["why"]})
        rows = [s for s in rows if s.why in chosen]
    if want["level"]:
        rows = [s for s in rows if s.level == want["level"]]
    if want["kecamatan"]:
        rows = [s for s in rows if programme.kecamatan_of(s.kelurahan) == want["kecamatan"]]
    if want["receipt"]:
        rows = [s for s in rows if want["receipt"].strip().upper() in s.receipt]
    return rows


def _list_row(s: Standing, places: dict[str, str]) -> list[object]:
    state = {"text": _("yes"), "kind": "success"} if s.stands else {"text": _(WHY[s.why]), "kind": "warning"}
    level = programme.level_name(s.level) if s.level else "–"
    return [s.receipt or "–", state, level, places.get(s.kelurahan, "–")]


@require_http_methods(["GET", "HEAD", "POST"])
def office_claims(request: HttpRequest, round_id: int) -> HttpResponse:
    """The documents for reserved seats, one after another: the first that nobody has looked at is on the page."""
    people.require(request.user, "officer")
    found = programme.round_(round_id)
    waiting = unchecked(round_id).select_related("application")
    wanted = request.GET.get("claim", "")
    mine = waiting.filter(pk=int(wanted)) if wanted.isdigit() else waiting
    claim = mine.order_by("pk").first()
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _claim_of(request, round_id)
        try:
            check_claim(
                said.application_id,
                group=said.group_id,
                accepted=form.cleaned_data["verdict"] == "accept",
                because=form.cleaned_data["because"],
                key=form.once(),
                by=actor(request),
                now=timezone.now(),
            )
        except Refusal as no:
            form.refuse(no)
            claim = said
        else:
            messages.success(request, _("The decision is kept."))
            return redirect("admissions:office_claims", round_id)
    group = next((g for g in programme.groups() if claim and g.code == claim.group_id), None)
    return render(
        request,
        "admissions/office/claims.html",
        {
            "round": found,
            "claim": claim,
            "claim_url": f"?claim={claim.pk}" if claim else "",
            "group": group,
            "form": form,
            "waiting": waiting.count(),
        },
    )


def _claim_of(request: HttpRequest, round_id: int) -> ReserveClaim:
    number = request.GET.get("claim", "")
    rows = ReserveClaim.objects.select_related("application").filter(application__round=round_id)
    claim = rows.filter(pk=int(number)).first() if number.isdigit() else None
    if claim is None:
        raise Http404
    return claim


@require_safe
def office_objections(request: HttpRequest, round_id: int) -> HttpResponse:
    people.require(request.user, "officer", "inspector")
    found = programme.round_(round_id)
    form = ObjectionsForm(request.GET)
    order = programme.sorting(request, {"state": _("Without an answer first"), "newest": _("Newest first")})
    newest = order["sort"] == "newest"
    rows = sorted(
        objections(round_id),
        key=lambda o: (-o.id,) if newest else (o.answered_at is not None, o.id),
    )
    state = form.cleaned_data["state"] if form.is_valid() else ""
    if state:
        rows = [o for o in rows if (o.answered_at is not None) == (state == "answered")]
    if programme.wants_csv(request):
        columns = ("objection", "made", "text", "answered", "upheld", "answer")
        cells = [(o.id, o.at, o.text, o.answered_at, o.upheld, o.answer) for o in rows]
        return csv_file(f"keberatan-{found.number}", columns, cells, mark=found.simulated)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"round": found, "form": form, "page": page, **order}
    return render(request, "admissions/office/objections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def office_objection(request: HttpRequest, objection_id: int) -> HttpResponse:
    """One objection and its answer, which a person writes."""
    people.require(request.user, "officer", "inspector")
    row = Objection.objects.select_related("application").filter(pk=objection_id).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.require(request.user, "officer")
        try:
            answer_objection(
                objection_id,
                answer=form.cleaned_data["answer"],
                upheld=form.cleaned_data["upheld"] == "yes",
                key=form.once(),
                by=actor(request),
                now=timezone.now(),
            )
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("The answer is kept; the person sees it on their page."))
            return redirect("admissions:office_objections", row.round_id)
    return render(
        request,
        "admissions/office/objection.html",
        {"objection": row, "form": form, "answered_by": person_label(row.answered_by)},
    )
