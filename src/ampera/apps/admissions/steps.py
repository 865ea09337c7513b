"""What a person does next in a round: one answer for every state, from before opening to the result.

The site shows it on the person's page; every step of the application leads back to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from ampera.apps.assessment import api as assessment
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .applications import Application, of_person
from .models import Call, Freeze, Outcome, Seat

CLOSED = {"FROZEN", "DRAWN", "TEACHING", "ENDLINE", "REPORTED"}


@dataclass(frozen=True)
class Step:
    """code: stable. title, text: in the active language. url_name, args: the page to open, "" if there is none;
    label: its button. due: by when, if there is a date."""

    code: str
    title: str
    text: str = ""
    url_name: str = ""
    args: tuple[object, ...] = ()
    due: datetime | None = None
    label: str = ""


@dataclass(frozen=True)
class _Case:
    """All that a step depends on."""

    person: people.Person
    round: programme.Round
    plan: programme.Plan
    application: Application | None
    now: datetime

    @property
    def open(self) -> bool:
        return self.round.state == "OPEN" and self.plan.opens_at <= self.now < self.plan.closes_at

    @property
    def minor(self) -> bool:
        return self.person.minor(localdate(self.now))


def moment(at: datetime) -> str:
    """A day and an hour in words, in the city's time: “Rabu, 13 Januari 2027, 20.00 WIB”."""
    return _("%(day)s, %(hour)s WIB") % {"day": day(localtime(at)), "hour": localtime(at).strftime("%H.%M")}


def day(on: date) -> str:
    return date_format(on, "l, j F Y")


def step(person_id: int, round_id: int, now: datetime) -> Step:
    """What this person does next in this round. At most 10 queries. Raises people.Erased, programme.NoSuchRound."""
    found = programme.round_(round_id)
    case = _Case(
        people.person(person_id), found, programme.plan(round_id), of_person(person_id, round_id), now
    )
    if found.state == "ABANDONED":
        return Step("abandoned", _("This round was abandoned"), found.abandoned_because)
    seat = Seat.objects.filter(round=round_id, person=person_id, state=Seat.State.TAKEN).first()
    if seat:
        return _seated(case, seat)
    if case.application is None:
        return _without_application(case)
    if case.application.state == "SUBMITTED":
        return _submitted(case, case.application)
    return _unsent(case, case.application)


def _seated(case: _Case, seat: Seat) -> Step:
    klass = programme.class_(seat.klass_id)
    text = _("%(place)s, %(room)s. Classes begin on %(day)s.") % {
        "place": klass.place_name,
        "room": klass.room,
        "day": day(case.plan.classes_start_on),
    }
    title = _("You have a seat in %(code)s") % {"code": klass.code}
    if case.application is None:  # nominated, or a seat that had stayed empty
        return Step("seat", title, text)
    return Step("seat", title, text, "admissions:result", (case.application.id,), label=_("Look at the seat"))


def _without_application(case: _Case) -> Step:
    plan = case.plan
    if case.round.state in {"DRAFT", "LOCKED"} or (case.round.state == "OPEN" and case.now < plan.opens_at):
        return Step(
            "not_open",
            _("Registration has not opened yet"),
            _(
                "It opens on %(opens)s and closes on %(closes)s. Being quick gains nothing: a public draw decides."
            )
            % {"opens": moment(plan.opens_at), "closes": moment(plan.closes_at)},
            due=plan.opens_at,
        )
    if case.open:
        return Step(
            "begin",
            _("Apply for a seat"),
            _(
                "About 30 minutes with the short test. You can stop and go on at any time, on another phone too."
            ),
            "admissions:begin",
            (case.person.id,),
            plan.closes_at,
            _("Begin"),
        )
    return Step(
        "missed",
        _("Registration for this round has closed"),
        _(
            "No application was sent for this person. The exercises on true and false messages are open to everybody."
        ),
        "drills:start",
        label=_("Practise with messages"),
    )


def _unsent(case: _Case, application: Application) -> Step:
    """A draft, or a withdrawn application."""
    if application.state == "DRAFT" and case.open:
        return _next_part(case, application)
    if application.state == "WITHDRAWN" and case.open:
        return Step(
            "begin_again",
            _("You withdrew the application"),
            _(
                "Until registration closes you can take it up again. What you filled in is kept, and so is your receipt number."
            ),
            "admissions:begin",
            (case.person.id,),
            case.plan.closes_at,
            _("Take it up again"),
        )
    if application.state == "DRAFT":
        return Step(
            "not_sent",
            _("The application was not sent before registration closed"),
            _("It is not in the draw. The next round is open to you as to everybody."),
        )
    if application.state == "WITHDRAWN":
        return Step("withdrawn", _("You withdrew the application"), _("It is not in the draw."))
    return _displaced(case)


def _next_part(case: _Case, application: Application) -> Step:
    """The first part of a draft that is still missing."""
    here, due = (application.id,), case.plan.closes_at
    go_on = _("Go on")
    if not application.audience:
        return Step(
            "audience",
            _("Say which group you apply with"),
            _("And which documents you have, if any."),
            "admissions:audience",
            here,
            due,
            go_on,
        )
    if not application.level:
        return _test_or_level(case, application)
    if not application.days:
        return Step(
            "wishes",
            _("Say which days and places suit you"),
            _("From them a list of classes is made for you."),
            "admissions:wishes",
            here,
            due,
            go_on,
        )
    return Step(
        "check",
        _("Check your answers and send them"),
        _("Only what is sent takes part in the draw. You can still change it until registration closes."),
        "admissions:check",
        here,
        due,
        _("Check and send"),
    )


