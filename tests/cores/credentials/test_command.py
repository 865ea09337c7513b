"""`ampera certificate verify` and `keys new`, from files, as a person would run them."""

import argparse
import json
import subprocess
import sys

import pypdf
import pytest
import segno
from PIL import Image

from ampera.cli import certificate
from ampera.cores.credentials import blank, carrier, jwt, keys
from ampera.cores.credentials.document import to_bytes

from .city import NOW, City

CITY = City()


class Clock(certificate.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW.astimezone(tz)


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr(certificate, "datetime", Clock)


def run(*arguments):
    parser = argparse.ArgumentParser()
    certificate.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["certificate", *map(str, arguments)])
    return args.func(args)


@pytest.fixture
def files(tmp_path):
    lists = CITY.status_lists(revocation={9}).values()
    revoked = CITY.signed(status=[certificate_entry(9, place) for place in range(2)])
    written = {"good": CITY.signed(), "revoked": revoked, "did": CITY.documents()[CITY.did]}
    written |= {f"list{place}": found for place, found in enumerate(lists)}
    for name, document in written.items():
        (tmp_path / f"{name}.json").write_bytes(to_bytes(document))
    (tmp_path / "broken.json").write_text("{")
    return tmp_path


def certificate_entry(index, place):
    from ampera.cores.credentials.form import StatusEntry

    from .city import LISTS

    url, purpose = LISTS[place]
    return StatusEntry(url, index, purpose)


def material(files):
    return [
        *("--did-document", files / "did.json", "--trust", CITY.did),
        *("--status-list", files / "list0.json", "--status-list", files / "list1.json"),
    ]


def test_a_vc_jwt_is_judged_like_the_file(files):
    key = jwt.P256Key(bytes(range(1, 33)))
    token = jwt.secure(CITY.signed(), signer=key.signer(CITY.did), issued=NOW)
    (files / "vc.jwt").write_text(token + "\n")
    assert run("verify", files / "vc.jwt", *material(files)) == 1, "the city lists no such key"
    document = jwt.published(CITY.documents()[CITY.did], [keys.PublishedKey(key.public)])
    (files / "did.json").write_bytes(to_bytes(document))
    assert run("verify", files / "vc.jwt", files / "good.json", *material(files)) == 0
    (files / "vc.jwt").write_text(f"{token[:-4]}AAAA")
    assert run("verify", files / "vc.jwt", *material(files)) == 1


def test_a_file_that_can_not_be_read_takes_no_verdict_from_the_others(files, capsys):
    assert run("verify", files / "good.json", files / "missing.json", files, "--json", *material(files)) == 2
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["verdict"] for one in said] == ["valid", "undetermined", "undetermined"]
    assert "check the path" in said[1]["reason"]


def test_material_of_the_wrong_kind_is_named(files, capsys):
    for option, name in (("--did-document", "list0.json"), ("--status-list", "good.json")):
        assert run("verify", files / "good.json", option, files / name) == 2
        assert name in (said := capsys.readouterr().err) and option in said


def test_exit_codes_tell_valid_from_otherwise_from_undetermined(files, capsys):
    assert run("verify", files / "good.json", *material(files)) == 0
    assert run("verify", files / "revoked.json", *material(files)) == 1
    assert run("verify", files / "broken.json", *material(files)) == 2
    assert run("verify", files / "good.json", files / "broken.json", *material(files)) == 2
    assert (
        run("verify", files / "good.json", files / "revoked.json", files / "broken.json", *material(files))
        == 1
    )
    assert "valid (as of 2026-05-31T03:00:00Z)" in capsys.readouterr().out


def test_json_is_the_verdict_when_it_was_given_and_what_was_checked(files, capsys):
    run("verify", files / "revoked.json", "--json", *material(files))
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "verdict": "revoked",
        "as_of": "2026-05-31T03:00:00Z",
        "checked": ["form", "proof", "key", "signature", "status"],
        "reason": "The issuer has revoked this certificate.",
    }
    run("verify", files / "good.json", files / "revoked.json", "--json", *material(files))
    assert [json.loads(line)["file"][-9:] for line in capsys.readouterr().out.splitlines()] == [
        "good.json",
        "oked.json",
    ]


def test_nobody_is_trusted_unless_named(files):
    assert run("verify", files / "good.json", *material(files)[:2], *material(files)[4:]) == 1
    assert run("verify", files / "good.json") == 2


