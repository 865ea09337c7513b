"""The citizen's pages from beginning to receipt: one question a page, each open again until closing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, refuse
from ampera.refusal import Refusal

from . import api, records
from .claims import claimable, reserved
from .forms import CLAIM, AudienceForm, HouseholdForm, LevelForm, OrderForm, WishesForm
from .ranking import MOST, ONLINE, missing_days
from .records import Filed
from .shown import answers, class_row
from .steps import next_step, situation

PARTS = ("audience", "test", "level", "wishes", "ranking", "check")


Known = TypeVar("Known", api.Application, Filed)


@dataclass(frozen=True)
class Opened(Generic[Known]):
    """An application whose person the account may act for."""

    application: Known
    person: people.Person
    by: str


def part_names() -> list[str]:
    return [
        _("About you"),
        _("Short test"),
        _("Level"),
        _("Days and places"),
        _("Your list of classes"),
        _("Check and send"),
    ]


def opened(request: HttpRequest, application_id: int) -> Opened[api.Application]:
    """The application, if the account may act for its person; else Http404."""
    return reached(request, application_id, api.application)


def filed(request: HttpRequest, application_id: int) -> Opened[Filed]:
    """`opened`, for a page that needs none of its parts."""
    return reached(request, application_id, records.filed)


def among(request: HttpRequest, application_id: int) -> tuple[Opened[api.Application], list[people.Person]]:
    """`opened`, and the others under the person's account; it costs no query more."""
    try:
        application = api.application(application_id)
    except api.NoSuchApplication:
        raise Http404 from None
    under = people.persons(request.user.pk)
    own = next((p for p in under if p.id == application.person_id), None)
    person = own or people.mine(request.user, application.person_id)
    found = Opened(application, person, audit.account(request.user.pk))
    return found, [p for p in under if p is not own] if own else []


def reached(request: HttpRequest, application_id: int, read: Callable[[int], Known]) -> Opened[Known]:
    try:
        found = read(application_id)
    except api.NoSuchApplication:
        raise Http404 from None
    return Opened(found, people.mine(request.user, found.person_id), audit.account(request.user.pk))


def page(
    request: HttpRequest,
    part: str,
    found: Opened,
    form: forms.Form | None,
    status: int = 200,
    template: str = "",
    **more,
) -> HttpResponse:
    """One part of the application. Once it was sent, each part leads back to the check page. template: if not the part's."""
    at = PARTS.index(part)
    sent = found.application.state == "SUBMITTED"
    before = "check" if sent else PARTS[at - 1]
    back = {"url": reverse(f"admissions:{before}", args=[found.application.id])} if at or sent else None
    shown = {
        "form": form,
        "application": found.application,
        "person": found.person,
        "steps": part_names(),
        "step": at + 1,
        "back": None if part == "check" and sent else back,
        "submit": _("Save and go back to the check") if sent else _("Save and continue"),
    }
    return render(request, f"admissions/{template or part}.html", shown | more, status=status)


def go_on(found: Opened, following: str) -> HttpResponse:
    """To the next part; of an application that was sent, back to the check page."""
    sent = found.application.state == "SUBMITTED"
    return redirect("admissions:check" if sent else f"admissions:{following}", found.application.id)


