"""`ampera certificate issue|revoke|suspend|reinstate|archive` and `keys list|rotate|compromised`: what needs the city's database."""

from __future__ import annotations

import argparse
import uuid
from datetime import date
from pathlib import Path
from typing import Any

VERBS = {
    "revoke": "revoke a certificate, for ever",
    "suspend": "suspend a certificate for now",
    "reinstate": "let a suspended certificate stand again",
}


def add_parsers(certificate: Any, keys: Any) -> None:
    """Hang the commands under `certificate` and under `certificate keys`."""
    it = certificate.add_parser(
        "issue",
        help="issue a class's certificates; two officers",
        description="Without --propose or --confirm nothing is done: it prints who would get one, and who not and why.",
    )
    it.add_argument("klass", metavar="CLASS", help="the class's code in the current round, as DSR-A-01")
    it.add_argument("--as", dest="phone", metavar="NUMBER", help="the officer's mobile number")
    step = it.add_mutually_exclusive_group()
    step.add_argument("--propose", action="store_true", help="propose them, as the first officer")
    step.add_argument("--confirm", action="store_true", help="confirm and issue, as the second")
    it.set_defaults(func=issue)
    for verb, says in VERBS.items():
        it = certificate.add_parser(verb, help=says)
        it.add_argument("number", type=uuid.UUID, help="the certificate's number")
        it.add_argument(
            "--reason", required=True, help="kept for officers; whoever checks sees only how it stands"
        )
        it.add_argument(
            "--as", dest="phone", required=True, metavar="NUMBER", help="the officer's mobile number"
        )
        it.set_defaults(func=decide, verb=verb)
    it = certificate.add_parser(
        "archive", help="write a folder that goes on verifying on any web host or from a USB stick"
    )
    it.add_argument("folder", type=Path, metavar="DIR", help="a new folder")
    it.add_argument(
        "--with-certificates",
        action="store_true",
        help="the certificates too, names and all, but for withdrawn ones",
    )
    it.set_defaults(func=archive)
    it = keys.add_parser(
        "list", help="show every key: when it was made, retired or stolen, and where it is kept"
    )
    it.set_defaults(func=list_keys)
    it = keys.add_parser(
        "compromised",
        help="believe nothing that a key signed from a day on; a stolen key that still signs is replaced",
    )
    it.add_argument("multibase", metavar="KEY", help="its public part, z6Mk…, as `keys list` shows it")
    it.add_argument(
        "--since", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD", help="the first day"
    )
    it.set_defaults(func=compromised)
    it = keys.add_parser(
        "rotate", help="retire the issuer's key and make another; what it signed stays valid"
    )
    it.set_defaults(func=rotate)


def officer(phone: str | None) -> str:
    """The actor behind an officer's number. Raises Fault for a number that is no officer's."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from ampera.apps.audit import api as audit
    from ampera.apps.people import api as people
    from ampera.cli.main import Fault

    if not phone:
        raise Fault("say which officer acts, with --as NUMBER")
    with transaction.atomic():  # a number that nobody has makes no account
        account = get_user_model().objects.get(pk=people.account_for(phone))
        if not people.has_role(account, "officer"):
            transaction.set_rollback(True)
            raise Fault(f"{phone} is no officer's number; officers are appointed on /kantor/peran/")
    return audit.account(account.pk)


def issue(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import wake

    wake()
    from collections import Counter

    from django.utils import timezone

    from ampera.apps.certificates import api as certificates
    from ampera.apps.programme import api as programme
    from ampera.cli.main import Fault

    round_ = programme.current()
    held = programme.classes(round_.id, drawn=None) if round_ else ()
    klass = next((c for c in held if c.code == arguments.klass), None)
    if klass is None:
        raise Fault(
            f"the current round has no class {arguments.klass}; codes are on /kantor/sertifikat/kelas/"
        )
    key, now = str(uuid.uuid4()), timezone.now()
    if arguments.propose:
        certificates.propose_batch(klass.id, key=key, by=officer(arguments.phone), now=now)
        print(f"{klass.code}: proposed; another officer confirms with --confirm, or on the office's page")
    elif arguments.confirm:
        waiting = certificates.batches([klass.id], waiting=True)
        if not waiting:
            raise Fault(f"nothing is proposed for {klass.code}; begin with --propose")
        n = certificates.confirm_batch(waiting[0].id, key=key, by=officer(arguments.phone), now=now)
        print(f"{klass.code}: {n} certificates issued")
    else:
        found = Counter(candidate.why for candidate in certificates.candidates(klass.id))
        for why, n in sorted(found.items()):
            print(f"{klass.code}\t{why}\t{n}")
    return 0


def decide(arguments: argparse.Namespace) -> int:
    """Revoke, suspend or reinstate a certificate."""
    from ampera.cli.django import wake

    wake()
    from django.utils import timezone

    from ampera.apps.certificates import api as certificates

    by = officer(arguments.phone)
    verb = getattr(certificates, arguments.verb)
    verb(arguments.number, reason=arguments.reason, key=str(uuid.uuid4()), by=by, now=timezone.now())
    print(
        f"{arguments.number}: {certificates.credential(arguments.number).state.lower()}; the status lists say so from now on"
    )
    return 0


def archive(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import wake
    from ampera.cli.main import Fault

    wake()
    from django.utils import timezone

    from ampera.apps.certificates import api as certificates

    if arguments.folder.exists():
        raise Fault(f"{arguments.folder} is there already; name a new folder")
    files = certificates.archive_files(now=timezone.now(), certificates=arguments.with_certificates)
    for name, data in files.items():
        path = arguments.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{arguments.folder}: {len(files)} files; open index.html, or put the folder on any web host")
    return 0


def rotate(_arguments: argparse.Namespace) -> int:
    from ampera.cli.django import wake

    wake()
    from django.conf import settings
    from django.utils import timezone

    from ampera.apps.audit import api as audit
    from ampera.apps.certificates import api as certificates

    new = certificates.rotate_keys(
        demo=settings.DEMO, key=str(uuid.uuid4()), by=audit.system("command"), now=timezone.now()
    )
    print(f"{certificates.issuer(settings.DEMO)}#{new}\nthe old key stays published with its end")
    return 0


def list_keys(_arguments: argparse.Namespace) -> int:
    from ampera.cli.django import wake

    wake()
    from ampera.apps.certificates import api as certificates

    for key in certificates.known_keys():
        what = [
            f"made {key.made_at:%Y-%m-%d}",
            "kept by AMPERA_SIGNER" if key.remote else "sealed in the database",
        ]
        what += [f"retired {key.retired_at:%Y-%m-%d}" if key.retired_at else "signs"]
        what += (
            [f"compromised since {key.compromised_at.astimezone():%Y-%m-%d}"] if key.compromised_at else []
        )
        print(f"{certificates.issuer(key.demo)}#{key.multibase}\t{', '.join(what)}")
    return 0


def compromised(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import wake

    wake()
    from django.utils import timezone

    from ampera.apps.audit import api as audit
    from ampera.apps.certificates import api as certificates

    lost = certificates.compromise_key(
        arguments.multibase, since=arguments.since, key=str(uuid.uuid4()), by=audit.system("command"), now=timezone.now()
    )  # fmt: skip
    print(
        f"{arguments.multibase}: nothing that it signed since {arguments.since} is believed; lists were signed anew"
    )
    print(f"{lost} certificates of these days lose their proof: issue them anew, on the office's pages")
    return 0
