"""What a person should do next, across all apps: one answer, for the page that everybody comes back to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.certificates import api as certificates
from ampera.apps.classes import api as classes
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.apps.results import api as results


@dataclass(frozen=True)
class Next:
    """title: what to do. url "" when there is nothing to do but wait. by: until when, if there is a date."""

    title: str
    text: str
    url: str = ""
    label: str = ""
    by: date | datetime | None = None


@dataclass(frozen=True)
class Card:
    person: people.Person
    next: Next
    links: tuple[tuple[str, str], ...]


def card(person: people.Person, round_: programme.Round | None, now: datetime) -> Card:
    """A person's card on the account's page."""
    links = [(reverse("people:person", args=[person.id]), _("Name, address, consents"))]
    if round_ is None:
        return Card(
            person, Next(_("No round is open now"), _("We write to you when one opens.")), tuple(links)
        )
    for credential in certificates.of_person(person.id):
        links.append(
            (
                reverse("certificates:page", args=[credential.id]),
                _("Certificate: %(level)s") % {"level": credential.level},
            )
        )
    step = endline(person, round_, now) or seat(person, round_, now, links)
    if step is None:
        said = admissions.step(person.id, round_.id, now)
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
    if not results.invited(person.id, round_.id, now):
        return None
    return Next(
        _("Take the closing test"),
        _(
            "It shows what the programme changed. You were drawn for it, with or without a seat. About 30 minutes."
        ),
        reverse("results:endline", args=[person.id]),
        _("Begin"),
        programme.plan(round_.id).endline_until,
    )


def seat(
    person: people.Person, round_: programme.Round, now: datetime, links: list[tuple[str, str]]
) -> Next | None:
    """Somebody with a seat: the class, then the exam."""
    held = admissions.seat_of(person.id, round_.id)
    if held is None:
        return None
    page = reverse("classes:page", args=[held.class_id, person.id])
    links.insert(0, (page, _("My class")))
    exam = assessment.exam(held.class_id, person.id)
    if exam.state == "OPEN" and exam.present and not exam.finished:
        return Next(
            _("Your exam has begun"),
            _("Your identity was seen. The invigilator is in the room."),
            reverse("assessment:exam", args=[exam.session_id, person.id]),
            _("Go to the exam"),
        )
    if classes.finished(held.class_id, now) and exam.starts_at and exam.state != "CLOSED":
        return Next(
            _("Come to the exam"),
            _("Bring your KTP. Room: %(room)s.") % {"room": exam.room},
            page,
            _("See where and when"),
            exam.starts_at,
        )
    return Next(_("You have a seat"), _("See where and when your class meets."), page, _("Open my class"))
