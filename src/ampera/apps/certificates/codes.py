"""The printed QR code: half a millimetre a module, quiet zone included.

Version 8 (28.5 mm), with error correction M where the name leaves room for it, else L. A name too long for that takes
the next version in which it fits at L, at the same half millimetre, and so 2 mm more.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno

from ampera.cores.credentials import carrier

VERSION = 8
MODULE = 0.5  # mm
QUIET = 4  # modules, on each side


def code(text: str) -> segno.QRCode:
    """The code of `carrier.pack`'s text: the address in alphanumeric mode, the digits in numeric mode."""
    # segno takes several segments, each in the mode that suits it; its types don't say so
    segments: Any = [(part, None, None) for part in carrier.parts(text)]
    for error in ("m", "l"):
        try:
            return segno.make(segments, version=VERSION, error=error, boost_error=False, micro=False)
        except segno.DataOverflowError:
            continue
    return segno.make(segments, error="l", micro=False)  # the smallest version that holds it


def side(drawn: segno.QRCode) -> float:
    """The code's side on paper, quiet zone included, in millimetres."""
    return MODULE * drawn.symbol_size(border=QUIET)[0]


def svg(drawn: segno.QRCode) -> bytes:
    """The code as a drawing of its size on paper."""
    out = BytesIO()
    drawn.save(
        out, kind="svg", scale=MODULE, unit="mm", border=QUIET, light="#ffffff", dark="#000000", svgclass=None, lineclass=None
    )  # fmt: skip
    return out.getvalue()
