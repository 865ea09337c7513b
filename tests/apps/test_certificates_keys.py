"""An issuer's keys through time, and a key that somebody else keeps."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.assessment.models import Item
from ampera.apps.audit import api as audit
from ampera.apps.certificates import api as certificates
from ampera.apps.certificates.models import Batch, Credential, Key
from ampera.cli.main import main

from .taught_class import FIRST, LOADED, SECOND, SYSTEM, key, taught

NOW = datetime(2027, 7, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)
TOKEN = "a-token-of-the-test"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def production(settings):
    settings.DEMO = False
    settings.ORIGIN = "https://ampera.example.go.id"


def ready():
    """A class whose people have earned certificates that count."""
    klass, persons = taught(2, simulated=False)
    Item.objects.update(review="approved", difficulty_status="calibrated")
    return klass, persons


def propose(klass) -> int:
    return certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)


def issued() -> certificates.Certificate:
    klass, persons = ready()
    certificates.confirm_batch(propose(klass), key=key(), by=SECOND, now=NOW)
    return certificates.of_person(persons[0])[0]


def word(certificate, now=NOW) -> str:
    return certificates.check(certificate.json.encode(), now=now).verdict


# --- a stolen key ---


def compromise(row: Key, since: date, *, now: datetime) -> int:
    return certificates.compromise_key(row.multibase, since=since, key="stolen", by=SYSTEM, now=now)


def test_what_a_stolen_key_signed_from_a_day_on_is_not_believed_and_what_it_signed_before_is():
    real, row = issued(), Key.objects.get()
    later = NOW + 3 * DAY
    assert compromise(row, date(2027, 7, 2), now=later) == 0
    assert compromise(row, date(2027, 7, 2), now=later) == 0
    assert word(real, later) == "valid", "signed on the day before"
    method = certificates.did_document(False)["verificationMethod"][1]
    assert method["revoked"] == "2027-07-01T17:00:00Z" and method["expires"] == "2027-07-04T03:00:00Z"
    (event,) = audit.events(verb="key.compromised")
    assert event.facts["lost"] == 0 and Key.objects.filter(retired_at=None).count() == 1


def test_what_it_signed_on_that_day_is_altered_and_can_be_issued_anew():
    real, row = issued(), Key.objects.get()
    later = NOW + DAY
    assert compromise(row, date(2027, 7, 1), now=later) == 2
    verdict = certificates.check(real.json.encode(), now=later)
    assert (verdict.verdict, verdict.code) == ("altered", "key_ended")
    assert certificates.credential(real.id).distrusted
    certificates.propose_reissue(real.id, key=key(), by=FIRST, now=later)
    new = certificates.credential(certificates.confirm_reissue(real.id, key=key(), by=SECOND, now=later))
    assert word(new, later) == "valid" and not new.distrusted


def test_a_stolen_key_signs_nothing_more_and_is_marked_once():
    issued()
    row = Key.objects.get()
    with pytest.raises(IntegrityError, match="key_compromised_signs_nothing_more"), transaction.atomic():
        Key.objects.update(compromised_at=NOW)
    compromise(row, date(2027, 7, 1), now=NOW)
    with pytest.raises(certificates.AlreadyCompromised):
        certificates.compromise_key(row.multibase, since=date(2027, 6, 1), key=key(), by=SYSTEM, now=NOW)
    with pytest.raises(certificates.NoSuchKey):
        certificates.compromise_key("z6Mk", since=date(2027, 6, 1), key=key(), by=SYSTEM, now=NOW)


def test_the_command_lists_keys_and_marks_one(capsys):
    real, row = issued(), Key.objects.get()
    assert main(["certificate", "keys", "list"]) == 0
    assert (
        f"#{row.multibase}\tmade " in (said := capsys.readouterr().out) and "sealed in the database" in said
    )
    assert main(["certificate", "keys", "compromised", row.multibase, "--since", "2027-07-01"]) == 0
    assert "2 certificates" in capsys.readouterr().out
    assert main(["certificate", "keys", "list"]) == 0
    stolen, new = sorted(capsys.readouterr().out.splitlines(), key=lambda line: row.multibase not in line)
    assert "signs" in new and "retired" in stolen and "compromised since 2027-07-01" in stolen
    assert certificates.credential(real.id).distrusted


# --- a key that somebody else keeps ---


@pytest.fixture
def keeper(settings) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a signing service that the settings name; it can be started again, at the same port."""
    with ExitStack() as stack:

        def start(*mood: str, port: str = "0") -> subprocess.Popen:
            script = Path(__file__).parent / "remote_signer.py"
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, str(script), port, TOKEN, *mood], stdout=subprocess.PIPE, text=True
                )
            )
            stack.callback(process.kill)
            assert process.stdout
            settings.SIGNER = f"http://127.0.0.1:{process.stdout.readline().strip()}"
            settings.SIGNER_TOKEN = TOKEN
            return process

        yield start


def test_certificates_are_issued_by_a_signer_in_another_process(keeper):
    keeper()
    real = issued()
    row = Key.objects.get()
    assert bytes(row.sealed) == b"" and certificates.known_keys()[0].remote
    assert word(real) == "valid"
    assert json.loads(real.json)["proof"][0]["verificationMethod"].endswith(f"#{row.multibase}")
    certificates.revoke(real.id, reason="x", key=key(), by=FIRST, now=NOW)
    assert word(real) == "revoked", "lists are signed there too"


def test_when_the_signer_fails_nothing_is_lost_and_it_is_told(keeper):
    process = keeper()
    klass, _persons = ready()
    certificates.ensure_keys(by=SYSTEM, now=LOADED)
    batch = propose(klass)
    process.kill()
    process.wait()
    with pytest.raises(certificates.SignerFailed, match="nothing is lost"):
        certificates.confirm_batch(batch, key="c", by=SECOND, now=NOW)
    assert Batch.objects.get().confirmed_at is None and not Credential.objects.exists()
    assert not audit.events(verb="certificate.issued")


def test_readers_get_the_list_of_an_earlier_day_while_the_signer_is_silent(keeper, caplog):
    process = keeper()
    real = issued()
    assert word(real) == "valid"
    process.kill()
    process.wait()
    verdict = certificates.check(real.json.encode(), now=NOW + 3 * DAY)
    assert (verdict.verdict, verdict.as_of) == ("valid", NOW) and "earlier day" in caplog.text
    assert word(real, NOW + 8 * DAY) == "undetermined", "a week, and no longer"
    with pytest.raises(certificates.SignerFailed):
        certificates.renew_lists(now=NOW + 3 * DAY)
    with pytest.raises(certificates.SignerFailed):
        certificates.revoke(real.id, reason="x", key="r", by=FIRST, now=NOW + DAY)
    assert certificates.credential(real.id).state == "STANDING"


def test_a_signature_that_does_not_fit_a_wrong_token_and_no_signer_at_all_are_refused(keeper, settings):
    keeper("wrong")
    klass, _persons = ready()
    certificates.ensure_keys(by=SYSTEM, now=LOADED)
    batch = propose(klass)
    with pytest.raises(certificates.SignerFailed, match="does not fit"):
        certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    settings.SIGNER_TOKEN = "another"
    with pytest.raises(certificates.SignerFailed, match="401"):
        certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    settings.SIGNER = ""
    with pytest.raises(certificates.SignerFailed, match="AMPERA_SIGNER"):
        certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    certificates.rotate_keys(demo=False, key=key(), by=SYSTEM, now=NOW)
    assert certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW) == 2, "back to a key of our own"