def _test_or_level(case: _Case, application: Application) -> Step:
    sitting = assessment.sittings([case.person.id], case.round.id, "baseline").get(case.person.id)
    due = case.plan.closes_at
    if sitting and sitting.state == "FINISHED":
        return Step(
            "level",
            _("Choose a level"),
            _("The one that the test shows, or one below it."),
            "admissions:level",
            (application.id,),
            due,
            _("Choose"),
        )
    text = _("It shows which levels suit you. It can't be failed, and every answer is kept at once.")
    if sitting:
        return Step(
            "test", _("Go on with the short test"), text, "assessment:sitting", (sitting.id,), due, _("Go on")
        )
    return Step(
        "test", _("Take the short test"), text, "admissions:test", (application.id,), due, _("To the test")
    )


def _submitted(case: _Case, application: Application) -> Step:
    if case.round.state in CLOSED:
        return _after_freeze(case, application)
    if case.person.displaced:
        return _displaced(case)
    if case.person.seen is None:
        return _show_identity(case, application)
    plan, receipt = case.plan, (application.id,)
    if case.open:
        return Step(
            "wait_closing",
            _("You take part in the draw"),
            _("Your identity was seen. Until %(closes)s you can still change your answers.")
            % {"closes": moment(plan.closes_at)},
            "admissions:receipt",
            receipt,
            plan.closes_at,
            _("Receipt and answers"),
        )
    listed = plan.provisional_at or plan.closes_at
    if case.round.state == "OBJECTIONS" and listed <= case.now < plan.objections_until:
        return Step(
            "provisional",
            _("Look for your receipt number in the provisional list"),
            _("You are in it. If something is wrong, object before the last day; a person answers."),
            "admissions:objection",
            receipt,
            plan.objections_until,
            _("Object"),
        )
    text = _("The provisional list comes out on %(listed)s.") % {"listed": moment(listed)}
    if case.now >= plan.objections_until:
        text = _("Objections are being answered. Then the list is frozen, a day before the draw.")
    return Step(
        "wait_freeze", _("You take part in the draw"), text, "admissions:receipt", receipt, label=_("Receipt")
    )


def _show_identity(case: _Case, application: Application) -> Step:
    place = programme.place(case.person.kelurahan).name
    text = _(
        "Take your KTP, or your school card, to the kelurahan office of %(place)s. Without it you are not in the draw."
    )
    if case.minor:
        text = _("Take your KTP or school card, and your parent or guardian with theirs, to the kelurahan office of %(place)s. Without it you are not in the draw.")  # fmt: skip
    return Step(
        "show_identity",
        _("Show who you are at the kelurahan"),
        text % {"place": place},
        "admissions:receipt",
        (application.id,),
        case.plan.objections_until,
        _("Receipt to take along"),
    )


def _displaced(case: _Case) -> Step:
    return Step(
        "displaced",
        _("Somebody else showed the KTP with this NIK"),
        _(
            "So this application is not in the draw. If the NIK was mistyped, correct it; if it is yours, take your KTP to the kelurahan office of %(place)s."
        )
        % {"place": programme.place(case.person.kelurahan).name},
        due=case.plan.objections_until,
    )


def _after_freeze(case: _Case, application: Application) -> Step:
    outcome = Outcome.objects.filter(application=application.id).first()
    if outcome is not None:
        return _drawn(case, application, inside=outcome.inside)
    freeze = Freeze.objects.filter(round=case.round.id).first()
    seen = case.person.seen
    # The day is all that is kept of when a card was seen: enough until the draw says it exactly.
    listed = (
        case.round.state == "FROZEN" and freeze and seen and seen.on <= localdate(freeze.at)
        and not case.person.displaced
    )  # fmt: skip
    if listed:
        return Step(
            "wait_draw",
            _("The draw is on %(at)s") % {"at": moment(case.plan.draw_at)},
            _("Dice are thrown in public before named witnesses. Your receipt number is your lot."),
            "admissions:receipt",
            (application.id,),
            case.plan.draw_at,
            _("Receipt"),
        )
    return Step(
        "left_out",
        _("This application is not in the draw"),
        _(
            "When the list was frozen, nobody had seen this person's KTP or school card, or somebody else had shown it. The next round is open to you as to everybody."
        ),
    )


def _drawn(case: _Case, application: Application, *, inside: bool) -> Step:
    call = Call.objects.filter(application=application.id).order_by("-wave").first()
    result, page = "admissions:result", (application.id,)
    if call and call.state == Call.State.OFFERED and case.now < call.until:
        klass = programme.class_(call.klass_id)
        return Step(
            "answer_call",
            _("A seat is kept for you: take it or give it up"),
            _("%(code)s in %(place)s. If you don't answer, it goes to the next person.")
            % {"code": klass.code, "place": klass.place_name},
            result,
            page,
            call.until,
            _("Answer"),
        )
    why = _("Why, and recheck it")
    if call and call.state == Call.State.DECLINED:
        return Step(
            "declined", _("You gave the seat up"), _("It goes to the next person."), result, page, label=why
        )
    if call and call.state == Call.State.TAKEN:
        return Step("released", _("The seat was given back"), "", result, page, label=why)
    if call:
        return Step(
            "lapsed",
            _("The seat was not taken in time"),
            _("It goes to the next person."),
            result,
            page,
            label=why,
        )
    if inside and case.round.state == "DRAWN":
        return Step(
            "wait_call",
            _("No seat yet: you may still be called"),
            _("When somebody gives a seat up, people are called in the draw's order. Look here again."),
            result,
            page,
            label=why,
        )
    return Step(
        "no_seat",
        _("No seat in this round"),
        _("The result page says why, class by class. The next round is open to you as to everybody."),
        result,
        page,
        label=why,
    )
