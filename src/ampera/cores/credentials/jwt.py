"""The same credential under another signature: a compact JWS with ES256, for software that reads VC-JWTs only.

The payload is the credential itself, without its proof, beside the registered claims that say the same again. A key
is never taken out of a token: `kid` names one, and the issuer's DID document has to list it.
Sources: W3C VC-JOSE-COSE, section 3.1.1; Open Badges 3.0, section 8.2; RFC 7515; RFC 7518, section 3.4.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ampera.cores.credentials.datamodel import window
from ampera.cores.credentials.document import MAX_BYTES, Json, as_list, id_of, parse, stamp, to_bytes
from ampera.cores.credentials.faults import Altered, Undetermined
from ampera.cores.credentials.keys import PublishedKey, Signer, base58, unbase58
from ampera.cores.credentials.proof import Sealed

ALG = "ES256"
TYPES = (
    "vc+jwt",
    "jwt",
)  # the second is what Open Badges 3.0 names; letters' case does not count (RFC 7515, 4.1.9)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186)
CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat")

_P256 = b"\x80\x24"  # multicodec p256-pub
_CURVE = ec.SECP256R1()
_ECDSA = ec.ECDSA(SHA256())
_TOKEN = re.compile(rb"\s*(eyJ[\w-]*)\.([\w-]*)\.([\w-]*)\s*", re.ASCII)


@dataclass(frozen=True)
class P256Key:
    """A P-256 key pair. secret: 32 bytes, a number from 1 to the curve's order - 1, from a random source."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise ValueError("a P-256 key has 32 bytes")

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self.secret), _CURVE)

    @cached_property
    def public(self) -> bytes:
        """The public key, compressed: 33 bytes."""
        return self._private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    @property
    def multikey(self) -> str:
        """The public key as a Multikey value, `zDn…`."""
        return multikey(self.public)

    def signer(self, did: str) -> Signer:
        """This key signing in the name of `did`: 64 bytes, r and s, as JWS wants them."""
        return Signer(method=f"{did}#{self.multikey}", sign=self._sign)

    def _sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._private.sign(message, _ECDSA))
        return r.to_bytes(32) + s.to_bytes(32)


def multikey(public: bytes) -> str:
    """A P-256 public key (33 bytes, compressed) as a Multikey value, `zDn…`."""
    return "z" + base58(_P256 + public)


def published(document: Json, keys: Sequence[PublishedKey]) -> Json:
    """A DID document with an issuer's P-256 keys (33 bytes, compressed) too, retired ones with their end.

    They are given as JWK, since software that reads VC-JWTs (1EdTech's validator) looks for nothing else.
    """
    did = document["id"]
    methods: list[Json] = []
    for key in keys:
        point = _point(key.public).public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        x, y = (_encoded(half).decode() for half in (point[1:33], point[33:]))
        method = {
            "id": f"{did}#{multikey(key.public)}",
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y},
        }
        ends = {"expires": key.expires, "revoked": key.revoked}
        methods.append(method | {name: stamp(when) for name, when in ends.items() if when})
    if not methods:
        return document
    return document | {
        "@context": [*document["@context"], "https://w3id.org/security/jwk/v1"],
        "verificationMethod": [*document["verificationMethod"], *methods],
        "assertionMethod": [*document["assertionMethod"], *(method["id"] for method in methods)],
    }


def public_of(method: Mapping[str, Any]) -> bytes:
    """The P-256 key (compressed, 33 bytes) of a verification method that gives it as Multikey or as JWK.

    Raises Undetermined if it is another kind of key.
    """
    value, jwk = method.get("publicKeyMultibase"), method.get("publicKeyJwk")
    try:
        found = _from_jwk(jwk) if isinstance(jwk, dict) else _from_multikey(str(value))
        return _point(found).public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    except ValueError:
        raise Undetermined(
            "unknown_key", "The issuer's key is not a P-256 key, as ES256 needs one."
        ) from None


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (64 bytes, r and s) is this P-256 key's over `message`."""
    try:
        if len(signature) != 64:
            return False
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        _point(public).verify(der, message, _ECDSA)
    except (InvalidSignature, ValueError):
        return False
    return True


def secure(credential: Json, *, signer: Signer, issued: datetime) -> str:
    """The credential as a VC-JWT signed at `issued`; a proof that it carries is left out, everything else stands.

    signer: a P-256 key's. Raises ValueError if the signer is not the issuer, or a claim has another meaning in it.
    """
    document = {name: value for name, value in credential.items() if name != "proof"}
    if id_of(document.get("issuer")) != signer.did or any(name in document for name in CLAIMS):
        raise ValueError("a token is signed by its credential's issuer, and claims nothing of its own")
    header = {"alg": ALG, "kid": signer.method, "typ": TYPES[0], "cty": "vc"}
    said = {name: value for name, value in _said(document).items() if value is not None}
    payload = document | said | {"iat": math.floor(issued.timestamp())}
    message = b".".join(_encoded(to_bytes(part)) for part in (header, payload))
    return b".".join((message, _encoded(signer.sign(message)))).decode()


