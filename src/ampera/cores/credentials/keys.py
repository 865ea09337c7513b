"""Ed25519 keys and the names they go by: Multikey, did:key, did:web, and sealed at rest.

Sources: W3C Controlled Identifiers 1.0 (Multikey, base58btc), did:key 0.7, did:web, FIPS 197 / SP 800-38D.
Randomness is the caller's: a core throws no dice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ampera.cores.credentials.document import Json, stamp
from ampera.cores.credentials.faults import Undetermined

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_TEN = 58**10
_DIGIT = {letter: value for value, letter in enumerate(_ALPHABET)}
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]  # two digits a division: half the divisions
_ED25519 = b"\xed\x01"  # multicodec ed25519-pub

# The last part of a demonstration issuer's DID. Being in the name, it can't be lost on the way.
DEMO = "contoh"


@dataclass(frozen=True)
class Signer:
    """Whatever can sign: a key in memory, an HSM, a remote service. This is the seam for all of them.

    method: the DID URL of the key that signs. sign: 64 bytes of Ed25519 over the bytes given.
    """

    method: str
    sign: Callable[[bytes], bytes]

    @property
    def did(self) -> str:
        """The DID that the method belongs to."""
        return self.method.partition("#")[0]


@dataclass(frozen=True)
class Key:
    """An Ed25519 key pair. seed: 32 bytes from the operating system's random source, secret."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise ValueError("an Ed25519 seed has 32 bytes")

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    @property
    def multikey(self) -> str:
        """The public key as a Multikey value, `z6Mk…`."""
        return multikey(self.public)

    @property
    def did_key(self) -> str:
        """The public key as a DID that needs no server."""
        return f"did:key:{self.multikey}"

    def signer(self, did: str) -> Signer:
        """This key signing in the name of `did`, as the method `did#z6Mk…`."""
        return Signer(method=f"{did}#{self.multikey}", sign=self._private.sign)


@dataclass(frozen=True)
class PublishedKey:
    """A public key in a DID document, in bytes as its kind has them. expires, revoked: proofs from then on don't count; earlier ones still do."""

    public: bytes
    expires: datetime | None = None
    revoked: datetime | None = None


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is this Ed25519 key's over `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def multikey(public: bytes) -> str:
    """An Ed25519 public key (32 bytes) as a Multikey value, `z6Mk…`."""
    return "z" + base58(_ED25519 + public)


def from_multikey(value: str) -> bytes:
    """The 32 bytes of an Ed25519 Multikey value. Raises Undetermined if it is another kind of key."""
    try:
        found = unbase58(value[1:]) if value.startswith("z") and len(value) < 80 else b""
    except ValueError:
        found = b""
    if len(found) != 34 or not found.startswith(_ED25519):
        raise Undetermined("unknown_key", "The issuer's key is not an Ed25519 Multikey.")
    return found[2:]


def did_web(host: str, *path: str) -> str:
    """The did:web of a host (port allowed) and path. Its last path part `contoh` makes it a demo issuer."""
    return ":".join(["did:web", quote(host, safe=""), *(quote(part, safe="") for part in path)])


def did_web_url(did: str) -> str:
    """Where a did:web document is served. Raises ValueError for other DIDs."""
    if not did.startswith("did:web:"):
        raise ValueError("not a did:web")
    host, *path = did.removeprefix("did:web:").split(":")
    return f"https://{unquote(host)}/{'/'.join(path or ['.well-known'])}/did.json"


def is_demo(did: str) -> bool:
    """Whether a DID says of itself that it is a demonstration issuer."""
    return did.startswith("did:web:") and did.rpartition(":")[2] == DEMO


def did_document(did: str, keys: Sequence[PublishedKey]) -> Json:
    """The DID document that publishes an issuer's keys, newest first; retired ones stay, with their end.

    The same keys are named as did:key, so that they can be pinned without the domain.
    """
    methods: list[Json] = []
    for key in keys:
        value = multikey(key.public)
        method = {"id": f"{did}#{value}", "type": "Multikey", "controller": did, "publicKeyMultibase": value}
        ends = {"expires": key.expires, "revoked": key.revoked}
        methods.append(method | {name: stamp(when) for name, when in ends.items() if when})
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": [f"did:key:{multikey(key.public)}" for key in keys],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def seal(key: Key, *, wrapping_key: bytes, nonce: bytes, did: str) -> bytes:
    """The key's seed under AES-256-GCM, bound to the DID that it signs for: nonce, ciphertext, tag (60 bytes).

    wrapping_key: 32 bytes, kept away from the database. nonce: 12 random bytes, never used twice.
    """
    return seal_secret(key.seed, wrapping_key=wrapping_key, nonce=nonce, bound_to=did)


def unseal(sealed: bytes, *, wrapping_key: bytes, did: str) -> Key:
    """The key that `seal` put away. Raises ValueError for a wrong wrapping key, DID or damaged bytes."""
    return Key(unseal_secret(sealed, wrapping_key=wrapping_key, bound_to=did))


def seal_secret(secret: bytes, *, wrapping_key: bytes, nonce: bytes, bound_to: str) -> bytes:
    """A private key of any kind (32 bytes) under AES-256-GCM, as `seal` says; bound_to: the DID, or DID and kind."""
    if len(wrapping_key) != 32 or len(nonce) != 12:
        raise ValueError("sealing needs a wrapping key of 32 bytes and a nonce of 12")
    return nonce + AESGCM(wrapping_key).encrypt(nonce, secret, bound_to.encode())


def unseal_secret(sealed: bytes, *, wrapping_key: bytes, bound_to: str) -> bytes:
    """What `seal_secret` put away. Raises ValueError for a wrong wrapping key, binding or damaged bytes."""
    try:
        return AESGCM(wrapping_key).decrypt(sealed[:12], sealed[12:], bound_to.encode())
    except InvalidTag:
        raise ValueError("the sealed key does not open: wrong wrapping key, wrong DID or damaged") from None


def base58(data: bytes) -> str:
    """base58btc, as multibase `z` carries it."""
    number = int.from_bytes(data)
    pairs: list[str] = []
    while number:
        number, rest = divmod(number, _TEN)  # ten digits a division of the long number, then two a short one
        for _ in range(5):
            rest, pair = divmod(rest, 3364)
            pairs.append(_PAIRS[pair])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def unbase58(text: str) -> bytes:
    """The bytes of a base58btc text. Raises ValueError for a letter outside the alphabet."""
    number = 0
    for letter in text:
        if letter not in _DIGIT:
            raise ValueError("not base58btc")
        number = number * 58 + _DIGIT[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
