"""What `ampera certificate verify` is handed: JSON, a PDF with it attached, or a picture of its QR code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from ampera.cores.credentials import attachment, carrier
from ampera.cores.credentials.blank import Blank, open_published
from ampera.cores.credentials.faults import Fault, Undetermined
from ampera.cores.credentials.verdict import Verdict, unopened, verify

# how the pictures that phones and scanners make begin: PNG, JPEG, WebP, TIFF
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"II*\0", b"MM\0*")

#: what could be missing → how to give it
HINTS = {
    "issuer_unresolved": "Give the issuer's DID document with --did-document FILE.",
    "status_list_missing": "Give it with --status-list FILE.",
    "stale_status_list": "Give a newer one with --status-list FILE.",
    "issuer_unknown": "If you know this issuer, say so with --trust DID.",
    "template_missing": "Give it with --template FILE.",
    "sample": "On a demonstration, --allow-samples lets it count.",
    "unknown_context": "Give the context with --contexts DIR.",
}


def judged(data: bytes, *, blanks: Mapping[str, Blank], **at_hand: Any) -> Verdict:
    """The verdict on whatever carries a certificate; at_hand: as for `verify`. Says which option would give what lacks."""
    try:
        verdict = verify(opened(data, blanks=blanks), **at_hand)
    except Fault as fault:
        verdict = unopened(fault)
    hint = HINTS.get(verdict.code)
    return replace(verdict, reason=f"{verdict.reason} {hint}") if hint else verdict


def opened(data: bytes, *, blanks: Mapping[str, Blank]) -> bytes:
    """The certificate's JSON. Raises Fault if it can't be had from this file."""
    if attachment.is_pdf(data):
        return attachment.attached(data)
    if data.startswith(_PICTURES):
        return carrier.unpack(scanned(data), blanks)
    return data


def scanned(picture: bytes) -> str:
    """The text of the one certificate's QR code in a picture. Raises Undetermined."""
    try:
        import zxingcpp
        from PIL import Image
    except ImportError:
        raise Undetermined(
            "no_scanner", "Pictures need a QR reader: install Ampera with its extra, ampera[scan]."
        ) from None
    try:
        image = Image.open(BytesIO(picture)).convert("L")
    except (OSError, ValueError, Image.DecompressionBombError):
        raise Undetermined("not_a_picture", "This picture can't be read.") from None
    texts = {code.text for code in zxingcpp.read_barcodes(image)}
    found = {text for text in texts if carrier.is_carrier(text)}
    if len(found) != 1:
        how_many = "several certificates' QR codes" if found else "no certificate's QR code that can be read"
        raise Undetermined("no_code", f"This picture shows {how_many}.")
    return found.pop()


def templates(paths: Iterable[Path], *, issuers: Mapping[str, Any]) -> dict[str, Blank]:
    """Published templates by their id. Raises ValueError, naming the file, if one is not signed by its issuer's key."""
    found = {}
    for path in paths:
        try:
            blank = open_published(path.read_bytes(), issuers=issuers)
        except Fault as fault:
            hint = HINTS.get(fault.code, "")
            raise ValueError(f"{path}: {fault.reason} {hint}".strip()) from None
        found[blank.id] = blank
    return found
