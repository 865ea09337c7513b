"""Which working pages a role opens: one table, from which the office's navigation and its front page are made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from ampera.refusal import _


@dataclass(frozen=True)
class Door:
    name: str
    label: str
    says: str
    icon: str
    roles: frozenset[str]

    @property
    def url(self) -> str:
        return reverse(self.name)


def door(name: str, label: str, says: str, icon: str, *roles: str) -> Door:
    return Door(name, label, says, icon, frozenset(roles))


DOORS = (
    door(
        "site:office",
        _("Overview"),
        _("Where each round stands"),
        "home",
        "officer",
        "inspector",
        "mayor",
        "volunteer",
        "invigilator",
        "lecturer",
    ),
    door(
        "people:counter",
        _("Counter"),
        _("Register somebody in person; mark a KTP as seen"),
        "person",
        "volunteer",
        "officer",
    ),
    door(
        "programme:office_rounds",
        _("Rounds and plans"),
        _("Plan, lock, classes"),
        "calendar",
        "officer",
        "inspector",
    ),
    door(
        "admissions:office_funnel",
        _("Applicants"),
        _("By kecamatan, provisional list, objections"),
        "people",
        "officer",
        "inspector",
    ),
    door(
        "admissions:office_draw",
        _("Freeze and draw"),
        _("Freeze the list, draw, see the outcome"),
        "draw",
        "officer",
        "inspector",
    ),
    door(
        "admissions:office_calls",
        _("Calls and seats"),
        _("Waves, answers, seats still empty"),
        "phone",
        "officer",
    ),
    door(
        "admissions:office_nominations",
        _("Civil servants"),
        _("Nominated by their agency, by CSV"),
        "upload",
        "officer",
    ),
    door("classes:work", _("Classes"), _("Attendance, roster, grades"), "class", "officer", "lecturer"),
    door("assessment:office_exams", _("Exam sessions"), _("Dates, rooms, forms"), "clock", "officer"),
    door(
        "assessment:invigilate", _("Invigilation"), _("Presence, start, incidents"), "shield", "invigilator"
    ),
    door("certificates:office", _("Certificates"), _("Issue, revoke"), "certificate", "officer"),
    door(
        "results:office",
        _("Endline and results"),
        _("Sample, responses, effect"),
        "chart",
        "officer",
        "mayor",
        "inspector",
    ),
    door("people:roles", _("Roles"), _("Who may do what"), "lock", "officer"),
)


def doors(roles: Collection[str]) -> list[Door]:
    """The doors that any of the roles opens, in the order of a round."""
    return [d for d in DOORS if d.roles & set(roles)]
