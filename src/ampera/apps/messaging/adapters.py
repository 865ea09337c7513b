"""The ways out: the demo's screen, or a gateway that takes JSON over https."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

TIMEOUT = 10.0  # seconds; the worker waits, no citizen does


class NotSent(Exception):
    """A message did not go. `final`: trying again would not help."""

    def __init__(self, fault: str, *, final: bool = False) -> None:
        self.fault = fault
        self.final = final
        super().__init__(fault)


class Adapter(Protocol):
    def __call__(self, *, to: str, body: str, key: str) -> None:
        """Send one message; the same key is the same message. Raises NotSent."""


def screen(*, to: str, body: str, key: str) -> None:
    """The demo: the message stays in the outbox, where the page /kotak/ shows it."""


class _NoRedirect(HTTPRedirectHandler):
    """A gateway that sends us elsewhere is not the one that the city named."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


@dataclass(frozen=True)
class Gateway:
    """POSTs `{"to": "+62…", "text": "…", "key": "…"}`; any 2xx is "accepted". User and password in the address become
    an Authorization header. 4xx is final, except 408, 425 and 429.
    """

    address: str
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def __post_init__(self) -> None:
        if urlsplit(self.address).scheme != "https":
            raise ValueError("a gateway's address begins with https://")

    def __call__(self, *, to: str, body: str, key: str) -> None:
        opener = build_opener(HTTPSHandler(context=self.context()), _NoRedirect())
        try:
            with opener.open(self._request(to, body, key), timeout=TIMEOUT):
                return
        except HTTPError as error:
            final = 400 <= error.code < 500 and error.code not in (408, 425, 429)
            raise NotSent(f"HTTP {error.code}", final=final) from None
        except (URLError, OSError, ValueError) as error:
            # The reason, never the address: it may hold a password.
            raise NotSent(type(getattr(error, "reason", error)).__name__) from None

    def _request(self, to: str, body: str, key: str) -> Request:
        parts = urlsplit(self.address)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        data = json.dumps({"to": to, "text": body, "key": key}).encode()
        return Request(bare, data=data, headers=headers, method="POST")


def adapter(name: str) -> Adapter:
    """The adapter that AMPERA_GATEWAY names: `screen`, or an https address. Raises ValueError for anything else."""
    return screen if name == "screen" else Gateway(name)
