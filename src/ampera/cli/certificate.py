"""`ampera certificate`: judge certificates from files, and make an issuer's key. No database, no network, no Django."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ampera.cli import carriers
from ampera.cores.credentials import keys
from ampera.cores.credentials.document import as_list, parse
from ampera.cores.credentials.faults import Fault, Undetermined
from ampera.cores.credentials.verdict import Verdict, unopened
from ampera.environment import key32

VALID, OTHERWISE, UNDETERMINED = 0, 1, 2
WRAPPING_KEY = "AMPERA_SIGNING_KEY"
FILES = {
    "--did-document": "an issuer's DID document",
    "--status-list": "a status list credential",
    "--template": "a published template, from which QR codes are read",
}


def add_parser(subparsers: Any) -> tuple[Any, Any]:
    """Hang `certificate` under the command's parser; each sub-command sets `func(args) -> exit code`.

    Returns the sub-parsers of `certificate` and of `certificate keys`, for whoever hangs more there.
    """
    certificate = subparsers.add_parser("certificate", help="verify certificates, make issuer keys")
    below = certificate.add_subparsers(required=True, metavar="COMMAND")

    check = below.add_parser(
        "verify",
        help="say what certificates are worth",
        description="Judge certificates (JSON, VC-JWT, PDF, pictures of their QR code) without network or database. "
        "Exit 0: all valid; 2: some undetermined and the others valid; 1: otherwise.",
    )
    check.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a certificate as JSON, VC-JWT, PDF or picture of its QR code; - reads standard input",
    )
    check.add_argument("--json", action="store_true", help="print one JSON object a file")
    for option, says in FILES.items():
        check.add_argument(
            option, action="append", default=[], type=Path, metavar="FILE", help=f"{says}; may be repeated"
        )
    check.add_argument(
        "--contexts",
        type=Path,
        metavar="DIR",
        help="further JSON-LD contexts: files in DIR named in DIR/index.json, {url: file}",
    )
    check.add_argument(
        "--trust", action="append", default=[], metavar="DID", help="an issuer that you know; may be repeated"
    )
    check.add_argument(
        "--allow-samples",
        action="store_true",
        help="let samples (CONTOH) be valid, as on a demonstration site",
    )
    check.set_defaults(func=run_verify)

    key = below.add_parser("keys", help="issuer keys").add_subparsers(required=True, metavar="COMMAND")
    new = key.add_parser(
        "new",
        help="make an issuer key",
        description=f"Make an Ed25519 key, sealed with {WRAPPING_KEY} (32 bytes in base64), and its DID document.",
    )
    new.add_argument("did", help="the issuer, e.g. did:web:sertifikat.example.go.id")
    new.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where did.json and key.sealed go"
    )
    new.set_defaults(func=run_new_key)
    return below, key


def run_verify(args: argparse.Namespace) -> int:
    """Judge each file, print what was found, and return the exit code."""
    try:
        issuers = _by_id(args.did_document, "--did-document", lambda d: "verificationMethod" in d)
        status_lists = _by_id(args.status_list, "--status-list", _is_status_list)
        contexts = _contexts(args.contexts)
        blanks = carriers.templates(args.template, issuers=issuers)
    except (OSError, ValueError) as error:
        return _sorry(error)
    at_hand = {
        "blanks": blanks,
        "now": datetime.now(UTC),
        "issuers": issuers,
        "status_lists": status_lists,
        "trusted": frozenset(args.trust),
        "allow_samples": args.allow_samples,
        "contexts": contexts,
    }
    found = {str(path): _judged(path, at_hand) for path in args.files}
    for name, verdict in found.items():
        print(_line(name, verdict, as_json=args.json, only=len(found) == 1))
    return exit_code(verdict.verdict for verdict in found.values())


def _judged(path: Path, at_hand: dict[str, Any]) -> Verdict:
    """The verdict on a file; on one that can't be read, that it can't."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        return unopened(Undetermined("unreadable", f"{error.strerror}; check the path and the permissions."))
    return carriers.judged(data, **at_hand)


def exit_code(words: Iterable[str]) -> int:
    """0 if all are valid, 2 if what is not valid is undetermined, 1 otherwise."""
    others = set(words) - {"valid"}
    if not others:
        return VALID
    return UNDETERMINED if others == {"undetermined"} else OTHERWISE


def run_new_key(args: argparse.Namespace) -> int:
    """Write a new sealed key and its DID document; never over existing ones."""
    try:
        try:
            wrapping_key = key32(os.environ.get(WRAPPING_KEY, ""))
        except ValueError as error:
            raise ValueError(f"{WRAPPING_KEY} {error}") from None
        if not args.did.startswith("did:web:"):
            raise ValueError("the issuer must be a did:web, for example did:web:sertifikat.example.go.id")
        key = keys.Key(os.urandom(32))
        sealed = keys.seal(key, wrapping_key=wrapping_key, nonce=os.urandom(12), did=args.did)
        document = keys.did_document(args.did, [keys.PublishedKey(key.public)])
        args.out.mkdir(parents=True, exist_ok=True)
        _write_new(args.out / "key.sealed", sealed.hex() + "\n", mode=0o600)
        _write_new(args.out / "did.json", json.dumps(document, indent=2) + "\n", mode=0o644)
    except (OSError, ValueError) as error:
        return _sorry(error)
    print(f"{args.did}#{key.multikey}\nServe {args.out / 'did.json'} at {keys.did_web_url(args.did)}")
    return VALID


def _is_status_list(document: dict[str, Any]) -> bool:
    return "BitstringStatusListCredential" in as_list(document.get("type"))


def _by_id(paths: Iterable[Path], option: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """JSON documents by their id. Raises ValueError if one is not what the option takes."""
    found: dict[str, Any] = {}
    for path in paths:
        document = _read(path)
        if not isinstance(document.get("id"), str):
            raise ValueError(f"{path}: has no id, so it is neither a DID document nor a status list")
        if not fits(document):
            raise ValueError(f"{path}: is not {FILES[option]}, which {option} takes")
        found[document["id"]] = document
    return found


def _contexts(folder: Path | None) -> dict[str, Any]:
    if folder is None:
        return {}
    return {url: _read(folder / str(name)) for url, name in _read(folder / "index.json").items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        return parse(path.read_bytes())
    except Fault as fault:
        raise ValueError(f"{path}: {fault.reason}") from None


def _line(name: str, verdict: Verdict, *, as_json: bool, only: bool) -> str:
    if as_json:
        return json.dumps(
            verdict.as_json() if only else {"file": name, **verdict.as_json()}, ensure_ascii=False
        )
    dated = f" (as of {verdict.as_json()['as_of']})" if verdict.as_of else ""
    return f"{name}: {verdict.verdict}{dated}. {verdict.reason}"


def _write_new(path: Path, text: str, *, mode: int) -> None:
    # O_EXCL: a key that signs certificates is never overwritten
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)


def _sorry(error: Exception) -> int:
    if isinstance(error, OSError) and error.filename:
        said = f"{error.filename}: {error.strerror}; check the path and the permissions"
    else:
        said = str(error)
    print(f"ampera certificate: {said}", file=sys.stderr)
    return UNDETERMINED
