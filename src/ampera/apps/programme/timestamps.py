"""A time stamp from outside (RFC 3161): an authority that the city doesn't run signs that the plan's text existed at a moment.

Pure: bytes in, bytes or facts out. The answer is kept as it came, so that `openssl ts -verify` checks it for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import PKIStatus

from .refusals import StampRefused


@dataclass(frozen=True)
class Stamp:
    """What the authority signed. at: its clock; serial: the stamp's number there; authority: who signed, as RFC 4514 writes."""

    at: datetime
    serial: int
    authority: str


@dataclass(frozen=True)
class Question:
    """A request in DER, and the number in it that the answer has to repeat."""

    der: bytes
    nonce: int


def question(text: bytes) -> Question:
    """Ask for a stamp of a text; what goes out is its SHA-256, a nonce, and the wish for the signer's certificate."""
    asked = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
    if asked.nonce is None:
        raise RuntimeError("the request has no nonce")
    return Question(asked.as_bytes(), asked.nonce)


def read(answer: bytes, text: bytes, *, certificates: bytes, nonce: int | None = None) -> Stamp:
    """Check an authority's answer (DER) about a text, offline, as of the moment it names.

    certificates: the authority's root, and intermediates if its answers bring none, in PEM. nonce: the question's; None when
    a kept answer is checked again. Raises StampRefused: no answer, not granted, another text or nonce, not signed by
    a certificate for time stamps under that root.
    """
    try:
        found = decode_timestamp_response(answer)
        if found.status != PKIStatus.GRANTED:
            raise StampRefused(
                reason=f"{PKIStatus(found.status).name} {' '.join(found.status_string)}".strip()
            )
        verifier = VerifierBuilder(roots=x509.load_pem_x509_certificates(certificates), nonce=nonce).build()
        verifier.verify_message(found, text)
        info = found.tst_info
        return Stamp(info.gen_time, info.serial_number, _signer(found.signed_data))
    except (ValueError, VerificationError) as error:
        raise StampRefused(reason=str(error)) from error


def _signer(signed: object) -> str:
    """The name on the certificate that the one signer names; `verify_message` has checked that it is there."""
    (signer,) = signed.signer_infos  # type: ignore[attr-defined]  # the library's own classes are abstract
    for der in signed.certificates:  # type: ignore[attr-defined]
        certificate = x509.load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            return certificate.subject.rfc4514_string()
    raise StampRefused(reason="it doesn't bring the signer's certificate")
