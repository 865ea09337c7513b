"""What can be set from outside: every variable once, typed, with its reason. `docs/operating.md` is made from it.

A value that can't be read, or an AMPERA_ variable that nobody knows, refuses to start.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class BadEnvironment(Exception):
    """The environment can't be used; the message names the variable and how to mend it."""


@dataclass(frozen=True)
class Variable:
    name: str
    read: Callable[[str], Any]
    default: str
    says: str
    secret: bool = False


def text(value: str) -> str:
    return value


def choice(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return read


def switch(value: str) -> bool:
    return {"on": True, "off": False}[choice("on", "off")(value)]


def count(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError("must be a whole number of at least 1")
    return int(value)


def postgresql(value: str) -> str:
    """A database's address, or "" for the embedded one."""
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/") and parts.port != 0
    except ValueError:  # a port that is no number
        sound = False
    if value and not sound:
        raise ValueError("write postgresql://user:password@host:port/name, or leave it empty")
    return value


def gateway(value: str) -> str:
    if value != "screen" and not value.startswith("https://"):
        raise ValueError("must be screen, or an address that begins with https://")
    return value


def authority(value: str) -> str:
    """A time-stamp authority's address, or "" for none. What it sends is signed, so plain http will do."""
    if value and not value.startswith(("https://", "http://")):
        raise ValueError("must be an address that begins with https:// or http://")
    return value


def keeper(value: str) -> str:
    """A signing service's address, or "" for none. Plain http only on this machine: a token goes along."""
    parts = urlsplit(value)
    here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if value and not (parts.scheme == "https" and parts.hostname) and not here:
        raise ValueError("must be an address that begins with https://, or http:// on this machine")
    return value


def words(value: str) -> list[str]:
    return [word for word in value.replace(",", " ").split() if word]


def key32(value: str) -> bytes:
    """32 bytes in base64 (`openssl rand -base64 32`)."""
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("must be 32 bytes in base64, as `openssl rand -base64 32` prints")
    return key


def _demo_key(name: str) -> str:
    """A key that everybody knows, for the demo only; production refuses it."""
    import hashlib

    return base64.b64encode(hashlib.sha256(b"ampera demo " + name.encode()).digest()).decode()


VARIABLES = (
    Variable(
        "AMPERA_MODE",
        choice("demo", "production"),
        "demo",
        "`demo` shows messages on screen and marks everything SIMULASI; `production` refuses demo keys, DEBUG and an empty list of hosts.",
    ),
    Variable("AMPERA_DEBUG", switch, "off", "Django's debug pages. Never in production."),
    Variable(
        "AMPERA_HOSTS",
        words,
        "localhost 127.0.0.1 [::1]",
        "Names under which the site is reached, separated by spaces.",
    ),
    Variable(
        "AMPERA_DATABASE",
        postgresql,
        "",
        "`postgresql://user:password@host/name` for a city; empty for the embedded database under AMPERA_VAR.",
        secret=True,
    ),
    Variable("AMPERA_VAR", text, "var", "Folder for the embedded database and made files."),
    Variable(
        "AMPERA_SECRET_KEY",
        text,
        _demo_key("secret"),
        "Signs sessions and forms. Keep it outside database and back-ups.",
        secret=True,
    ),
    Variable(
        "AMPERA_NIK_KEY",
        key32,
        _demo_key("nik"),
        "Look-up and encryption of identity numbers: 32 bytes in base64. Keep it outside database and back-ups; losing it loses every identity number.",
        secret=True,
    ),
    Variable(
        "AMPERA_SIGNING_KEY",
        key32,
        _demo_key("signing"),
        "Encrypts the issuer's private keys at rest: 32 bytes in base64.",
        secret=True,
    ),
    Variable(
        "AMPERA_SIGNER",
        keeper,
        "",
        "Address of a service (an HSM's) that keeps the issuer's keys and signs; empty: they are sealed in the database. Takes effect with the next key (`ampera certificate keys rotate`).",
    ),
    Variable("AMPERA_SIGNER_TOKEN", text, "", "What that service is shown, as a Bearer token.", secret=True),
    Variable(
        "AMPERA_PDF_SEAL",
        keeper,
        "",
        "Address of an e-signature service that signs certificates' PDFs too (PAdES); empty: none does.",
    ),
    Variable(
        "AMPERA_PDF_SEAL_TOKEN", text, "", "What that service is shown, as a Bearer token.", secret=True
    ),
    Variable("AMPERA_CITY", text, "Kota Palembang", "The city's name, as it stands on every page."),
    Variable(
        "AMPERA_PROGRAMME",
        text,
        "Talenta Digital Palembang",
        "The programme's name, as it stands on every page.",
    ),
    Variable(
        "AMPERA_ORIGIN",
        text,
        "http://127.0.0.1:8000",
        "The public address, without a slash at the end; certificates name it for ever (did:web).",
    ),
    Variable(
        "AMPERA_GATEWAY",
        gateway,
        "screen",
        "Where messages go: `screen` (demo only) or the https address of a gateway that takes JSON.",
        secret=True,
    ),
    Variable(
        "AMPERA_TSA_URL",
        authority,
        "",
        "Address of a time-stamp authority (RFC 3161) that signs when a plan was locked; empty: plans are not time-stamped outside.",
    ),
    Variable(
        "AMPERA_TSA_CERTIFICATE",
        text,
        "",
        "PEM file with that authority's root certificate (and intermediates that its answers don't bring).",
    ),
    Variable(
        "AMPERA_VC_API",
        switch,
        "off",
        "Addresses under `/api/` that sign and check any credential, for the W3C's test suites; with a key that stands for nobody. Production refuses it.",
    ),
    Variable(
        "AMPERA_VC_JWT",
        switch,
        "off",
        "Offers each certificate as a VC-JWT (ES256) too, for software that reads no other signature. Takes effect with the next key (`ampera certificate keys rotate`), beside which a P-256 key is then kept; not together with AMPERA_SIGNER.",
    ),
    Variable("AMPERA_HTTPS", switch, "off", "Cookies only over https, HSTS. Must be on in production."),
    Variable("AMPERA_POOL", count, "4", "PostgreSQL connections per process; keep it small."),
    Variable("AMPERA_THREADS", count, "4", "Web threads per process."),
    Variable("AMPERA_WORKERS", count, "1", "Web processes; 1 with the embedded database."),
)


def read(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Every variable's value, by its name without the prefix. Raises BadEnvironment naming all that is wrong."""
    wrong = [
        f"{name}: nobody knows this variable; remove it or correct its spelling"
        for name in sorted(environ)
        if name.startswith("AMPERA_") and name not in {v.name for v in VARIABLES}
    ]
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        try:
            values[variable.name.removeprefix("AMPERA_")] = variable.read(
                environ.get(variable.name, variable.default)
            )
        except ValueError as error:
            wrong.append(f"{variable.name}: {error}")
    if not wrong and values["WORKERS"] > 1 and not values["DATABASE"]:
        wrong.append("AMPERA_WORKERS: the embedded database takes 1; for more set AMPERA_DATABASE")
    if not wrong and bool(values["TSA_URL"]) != bool(values["TSA_CERTIFICATE"]):
        wrong.append("AMPERA_TSA_URL and AMPERA_TSA_CERTIFICATE: set both or neither")
    for name in ("SIGNER", "PDF_SEAL"):
        if not wrong and bool(values[name]) != bool(values[f"{name}_TOKEN"]):
            wrong.append(f"AMPERA_{name} and AMPERA_{name}_TOKEN: set both or neither")
    if not wrong and values["VC_JWT"] and values["SIGNER"]:
        wrong.append("AMPERA_VC_JWT: that signer keeps Ed25519 keys only; set one of it and AMPERA_SIGNER")
    if not wrong and values["MODE"] == "production":
        wrong += production_faults(environ, values)
    if wrong:
        raise BadEnvironment("Ampera can't start:\n  " + "\n  ".join(wrong))
    return values


def production_faults(environ: Mapping[str, str], values: Mapping[str, Any]) -> list[str]:
    """What a production start refuses."""
    faults = [
        f"{v.name}: production needs its own value, not the demo's"
        for v in VARIABLES
        if v.name.endswith("_KEY") and environ.get(v.name, v.default) == v.default
    ]
    if values["DEBUG"]:
        faults.append("AMPERA_DEBUG: production refuses debug pages; set it to off")
    if values["VC_API"]:
        faults.append("AMPERA_VC_API: signs whatever it is handed, so it is for tests only; set it to off")
    if not environ.get("AMPERA_HOSTS") or "*" in values["HOSTS"]:
        faults.append("AMPERA_HOSTS: name the hosts under which the site is reached")
    if values["GATEWAY"] == "screen":
        faults.append(
            "AMPERA_GATEWAY: production needs a gateway's https address; codes must not show on screen"
        )
    if not values["ORIGIN"].startswith("https://"):
        faults.append("AMPERA_ORIGIN: must begin with https:// in production")
    if not values["HTTPS"]:
        faults.append("AMPERA_HTTPS: must be on in production")
    return faults
