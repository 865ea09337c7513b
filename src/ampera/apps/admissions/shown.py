"""An application in words: what a check page, a receipt and a list of classes show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .forms import DAY_NAMES, LEVEL_NAMES
from .ranking import ONLINE, missing_days
from .records import Application


@dataclass(frozen=True)
class ClassRow:
    """A class in a list. line: where and when; off: a day on which the person said they can't come."""

    id: int
    code: str
    line: str
    off: bool


def class_line(klass: programme.Class) -> str:
    """Where and when a class meets: “Seberang Ulu I, Kantor Camat, Aula · Sabtu 08.00–11.00”."""
    days = ", ".join(str(DAY_NAMES[day]) for day in klass.days)
    where = _("On-line") if klass.mode == ONLINE else f"{klass.place_name}, {klass.room}"
    return f"{where} · {days} {klass.starts_at:%H.%M}–{klass.ends_at:%H.%M}"


def class_row(klass: programme.Class, days: Collection[str]) -> ClassRow:
    return ClassRow(klass.id, klass.code, class_line(klass), missing_days(klass, days) > 0)


def answers(application: Application, person: people.Person, may_share: bool = False) -> list[dict[str, str]]:
    """The answers for `summary_list`, each with the page that changes it. Four queries. may_share: whether a ticket for the household
    can be asked for."""
    here = [application.id]
    counter = person.account_id is None
    identity = reverse("people:counter_correct" if counter else "people:correct", args=[person.id])
    audience, wishes = reverse("admissions:audience", args=here), reverse("admissions:wishes", args=here)
    named = {place.code: place.name for place in programme.places()}
    audiences = {one.code: one.name for one in programme.audiences()}
    rows = [
        (_("Name"), person.name, identity),
        (_("Kelurahan"), named[person.kelurahan], identity),
        (_("You are"), audiences.get(application.audience, ""), audience),
        (_("Documents"), "\n".join(claim.evidence for claim in application.claims), audience),
        (_("Level"), level(application), reverse("admissions:level", args=here)),
        (_("Days"), days(application.days), wishes),
        (_("Places"), places(application.places, named), wishes),
        (_("Your list, best first"), listed(application), reverse("admissions:ranking", args=here)),
    ]
    if may_share:
        ticket = _("One for our household") if application.household else _("My own")
        rows.append((_("Ticket in the draw"), ticket, reverse("admissions:household", args=here)))
    return [{"label": label, "value": value, "url": url} for label, value, url in rows]


def level(application: Application) -> str:
    return str(LEVEL_NAMES.get(application.level, ""))


def days(codes: Collection[str]) -> str:
    return ", ".join(str(DAY_NAMES[code]) for code in codes)


def places(codes: Collection[str], named: Mapping[str, str]) -> str:
    return ", ".join(_("On-line") if code == ONLINE else named[code] for code in codes)


def listed(application: Application) -> str:
    by_id = {c.id: c for c in programme.classes(application.round_id, level=application.level or None)}
    lines = [f"{n}. {by_id[i].code}: {class_line(by_id[i])}" for n, i in enumerate(application.choices, 1)]
    return "\n".join(lines)


def birth_day(person: people.Person) -> str:
    return date_format(person.birth_date, "j F Y")
