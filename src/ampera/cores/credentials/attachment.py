"""The certificate that is attached to a PDF. Read with the standard library, since only one kind of object matters.

Streams stand outside of compressed objects (ISO 32000-1, 7.5.7), so an embedded file is found by its dictionary,
in files to which signatures or comments were appended too. An encrypted PDF has none that can be read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from ampera.cores.credentials.document import MAX_BYTES
from ampera.cores.credentials.faults import Undetermined

MAX_PDF = 16 * MAX_BYTES
_STREAM = re.compile(rb"\bobj\s*<<((?:(?!endobj).){0,2000}?)>>\s*stream\r?\n", re.DOTALL)
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")


def is_pdf(data: bytes) -> bool:
    """Whether this begins as a PDF does (readers allow for 1,024 bytes of something else)."""
    return b"%PDF-" in data[:1024]


def attached(pdf: bytes) -> bytes:
    """The one JSON file attached to a PDF, byte for byte.

    Raises Undetermined if there is none, more than one, or the PDF is larger than 16 MiB.
    """
    if len(pdf) > MAX_PDF:
        raise Undetermined("too_large", "The file is larger than 16 MiB, which no certificate needs.")
    found = {data for data in _embedded(pdf) if data.lstrip()[:1] == b"{"}
    if not found:
        raise Undetermined("no_attachment", "No certificate is attached to this PDF.")
    if len(found) > 1:
        raise Undetermined("several_attachments", "Several certificates are attached to this PDF.")
    return found.pop()


def _embedded(pdf: bytes) -> Iterator[bytes]:
    for stream in _STREAM.finditer(pdf):
        said = stream[1]
        if b"/EmbeddedFile" not in said:
            continue
        if b"/FlateDecode" in said:
            try:
                yield zlib.decompressobj().decompress(pdf[stream.end() :], MAX_BYTES + 1)
            except zlib.error:
                continue
        elif b"/Filter" not in said and (length := _LENGTH.search(said)):
            yield pdf[stream.end() : stream.end() + int(length[1])]
