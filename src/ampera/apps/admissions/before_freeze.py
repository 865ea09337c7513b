"""What comes next while one applies, shows who one is, and objects."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ampera.apps.assessment import api as assessment
from ampera.apps.programme import api as programme

from .records import Filed
from .situation import Situation, Step, moment


def without_application(case: Situation) -> Step:
    """Nothing has been begun."""
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


def unsent(case: Situation, application: Filed) -> Step:
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
    if application.state == "MERGED":
        return Step(
            "gave_way",
            _("This application gave way to your other one"),
            _("You were registered twice. The other application goes on, and it is one person, one ticket."),
        )
    return _displaced(case)


def _next_part(case: Situation, application: Filed) -> Step:
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


def _test_or_level(case: Situation, application: Filed) -> Step:
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


def submitted(case: Situation, application: Filed) -> Step:
    """Sent in, and the list is not frozen yet."""
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


def _show_identity(case: Situation, application: Filed) -> Step:
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


def _displaced(case: Situation) -> Step:
    return Step(
        "displaced",
        _("Somebody else showed the KTP with this NIK"),
        _(
            "So this application is not in the draw. If the NIK was mistyped, correct it; if it is yours, take your KTP to the kelurahan office of %(place)s."
        )
        % {"place": programme.place(case.person.kelurahan).name},
        due=case.plan.objections_until,
    )
