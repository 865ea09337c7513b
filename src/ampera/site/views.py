"""Pages that cross apps, and the pages for when something is wrong."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.site import farewell, journey, moved, summoned
from ampera.site.doors import doors
from ampera.site.waiting import tasks


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or in another browser: nothing is lost, one tap sends it again."""
    if again := people.too_old(request):
        return again
    words = {
        "status": 403,
        "title": _("This page was open too long"),
        "mend": _("Go back, reload the page and send it again. What you had saved is still there."),
        "code": "site.csrf",
    }
    return render(request, "site/error.html", words, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "site/error.html", {"status": 404}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "site/error.html", {"status": 403}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """The last page: needs no database and no context processor."""
    return render(None, "site/error.html", {"status": 500}, status=500)


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """For whoever watches the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, where the round stands, and what is open to everybody."""
    round_ = programme.current()
    about = None
    if round_:
        plan = programme.plan(round_.id)
        about = {
            "title": round_.title,
            "open": round_.state == "OPEN",
            "says": says(round_.state, plan),
            "url": reverse("programme:plan", args=[round_.id]),
        }
    pages = [page for r in programme.rounds() for page in round_pages(r)]
    return render(
        request,
        "site/home.html",
        {"round": about, "round_pages": pages, "register_url": reverse("site:next")},
    )


def round_pages(round_: programme.Round) -> list[dict[str, str]]:
    """What anybody may look at after a round's draw, and after its report."""
    pages = []
    if round_.state == "REPORTED":
        pages.append(
            {
                "url": reverse("results:report", args=[round_.number]),
                "label": _("Results: %(round)s") % {"round": round_.title},
                "says": _("What was promised, filled, finished and changed, on one page."),
            }
        )
    if round_.state in {"DRAWN", "TEACHING", "ENDLINE", "REPORTED"}:
        pages.append(
            {
                "url": reverse("admissions:draw_page", args=[round_.number]),
                "label": _("Draw: %(round)s") % {"round": round_.title},
                "says": _("Download the draw and replay it yourself: it gives the same seats every time."),
            }
        )
    return pages


def moment(at) -> str:
    """A day and an hour as people say it, at the place's time."""
    return date_format(timezone.localtime(at), r"l, j F Y, H.i \W\I\B")


def says(state: str, plan: programme.Plan) -> str:
    """Where a round stands, in one sentence for everybody."""
    when = {
        "DRAFT": (_("The plan is being made."), None),
        "LOCKED": (_("Registration opens on %(when)s."), plan.opens_at),
        "OPEN": (
            _("Registration is open until %(when)s. The draw comes later: there is no need to hurry."),
            plan.closes_at,
        ),
        "OBJECTIONS": (
            _("The provisional list is public. Objections until %(when)s."),
            plan.objections_until,
        ),
        "FROZEN": (_("The list is frozen. The draw is on %(when)s."), plan.draw_at),
        "DRAWN": (
            _("The draw is done. Seats are being taken; classes begin on %(when)s."),
            plan.classes_start_on,
        ),
        "TEACHING": (_("Classes are running."), None),
        "ENDLINE": (_("The closing test is running until %(when)s."), plan.endline_until),
        "REPORTED": (_("The round is finished and its results are public."), None),
        "ABANDONED": (_("This round was abandoned; the reason is published."), None),
    }
    sentence, at = when[state]
    if at is None:
        return sentence
    return sentence % {"when": moment(at) if hasattr(at, "hour") else date_format(at, "j F Y")}


@login_required
@require_GET
def next_(request: HttpRequest) -> HttpResponse:
    """Everybody's own page: what to do next, or, where several share the account, whose page to open."""
    persons = people.persons(request.user.pk)
    cards = (
        [journey.card(persons[0], timezone.now())] if len(persons) == 1 else list(map(journey.door, persons))
    )
    return render(
        request,
        "site/next.html",
        {"cards": cards, "add_url": reverse("people:register"), "roles": people.roles(request.user)},
    )


@login_required
@require_GET
def one(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's page; `round` in the address asks for another round that concerns them."""
    person = people.mine(request.user, person_id)
    card = journey.card(person, timezone.now(), wanted=request.GET.get("round", ""))
    return render(request, "site/next.html", {"cards": [card], "back": {"url": reverse("site:next")}})


@login_required
@require_GET
def onward(request: HttpRequest, person_id: int) -> HttpResponse:
    """Straight to what this person does next; where there is nothing to do but wait, the page that says so.

    Volunteers go on here for whomever they registered in person.
    """
    person = people.mine(request.user, person_id)
    card = journey.card(person, timezone.now())
    if card.next.url:
        return redirect(card.next.url)
    shown: dict[str, object] = {"cards": [card]}
    if person.account_id is None:
        shown["back"] = {"url": reverse("people:counter_person", args=[person_id])}
    return render(request, "site/next.html", shown)


@login_required
@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """The working pages that the account's roles open."""
    roles = people.roles(request.user)
    if not roles:
        raise Http404
    open_ = [d for d in doors(roles) if d.name != "site:office"]
    rounds = programme.rounds()[:4]
    context = {
        "doors": [(d.url, _(d.label), _(d.says)) for d in open_],
        "rounds": [(r, says(r.state, programme.plan(r.id))) for r in rounds],
        "tasks": tasks(roles, by=audit.account(request.user.pk), now=timezone.now(), rounds=rounds),
    }
    return render(request, "site/office_home.html", context)


@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """The agreement with what was delivered: commitments are programme's, seats are admissions'."""
    delivered: Counter[tuple[str, str]] = Counter()
    for cell in admissions.delivered(*(r.id for r in programme.rounds())):
        delivered[cell.level, cell.audience] += cell.seats
    return programme.agreement_page(request, delivered)


@login_required
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person is erased: the page is people's, the verb tells every app."""
    kinds = {mine.kind for mine in admissions.held(person_id, now=timezone.now())}
    loses = (
        _("With it you give up your seat, for good.") if "seat" in kinds
        else _("With it you give up the seat that is kept for you, for good.") if kinds
        else ""
    )  # fmt: skip
    return people.erase_page(request, person_id, verb=farewell.erase, loses=loses)


@login_required
def office_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """One class, changed by an officer: the page is programme's, the verb tells those who sit in it."""
    return programme.office_class_page(request, class_id, change=moved.move)


@login_required
def plan_exam(request: HttpRequest) -> HttpResponse:
    """An exam is planned: the page is assessment's, the verb tells those who sit in the class."""
    return assessment.plan_page(request, open_session=summoned.open_session)


@login_required
def roster(request: HttpRequest, session_id: int) -> HttpResponse:
    """Who sits an exam: the session is assessment's, the seats are admissions', the names are people's."""
    people.require(request.user, "invigilator", "officer")
    seated = [s.person_id for s in admissions.seats_of_class(assessment.session(session_id).class_id)]
    names = people.names(seated)
    return assessment.roster_page(request, session_id, sorted(names.items(), key=lambda pair: pair[1]))
