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
MODES = {"tatap-muka": _("In person"), "daring": _("On-line")}


def level_name(code: str) -> str:
    return str(LEVELS[code])


def state_name(code: str) -> str:
    return str(STATES[code])


def mode_name(code: str) -> str:
    return str(MODES[code])


def day_names(codes: Iterable[str]) -> str:
    """ "Tuesday and Thursday" """
    *before, last = [str(DAYS[code]) for code in codes]
    return gettext("%(days)s and %(last)s") % {"days": ", ".join(before), "last": last} if before else last
