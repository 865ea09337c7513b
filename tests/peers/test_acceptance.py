"""Other people's verifiers on our certificates, and ours on theirs. Nothing leaves the machine but the installation."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
import zxingcpp
from PIL import Image

from ampera.cli.main import main
from ampera.cores.credentials import blank, carrier, keys

from . import acceptance, issued

pytestmark = pytest.mark.proof

ISSUERS = pytest.mark.parametrize("issuer", issued.ISSUERS)
VC, CORE, OPENBADGESLIB, OURS = (
    dict(zip(acceptance.CASES, row, strict=True)) for row in acceptance.FOUND.values()
)


@pytest.fixture(scope="module")
def certificates() -> dict[str, issued.Issued]:
    return {name: issued.by(did) for name, did in issued.ISSUERS.items()}


def carried(document: bytes) -> dict[str, bytes]:
    """The certificate as each carrier gives it back: out of the PDF by pypdf, out of the code's picture by zxing."""
    from ampera.apps.certificates import codes, paper

    kept, *_ = blank.split(document)
    picture = io.BytesIO()
    codes.code(carrier.pack(document)).save(picture, kind="png", scale=4, border=4)
    (read,) = zxingcpp.read_barcodes(Image.open(picture))
    attachments = pypdf.PdfReader(io.BytesIO(paper.pdf(document.decode()))).attachments
    return {
        "JSON": document,
        "PDF": attachments["sertifikat.json"][0],
        "QR": carrier.unpack(read.text, {kept.id: kept}),
    }


def in_every_carrier(made: issued.Issued) -> dict[str, bytes]:
    """Every case as JSON; the sound ones out of PDF and QR code too. Keys: `case, carrier`."""
    found = {f"{case}, JSON": document for case, document in made.certificates.items()}
    for case in ("valid", "revoked", "suspended", "expired"):
        found |= {f"{case}, {how}": document for how, document in carried(made.certificates[case]).items()}
    return found


@ISSUERS
def test_the_verifiers_of_npm_find_what_the_table_says(issuer, certificates, ask):
    made = certificates[issuer]
    cases = in_every_carrier(made)
    found = ask(
        "verify.mjs",
        web=made.web,
        credentials={name: json.loads(document) for name, document in cases.items()},
        registries=[issued.REGISTRY],
    )
    assert {name: by_vc(said["vc"]) for name, said in found.items()} == expected(cases, VC)
    assert {name: by_core(said["core"]) for name, said in found.items()} == expected(cases, CORE)


@ISSUERS
def test_ours_are_open_badges_to_the_letter_of_the_schema(issuer, certificates, ask):
    """verifier-core reads 1EdTech's schema with ajv."""
    made = certificates[issuer]
    cases = {name: json.loads(made.certificates[name]) for name in ("valid", "suspended")}
    found = ask("verify.mjs", web=made.web, credentials=cases, registries=[issued.REGISTRY])
    assert {name: said["core"]["schema"] for name, said in found.items()} == {
        key: {"valid": True} for key in cases
    }


def by_vc(said: dict[str, Any]) -> str:
    if not said["verified"]:
        return "refused"
    return "verified, marked in `statusResult`" if said["marked"] else "verified"


def by_core(said: dict[str, Any]) -> str:
    if said["errors"]:
        return "refused"
    assert set(said["log"]) >= {"valid_signature", "expiration", "revocation_status", "registered_issuer"}
    failed = [step for step, held in said["log"].items() if held is not True]
    return ", ".join(f"`{step}` false" for step in failed) or "all steps true"


def expected(cases: dict[str, bytes], table: dict[str, str]) -> dict[str, str]:
    return {name: table[name.partition(",")[0]] for name in cases}


@ISSUERS
def test_openbadgeslib_finds_what_the_table_says(issuer, certificates):
    """Its status check wants lists as VC-JWT if it is to check their signature; ours are signed as JSON."""
    from openbadgeslib.ob3.ldp import OB3LdpVerifier
    from openbadgeslib.ob3.verifier import OB3VerificationError

    made = certificates[issuer]
    web = {url: json.dumps(document).encode() for url, document in made.web.items()}

    def judged(document: bytes) -> str:
        try:
            OB3LdpVerifier().verify(
                document, check_status=True, download=web.__getitem__, verify_status_list=False
            )
        except OB3VerificationError:
            return "refused"
        return "verified"

    cases = in_every_carrier(made)
    assert {name: judged(document) for name, document in cases.items()} == expected(cases, OPENBADGESLIB)


@ISSUERS
def test_our_command_finds_what_the_table_says(issuer, certificates, tmp_path, capsys):
    made = certificates[issuer]
    cases = in_every_carrier(made)
    at_hand = [
        word
        for option, documents in (
            ("--did-document", made.documents.values()),
            ("--status-list", made.status_lists.values()),
        )
        for document in documents
        for word in (option, written(tmp_path, document))
    ]
    found = {}
    for name, document in cases.items():
        file = tmp_path / "certificate.json"
        file.write_bytes(document)
        main(["certificate", "verify", "--json", "--trust", made.city.did, *at_hand, str(file)])
        found[name] = f"`{json.loads(capsys.readouterr().out)['verdict']}`"
    assert found == expected(cases, OURS)


@pytest.mark.parametrize("method", ["did:key", "did:web"])
def test_what_openbadgeslib_issues_is_foreign_to_us_and_altered_once_it_was_touched(method, tmp_path, capsys):
    theirs, documents = by_openbadgeslib(method)
    options = [word for document in documents for word in ("--did-document", written(tmp_path, document))]
    file = tmp_path / "theirs.json"

    def judged(credential: dict[str, Any], *more: str) -> tuple[str, int]:
        file.write_text(json.dumps(credential))
        code = main(["certificate", "verify", "--json", *options, *more, str(file)])
        return json.loads(capsys.readouterr().out)["verdict"], code

    assert judged(theirs) == ("foreign", 1)
    # known, it is still not valid: it names no status list
    assert judged(theirs, "--trust", theirs["issuer"]["id"]) == ("undetermined", 2)
    assert judged(theirs | {"name": "Doktor"}) == ("altered", 1)
    if method == "did:web":
        options.clear()
        assert judged(theirs) == ("undetermined", 2)


def by_openbadgeslib(method: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A badge that it signed, and the DID documents one needs."""
    from openbadgeslib.keys import KeyEd25519
    from openbadgeslib.ob3 import Achievement, Issuer, OpenBadgeCredential
    from openbadgeslib.ob3.did import did_key_from_pem
    from openbadgeslib.ob3.ldp import OB3LdpSigner

    private, public = KeyEd25519().generate_keypair()
    did_key = did_key_from_pem(public)
    multikey = did_key.removeprefix("did:key:")
    did = did_key if method == "did:key" else "did:web:badges.example"
    documents = [keys.did_document(did, [keys.PublishedKey(keys.from_multikey(multikey))])]
    credential = OpenBadgeCredential(
        issuer=Issuer(did, "Sekolah", "https://badges.example/"),
        recipient_id="did:example:siti",
        achievement=Achievement("https://badges.example/1", "Aman di internet", "Tahu", "Lulus ujian"),
        expiration_date=issued.NOW + issued.DAY,
    )
    signed = OB3LdpSigner(private, verification_method=f"{did}#{multikey}").sign(credential)
    return signed, documents if method == "did:web" else []


def written(folder: Path, document: Any) -> str:
    file = folder / f"{len(list(folder.iterdir()))}.json"
    file.write_text(json.dumps(document))
    return str(file)
