"""A certificate's states. None is stored: a row with its confirmation is a certificate, events beside it change it."""

from __future__ import annotations

from collections.abc import Mapping

from ampera.apps.programme import api as programme

# (state, verb) → state. What is not here is refused.
CERTIFICATE_MOVES: Mapping[tuple[str, str], str] = {
    ("PROPOSED", "confirm"): "STANDING",
    ("STANDING", "revoke"): "REVOKED",
    ("STANDING", "suspend"): "SUSPENDED",
    ("SUSPENDED", "reinstate"): "STANDING",
    ("SUSPENDED", "revoke"): "REVOKED",
}


def diagram() -> str:
    """CERTIFICATE_MOVES as Mermaid text, for the docs."""
    return programme.diagram(CERTIFICATE_MOVES, "PROPOSED")