def test_contexts_from_a_folder_serve_foreign_certificates(files, capsys):
    (files / "words.json").write_text('{"@context": {"x": "https://a.example/x"}}')
    (files / "index.json").write_text('{"https://a.example/words": "words.json"}')
    url = "https://a.example/words"
    document = CITY.credential() | {"@context": [*CITY.credential()["@context"], url], "x": "y"}
    from ampera.cores.credentials import proof

    signed = proof.sign(
        document, signer=CITY.signer, created=NOW, contexts={url: {"@context": {"x": "https://a.example/x"}}}
    )
    (files / "foreign.json").write_bytes(to_bytes(signed))
    did = ("--did-document", files / "did.json")
    assert run("verify", files / "foreign.json", *did) == 2
    assert run("verify", files / "foreign.json", *did, "--contexts", files) == 1
    assert "foreign" in capsys.readouterr().out


def other_carriers(files):
    """The good certificate as a picture of its QR code and attached to a PDF, and the template that the code needs."""
    good = (files / "good.json").read_bytes()
    text = carrier.pack(good)
    kept, *_ = blank.split(good)
    (files / "template.json").write_bytes(blank.publish(kept, signer=CITY.signer, created=NOW))
    segno.make(text, error="l", micro=False).save(str(files / "code.png"), scale=3, border=4)
    pdf = pypdf.PdfWriter()
    pdf.add_blank_page(100, 100)
    pdf.add_attachment("sertifikat.json", good)
    pdf.write(files / "paper.pdf")


def test_a_pdf_and_a_picture_of_the_code_are_worth_what_the_file_is(files, capsys):
    other_carriers(files)
    template = ("--template", files / "template.json")
    carried = [files / name for name in ("good.json", "paper.pdf", "code.png")]
    assert run("verify", *carried, "--json", *material(files), *template) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len({json.dumps({**one, "file": ""}) for one in found}) == 1 and found[0]["verdict"] == "valid"


@pytest.mark.parametrize(
    ("left_out", "asked_for"),
    [("did", "--did-document"), ("trust", "--trust"), ("lists", "--status-list"), ("template", "--template")],
)
def test_what_is_missing_is_named_with_the_option_that_gives_it(files, capsys, left_out, asked_for):
    other_carriers(files)
    given = {
        "did": ("--did-document", files / "did.json"),
        "trust": ("--trust", CITY.did),
        "lists": ("--status-list", files / "list0.json"),
        "template": ("--template", files / "template.json"),
    }
    kept = [word for name, words in given.items() if name != left_out for word in words]
    assert run("verify", files / "code.png", "--json", *kept) != 0
    said = capsys.readouterr()
    assert asked_for in said.out + said.err and "Traceback" not in said.err


def test_a_picture_without_a_code_or_without_a_reader_can_t_be_decided(files, capsys, monkeypatch):
    (files / "noise.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    Image.new("L", (60, 60), 255).save(files / "white.png")
    assert run("verify", files / "noise.png", files / "white.png") == 2
    assert "can't be read" in (said := capsys.readouterr().out) and "no certificate's QR code" in said
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    assert run("verify", files / "white.png", "--json") == 2
    assert "ampera[scan]" in json.loads(capsys.readouterr().out)["reason"]


def test_a_file_that_is_not_there_is_one_sentence_and_no_traceback(files, capsys):
    assert run("verify", files / "none.json") == 2
    out, err = capsys.readouterr()
    assert out.count("\n") == 1 and not err


def test_a_new_key_is_sealed_opens_again_and_is_never_overwritten(tmp_path, monkeypatch, capsys):
    did = "did:web:sertifikat.example"
    monkeypatch.delenv(certificate.WRAPPING_KEY, raising=False)
    assert run("keys", "new", did, "--out", tmp_path) == 2
    monkeypatch.setenv(certificate.WRAPPING_KEY, "ERERERERERERERERERERERERERERERERERERERERERE=")
    assert run("keys", "new", "did:key:z6Mk", "--out", tmp_path) == 2
    assert run("keys", "new", did, "--out", tmp_path) == 0
    sealed = bytes.fromhex((tmp_path / "key.sealed").read_text())
    key = keys.unseal(sealed, wrapping_key=b"\x11" * 32, did=did)
    document = json.loads((tmp_path / "did.json").read_text())
    assert document["verificationMethod"][0]["publicKeyMultibase"] == key.multikey
    assert (tmp_path / "key.sealed").stat().st_mode & 0o077 == 0
    assert run("keys", "new", did, "--out", tmp_path) == 2
    assert bytes.fromhex((tmp_path / "key.sealed").read_text()) == sealed
    assert "Serve" in capsys.readouterr().out


def test_the_command_needs_no_django():
    code = (
        "import sys, ampera.cli.certificate; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "src"}, check=False).returncode == 0
    )
