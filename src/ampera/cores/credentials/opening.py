"""From whatever carries a certificate to its JSON: the file itself, a PDF, a QR code's text, or a picture of the code."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from ampera.cores.credentials import attachment, carrier
from ampera.cores.credentials.blank import Blank
from ampera.cores.credentials.carrier import Head
from ampera.cores.credentials.faults import Undetermined

MAX_PICTURE = attachment.MAX_PDF
MAX_PIXELS = 64_000_000

# how the pictures that phones and scanners make begin: PNG, JPEG, WebP, TIFF
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"II*\0", b"MM\0*")


def opened(data: bytes, *, template_of: Callable[[Head], Blank | None]) -> bytes:
    """The certificate's JSON, to be judged; what is none of the other carriers is handed back as it is.

    template_of: the template of a code's certificate, or None if it is not at hand. Raises Fault.
    """
    if attachment.is_pdf(data):
        return attachment.attached(data)
    if data.startswith(_PICTURES):
        return _rebuilt(scanned(data), template_of)
    text = data[: 2 * carrier.MAX_DIGITS].decode("ascii", "replace").strip()
    return _rebuilt(text, template_of) if carrier.is_carrier(text) else data


def _rebuilt(text: str, template_of: Callable[[Head], Blank | None]) -> bytes:
    blank = template_of(carrier.peek(text))
    return carrier.unpack(text, {blank.id: blank} if blank else {})


def scanned(picture: bytes) -> str:
    """The text of the one certificate's QR code in a picture. Needs the extra `scan`. Raises Undetermined."""
    try:
        import zxingcpp
        from PIL import Image
    except ImportError:
        raise Undetermined(
            "no_scanner", "Pictures need a QR reader: install Ampera with its extra, ampera[scan]."
        ) from None
    if len(picture) > MAX_PICTURE:
        raise Undetermined("too_large", "The picture is larger than 16 MiB.")
    try:
        image = Image.open(BytesIO(picture))
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("more pixels than any phone's")
        grey = image.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Undetermined("not_a_picture", "This picture can't be read.") from None
    texts = {code.text for code in zxingcpp.read_barcodes(grey)}
    found = {text for text in texts if carrier.is_carrier(text)}
    if len(found) != 1:
        how_many = "several certificates' QR codes" if found else "no certificate's QR code that can be read"
        raise Undetermined("no_code", f"This picture shows {how_many}.")
    return found.pop()
