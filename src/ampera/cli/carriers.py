"""What `ampera certificate verify` is handed: JSON, a VC-JWT, a PDF with it attached, or a picture of its QR code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ampera.cores.credentials.blank import Blank, open_published
from ampera.cores.credentials.faults import Fault
from ampera.cores.credentials.opening import opened
from ampera.cores.credentials.verdict import Verdict, unopened, verify

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
        verdict = verify(opened(data, template_of=lambda head: blanks.get(head.blank)), **at_hand)
    except Fault as fault:
        verdict = unopened(fault)
    hint = HINTS.get(verdict.code)
    return replace(verdict, reason=f"{verdict.reason} {hint}") if hint else verdict


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
