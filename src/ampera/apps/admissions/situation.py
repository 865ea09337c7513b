"""Where a person stands in a round, and what a next step is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .records import Filed


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
class Situation:
    """All that a person's next step depends on. The plan is read by the first step that needs it: many don't."""

    person: people.Person
    round: programme.Round
    application: Filed | None
    now: datetime

    @cached_property
    def plan(self) -> programme.Plan:
        return programme.plan(self.round.id)

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
