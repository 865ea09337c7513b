"""What a browser keeps so that it can check without a network: keys, dated status lists, words, and the pages' own files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ampera.cores.credentials.document import Json

from . import blanks, issuers, statuses, verdicts

NOBLE = "certificates/vendor/noble-ed25519-2.3.0.mjs"
HOUSE = ("site/ampera.css", "site/favicon.svg", "site/logo.svg", "site/sprite.svg")
SCRIPTS = ("certificates/verifier.js", "certificates/opening.js", "certificates/saying.js")
WORKER = "certificates/worker.js"

LABELS = {
    "name": _("Name"),
    "title": _("Certificate"),
    "level": _("Level"),
    "provisional": _("provisional"),
    "issuer": _("Issuer"),
    "issued": _("Issued"),
    "until": _("Valid until"),
    "what": _("What was checked"),
    "as_of": _("As of the status list of %(at)s."),
    "no_list": _("No status list was looked at."),
    "yes": _("yes"),
    "no": _("no, or not reached"),
    "another": _("Check another"),
    "keep": _("Keep on this phone"),
    "kept": _("Kept on this phone"),
    "remove": _("Remove from this phone"),
    "save": _("Save the file (JSON)"),
    "send": _("Share the file"),
    "send_link": _("Share the link"),
    "code": _("Show its QR code"),
    "link": _("Its link"),
    "nothing": _("Nothing is kept on this phone yet."),
    "here": _("Checked on this device: the file was not sent anywhere."),
}


def material(*, now: datetime) -> Json:
    """What the verifier in the browser has to have at hand: DID documents, signed lists by URL, templates, whom we trust.

    The same as `checking.check` uses, so both come to the same verdict.
    """
    ring = issuers.ring()
    return {
        "issuers": ring.documents(),
        "lists": {url: signed.decode() for url, signed in statuses.all_lists(ring, now=now).items()},
        "templates": blanks.bundled(blanks.blanks().values()),
        "trusted": [issuers.issuer(demo=False)],
    }


def words() -> Json:
    """Every word that a verdict needs, in the reader's language: the server's own."""
    return {
        "language": translation.get_language(),
        "zone": settings.TIME_ZONE,
        "kinds": _plain(verdicts.KINDS),
        "special": _plain(verdicts.SPECIAL),
        "why": _plain(verdicts.WHY),
        "checked": _plain(verdicts.CHECKED),
        "labels": _plain(LABELS),
    }


def _plain(value: object) -> object:
    """Translated words as text."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [str(item) for item in value] if isinstance(value, tuple) else str(value)


def worker(
    pages: Sequence[str],
    files: Sequence[str],
    *,
    name: str,
    instead: Mapping[str, str] | None = None,
    codes: str = "",
) -> str:
    """A service worker that keeps `pages` (paths, asked anew while there is a network) and `files` (static, by name).

    instead: path of a page that is never kept → the kept page that stands in for it without a network.
    codes: path of the kept page to which a printed code's address leads without a network, after a `#`.
    Its first line names what it keeps and a version, made of the files' bytes: a changed file is another worker.
    """
    kept = (*HOUSE, *SCRIPTS, NOBLE, *files)
    facts = {
        "name": name,
        "version": _version((*kept, WORKER)),
        "pages": list(pages),
        "instead": dict(instead or {}),
        "codes": codes,
        "files": [static(file) for file in kept],
    }
    return f"const KEEPS = {json.dumps(facts)};\n{path(WORKER).read_text('utf-8')}"


@lru_cache(maxsize=8)
def _version(files: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(path(file).read_bytes()).digest())
    return digest.hexdigest()[:16]


def path(name: str) -> Path:
    """Where a static file lies. Raises FileNotFoundError."""
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)
