"""How many certificates a second go onto paper, and come back: `python -m benchmarks.credentials [COUNT]`.

One thread, in memory: no database, no web server. Target: 40 PDFs a second.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ampera.settings")

COUNT = 300
SITE = "https://sertifikat.palembang.go.id"
DID = "did:web:sertifikat.palembang.go.id"
TARGETS = {"PDF": 40}


def certificates(count: int) -> list[bytes]:
    """So many signed certificates, each of another person."""
    from ampera.apps.certificates import wording
    from ampera.cores.credentials import form, keys, template

    frame = form.Frame(
        issuer=form.Issuer(DID, "Pemerintah Kota Palembang", f"{SITE}/"),
        achievement=wording.achievement("dasar", "exam-dasar-1"),
        issued=datetime(2027, 7, 1, tzinfo=UTC),
        valid_until=datetime(2030, 7, 1, tzinfo=UTC),
        lists=((f"{SITE}/status/1", "revocation"),),
    )
    made = template.prepare(frame, signer=keys.Key(bytes(32)).signer(DID), created=frame.issued)
    return [
        made.issue(
            id=UUID(int=n).urn,
            subject_id=UUID(int=count + n).urn,
            holder_name=f"Siti Nurhaliza {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}ra",
            result=form.Result(2, n % 100 / 50, 0.31),
            indices=(n,),
        )
        for n in range(count)
    ]


def rate(work: Callable[[bytes], object], documents: list[bytes]) -> float:
    """How many a second, the first (which compiles or fills caches) left out."""
    work(documents[0])
    began = time.perf_counter()
    for document in documents[1:]:
        work(document)
    return (len(documents) - 1) / (time.perf_counter() - began)


def main(count: int) -> None:
    import django

    django.setup()
    from ampera.apps.certificates import codes, paper
    from ampera.cores.credentials import attachment, blank, carrier

    documents = certificates(count)
    kept, *_ = blank.split(documents[0])
    texts = {document: carrier.pack(document) for document in documents}
    pdfs = {document: paper.pdf(document.decode()) for document in documents[: count // 4]}
    works: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
        "text of the QR code": (carrier.pack, documents),
        "QR code as SVG": (lambda document: codes.svg(codes.code(texts[document])), documents),
        "certificate from its text": (lambda document: carrier.unpack(texts[document], {kept.id: kept}), documents),
        "PDF": (lambda document: paper.pdf(document.decode()), documents),
        "certificate from its PDF": (lambda document: attachment.attached(pdfs[document]), list(pdfs)),
    }  # fmt: skip
    print(f"{'':<26} {'a second':>9} {'target':>7}")
    for name, (work, its_documents) in works.items():
        print(f"{name:<26} {rate(work, its_documents):>9,.0f} {TARGETS.get(name, ''):>7}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
