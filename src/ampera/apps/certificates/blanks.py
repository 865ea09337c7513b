"""The blanks of our certificates, for verifiers that read a QR code without us. They follow from what was issued.

The certificates of one batch and exam form share a blank, since they share achievement, day, status list and key.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from ampera.cores.credentials.blank import Blank, publish, split

from . import models
from .issuers import ring, signer
from .refusals import NoSuchTemplate

SPLIT = ',"'

# certificate → its blank; certificates don't change, so this never grows stale
_KNOWN: dict[uuid.UUID, Blank] = {}


def blanks() -> dict[str, Blank]:
    """Every blank by its id; at most two queries."""
    pairs = models.Credential.objects.order_by("pk").values_list("batch_id", "sitting__form", "pk")
    firsts = {(batch, form): pk for batch, form, pk in pairs}.values()
    news = models.Credential.objects.filter(pk__in=[pk for pk in firsts if pk not in _KNOWN])
    _KNOWN.update({row.pk: split(row.json.encode())[0] for row in news.only("json")})
    return {blank.id: blank for blank in (_KNOWN[pk] for pk in firsts)}


def bundled(found: Iterable[Blank]) -> list[list[object]]:
    """Blanks for a browser: [text, {number of a piece: another piece}, …] for each kind, pieces split at `,"`.

    Blanks of a kind have as many pieces and differ in few, mostly dates, so that a city's fit a phone.
    """
    kinds: dict[tuple[str, int], list[list[str]]] = {}
    for blank in sorted(found, key=lambda blank: blank.id):
        pieces = blank.text.split(SPLIT)
        kinds.setdefault((blank.frame.achievement.id, len(pieces)), []).append(pieces)
    return [
        [
            SPLIT.join(first),
            *({str(n): piece for n, piece in enumerate(other) if piece != first[n]} for other in others),
        ]
        for first, *others in kinds.values()
    ]


def published(blank_id: str, *, now: datetime) -> bytes:
    """One of them as a file signed by the issuer's present key. Raises NoSuchTemplate, NoKeys."""
    found = blanks().get(blank_id)
    if found is None:
        raise NoSuchTemplate()
    return publish(found, signer=signer(ring().current(found.frame.sample)), created=now)
