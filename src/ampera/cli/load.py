"""`ampera load` and `ampera appoint`: what a city does first, before anybody can sign in to do the rest on its pages."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time

FIRST_ROLES = (
    "officer",
    "inspector",
)  # these two lock the plan; an officer gives every other role on /kantor/peran/


def add_parser(commands: argparse._SubParsersAction) -> None:
    it = commands.add_parser("load", help="put a city's programme, test items and drills into the database")
    it.add_argument(
        "programme", nargs="?", default="palembang", metavar="FILE", help="name or path of a programme file"
    )
    it.add_argument(
        "--opens",
        type=day,
        metavar="YYYY-MM-DD",
        help="day on which registration opens (default: in two weeks)",
    )
    it.set_defaults(func=load)
    it = commands.add_parser("appoint", help="name the first officers and the inspector, by their numbers")
    it.add_argument("role", choices=FIRST_ROLES)
    it.add_argument("phone", metavar="NUMBER", help="mobile number that signs in, as 0812…")
    it.add_argument("name", metavar="NAME", help="name and office, as pages and the audit show them")
    it.set_defaults(func=appoint)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write the day as 2027-03-01") from None


def load(arguments: argparse.Namespace) -> int:
    """Loading again takes over what changed; a locked plan refuses."""
    from ampera.cli.django import migrate, wake

    wake()
    migrate()
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from ampera.apps.assessment import api as assessment
    from ampera.apps.audit import api as audit
    from ampera.apps.drills import api as drills
    from ampera.apps.programme import api as programme

    by, now = audit.system("command"), timezone.now()
    opens_at = (
        timezone.make_aware(datetime.combine(arguments.opens, time(12))) if arguments.opens else None
    )  # only the day counts: the plan names the hour
    with transaction.atomic():
        round_id = programme.load(
            arguments.programme, by=by, now=now, opens_at=opens_at, simulated=settings.DEMO
        )
        assessment.load_bank(by=by, now=now)
        drills.load_messages(by=by, now=now)
    print(
        f"{programme.round_(round_id).title}: loaded. Next: `ampera appoint`, "
        f"then {settings.ORIGIN}/kantor/rencana/{round_id}/"
    )
    return 0


def appoint(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import migrate, wake

    wake()
    migrate()
    from django.utils import timezone

    from ampera.apps.audit import api as audit
    from ampera.apps.people import api as people

    people.give_role(
        phone=arguments.phone,
        name=arguments.role,
        label=arguments.name,
        by=audit.system("command"),
        now=timezone.now(),
    )
    print(f"{arguments.name}: {arguments.role}, signs in with {arguments.phone}")
    return 0
