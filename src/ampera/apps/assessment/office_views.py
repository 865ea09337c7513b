"""Officers plan exam sessions; invigilators run them. The roster's page is put together above (it needs the seats)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, told
from ampera.refusal import Refusal

from . import bank, roster, sessions
from .forms import IncidentForm, PresenceForm, SessionForm

PAGE = 25
STATES = {
    "": gettext_lazy("All"),
    sessions.PLANNED: gettext_lazy("Planned"),
    sessions.OPEN: gettext_lazy("Open"),
    sessions.CLOSED: gettext_lazy("Closed"),
}
RUNNING = ("DRAWN", "TEACHING", "ENDLINE")  # rounds whose classes can be examined


def _with_class(held: Iterable[sessions.Session]) -> list[tuple[sessions.Session, programme.Class]]:
    """Each session with its class; rounds are read, the newest first, until all classes are found."""
    held = list(held)
    missing = {one.class_id for one in held}
    found: dict[int, programme.Class] = {}
    for one in programme.rounds():
        if not missing:
            break
        found.update((c.id, c) for c in programme.classes(one.id, drawn=None))
        missing -= found.keys()
    return [(one, found[one.class_id]) for one in held]


@require_GET
def planned(request: HttpRequest) -> HttpResponse:
    """Exam sessions; `state` in the address keeps those in one state."""
    people.require(request.user, "officer")
    state = request.GET.get("state", "")
    order = programme.sorting(
        request, {"latest": _("Latest first"), "soonest": _("Soonest first"), "room": _("Room")}
    )
    found = [one for one in sessions.sessions() if state in ("", one.state)]
    if order["sort"] == "room":
        found.sort(key=lambda one: one.room)
    elif order["sort"] == "latest":
        found.reverse()
    if programme.wants_csv(request):
        return _sessions_file(found)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "rows": _with_class(shown), "state": state, "states": STATES.items(), **order}
    return render(request, "assessment/sessions.html", context)


def _sessions_file(found: list[sessions.Session]) -> HttpResponse:
    held = _with_class(found)
    columns = ("class", "level", "form", "starts_at", "room", "state", "present", "finished", "passed")
    rows = [
        (
            klass.code, one.level, one.form, timezone.localtime(one.starts_at).isoformat(), one.room, one.state,
            one.present, one.finished, one.passed,
        )
        for one, klass in held
    ]  # fmt: skip
    simulated = {r.id for r in programme.rounds() if r.simulated}
    mark = any(klass.round_id in simulated for _one, klass in held)
    return programme.csv_file("ujian", columns, rows, mark=mark)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, open_session: Callable[..., object] = sessions.open_session) -> HttpResponse:
    """Plan a session: class, form, day, time, room.

    open_session: the verb; the site's tells those who sit in the class too.
    """
    people.require(request.user, "officer")
    running = [one.id for one in programme.rounds() if one.state in RUNNING]
    classes = [c for round_id in running for c in programme.classes(round_id, drawn=None)]
    form = SessionForm(
        request.POST or None,
        classes=[(c.id, f"{c.code} · {c.level.capitalize()} · {c.place_name}") for c in classes],
        exam_forms=bank.forms("exam"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            open_session(
                form.cleaned_data["klass"],
                form.cleaned_data["form"],
                form.starts_at(),
                form.cleaned_data["room"],
                by=audit.account(request.user.pk),
                now=timezone.now(),
            )
            messages.success(request, _("The exam session is planned."))
            return redirect("assessment:office_exams")
        except Refusal as no:
            form.refuse(no)
    context = {"form": form, "back": {"url": reverse("assessment:office_exams"), "label": _("Exam sessions")}}
    return render(request, "assessment/plan.html", context)


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The sessions of the day, for the invigilator."""
    people.require(request.user, "invigilator", "officer")
    day = timezone.localdate()
    context = {"day": day, "rows": _with_class(sessions.sessions(on=day))}
    return render(request, "assessment/today.html", context)


def _button(request: HttpRequest, session_id: int, form: KeyForm, verb) -> HttpResponse:
    """One tap of an invigilator: the verb, and back to the roster; a refusal is said there."""
    if form.is_valid():
        try:
            verb(key=form.once(), by=audit.account(request.user.pk), now=timezone.now())
        except Refusal as no:
            messages.error(request, told(no))
    else:
        messages.error(request, _("That did not arrive whole. Try it again."))
    return redirect("site:roster", session_id)


@require_POST
def present(request: HttpRequest, session_id: int) -> HttpResponse:
    """KTP seen: only for somebody whom this session's roster has listed."""
    people.require(request.user, "invigilator", "officer")
    form = PresenceForm(request.POST)
    person_id = roster.read(form.data.get("row", ""), session_id)
    if person_id is None:
        raise Http404

    def verb(**facts) -> None:
        words = form.cleaned_data["accommodation"]
        sessions.present(session_id, person_id, accommodation=words, **facts)

    return _button(request, session_id, form, verb)


@require_POST
def begin(request: HttpRequest, session_id: int) -> HttpResponse:
    people.require(request.user, "invigilator", "officer")
    return _button(
        request,
        session_id,
        KeyForm(request.POST),
        lambda **facts: sessions.start_session(session_id, **facts),
    )


@require_POST
def close(request: HttpRequest, session_id: int) -> HttpResponse:
    people.require(request.user, "invigilator", "officer")
    return _button(
        request,
        session_id,
        KeyForm(request.POST),
        lambda **facts: sessions.close_session(session_id, **facts),
    )


@require_POST
def incident(request: HttpRequest, session_id: int) -> HttpResponse:
    people.require(request.user, "invigilator", "officer")
    form = IncidentForm(request.POST)

    def verb(**facts) -> None:
        sessions.incident(session_id, form.cleaned_data["what"], **facts)

    return _button(request, session_id, form, verb)
