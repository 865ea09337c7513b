"""A certificate handed out as a VC-JWT too, made when it is asked for: nothing is stored."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from ampera.cores.credentials import jwt
from ampera.cores.credentials.document import parse

from . import issuers
from .records import Certificate
from .refusals import NoKeys


def offered(certificate: Certificate, ring: issuers.Ring) -> bool:
    """Whether it can be had as a VC-JWT: AMPERA_VC_JWT is on, and the issuer's key of now has a P-256 key beside it.

    Not if its own signature is not believed (a stolen key's): another one must not mend that.
    """
    try:
        return bool(settings.VC_JWT and not certificate.distrusted and ring.current(certificate.demo).es256)
    except NoKeys:
        return False


def token(certificate: Certificate, *, now: datetime) -> str | None:
    """The certificate as a VC-JWT signed now, whatever its status list says of it; None if it isn't offered."""
    ring = issuers.ring()
    if not offered(certificate, ring):
        return None
    signer = issuers.es256_signer(ring.current(certificate.demo))
    assert signer
    return jwt.secure(parse(certificate.json.encode()), signer=signer, issued=now)
