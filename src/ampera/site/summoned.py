"""An exam is planned: the session is assessment's, the people who sit in the class are admissions' and are told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import _

TAKES_PART = ("assessment", "admissions", "people")
SAYS = _("Exam of your class %(code)s: %(when)s, %(room)s. Bring your KTP or school card.")


@transaction.atomic
def open_session(class_id: int, form: str, starts_at: datetime, room: str, *, by: str, now: datetime) -> int:
    """Plan an exam of a class and tell everybody who sits in it, once; the session's id.

    Raises what assessment.open_session raises.
    """
    session_id = assessment.open_session(class_id, form, starts_at, room, by=by, now=now)
    about = f"exam:{session_id}"
    if not audit.events(about=about, verb="exam.told", limit=1):
        facts = {"code": programme.class_(class_id).code, "when": starts_at, "room": room.strip()}
        seats = admissions.seats_of_class(class_id)
        news = [people.News(s.person_id, f"{about}:{s.person_id}", facts) for s in seats]
        told = people.tell(SAYS, news, kind="exam", now=now)
        audit.record("exam.told", about=about, by=by, at=now, messages=told)
    return session_id
