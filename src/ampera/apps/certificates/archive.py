"""A folder that goes on verifying when our server is gone: keys, lists, templates, a page that checks, contexts.

It needs no server of ours: any web host will do, and a USB stick. Its status lists are signed to be believed until the
last certificate has expired; what is revoked later it can't know, and every verdict shows the lists' date.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ampera.cores.credentials.contexts import PINS, context_bytes

from . import blanks, issuers, models, offline, records, statuses

PAGES = {"id": "index.html", "en": "en.html"}
FILES = (*offline.HOUSE, *offline.SCRIPTS, "certificates/check.js", offline.NOBLE)
LICENCE = "certificates/vendor/noble-ed25519.LICENSE"


def archive_files(*, now: datetime, certificates: bool = False) -> dict[str, bytes]:
    """The archive's files by their path in it.

    certificates: the certificates too, names and all, but for those whose holders have withdrawn their pages.
    Raises NoKeys if a list can't be signed.
    """
    ring = issuers.ring()
    documents = ring.documents()
    rows = list(models.StatusList.objects.order_by("pk"))
    marked = statuses.marked(rows)
    lists = {
        statuses.url(row): (row.pk, statuses.signed(row, marked[row.pk], ring, now=now, until=_end(row, now)))
        for row in rows
    }  # fmt: skip
    templates = blanks.blanks()
    material = {
        "issuers": documents,
        "lists": {url: text for url, (_pk, text) in lists.items()},
        "templates": blanks.bundled(templates.values()),
        "trusted": [issuers.issuer(demo=False)],
    }
    files = {"material.js": f"globalThis.MATERIAL = {json.dumps(material, ensure_ascii=False)};\n".encode()}
    files |= {f"keys/{did.replace(':', '_')}.json": _json(document) for did, document in documents.items()}
    files |= {f"status/{pk}.json": text.encode() for pk, text in lists.values()}
    files |= {f"templates/{name}.json": blanks.published(name, now=now) for name in templates}
    files |= {f"static/{name}": offline.path(name).read_bytes() for name in (*FILES, LICENCE)}
    files |= {f"contexts/{name}": context_bytes(url) for url, (name, _digest) in PINS.items()}
    files["contexts/index.json"] = _json({url: name for url, (name, _digest) in PINS.items()})
    for language, name in PAGES.items():
        files[name] = _page(language, now).encode()
    return files | (_certificates() if certificates else {})


def _end(row: models.StatusList, now: datetime) -> datetime:
    """When the last certificate on the list has expired."""
    last = (
        models.Credential.objects.filter(status_list=row.beside_id or row.pk).order_by("-valid_until").first()
    )
    return max(now + statuses.STALE, last.valid_until if last else now)


def _certificates() -> dict[str, bytes]:
    shown = records.rows().filter(hidden=False).order_by("pk")
    return {f"certificates/{row.pk}.json": row.json.encode() for row in shown}


def _page(language: str, now: datetime) -> str:
    with translation.override(language):
        words = json.dumps(offline.words(), ensure_ascii=False)
        return render_to_string(
            "certificates/archive.html",
            {
                "language": language, "words": words, "pages": PAGES, "city": settings.CITY, "now": now,
                "simulated": settings.DEMO,
            },
        )  # fmt: skip


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
