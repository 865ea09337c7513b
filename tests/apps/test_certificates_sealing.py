"""A PDF signed as a PDF too, by a service in another process: readers see a signature, and ours stays what it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from ampera.apps.certificates import paper, sealing
from ampera.apps.certificates.refusals import SealFailed
from ampera.cores.credentials import attachment

from .test_certificates_print import CITY, issued, printed

TOKEN = "a-token-of-the-test"


@pytest.fixture(scope="module", autouse=True)
def plain() -> None:
    """PDFs made while no service is named; kept by `printed`."""
    printed(), printed(sample=True)


@pytest.fixture
def sealer(settings, tmp_path) -> Iterator[Callable[..., Path]]:
    """Start the service; where its certificate lies."""
    with ExitStack() as stack:

        def start(*mood: str) -> Path:
            place = tmp_path / "penyelenggara.pem"
            command = [sys.executable, str(Path(__file__).parent / "pdf_sealer.py"), TOKEN, str(place), *mood]
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(process.kill)
            assert process.stdout
            settings.PDF_SEAL = f"http://127.0.0.1:{process.stdout.readline().strip()}/"
            settings.PDF_SEAL_TOKEN = TOKEN
            return place

        yield start


def test_a_reader_sees_a_pades_signature_and_the_attached_certificate_is_byte_for_byte_the_same(sealer):
    place = sealer()
    pdf = sealing.sealed(printed())
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    roots = list(load_certs_from_pemder_data(place.read_bytes()))
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots))
    assert status.intact and status.valid and status.trusted and status.coverage.name == "ENTIRE_FILE"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert attachment.attached(pdf) == issued() and CITY.judge(attachment.attached(pdf)).verdict == "valid"
    assert pdf.startswith(printed()) and b"<pdfaid:part>3<" in pdf


@pytest.mark.parametrize(("mood", "why"), [("rewrites", "not our PDF"), ("forgets", "not our PDF")])
def test_a_service_that_changes_the_pdf_or_does_not_sign_it_is_refused(sealer, mood, why):
    sealer(mood)
    with pytest.raises(SealFailed, match=why):
        sealing.sealed(printed())


def test_a_wrong_token_and_a_silent_service_are_told(sealer, settings):
    sealer()
    settings.PDF_SEAL_TOKEN = "another"
    with pytest.raises(SealFailed, match="401"):
        sealing.sealed(printed())
    settings.PDF_SEAL = "http://127.0.0.1:1/"
    with pytest.raises(SealFailed, match=r"file \(JSON\)"):
        sealing.sealed(printed())


def test_a_sample_is_never_sealed(sealer, settings):
    settings.PDF_SEAL, settings.PDF_SEAL_TOKEN = "http://127.0.0.1:1/", TOKEN
    assert paper.pdf(issued(sample=True).decode()) == printed(sample=True)
    with pytest.raises(SealFailed):
        paper.pdf(issued().decode())