def is_token(data: bytes) -> bool:
    """Whether this is written as a compact JWS is. No JSON, PDF, picture or QR code's text is."""
    return bool(_TOKEN.fullmatch(data))


def take_apart(token: bytes) -> tuple[Json, Sealed]:
    """The credential in a token, without the claims that repeat it, and its seal; the key is the caller's to find.

    Raises Altered if it is malformed, unsigned, or its claims contradict the credential; Undetermined if it is too
    large or of a kind that we don't check.
    """
    if len(token) > 2 * MAX_BYTES:
        raise Undetermined("too_large", "The token is larger than 2 MiB, which no certificate needs.")
    parts = _TOKEN.fullmatch(token)
    if not parts:
        raise Undetermined("not_json", "This is not a token.")
    header, payload, signature = (_decoded(part) for part in parts.groups())
    method = _checked(_object(header))
    claimed = _object(payload)
    credential = {name: value for name, value in claimed.items() if name not in CLAIMS}
    if "proof" in credential:
        raise Undetermined("several_proofs", "The token holds a signature of its own; we check one.")
    _agree(claimed, _said(credential))
    created = _moment(claimed["iat"]) if "iat" in claimed else None
    if len(signature) != 64:
        raise Altered("bad_proof", "The signature is malformed.")
    message = parts[1] + b"." + parts[2]
    return credential, Sealed(method, message, signature, created, None, signature_holds)


def _checked(header: Json) -> str:
    """The key that the header names. Raises Fault if the signature is not one that we check."""
    alg, kind = header.get("alg"), header.get("typ", TYPES[0])
    if isinstance(alg, str) and alg.lower() == "none":
        raise Altered("no_proof", "The token carries no signature.")
    if alg != ALG or "crit" in header or "b64" in header:
        raise Undetermined("unknown_proof", f"The signature is of a kind that we don't check ({alg}).")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in TYPES:
        raise Undetermined("unknown_proof", f"The token is not a credential's ({kind}).")
    if not isinstance(header.get("kid"), str):
        raise Undetermined("unknown_proof", "The token does not say which of the issuer's keys signed it.")
    return str(header["kid"])


def _said(credential: Json) -> Json:
    """The claims that repeat what a credential says, by their names in JWT; None where it says nothing."""
    subjects = as_list(credential.get("credentialSubject"))
    begins, ends = (when and math.floor(when.timestamp()) for when in window(credential))
    subject = subjects[0].get("id") if len(subjects) == 1 and isinstance(subjects[0], dict) else None
    return {
        "iss": id_of(credential.get("issuer")),
        "jti": credential.get("id"),
        "sub": subject,
        "nbf": begins,
        "exp": ends,
    }


def _agree(claimed: Json, said: Json) -> None:
    for name, value in said.items():
        claim = claimed.get(name, value)
        if isinstance(claim, float) and math.isfinite(claim):
            claim = math.floor(claim)
        if type(claim) is not type(value) or claim != value:
            raise Altered("claims_differ", f"The token's {name} is not what its credential says.")


def _moment(seconds: Any) -> datetime:
    try:
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ValueError
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Altered("bad_date", "iat is not a date and time.") from None


def _object(part: bytes) -> Json:
    try:
        return parse(part)
    except Undetermined as fault:
        if fault.code == "too_large":
            raise
        raise Altered("bad_proof", "The token is malformed.") from None


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def _decoded(part: bytes) -> bytes:
    """base64url without padding, in its one spelling. Raises Altered."""
    try:
        found = base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if _encoded(found) != part:
        raise Altered("bad_proof", "The token is malformed.")
    return found


def _from_jwk(jwk: Json) -> bytes:
    """The point of a public JWK (RFC 7518, 6.2.1), uncompressed. Raises ValueError."""
    x, y = (str(jwk.get(name)).encode("ascii", "replace") for name in ("x", "y"))
    try:
        point = b"\x04" + _decoded(x) + _decoded(y)
    except Altered:
        point = b""
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or len(point) != 65 or "d" in jwk:
        raise ValueError("not a public P-256 key")
    return point


def _from_multikey(value: str) -> bytes:
    found = unbase58(value[1:]) if value.startswith("z") and len(value) < 80 else b""
    if len(found) != 35 or not found.startswith(_P256):
        raise ValueError("not a P-256 Multikey")
    return found[2:]


def _point(public: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
