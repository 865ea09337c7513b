"""What a person should do next, across all apps: one answer, for the page that everybody comes back to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.certificates import api as certificates
from ampera.apps.classes import api as classes
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.apps.results import api as results

WAITING = {"OBJECTIONS", "FROZEN", "DRAWN"}  # an application that was sent waits for the draw, or for a call
RUNNING = {"DRAWN", "TEACHING", "ENDLINE"}  # a seat is being used
SOON = timedelta(days=14)  # how long before an exam it goes before the class


@dataclass(frozen=True)
class Next:
    """title: what to do. url "" when there is nothing to do but wait. by: until when, if there is a date."""

    title: str
    text: str
    url: str = ""
    label: str = ""
    by: date | None = None


@dataclass(frozen=True)
class Card:
    person: people.Person
    next: Next
    links: tuple[tuple[str, str], ...]


def door(person: people.Person) -> Card:
    """Of several under an account: a card that leads to the person's own page."""
    step = Next(_("See what comes next"), "", reverse("site:one", args=[person.id]), _("Open"))
    return Card(person, step, ())


def chosen(
    ids: Sequence[int], wanted: str, now: datetime
) -> tuple[programme.Round | None, tuple[programme.Round, ...]]:
    """The round that a person's card is about, and the others that concern them too.

    An earlier round holds a person while the draw, a seat or the closing test is theirs, though the next is open already.
    ids: of all registrations of the person. wanted: the id of another round, as asked for in the address; "" for none.
    """
    rounds = programme.rounds()
    told = programme.told(rounds)
    earlier = [r for r in rounds if r.state in WAITING | RUNNING and r != told]
    if told is None or not earlier:
        return told, ()
    among = [r.id for r in earlier]
    seats = frozenset().union(*(admissions.held_in(pk, among) for pk in ids))
    sent = frozenset().union(*(admissions.sent_in(pk, among) for pk in ids))
    holds = [
        r
        for r in earlier
        if (r.id in seats and r.state in RUNNING)
        or (r.id in sent and r.state in WAITING)
        or (r.id in sent and r.state == "ENDLINE" and any(results.invited(pk, r.id, now) for pk in ids))
    ]
    concerned = [*holds, told]
    first = next((r for r in concerned if str(r.id) == wanted), concerned[0])
    return first, tuple(r for r in concerned if r != first)


def card(person: people.Person, now: datetime, *, wanted: str = "") -> Card:
    """A person's card: the next step, and where else to go. wanted: the id of the round asked for."""
    links = [(reverse("people:person", args=[person.id]), _("Name, address, consents"))]
    ids = people.same(person.id) if person.joined else (person.id,)
    if len(ids) > 1:
        links.append(
            (
                reverse("site:joined", args=[person.id]),
                _("You were registered twice: what was joined, and why"),
            )
        )
    round_, others = chosen(ids, wanted, now)
    links += [(f"{reverse('site:one', args=[person.id])}?round={r.id}", r.title) for r in others]
    if round_ is None:
        return Card(
            person, Next(_("No round is open now"), _("We write to you when one opens.")), tuple(links)
        )
    seated = True  # or so it may be
    if len(ids) > 1:  # what they have in the round may stand under another of their registrations
        acting, seated = admissions.acting_in(ids, round_.id)
        person = replace(person, id=acting)
    held = certificates.of_persons(ids)
    for one in held:
        label = _("Certificate: %(level)s") % {"level": programme.level_name(one.level)}
        links.append((reverse("certificates:page", args=[one.id]), label))
    if held:
        links.append((reverse("certificates:wallet"), _("My certificates, also without a network")))
    step = endline(person, round_, now) or (seat(person, round_, now, held, links) if seated else None)
    if step is None:
        said = admissions.step_without_seat(person, round_, now)
        step = Next(
            said.title,
            said.text,
            reverse(said.url_name, args=said.args) if said.url_name else "",
            said.label,
            said.due,
        )
    return Card(person, step, tuple(links))


def endline(person: people.Person, round_: programme.Round, now: datetime) -> Next | None:
    """The endline goes before everything else while it is open to this person."""
    until = results.invited(person.id, round_.id, now) if round_.state == "ENDLINE" else None
    if until is None:
        return None
    return Next(
        _("Take the closing test"),
        _(
            "It shows what the programme changed. You were drawn for it, with or without a seat. About 30 minutes."
        ),
        reverse("results:endline", args=[person.id]),
        _("Begin"),
        until,
    )


def seat(
    person: people.Person,
    round_: programme.Round,
    now: datetime,
    certified: Sequence[certificates.Certificate],
    links: list[tuple[str, str]],
) -> Next | None:
    """Somebody with a seat: the class, then the exam, then the certificate."""
    held = admissions.seat_of(person.id, round_.id)
    if held is None:
        return None
    page = reverse("classes:page", args=[held.class_id, person.id])
    links.insert(0, (page, _("My class")))
    mine = next((one for one in certified if one.class_id == held.class_id and not one.revoked), None)
    if mine and mine.suspended:
        return Next(
            _("Your certificate is suspended"),
            _("It doesn't count for now. Ask the programme's office why, and what you can do."),
            reverse("certificates:page", args=[mine.id]),
            _("Open my certificate"),
        )
    if mine:
        return Next(
            _("You have your certificate"),
            _("See it, save its file, and share its link with whom you choose."),
            reverse("certificates:page", args=[mine.id]),
            _("Open my certificate"),
        )
    exam = assessment.exam(held.class_id, person.id)
    if exam.passed or exam.finished:
        return _after_exam(exam)
    go = Next(_("You have a seat"), _("See where and when your class meets."), page, _("Open my class"))
    if exam.session_id and exam.starts_at and exam.state != "CLOSED":
        return _exam(person, exam, exam.starts_at, now) or go
    if classes.finished(held.class_id, now):
        return Next(
            _("Your class is over"),
            _("The day and room of the exam will stand here."),
            page,
            _("Open my class"),
        )
    return go


def _exam(
    person: people.Person, exam: assessment.ExamState, starts_at: datetime, now: datetime
) -> Next | None:
    """The exam that is planned or open; None while it is far off."""
    if exam.starts_at is None:
        return None
    door = reverse("assessment:exam", args=[exam.session_id, person.id])
    if exam.state == "OPEN" and exam.present:
        return Next(
            _("Your exam has begun"),
            _("Your identity was seen. The invigilator is in the room."),
            door,
            _("Go to the exam"),
        )
    if exam.state == "OPEN" or starts_at - now < SOON:
        return Next(
            _("Come to the exam"),
            _("%(when)s, %(room)s. Bring your KTP or school card.")
            % {
                "when": date_format(timezone.localtime(starts_at), "l, j F Y, H.i"),
                "room": exam.room,
            },
            door,
            _("See what to expect"),
        )
    return None


def _after_exam(exam: assessment.ExamState) -> Next:
    url = reverse("assessment:result", args=[exam.sitting_id]) if exam.sitting_id else ""
    label = _("See my result") if url else ""
    if exam.passed:
        return Next(
            _("You have passed the exam"),
            _(
                "Your certificate comes once your attendance is complete and two officers have confirmed the list of your class."
            ),
            url,
            label,
        )
    if exam.retakes_left:
        words = _("Attempts left in this round: %(n)d. When a further session is planned, it stands here.")
        return Next(_("You have not passed the exam yet"), words % {"n": exam.retakes_left}, url, label)
    return Next(
        _("You have not passed the exam"), _("There is no further attempt in this round."), url, label
    )
