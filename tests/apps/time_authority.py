"""A time-stamp authority of the tests' own: keys made here, answers written in DER from RFC 3161 and RFC 5652."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
SHA256, ECDSA_SHA256, POLICY = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2", "1.3.6.1.4.1.99999.1"
YEAR = timedelta(days=365)
NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if len(body) < 128 else bytes([128 + len(length)]) + length) + body


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def number(value: int) -> bytes:
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    body = bytes([40 * first + second])
    for arc in rest:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.append(arc & 127 | 128)
        body += bytes(reversed(digits))
    return der(0x06, body)


def inside(data: bytes) -> list[bytes]:
    """The elements of a sequence, each with its header."""
    body, found = _body(data), []
    while body:
        size = len(body) - len(_rest(body))
        found.append(body[:size])
        body = body[size:]
    return found


def _header(data: bytes) -> tuple[int, int]:
    if data[1] < 128:
        return 2, data[1]
    more = data[1] - 128
    return 2 + more, int.from_bytes(data[2 : 2 + more], "big")


def _body(data: bytes) -> bytes:
    start, length = _header(data)
    return data[start : start + length]


def _rest(data: bytes) -> bytes:
    start, length = _header(data)
    return data[start + length :]


def certificate(name, key, *, issuer=None, by=None, use=ExtendedKeyUsageOID.TIME_STAMPING, critical=True):
    """A certificate for time stamps (or another use), or with use None an authority's root."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - YEAR)
        .not_valid_after(NOW + YEAR)
        .add_extension(x509.BasicConstraints(ca=use is None, path_length=None), critical=True)
    )
    if use is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([use]), critical=critical)
    return made.sign(by or key, hashes.SHA256())


def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Authority:
    """Answers questions at a moment. What it says about the text, the nonce and itself can be made wrong."""

    root_key: ec.EllipticCurvePrivateKey = field(default_factory=key)
    own_key: ec.EllipticCurvePrivateKey = field(default_factory=key)
    at: datetime = NOW
    status: int = 0
    nonce: int | None = None  # another than the question's
    use: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = certificate("Test root", self.root_key, use=None)
        self.own = certificate(
            "Test time stamps", self.own_key, issuer=self.root, by=self.root_key, use=self.use
        )

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.PEM)

    def but(self, **changed: object) -> Authority:
        return replace(self, asked=[], **changed)

    def __call__(self, question: bytes) -> bytes:
        """The TimeStampResp to a TimeStampReq."""
        self.asked.append(question)
        if self.status:
            return sequence(sequence(number(self.status)))
        _version, imprint, nonce, *_cert = inside(question)
        stated = nonce if self.nonce is None else number(self.nonce)
        moment = der(0x18, self.at.strftime("%Y%m%d%H%M%SZ").encode())
        info = sequence(number(1), oid(POLICY), imprint, number(len(self.asked)), moment, stated)
        return sequence(sequence(number(0)), sequence(oid(SIGNED_DATA), der(0xA0, self._signed(info))))

    def _signed(self, info: bytes) -> bytes:
        own = self.own.public_bytes(serialization.Encoding.DER)
        algorithm = sequence(oid(SHA256))
        attributes = sorted(
            sequence(oid(name), der(0x31, value))
            for name, value in (
                (CONTENT_TYPE, oid(TST_INFO)),
                (MESSAGE_DIGEST, der(0x04, hashlib.sha256(info).digest())),
                (SIGNING_CERTIFICATE, sequence(sequence(sequence(der(0x04, hashlib.sha256(own).digest()))))),
            )
        )
        signature = self.own_key.sign(der(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        signer = sequence(
            number(1),
            sequence(self.own.issuer.public_bytes(), number(self.own.serial_number)),
            algorithm,
            der(0xA0, *attributes),
            sequence(oid(ECDSA_SHA256)),
            der(0x04, signature),
        )
        return sequence(
            number(3),
            der(0x31, algorithm),
            sequence(oid(TST_INFO), der(0xA0, der(0x04, info))),
            der(0xA0, own),
            der(0x31, signer),
        )
