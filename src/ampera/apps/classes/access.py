"""Which classes an account may work with: an officer all, a lecturer the partner's own."""

from __future__ import annotations

from django.http import Http404

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .timetable import Meeting, meeting


def worker(account: people.Caller) -> people.Held:
    """The account's role here; an officer's before a lecturer's. Raises Http404 for everybody else."""
    if people.has_role(account, "officer"):
        return people.require(account, "officer")
    return people.require(account, "lecturer")


def class_for(account: people.Caller, class_id: int) -> programme.Class:
    """Raises Http404 unless the account may work with this class; programme.NoSuchClass."""
    role, found = worker(account), programme.class_(class_id)
    if role.name == "lecturer" and (not role.partner or found.partner != role.partner):
        raise Http404
    return found


def meeting_for(account: people.Caller, meeting_id: int) -> tuple[Meeting, programme.Class]:
    """Raises Http404 unless the account may work with the meeting's class; NoSuchMeeting."""
    worker(account)
    found = meeting(meeting_id)
    return found, class_for(account, found.class_id)
