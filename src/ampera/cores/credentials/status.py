"""Bitstring Status List 1.0: one bit a certificate, in a list large enough that looking one up tells nothing.

Source: W3C Bitstring Status List v1.0. Index 0 is the leftmost bit of the first byte. Drawing indices at random,
and never using one twice, is the business of whoever keeps the list.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ampera.cores.credentials import proof
from ampera.cores.credentials.contexts import VC2
from ampera.cores.credentials.document import Json, stamp
from ampera.cores.credentials.faults import Undetermined
from ampera.cores.credentials.keys import Signer

ENTRIES = 131_072  # the least that the specification allows: 16 KiB, for the herd's privacy
MAX_ENTRIES = 128 * ENTRIES  # more than a country's certificates in one list; a bound against gzip bombs
PURPOSES = ("revocation", "suspension")

_GZIP = 31  # zlib's window bits for the gzip format
# level, method, window bits, memory, strategy: bits drawn at random repeat nothing but noughts, of which runs alone make a
# smaller text than a search for longer matches, five times as fast
_PACKING = (6, zlib.DEFLATED, _GZIP, 9, zlib.Z_RLE)


def beside(url: str) -> str:
    """Where our issuers keep the suspensions of those whose certificates name a list of revocations at url.

    Open Badges 3.0 lets a certificate name one status list only; so the second stands at an address made from the
    first's, with the same places. Who does not know the rule sees revocations, not suspensions.
    """
    return f"{url}/suspensions"


def encode(marked: Iterable[int], *, entries: int = ENTRIES) -> str:
    """The multibase text of a list in which the bits at `marked` are set.

    entries: length of the list, a multiple of 8, ≥ 131,072. Equal lists give equal texts.
    Raises ValueError if an index lies outside, or the list is too short or long.
    """
    if entries % 8 or not ENTRIES <= entries <= MAX_ENTRIES:
        raise ValueError(f"a status list has {ENTRIES} to {MAX_ENTRIES} entries, in whole bytes")
    bits = bytearray(entries // 8)
    for index in marked:
        if not 0 <= index < entries:
            raise ValueError(f"index {index} lies outside the status list")
        bits[index >> 3] |= 0x80 >> (index & 7)
    packer = zlib.compressobj(*_PACKING)  # writes no time, so the text depends on the bits only
    packed = packer.compress(bytes(bits)) + packer.flush()
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(text: Any) -> bytes:
    """The bits of a list, most significant first. Raises Undetermined if it is malformed, too short or too long."""
    try:
        if not isinstance(text, str) or not text.startswith("u") or not text.isascii():
            raise ValueError("not multibase base64url")
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(_GZIP)
        bits = unpacker.decompress(packed, MAX_ENTRIES // 8 + 1)
        whole = unpacker.eof and ENTRIES <= len(bits) * 8 <= MAX_ENTRIES
    except (ValueError, binascii.Error, zlib.error):
        whole = False
    if not whole:
        raise Undetermined("bad_status_list", "The status list can't be read.")
    return bits


def is_marked(bits: bytes, index: int) -> bool:
    """Whether the bit at `index` is set. Raises Undetermined if the list does not reach that far."""
    if not 0 <= index < len(bits) * 8:
        raise Undetermined("bad_status_entry", "The certificate's place lies outside its status list.")
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))


def status_list(
    *,
    url: str,
    purpose: str,
    marked: Iterable[int],
    signer: Signer,
    issued: datetime,
    valid_until: datetime,
    entries: int = ENTRIES,
) -> Json:
    """A signed status list credential, dated `issued`, to be believed until `valid_until`.

    url: where it is published, and its id. purpose: revocation or suspension. Raises ValueError.
    """
    if purpose not in PURPOSES or not issued < valid_until:
        raise ValueError("a status list is for revocation or suspension, and ends after it begins")
    document = {
        "@context": [VC2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": signer.did,
        "validFrom": stamp(issued),
        "validUntil": stamp(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(marked, entries=entries),
        },
    }
    return proof.sign(document, signer=signer, created=issued)
