"""A certificate's PDF, signed as PDF too (PAdES) by a service that the settings name: for readers that look for it.

Whoever has an account with the national e-signature service puts a small service before it, and names it in
AMPERA_PDF_SEAL: it takes `application/pdf` by POST, with `Authorization: Bearer AMPERA_PDF_SEAL_TOKEN`, and answers with
the PDF signed. A PAdES signature is appended, so the PDF that we made must begin the answer, byte for byte, and the
certificate attached to it must still be the one. Samples (CONTOH) are never signed so.
"""

from __future__ import annotations

from django.conf import settings

from ampera.cores.credentials import attachment
from ampera.cores.credentials.faults import Fault

from . import remote
from .refusals import SealFailed

PADES = b"/ETSI.CAdES.detached"


def sealed(pdf: bytes) -> bytes:
    """The PDF with a signature of its own. Raises SealFailed."""
    try:
        answer = remote.post(
            settings.PDF_SEAL, pdf, kind="application/pdf", token=settings.PDF_SEAL_TOKEN, largest=attachment.MAX_PDF
        )  # fmt: skip
        same = answer.startswith(pdf) and attachment.attached(answer) == attachment.attached(pdf)
    except (remote.Silent, Fault) as error:
        raise SealFailed(why=str(error)) from None
    if not same or PADES not in answer[len(pdf) :]:
        raise SealFailed(why="it is not our PDF with a PAdES signature appended")
    return answer
