"""Why a document is not accepted. Two kinds, since they mean different things to whoever holds the paper.

Altered: what the file says is not what an issuer signed. Undetermined: further material (a context, a key, a
status list) or another verifier could still decide.
"""

from __future__ import annotations

from typing import ClassVar


class Fault(Exception):
    """A document that is not accepted. code: stable slug. reason: one English sentence for people."""

    verdict: ClassVar[str]

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


class Altered(Fault):
    """The file does not say what was signed, or says things that no signature covers."""

    verdict = "altered"


class Undetermined(Fault):
    """Nothing is proved against the file, but it can't be decided with what is at hand."""

    verdict = "undetermined"
