"""A reason in the citizen's words: one true sentence for each ranked class, then its numbers."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from ampera.refusal import _

from .drawing import Reason

# (code, whether the seats in question are reserved for a group) → sentence
SAYS: Mapping[tuple[str, bool], str] = {
    ("SEATED", False): _("There is a seat for you in %(name)s, your choice number %(choice)d."),
    ("GOT_BETTER", False): _("%(name)s was not needed: you have a seat in a class that you ranked higher."),
    ("BEHIND_TICKET", False): _(
        "No seat in %(name)s: of the seats open to everybody, the last went to place %(cutoff_place)d in the order of "
        "tickets, and your ticket has place %(place)d."
    ),
    ("BEHIND_TICKET", True): _(
        "No seat in %(name)s: of the seats where %(group)s come first, the last went to place %(cutoff_place)d in the "
        "order of tickets, and your ticket has place %(place)d."
    ),
    ("BEHIND_TIER", False): _(
        "No seat in %(name)s: its seats went to people with a higher priority than yours."
    ),
    ("CAPPED", False): _(
        "No seat in %(name)s: at most %(cap)d of these seats may go to %(cap_group)s, and others of them came before you."
    ),
    ("GROUP_FIRST", True): _("No seat in %(name)s: %(group)s come first there and took all %(seats)d seats."),
    ("NOT_ELIGIBLE", True): _("No seat in %(name)s: its seats are kept for %(group)s."),
    ("NO_SEATS", False): _("%(name)s has no seats."),
}


def sentence(reason: Reason, *, name: str, groups: Mapping[str, str]) -> str:
    """The reason in the active language. name: of the class as shown; groups: names by the plan's codes."""
    reserved = bool(reason.group)
    says = SAYS.get((reason.code, reserved)) or SAYS[reason.code, not reserved]
    words = {
        **reason.facts,
        "name": name,
        "group": groups.get(reason.group, ""),
        "cap_group": groups.get(reason.cap_group, ""),
    }
    return gettext(says) % words
