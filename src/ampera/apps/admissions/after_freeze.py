"""What comes next once the list is frozen: the draw, an answer to a call, the class."""

from __future__ import annotations

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ampera.apps.programme import api as programme

from .beacon import said
from .models import Call, Freeze, Outcome, Seat
from .records import Filed
from .situation import Situation, Step, day, moment


def seated(case: Situation, seat: Seat) -> Step:
    """A seat is taken."""
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


def after_freeze(case: Situation, application: Filed) -> Step:
    """Sent in, and the list is frozen or drawn."""
    outcome = Outcome.objects.filter(application=application.id).first()
    if outcome is not None:
        return _drawn(case, application, inside=outcome.inside)
    frozen_at = Freeze.objects.filter(round=case.round.id).values_list("at", flat=True).first()
    seen = case.person.seen
    # The day is all that is kept of when a card was seen: enough until the draw says it exactly.
    listed = (
        case.round.state == "FROZEN" and frozen_at and seen and seen.on <= localdate(frozen_at)
        and not case.person.displaced
    )  # fmt: skip
    if listed:
        return Step(
            "wait_draw",
            _("The draw is on %(at)s") % {"at": moment(case.plan.draw_at)},
            said(case.plan)["wait"],
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


def _drawn(case: Situation, application: Filed, *, inside: bool) -> Step:
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
