"""What everybody may see of a draw: the list's receipts, root, beacon, cutoffs, and the file that recomputes it all."""

from __future__ import annotations

from collections import Counter

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ampera.apps.programme import api as programme

from .beacon import said
from .bundles import bundle, cutoffs
from .corrections import corrections
from .drawing import drawn
from .freezing import frozen
from .models import Outcome
from .office_forms import ReceiptForm
from .office_pages import csv_file, moment, numbered, numeric
from .office_pages import number as grouped
from .rechecking import known_receipt, own
from .standing import provisional

RECEIPTS = 300  # on a page: random characters don't compress


@require_safe
def draw_page(request: HttpRequest, number: int) -> HttpResponse:
    """Root, beacon, outcome and how to recheck; before the draw, when and how it will be."""
    found = numbered(number)
    plan, seal, result = programme.plan(found.id), frozen(found.id), drawn(found.id)
    context: dict[str, object] = {
        "round": found,
        "plan": plan,
        "beacon": said(plan),
        "frozen": seal,
        "drawn": result,
        "short": programme.short_form(seal.root) if seal else "",
        "listed": found.state not in {"LOCKED", "OPEN", "ABANDONED"},
        "simulated": found.simulated,
    }
    if result:
        rows = cutoffs(result.bundle_hash)
        right = [c for c in corrections(found.id) if c.confirmed_at]
        kinds = {
            "group": _("Those it is for"),
            "other": _("Others, once those had theirs"),
            "capped": _("Those under its ceiling"),
        }
        page = Paginator(rows, 100).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "done": said(plan)["done"] % {"at": moment(result.at)},
            "corrected": right,
            "added": sum(c.added or 0 for c in right),
            "places": _by_kecamatan(found.id),
            "place_columns": [_("Kecamatan"), numeric(_("In the draw")), numeric(_("Seats"))],
            "columns": [_("Class"), _("Block"), _("For"), numeric(_("Taken")), numeric(_("Seats")), _("Last ticket")],
            "rows": [[c.klass, c.block, kinds[c.kind], c.filled, c.seats, c.ticket[:12] or "–"] for c in page],
        }  # fmt: skip
    return render(request, "admissions/draw_page.html", context)


def _by_kecamatan(round_id: int) -> list[list[object]]:
    """In the draw and seated, by the kecamatan where people live."""
    rows = Outcome.objects.filter(draw__freeze__round=round_id).values_list(
        "application__kelurahan_id", "klass_id"
    )
    applied, seated = Counter[str](), Counter[str]()
    for kelurahan, class_id in rows:
        place = programme.kecamatan_of(kelurahan)
        applied[place] += 1
        seated[place] += class_id is not None
    return [
        [p.name, grouped(applied[p.code]), grouped(seated[p.code])]
        for p in programme.places(kind="kecamatan")
    ]


@require_safe
def draw_list(request: HttpRequest, number: int) -> HttpResponse:
    """The provisional list, then the frozen one: receipts only."""
    found = numbered(number)
    if found.state in {"LOCKED", "OPEN", "ABANDONED"}:
        raise Http404
    receipts = _receipts(found.id)
    if programme.wants_csv(request):
        return csv_file(
            f"daftar-{found.number}", ("receipt",), ((r,) for r in receipts), mark=found.simulated
        )
    form = ReceiptForm(request.GET)
    asked = form.cleaned_data["q"].strip().upper() if form.is_valid() else ""
    if asked:
        known = asked in set(receipts)
        receipts = [r for r in receipts if asked in r]
    else:
        known = False
    page = Paginator(receipts, RECEIPTS).get_page(request.GET.get("page"))
    return render(
        request,
        "admissions/draw_list.html",
        {
            "round": found,
            "form": form,
            "asked": asked,
            "known": known,
            "page": page,
            "frozen": frozen(found.id),
            "simulated": found.simulated,
        },
    )


def _receipts(round_id: int) -> list[str]:
    if drawn(round_id):
        rows = Outcome.objects.filter(draw__freeze__round=round_id).order_by("application__receipt")
        return list(rows.values_list("application__receipt", flat=True))
    return [s.receipt for s in provisional(round_id) if s.stands]


@require_safe
def draw_bundle(request: HttpRequest, number: int) -> HttpResponse:
    found = numbered(number)
    result = drawn(found.id)
    if result is None:
        raise Http404
    mark = "-SIMULASI" if found.simulated else ""
    return HttpResponse(
        bundle(found.id),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="undian-{found.number}{mark}.zip"',
            "ETag": f'"{result.bundle_hash}"',
        },
    )


@require_safe
def recheck(request: HttpRequest, number: int) -> HttpResponse:
    """Draw again in the browser, or look at one receipt. Before the draw there is nothing to check yet."""
    found = numbered(number)
    if drawn(found.id) is None:
        return redirect("admissions:draw_page", number)
    form = ReceiptForm(request.GET)
    asked = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if not asked:
        return _recheck(request, found, form)
    receipt = known_receipt(found.id, asked)
    return (
        redirect("admissions:recheck_receipt", number, receipt)
        if receipt
        else _recheck(request, found, form, asked)
    )


@require_safe
def recheck_receipt(request: HttpRequest, number: int, receipt: str) -> HttpResponse:
    """One receipt: its row under the root, its ticket, who was last in; recomputed in the browser if it can."""
    found = numbered(number)
    if drawn(found.id) is None:
        return redirect("admissions:draw_page", number)
    known = known_receipt(found.id, receipt)
    if known is None:
        return _recheck(request, found, ReceiptForm({"q": receipt}), receipt, status=404)
    if known != receipt:
        return redirect("admissions:recheck_receipt", number, known)
    here = own(found.id, receipt)
    lines = [(line, _(line.reason.says) % line.reason.facts) for line in here.lines]
    context = {
        "round": found,
        "own": here,
        "beacon": said(programme.plan(found.id)),
        "lines": lines,
        "simulated": found.simulated,
        "back": {"url": reverse("admissions:recheck", args=[number])},
    }
    return render(request, "admissions/recheck_receipt.html", context)


def _recheck(
    request: HttpRequest, found: programme.Round, form: ReceiptForm, asked: str = "", *, status: int = 200
) -> HttpResponse:
    context = {
        "round": found,
        "drawn": drawn(found.id),
        "beacon": said(programme.plan(found.id)),
        "form": form,
        "unknown": asked[:20],
        "simulated": found.simulated,
        "back": {"url": reverse("admissions:draw_page", args=[found.number]), "label": _("The draw")},
    }
    return render(request, "admissions/recheck.html", context, status=status)