def home(found: Opened) -> HttpResponse:
    """To the person's page: the account's own, or the counter's for whoever was registered in person."""
    if found.person.account_id is None:
        return redirect("people:counter_person", found.person.id)
    return redirect("site:next")


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed; an empty post is a post."""
    return request.POST if request.method == "POST" else None


def tried(request: HttpRequest, form: forms.Form, verb: Callable[[], object]) -> int:
    """Do the verb of a valid post. 0: done. Else the page is shown with this status, what was typed, and what is wrong."""
    if request.method != "POST":
        return 200
    if not form.is_valid():
        return 200
    try:
        verb()
    except Refusal as no:
        refuse(form, no)
        return no.status
    return 0


@login_required
def begin(request: HttpRequest, person_id: int) -> HttpResponse:
    """What applying takes, before it begins; whoever has begun goes on where they were."""
    person = people.mine(request.user, person_id)
    now, by = timezone.now(), audit.account(request.user.pk)
    round_ = programme.current()
    if round_ is None:
        raise Http404
    form = KeyForm(posted(request))
    made: list[int] = []

    def verb() -> None:
        key = form.once()
        made.append(api.begin(round_.id, person_id, key=key, by=by, now=now))

    status = tried(request, form, verb)
    if not status:
        return redirect("admissions:resume", made[0])
    existing = api.of_person(person_id, round_.id)
    if status == 200 and existing and existing.state in {"DRAFT", "SUBMITTED"}:
        return redirect("admissions:resume", existing.id)
    shown = {"form": form, "person": person, "plan": programme.plan(round_.id), "again": existing}
    return render(request, "admissions/begin.html", shown, status=status)


@login_required
def resume(request: HttpRequest, application_id: int) -> HttpResponse:
    """To where this person goes on: the next part, the receipt, or their page."""
    found = opened(request, application_id)
    now = timezone.now()
    step = next_step(situation(found.person, found.application, found.application.round_id, now))
    inside = step.url_name and step.url_name != "admissions:begin"
    return redirect(step.url_name, *step.args) if inside else home(found)


@login_required
def audience(request: HttpRequest, application_id: int) -> HttpResponse:
    found = opened(request, application_id)
    groups = reserved(found.application.round_id)
    initial = {"audience": found.application.audience}
    initial |= {CLAIM + claim.group: claim.evidence for claim in found.application.claims}
    form = AudienceForm(
        posted(request), initial=initial, audiences=programme.audiences(), groups=claimable(groups)
    )

    def verb() -> None:
        typed, claims = form.cleaned_data["audience"], form.claims()
        api.set_audience(application_id, audience=typed, claims=claims, by=found.by, now=timezone.now())

    status = tried(request, form, verb)
    if not status:
        return go_on(found, "test")
    own = set(api.groups_at(found.application.kelurahan, groups))
    return page(request, "audience", found, form, status, own=[g.name for g in groups if g.code in own])


@login_required
def test(request: HttpRequest, application_id: int) -> HttpResponse:
    """The way to the baseline test; whoever has finished it goes on to the levels."""
    found = opened(request, application_id)
    person, round_id = found.application.person_id, found.application.round_id
    sitting = assessment.sittings([person], round_id, "baseline").get(person)
    if sitting and sitting.state == "FINISHED":
        return redirect("admissions:level", application_id)
    if sitting:
        return redirect("assessment:sitting", sitting.id)
    form = KeyForm(posted(request))
    started: list[uuid.UUID] = []

    def verb() -> None:
        now, key = timezone.now(), form.once()
        if not programme.window(round_id).open(now):
            raise api.NotOpen()
        started.append(assessment.start(person, round_id, "baseline", key=key, by=found.by, now=now))

    status = tried(request, form, verb)
    if not status:
        return redirect("assessment:sitting", started[0])
    return page(request, "test", found, form, status)


@login_required
def level(request: HttpRequest, application_id: int) -> HttpResponse:
    found = opened(request, application_id)
    person, round_id = found.application.person_id, found.application.round_id
    sitting = assessment.sittings([person], round_id, "baseline").get(person)
    if sitting is None or sitting.state != "FINISHED":
        return redirect("admissions:test", application_id)
    measured = assessment.score(sitting.id).level
    up_to = programme.levels[: programme.level_index(measured) + 1]
    taught = {c.level for c in programme.classes(round_id)}
    initial = {"level": found.application.level or measured}
    form = LevelForm(posted(request), initial=initial, levels=[one for one in up_to if one in taught])

    def verb() -> None:
        api.set_level(application_id, level=form.cleaned_data["level"], by=found.by, now=timezone.now())

    status = tried(request, form, verb)
    if not status:
        return go_on(found, "wishes")
    return page(
        request, "level", found, form, status, measured=dict(form.fields["level"].choices).get(measured)
    )


@login_required
def wishes(request: HttpRequest, application_id: int) -> HttpResponse:
    found = opened(request, application_id)
    now = found.application
    if not now.level:
        return redirect("admissions:level", application_id)
    home = programme.kecamatan_of(found.person.kelurahan)
    form = WishesForm(
        posted(request),
        initial={"days": now.days, "places": now.places or [home]},
        kecamatan=programme.places(kind="kecamatan"),
        home=home,
        online=any(c.mode == ONLINE for c in programme.classes(now.round_id, level=now.level)),
    )

    def verb() -> None:
        typed = form.cleaned_data
        api.set_wishes(
            application_id, days=typed["days"], places=typed["places"], by=found.by, now=timezone.now()
        )

    status = tried(request, form, verb)
    return page(request, "wishes", found, form, status) if status else redirect("admissions:ranking", now.id)


@login_required
def ranking(request: HttpRequest, application_id: int) -> HttpResponse:
    """The list as proposed or as edited: move, remove and add by buttons, each a post of its own."""
    found = opened(request, application_id)
    now = found.application
    if not now.days:
        return redirect("admissions:wishes", application_id)
    form = OrderForm(posted(request))

    def verb() -> None:
        api.set_ranking(application_id, class_ids=form.ranking(), by=found.by, now=timezone.now())

    status = tried(request, form, verb)
    if not status:
        return redirect("admissions:ranking", application_id)
    classes = programme.classes(now.round_id, level=now.level)
    return page(request, "ranking", found, form, status, **ranking_shown(now, classes))


def ranking_shown(now: api.Application, classes: Sequence[programme.Class]) -> dict[str, object]:
    """The list, and what could be added to it: those that suit best, first."""
    by_id = {c.id: c for c in classes}
    listed = [by_id[i] for i in now.choices]
    others = sorted(
        (c for c in classes if c.id not in now.choices), key=lambda c: (missing_days(c, now.days), c.code)
    )
    return {
        "listed": [class_row(c, now.days) for c in listed],
        "others": [class_row(c, now.days) for c in others],
        "order": ",".join(str(i) for i in now.choices),
        "full": len(listed) >= MOST,
    }


@login_required
def household(request: HttpRequest, application_id: int) -> HttpResponse:
    """One ticket for those under this account who live together; only for whoever is not alone there."""
    found = opened(request, application_id)
    mates = api.housemates(found.application.round_id, found.person)
    initial = {"shared": "yes" if found.application.household else "no"}
    form = HouseholdForm(posted(request), initial=initial)

    def verb() -> None:
        shared = form.cleaned_data["shared"] == "yes"
        api.share_ticket(application_id, shared=shared, by=found.by, now=timezone.now())

    status = tried(request, form, verb)
    if not status:
        return redirect("admissions:check", application_id)
    named = ", ".join(people.names(mates).values())
    return page(request, "check", found, form, status, template="household", mates=named)


@login_required
def check(request: HttpRequest, application_id: int) -> HttpResponse:
    """All answers once more, each with the page that changes it; sending them gives the receipt."""
    found, others = among(request, application_id)
    now = found.application
    if now.state not in {"DRAFT", "SUBMITTED"}:
        return home(found)
    form = KeyForm(posted(request))

    def verb() -> None:
        api.submit(application_id, key=form.once(), by=found.by, now=timezone.now())

    status = tried(request, form, verb)
    if not status:
        return redirect("admissions:receipt", application_id)
    may_share = bool(others) and programme.household_ticket(now.round_id)
    shown = {"items": answers(now, found.person, may_share), "sent": now.state == "SUBMITTED"}
    return page(request, "check", found, form, status, **shown)
