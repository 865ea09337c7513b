"""An e-signature service in a process of its own, pyHanko behind it: `python pdf_sealer.py TOKEN CERTIFICATE [mood]`.

It makes itself a certificate, writes it (PEM) to the path given, and signs each PDF that it is sent (PAdES). With `rewrites`
as mood it sends back another PDF, with `forgets` the same one unsigned.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

TOKEN, PLACE, *MOOD = sys.argv[1:]


def signer() -> signers.SimpleSigner:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Penyelenggara Uji")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(usage, critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    Path(PLACE).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    packed = serialization.pkcs12.serialize_key_and_certificates(
        b"uji", key, made, None, serialization.BestAvailableEncryption(b"uji")
    )
    found = signers.SimpleSigner.load_pkcs12_data(packed, other_certs=[], passphrase=b"uji")
    assert found is not None
    return found


class Sealer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        pdf = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send_error(401)
            return
        if MOOD == ["forgets"]:
            signed = pdf
        else:
            said = signers.PdfSignatureMetadata(
                field_name="Segel", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
            )
            out = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), said, signer=SIGNER)
            signed = (b"%PDF-1.7\n" if MOOD else b"") + out.getvalue()
        self.send_response(200)
        self.send_header("Content-Length", str(len(signed)))
        self.end_headers()
        self.wfile.write(signed)

    def log_message(self, *_arguments: object) -> None: ...


SIGNER = signer()
server = HTTPServer(("127.0.0.1", 0), Sealer)
print(server.server_port, flush=True)
server.serve_forever()
