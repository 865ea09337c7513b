"""An exam is planned: the session is assessment's, the people who sit in the class are admissions' and are told."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

TAKES_PART = ("assessment", "admissions", "people", "messaging")


@transaction.atomic
def open_session(class_id: int, form: str, starts_at: datetime, room: str, *, by: str, now: datetime) -> int:
    """Plan an exam of a class and tell everybody who sits in it, once; the session's id.

    Raises what assessment.open_session raises.
    """
    session_id = assessment.open_session(class_id, form, starts_at, room, by=by, now=now)
    about = f"exam:{session_id}"
    if not audit.events(about=about, verb="exam.told", limit=1):
        numbers = people.phones(seat.person_id for seat in admissions.seats_of_class(class_id))
        body = _words(programme.class_(class_id).code, starts_at, room.strip())
        messaging.send_many(
            [(number, "exam", body, f"{about}:{person}") for person, number in numbers.items()], now=now
        )
        audit.record("exam.told", about=about, by=by, at=now, messages=len(numbers))
    return session_id


def _words(code: str, starts_at: datetime, room: str) -> str:
    """The message, in Indonesian like all that go to a whole class."""
    with translation.override(settings.LANGUAGE_CODE):
        starts = timezone.localtime(starts_at)
        return _(
            "Exam of your class %(code)s: %(day)s, %(hour)s, %(room)s. Bring your KTP or school card."
        ) % {
            "code": code,
            "day": formats.date_format(starts, "l, j F Y"),
            "hour": f"{starts:%H.%M}",
            "room": room,
        }
