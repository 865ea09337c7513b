"""The officers' page of nominated civil servants: an agency's list in, and who was nominated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import Refusal

from .nominations import Nominated, Report, nominate, nominated
from .office_forms import NominatedForm, NominationForm
from .office_pages import PAGE, actor, moment, numeric, round_of


@require_http_methods(["GET", "HEAD", "POST"])
def office_nominations(request: HttpRequest) -> HttpResponse:
    """An agency's list: checked first, row by row, then taken whole."""
    people.require(request.user, "officer")
    found = round_of(request)
    if found is None:
        return render(request, "admissions/office/none.html")
    if programme.wants_csv(request):
        return _nominated_csv(request, found)
    form = NominationForm(request.POST or None, request.FILES or None)
    report: Report | None = None
    if request.method == "POST" and form.is_valid():
        check_only = request.POST.get("do") != "take"
        try:
            report = _nominate(request, found.id, form, dry_run=check_only)
        except Refusal as no:
            form.refuse(no)
        else:
            if not check_only and not report.errors:
                messages.success(
                    request, _("%(count)d people have their seats now.") % {"count": report.rows}
                )
                return redirect("admissions:office_nominations")
            if not report.errors:  # the file can't be chosen again for the person: keep its text
                form = NominationForm(
                    initial={**form.cleaned_data, "text": form.cleaned_data["csv"], "file": None}
                )
    return render(request, "admissions/office/nominations.html", _nominations(request, found, form, report))


def _nominated_csv(request: HttpRequest, found: programme.Round) -> HttpResponse:
    _form, _order, rows, classes = _nominated(request, found)
    names = people.names(n.person_id for n in rows)
    columns = ("name", "agency", "letter", "class", "nominated", "seated")
    cells = [
        (
            names[n.person_id],
            n.agency,
            n.letter,
            classes.get(n.class_id, ""),
            n.at,
            "yes" if n.seated else "no",
        )
        for n in rows
    ]
    return programme.csv_file(f"pencalonan-{found.number}", columns, cells, mark=found.simulated)


def _nominate(request: HttpRequest, round_id: int, form: NominationForm, *, dry_run: bool) -> Report:
    said = form.cleaned_data
    return nominate(
        round_id,
        said["csv"],
        said["agency"],
        said["letter"],
        dry_run=dry_run,
        key=form.once(),
        by=actor(request),
        now=timezone.now(),
    )


def _nominated(
    request: HttpRequest, found: programme.Round
) -> tuple[NominatedForm, dict[str, Any], list[Nominated], dict[int, str]]:
    """The filter, the order, who was nominated under both, and the classes' codes."""
    form = NominatedForm(request.GET)
    agency = form.cleaned_data["agency"].strip().casefold() if form.is_valid() else ""
    order = programme.sorting(
        request, {"class": _("Class"), "agency": _("Agency"), "newest": _("Newest first")}
    )
    classes = {c.id: c.code for c in programme.classes(found.id, drawn=False)}
    key: dict[str, Callable[[Nominated], tuple[Any, ...]]] = {
        "class": lambda n: (classes.get(n.class_id, ""), n.person_id),
        "agency": lambda n: (n.agency, n.letter, n.person_id),
        "newest": lambda n: (-n.at.timestamp(), n.person_id),
    }
    rows = [n for n in nominated(found.id) if agency in n.agency.casefold()]
    return form, order, sorted(rows, key=key[order["sort"]]), classes


def _nominations(
    request: HttpRequest, found: programme.Round, form: NominationForm, report: Report | None
) -> dict[str, object]:
    filter_, order, rows, classes = _nominated(request, found)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = people.names(n.person_id for n in page)
    return {
        "round": found,
        "filter": filter_,
        **order,
        "form": form,
        "report": report,
        "error_columns": [numeric(_("Row")), _("Column"), _("What is wrong"), _("What to do")],
        "errors": [list(e) for e in report.errors[:200]] if report else [],
        "page": page,
        "columns": [_("Name"), _("Agency"), _("Letter"), _("Class"), _("Nominated")],
        "rows": [
            [names[n.person_id], n.agency, n.letter, classes.get(n.class_id, ""), moment(n.at)] for n in page
        ],
    }
