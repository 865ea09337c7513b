"""The pages of pairs: the officers' list, one pair side by side, and what the citizen is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.forms import refuse
from ampera.refusal import Refusal

from . import judging, pairs
from .accounts import labels, mine, require
from .codes import hidden
from .forms import HOW_SEEN
from .merging import same
from .models import Identity
from .pair_forms import (
    ANSWERS,
    BACK,
    KINDS,
    ONE_OR_TWO,
    SIGNS,
    STATES,
    VERBS,
    YES_OR_NO,
    PairObjectionForm,
    PairsForm,
    VerdictForm,
)
from .persons import names
from .refusals import NoSuchPair

PAGE = 50
Holdings = Callable[[Collection[int]], Mapping[int, list[str]]]


def in_words(signs: Iterable[str]) -> str:
    return ", ".join(str(SIGNS[sign]) for sign in signs)


def pairs_page(request: HttpRequest, *, search: Callable[..., object]) -> HttpResponse:
    """The pairs that a search found, and a button for another. search: begins one in the background."""
    require(request.user, "officer")
    if request.method == "POST":
        search(by=audit.account(request.user.pk), now=timezone.now())
        messages.success(request, _("The search is on its way. Look here again in a minute."))
        return redirect(request.path)
    filter_ = PairsForm(request.GET)
    wanted = filter_.cleaned_data if filter_.is_valid() else {}
    state, kind = wanted.get("state") or "FOUND", wanted.get("kind", "")
    order = programme.sorting(request, {"new": _("newest"), "signs": _("most alike")})
    found = list(pairs.pairs(state=state, kind=kind))
    if order["sort"] == "signs":
        found.sort(key=lambda pair: -len(pair.signs))
    if programme.wants_csv(request):
        rows = [(p.id, p.kind, " ".join(p.signs), p.state, date_format(p.found_at, "Y-m-d")) for p in found]
        return programme.csv_file("kembar", ("pair", "kind", "signs", "state", "found"), rows, mark=False)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    called = names(pk for p in page for pk in (p.earlier, p.later))
    last = pairs.last_search()
    context = {
        "filter": filter_,
        "page": page,
        "state": STATES[state],
        "rows": [(p, called[p.earlier], called[p.later], KINDS[p.kind], in_words(p.signs)) for p in page],
        "last": last and last.at,
        **order,
    }
    return render(request, "people/pairs.html", context)


def pair_page(
    request: HttpRequest,
    pair_id: int,
    *,
    holdings: Holdings,
    confirm: Callable[..., object],
    answer: Callable[..., object],
) -> HttpResponse:
    """One pair side by side, and the verdict that is due. That it was opened stands in the audit.

    holdings: what the other apps hold of each person, in lines. confirm, answer: the verbs that tell every app.
    """
    require(request.user, "officer")
    by, now = audit.account(request.user.pk), timezone.now()
    try:
        pair = pairs.pair(pair_id)
    except NoSuchPair:
        raise Http404 from None
    form = _verdict_form(request, pair, by)
    if form and request.method == "POST" and form.is_valid():
        verbs = {
            "propose": judging.propose_pair,
            "dismiss": judging.dismiss_pair,
            "refuse": judging.refuse_pair,
        }
        said = form.cleaned_data
        asked: dict[str, Any] = {"key": form.once(), "by": by, "now": now}
        try:
            if said["verdict"] == "confirm":
                confirm(pair_id, **asked)
            elif said["verdict"] in ("keep", "part"):
                answer(pair_id, because=said["because"], part=said["verdict"] == "part", **asked)
            else:
                verbs[said["verdict"]](pair_id, because=said["because"], **asked)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, _("Your verdict is kept."))
            return redirect(request.path)
    called = labels(v.by for v in pair.verdicts)
    audit.record("pair.opened", about=f"pair:{pair_id}", by=by, at=now)
    context = {
        "pair": pair,
        "kind": KINDS[pair.kind],
        "signs": in_words(pair.signs),
        "columns": [_("What"), _("Earlier"), _("Later")],
        "rows": _beside(pair, holdings),
        "verdicts": [(VERBS[v.verb], v.because, called[v.by], v.at) for v in pair.verdicts],
        "form": form,
        "own": pair.proposed_by == by and pair.state == "PROPOSED",
        "danger": pair.state != "FOUND",
    }
    return render(request, "people/pair.html", context)


def _verdict_form(request: HttpRequest, pair: pairs.Pair, by: str) -> VerdictForm | None:
    """The form for what this officer may decide now; None if nothing."""
    own = pair.proposed_by == by
    if pair.state == "FOUND":
        verdicts = ONE_OR_TWO[pair.kind]
    elif pair.state == "PROPOSED":
        verdicts = BACK if own else YES_OR_NO
    elif pair.state == "JOINED" and pair.objected_at and not pair.answered_at and not own:
        verdicts = ANSWERS
    else:
        return None
    return VerdictForm(request.POST or None, verdicts=verdicts)


def _beside(pair: pairs.Pair, holdings: Holdings) -> list[list[str]]:
    """What may be shown of both, a row each; of their numbers only the digits in which they differ."""
    ids = (pair.earlier, pair.later)
    rows = Identity.objects.select_related("person__account").filter(person_id__in=ids)
    both = {row.person_id: row for row in rows}
    held = holdings(ids)
    places = {place.code: place.name for place in programme.places(kind="kelurahan")}
    niks = _numbers(pair, both)
    columns = []
    for place, person_id in enumerate(ids):
        row = both.get(person_id)
        if row is None:  # erased since
            columns.append(["–"] * 8)
            continue
        account = row.person.account
        columns.append(
            [
                row.name,
                niks[place],
                date_format(row.birth_date, "j F Y"),
                places.get(row.kelurahan_id, row.kelurahan_id),
                hidden(account.phone) if account else _("none: registered in person"),
                _moment(row.person.created_at),
                str(HOW_SEEN[row.seen_how]) if row.seen_at else _("not seen"),
                "\n".join(held.get(person_id, [])) or _("nothing"),
            ]
        )
    heads = [
        _("Name"), _("NIK"), _("Birth date"), _("Kelurahan"), _("Phone"), _("Registered"), _("Card seen"), _("In the rounds"),
    ]  # fmt: skip
    return [list(row) for row in zip(heads, *columns, strict=True)]


def _numbers(pair: pairs.Pair, both: Mapping[int, Identity]) -> tuple[str, str]:
    if "nik_same" in pair.signs:
        return _("the same number"), _("the same number")
    shown = pairs.numbers_beside(both[pair.earlier], both[pair.later]) if len(both) == 2 else None
    return shown or (_("another number"), _("another number"))


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


@login_required
def joined_page(
    request: HttpRequest, person_id: int, *, ways: Callable[[Collection[int]], list[str]]
) -> HttpResponse:
    """What officers joined of this person's registrations, why, and what follows; and how to object.

    ways: which application gave way to which, in sentences.
    """
    found = mine(request.user, person_id)
    ids = same(person_id)
    decided = pairs.decided_about(ids)
    form = PairObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if said["pair"] not in {pair.id for pair in decided}:
            raise Http404
        try:
            judging.object_to_pair(
                said["pair"], text=said["text"], key=form.once(), by=audit.account(request.user.pk), now=timezone.now()
            )  # fmt: skip
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, _("Your objection is here. The answer will stand on this page."))
            return redirect(request.path)
    open_ = next((p for p in decided if p.state == "JOINED" and not p.objected_at), None)
    if open_ and not form.is_bound:
        form = PairObjectionForm(initial={"pair": open_.id})
    context = {
        "person": found,
        "decided": [(pair, KINDS[pair.kind]) for pair in decided],
        "ways": ways(ids),
        "form": form if open_ else None,
    }
    return render(request, "people/joined.html", context)
