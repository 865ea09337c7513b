"""What codes are called on a page, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LEVELS = {
    "dasar": _("Foundation"),
    "menengah": _("Intermediate"),
    "mahir": _("Advanced"),
    "ahli": _("Highly specialised"),
}
DAYS = {
    "senin": _("Monday"),
    "selasa": _("Tuesday"),
    "rabu": _("Wednesday"),
    "kamis": _("Thursday"),
    "jumat": _("Friday"),
    "sabtu": _("Saturday"),
    "minggu": _("Sunday"),
}
STATES = {
    "DRAFT": _("Draft"),
    "LOCKED": _("Locked"),
    "OPEN": _("Open for registration"),
    "OBJECTIONS": _("Objections"),
    "FROZEN": _("Frozen"),
    "DRAWN": _("Drawn"),
    "TEACHING": _("Classes running"),
    "ENDLINE": _("Endline"),
    "REPORTED": _("Reported"),
    "ABANDONED": _("Abandoned"),
}
STATE_KINDS = {"OPEN": "success", "REPORTED": "success", "ABANDONED": "danger", "DRAFT": "warning"}
METHODS = {
    "itt": _("Effect of being inside the horizon, whoever took a seat (ITT)"),
    "cluster-robust": _("Error that lets members of a household go together (CR2)"),
    "randomisation-inference": _("Exact test by replaying the draw"),
    "lee-bounds": _("Bounds for those who did not answer (Lee)"),
    "late": _("Effect of taking a seat (LATE)"),
    "anderson-rubin": _("Interval for the effect of taking a seat (Anderson–Rubin)"),
}
SCORES = {"wle": _("Ability on the whole sealed form, by weighted likelihood (WLE)")}
MODES = {"tatap-muka": _("In person"), "daring": _("On-line")}


def level_name(code: str) -> str:
    return str(LEVELS[code])


def state_name(code: str) -> str:
    return str(STATES[code])


def method_name(code: str) -> str:
    return str(METHODS[code])


def mode_name(code: str) -> str:
    return str(MODES[code])


def day_names(codes: Iterable[str]) -> str:
    """ "Tuesday and Thursday" """
    *before, last = [str(DAYS[code]) for code in codes]
    return gettext("%(days)s and %(last)s") % {"days": ", ".join(before), "last": last} if before else last


def short_form(digest: str) -> str:
    """A hash as a newspaper prints it and a room reads it: its first 64 bits, in two groups of eight digits."""
    return f"{digest[:8]} {digest[8:16]}"
