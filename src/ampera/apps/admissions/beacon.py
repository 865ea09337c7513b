"""A round's beacon: how the rule names it, and what the pages say of it. Each kind has its own words, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext

from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.cores.allocation import quicknet
from ampera.refusal import _

#: Of each kind: label (of the value), wait (to the citizen), how (it decides), until and time (titles of the stage),
#: rite (what happens now), done (when it was), enter (title), field and hint (of the officers' form), made (a ticket).
WORDS: Mapping[str, Mapping[str, str]] = {
    "dice": {
        "label": _("Dice"),
        "wait": _("Dice are thrown in public before named witnesses. Your receipt number is your lot."),
        "how": _("%(count)s dice are thrown before these witnesses; list and dice together give everybody a ticket."),
        "until": _("Until the dice are thrown"),
        "time": _("It is time: the dice are thrown"),
        "rite": _("%(count)s throws. A witness reads them aloud. Two officers enter them, each alone; when both agree they stand here."),
        "done": _("Dice thrown %(at)s"),
        "enter": _("Enter the dice"),
        "field": _("The dice, in the order thrown"),
        "hint": _("%(count)s numbers from 1 to 6; spaces don't matter. Write them as they lie on the table; don't ask the other officer."),
        "made": _("It comes from the root, the dice and the receipt; nobody could know it before the dice fell."),
    },
    "drand": {
        "label": _("drand's number"),
        "wait": _("It waits for a random number that a league of institutions publishes at that moment. Nobody can choose or know it before. Your receipt number is your lot."),
        "how": _("The draw waits for round %(round)s of drand, a random number that a league of institutions signs together. Nobody can choose or know it before; list and number together give everybody a ticket."),
        "until": _("Until the random number is published"),
        "time": _("It is time: the random number is published"),
        "rite": _("Round %(round)s of drand. Two officers fetch it, each alone, and its signature is checked; when both agree it stands here."),
        "done": _("Random number entered %(at)s"),
        "enter": _("Enter the random number"),
        "field": _("Signature of round %(round)s"),
        "hint": _("The 96 characters after “signature” at %(address)s. Fetch it yourself; don't take it from the other officer."),
        "made": _("It comes from the root, drand's number and the receipt; nobody could know it before the number was published."),
    },
    "rfc3797": {
        "label": _("Published numbers"),
        "wait": _("It waits for numbers that others publish, named in the plan. Nobody can choose or know them before. Your receipt number is your lot."),
        "how": _("The draw waits for numbers that others publish: %(sources)s. List and numbers together give everybody a ticket."),
        "until": _("Until the numbers are published"),
        "time": _("It is time: the numbers are published"),
        "rite": _("%(sources)s. Two officers read the numbers, each alone; when both agree they stand here."),
        "done": _("Numbers entered %(at)s"),
        "enter": _("Enter the published numbers"),
        "field": _("The numbers, one line for each source"),
        "hint": _("In this order: %(sources)s. Whole numbers with spaces between; read them yourself, don't ask the other officer."),
        "made": _("It comes from the root, the published numbers and the receipt; nobody could know it before they were published."),
    },
}  # fmt: skip


def said(plan: programme.Plan) -> dict[str, str]:
    """The words for a plan's beacon in the active language, by the names in WORDS; `done` keeps its `%(at)s`."""
    facts = {
        "count": str(plan.beacon_count),
        "round": str(plan.beacon_round or ""),
        "address": f"https://api.drand.sh/{quicknet.CHAIN}/public/{plan.beacon_round}",
        "sources": "; ".join(plan.beacon_sources),
        "at": "%(at)s",
    }
    words = {name: gettext(text) % facts for name, text in WORDS[plan.beacon_kind].items()}
    return words | {"kind": plan.beacon_kind}


def beacon_name(plan: programme.Plan) -> str:
    """Which beacon a value is of: its kind, and for drand the round that the plan names."""
    return f"{plan.beacon_kind}:{plan.beacon_round}" if plan.beacon_round else plan.beacon_kind


def beacon_of(plan: programme.Plan) -> allocation.Beacon:
    """The plan's beacon as the rule names it, with the fields of its kind alone."""
    fields: dict[str, dict[str, Any]] = {
        "dice": {"dice": plan.beacon_count, "witnesses": plan.beacon_witnesses},
        "drand": {"round": plan.beacon_round},
        "rfc3797": {"sources": plan.beacon_sources},
    }
    when = localtime(plan.draw_at).isoformat()
    return allocation.Beacon(plan.beacon_kind, plan.beacon_outage, when=when, **fields[plan.beacon_kind])
