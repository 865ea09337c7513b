"""What everybody may read: the agreement, the rounds, and each locked plan with the exact text whose hash was published."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import access, stamping, tables
from .agreements import agreement, audiences, groups
from .classes import Class, classes
from .forms import START, FilterForm
from .names import STATE_KINDS, short_form, state_name
from .plans import Plan, plan
from .rounds import Round, round_, rounds

PAGE = 25
SIMULATED = "SIMULASI"


@require_safe
def agreement_page(
    request: HttpRequest, delivered: Mapping[tuple[str, str], int] | None = None
) -> HttpResponse:
    """Each commitment, promised; and delivered, if the caller knows it: seats filled by (level, audience)."""
    found = agreement()
    if found is None:
        raise Http404
    firm = sum(c.seats for c in found.commitments if not c.assumed)
    return render(
        request,
        "programme/agreement.html",
        {
            "agreement": found,
            "signed_on": tables.day(found.signed_on),
            "seats": tables.number(found.seats),
            "firm": tables.number(firm),
            "commitments": tables.commitments_table(found, delivered),
            "reasons": sorted({c.reason for c in found.commitments if c.assumed}),
            "partner_reasons": sorted({p.reason for p in found.partners if p.assumed}),
            "total": _total(found.seats, delivered),
        },
    )


def _total(promised: int, delivered: Mapping[tuple[str, str], int] | None) -> list[dict[str, object]]:
    if delivered is None:
        return []
    return [{"label": "", "promised": promised, "delivered": sum(delivered.values())}]


@require_safe
def rounds_page(request: HttpRequest) -> HttpResponse:
    """Every round whose plan was locked, and every abandoned one with its reason."""
    public = [shown(one) for one in rounds() if one.state != "DRAFT"]
    return render(request, "programme/rounds.html", {"rounds": public})


@require_safe
def plan_page(request: HttpRequest, round_id: int) -> HttpResponse:
    found, its_plan = _public(round_id)
    held = classes(round_id, drawn=None)
    who = access.labels(its_plan.proposed_by, its_plan.locked_by)
    stamp = stamping.kept(round_id)
    return render(
        request,
        "programme/plan.html",
        {
            "round": shown(found),
            "plan": its_plan,
            "short": short_form(its_plan.hash),
            "proposed": f"{who.get(its_plan.proposed_by, '')}, {tables.moment(its_plan.proposed_at)}",
            "locked": f"{who.get(its_plan.locked_by, '')}, {tables.moment(its_plan.locked_at)}",
            "class_count": len(held),
            "stamp": stamp,
            "stamped": tables.moment(stamp.at) if stamp else "",
            **plan_tables(its_plan, held),
            **marked(found),
        },
    )


@require_safe
def plan_text(request: HttpRequest, round_id: int) -> HttpResponse:
    """The exact bytes whose SHA-256 was published."""
    found, its_plan = _public(round_id)
    name = f"{file_name(found, its_plan.hash[:START])}.txt"
    return HttpResponse(
        its_plan.text.encode(),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def time_stamp(request: HttpRequest, round_id: int) -> HttpResponse:
    """What the authority outside signed, as it came."""
    found, its_plan = _public(round_id)
    stamp = stamping.kept(round_id)
    if stamp is None:
        raise Http404
    name = f"{file_name(found, its_plan.hash[:START])}.tsr"
    return HttpResponse(
        stamp.answer,
        content_type="application/timestamp-reply",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def classes_page(request: HttpRequest, round_id: int) -> HttpResponse:
    found, _plan = _public(round_id)
    form = FilterForm(request.GET)
    held = filtered(classes(round_id, drawn=None), form.wanted)
    page = Paginator(held, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "programme/classes.html",
        {
            "round": shown(found),
            "form": form,
            "page": page,
            **tables.classes_table(page.object_list),
            **marked(found),
        },
    )


def filtered(held: tuple[Class, ...], wanted: Mapping[str, str]) -> list[Class]:
    """Those of a level, in a kecamatan, on a day; what isn't wanted doesn't narrow."""
    return [
        c
        for c in held
        if wanted.get("level", c.level) == c.level
        and wanted.get("place", c.place) == c.place
        and ("day" not in wanted or wanted["day"] in c.days)
    ]


def plan_tables(its_plan: Plan, held: tuple[Class, ...]) -> dict[str, object]:
    """What is in a plan, for its public page and the officers'."""
    return {
        "calendar": tables.calendar(its_plan),
        "rules": tables.rules(its_plan),
        "renewal": tables.renewal_rule(its_plan),
        "seats": tables.seats_table(held, audiences()),
        "blocks": tables.blocks_table(held, groups()),
    }


def file_name(found: Round, what: str) -> str:
    """palembang-1-what, with SIMULASI in the name of a file that holds simulated facts."""
    parts = [found.agreement_slug, str(found.number), what, *([SIMULATED] if found.simulated else [])]
    return "-".join(parts)


def marked(found: Round) -> dict[str, bool]:
    """A simulated round says so on every page, whatever the server's mode."""
    return {"simulated": True} if found.simulated else {}


def _public(round_id: int) -> tuple[Round, Plan]:
    """A round and its locked plan. Raises Http404 while there is none: a draft is nobody's promise."""
    found, its_plan = round_(round_id), plan(round_id)
    if not its_plan.locked:
        raise Http404
    return found, its_plan


def shown(found: Round) -> dict[str, object]:
    return {
        "id": found.id,
        "number": found.number,
        "title": found.title,
        "state": state_name(found.state),
        "kind": STATE_KINDS.get(found.state, "info"),
        "locked": found.locked,
        "abandoned_because": found.abandoned_because,
        "assumed_because": found.assumed_because,
    }
