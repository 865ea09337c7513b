"""Keys that change, and a folder that goes on verifying when the server is gone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from ampera.apps.assessment.models import Item
from ampera.apps.audit import api as audit
from ampera.apps.certificates import api as certificates
from ampera.apps.certificates import codes, issuers
from ampera.apps.certificates.models import Key
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cli.certificate import exit_code
from ampera.cli.main import main
from ampera.cores.credentials import carrier, proof
from ampera.cores.credentials.verdict import verify

from .taught_class import FIRST, LOADED, SECOND, SYSTEM, key, taught

NOW = datetime(2027, 7, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(settings) -> certificates.Certificate:
    """A certificate that counts."""
    settings.DEMO = False
    settings.ORIGIN = "https://ampera.example.go.id"
    klass, persons = taught(2, simulated=False)
    Item.objects.update(review="approved", difficulty_status="calibrated")
    certificates.ensure_keys(by=SYSTEM, now=LOADED)
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)
    certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    return certificates.of_person(persons[0])[0]


# --- keys ---


def test_after_a_rotation_old_certificates_stand_and_the_old_key_signs_nothing_new(real):
    old = Key.objects.get()
    later = NOW + DAY
    new = certificates.rotate_keys(demo=False, key="r", by=SYSTEM, now=later)
    assert certificates.rotate_keys(demo=False, key="r", by=SYSTEM, now=later) == new != old.multibase
    document = certificates.did_document(False)
    assert [m["publicKeyMultibase"] for m in document["verificationMethod"]] == [new, old.multibase]
    assert document["verificationMethod"][1]["expires"] == "2027-07-02T03:00:00Z"
    assert certificates.check(real.json.encode(), now=later + DAY).verdict == "valid"
    unsigned = {name: item for name, item in json.loads(real.json).items() if name != "proof"}
    back_then = proof.sign(unsigned, signer=issuers.signer(old), created=later - DAY / 2)
    too_late = proof.sign(unsigned, signer=issuers.signer(old), created=later + DAY)
    verdicts = [
        certificates.check(json.dumps(d).encode(), now=later + 2 * DAY) for d in (back_then, too_late)
    ]
    assert [v.code for v in verdicts] == ["valid", "key_ended"]
    assert [len(audit.events(verb=verb)) for verb in ("key.made", "key.retired")] == [2, 1]


def test_a_rotation_needs_a_key_to_retire():
    with pytest.raises(certificates.NoKeys):
        certificates.rotate_keys(demo=True, key=key(), by=SYSTEM, now=NOW)


# --- the archive ---


def test_an_archive_verifies_years_later_with_nothing_but_its_own_files(real):
    revoked = next(
        c for c in certificates.of_persons(list(certificates.certified(real.round_id))) if c.id != real.id
    )
    certificates.revoke(revoked.id, reason="x", key=key(), by=FIRST, now=NOW)
    files = certificates.archive_files(now=NOW + DAY)
    keys = [json.loads(data) for name, data in files.items() if name.startswith("keys/")]
    lists = [json.loads(data) for name, data in files.items() if name.startswith("status/")]
    found = {
        c.id: verify(
            c.json.encode(), now=NOW + 1000 * DAY, issuers={k["id"]: k for k in keys},
            status_lists={one["id"]: one for one in lists}, trusted=frozenset(k["id"] for k in keys),
        )
        for c in (real, revoked)
    }  # fmt: skip
    assert found[real.id].verdict == "valid" and found[real.id].as_of == NOW + DAY
    assert found[revoked.id].verdict == "revoked"
    assert exit_code(v.verdict for v in found.values()) == 1


def test_an_archive_reads_a_qr_code_from_its_own_templates_by_the_command_too(real, tmp_path, capsys):
    folder = tmp_path / "arsip"
    assert main(["certificate", "archive", str(folder)]) == 0
    picture = tmp_path / "kode.png"
    codes.code(carrier.pack(real.json.encode())).save(str(picture), scale=3, border=4)
    given = [("--did-document", "keys"), ("--status-list", "status"), ("--template", "templates")]
    options = [
        word
        for option, where in given
        for path in sorted((folder / where).iterdir())
        for word in (option, str(path))
    ]
    capsys.readouterr()
    trust = ["--trust", certificates.issuer(demo=False)]
    main(["certificate", "verify", str(picture), "--json", *options, *trust])
    found = json.loads(capsys.readouterr().out)
    # today lies before the round's day, so the signature bears a date in the future; everything before that held
    assert (
        found["checked"] == ["form", "proof", "key", "signature"] and "date in the future" in found["reason"]
    )
    assert b'"templates"' in (folder / "material.js").read_bytes()


def test_an_archive_holds_nobodys_name_unless_it_is_asked_to_and_never_a_withdrawn_one(real):
    def names(files: dict[str, bytes]) -> int:
        return sum(b"Siswa" in data for data in files.values())

    assert names(certificates.archive_files(now=NOW)) == 0
    assert names(certificates.archive_files(now=NOW, certificates=True)) == 2
    certificates.share(real.id, shown=False, key=key(), by=FIRST, now=NOW)
    kept = certificates.archive_files(now=NOW, certificates=True)
    assert names(kept) == 1 and f"certificates/{real.id}.json" not in kept


# --- the command ---


def test_the_command_archives_rotates_and_never_writes_over_a_folder(real, tmp_path, capsys):
    folder = tmp_path / "arsip"
    assert main(["certificate", "archive", str(folder), "--with-certificates"]) == 0
    assert (folder / "index.html").read_text("utf-8").startswith("<!doctype html>")
    assert (folder / f"certificates/{real.id}.json").read_text("utf-8") == real.json
    assert main(["certificate", "archive", str(folder)]) == 1
    assert "name a new folder" in capsys.readouterr().err
    assert main(["certificate", "keys", "rotate"]) == 0 and Key.objects.count() == 2


def test_the_command_revokes_suspends_and_reinstates_in_an_officers_name(real, capsys):
    people.give_role(phone="+628110000001", name="officer", label="Petugas 1", by=SYSTEM, now=LOADED)
    for verb, state in (
        ("suspend", "suspended"),
        ("reinstate", "standing"),
        ("suspend", "suspended"),
        ("revoke", "revoked"),
    ):
        said = ["certificate", verb, str(real.id), "--reason", "Diperiksa", "--as", "+628110000001"]
        assert main(said) == 0 and state in capsys.readouterr().out
    assert main(["certificate", "reinstate", str(real.id), "--reason", "x", "--as", "+628110000001"]) == 1
    assert "already been revoked" in capsys.readouterr().err


def test_the_command_issues_a_class_by_two_officers_and_shows_who_gets_one(settings, capsys):
    settings.DEMO = True
    klass, persons = taught(2)
    digest = programme.propose_lock(klass.round_id, key="p", by=FIRST, now=LOADED)
    programme.confirm_lock(klass.round_id, digest, key="c", by=SECOND, now=LOADED)
    for n in (1, 2):
        people.give_role(
            phone=f"+62811000000{n}", name="officer", label=f"Petugas {n}", by=SYSTEM, now=LOADED
        )
    issue = ["certificate", "issue", klass.code]
    assert main(issue) == 0 and f"{klass.code}\tready\t2" in capsys.readouterr().out
    assert main([*issue, "--propose"]) == 1 and "--as NUMBER" in capsys.readouterr().err
    assert main([*issue, "--propose", "--as", "+628110000001"]) == 0
    assert main([*issue, "--confirm", "--as", "+628110000001"]) == 1
    assert "two people" in capsys.readouterr().err
    assert main([*issue, "--confirm", "--as", "+628110000002"]) == 0
    assert "2 certificates issued" in capsys.readouterr().out
    assert len(certificates.of_persons(persons)) == 2
    assert main([*issue, "--confirm", "--as", "+628110000002"]) == 1, "nothing waits any more"


@pytest.mark.parametrize("words", ["issue", "verify", "revoke", "suspend", "reinstate", "archive", "keys list", "keys new", "keys rotate", "keys compromised"])  # fmt: skip
def test_every_command_tells_what_it_does(words, capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["certificate", *words.split(), "--help"])
    assert f"certificate {words}" in capsys.readouterr().out


def test_the_command_issues_nothing_for_a_number_that_is_no_officers(real, capsys):
    assert main(["certificate", "revoke", str(real.id), "--reason", "x", "--as", "+628129999999"]) == 1
    assert "no officer's number" in capsys.readouterr().err
    assert not certificates.credential(real.id).revoked
