"""One request to a service that the settings name, with a token that goes nowhere else."""

from __future__ import annotations

from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, Request, build_opener

TIMEOUT = 10.0  # seconds for one answer


class Silent(Exception):
    """No answer, or one that is none; the message says why."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


def post(address: str, data: bytes, *, kind: str, token: str, largest: int) -> bytes:
    """What the service answers. kind: of the data, as `application/json`. largest: bytes of an answer. Raises Silent."""
    request = Request(address, data, {"Content-Type": kind, "Authorization": f"Bearer {token}"})
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            found: bytes = answer.read(largest + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Silent(str(error)) from None
    if len(found) > largest:
        raise Silent("its answer is too long")
    return found
