"""A certificate as PDF/A-3 with its signed JSON attached, made when somebody asks for it and kept nowhere.

typst (the extra `pdf`) sets it from `print/certificate.typ`; texts reach it as JSON and are never read as markup.
"""

from __future__ import annotations

import importlib.util
import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import formats, timezone, translation

from ampera.cores.credentials import carrier, reading
from ampera.cores.credentials.document import parse
from ampera.cores.credentials.form import Frame, Values

from . import codes, sealing, wording
from .refusals import LettersMissing, NoPdf

SHEET = Path(__file__).parent / "print" / "certificate.typ"
STANDARDS = ["a-3a", "ua-1"]  # archival with attachments, and readable by screen readers

_ONE_AT_A_TIME = threading.Lock()  # a compiler serves one thread; a page takes it some 10 ms


def available() -> bool:
    """Whether the extra `pdf` is installed."""
    return importlib.util.find_spec("typst") is not None


def pdf(document: str) -> bytes:
    """A certificate of ours, given as its signed JSON, as a PDF with these very bytes attached.

    The same certificate gives the same PDF, but for a signature by AMPERA_PDF_SEAL. Raises NoPdf without the extra
    `pdf`; LettersMissing if the fonts lack a letter of the name; SealFailed; Fault or ValueError if it is not of our form.
    """
    if not available():
        raise NoPdf()
    import typst

    person, frame = reading.read(parse(document.encode()))
    code = codes.code(carrier.pack(document.encode()))
    inputs = {
        "said": json.dumps(_said(person, frame) | {"qr_mm": codes.side(code)}),
        "qr": codes.svg(code).decode(),
        "certificate": document,
    }
    try:
        with _ONE_AT_A_TIME:
            made = _compiler().compile(
                format="pdf", pdf_standards=STANDARDS, sys_inputs=inputs, timestamp=int(frame.issued.timestamp())
            )  # fmt: skip
    except typst.TypstError as error:
        if "could not be displayed" in error.message:
            raise LettersMissing() from None
        raise
    assert isinstance(made, bytes)
    return sealing.sealed(made) if settings.PDF_SEAL and not frame.sample else made


@cache
def _compiler() -> Any:
    import typst

    # typst's own fonts and no others, so that every machine prints the same
    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(str(SHEET), root=str(SHEET.parent), font_paths=fonts, ignore_system_fonts=True)


def _said(person: Values, frame: Frame) -> dict[str, Any]:
    """What the sheet prints, in both languages."""
    english = wording.english(frame.achievement.name)
    issued = timezone.localtime(frame.issued)
    return {
        "title": frame.title,
        "holder": person.holder_name,
        "issuer": frame.issuer.name,
        "did": frame.issuer.id,
        "number": person.id.removeprefix("urn:uuid:"),
        "achievement": {"id": frame.achievement.name, "en": english.name if english else ""},
        "description": {"id": frame.achievement.description, "en": english.description if english else ""},
        "issued": _dated(frame.issued) | {"year": issued.year, "month": issued.month, "day": issued.day},
        "until": _dated(frame.valid_until),
        "level": person.level,
        "ability": {"id": wording.decimal(person.ability), "en": person.ability.replace("-", "−")},
        "error": {"id": wording.decimal(person.error), "en": person.error},
        "sample": frame.sample,
    }


def _dated(when: datetime) -> dict[str, Any]:
    """The day in Palembang, as both languages write it."""
    day = timezone.localtime(when)
    shown = {}
    for language in ("id", "en"):
        with translation.override(language):
            shown[language] = formats.date_format(day, "j F Y")
    return shown
