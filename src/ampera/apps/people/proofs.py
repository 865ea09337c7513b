"""That the person themselves acts: a fresh code on their phone, or the PIN printed on their receipt at the counter.

For what can't be undone. A session that somebody left open is enough to look, not to give a seat away or to be erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ampera.refusal import Refusal

from .accounts import phone
from .codes import spend_code
from .pins import check_pin
from .refusals import WrongCode, WrongPin

CODE, PIN = "code", "pin"


@dataclass(frozen=True)
class Proof:
    """What somebody shows. how: code or pin. secret: what was typed."""

    how: str
    secret: str

    @property
    def wrong(self) -> Refusal:
        """The refusal of a proof that is not right."""
        return WrongPin() if self.how == PIN else WrongCode()


def proof_of(person_id: int) -> str:
    """What this person shows by themselves: `code` if a phone of theirs is verified, else `pin`."""
    return CODE if phone(person_id) else PIN


def shown(person_id: int, purpose: str, proof: Proof, *, now: datetime) -> bool:
    """Whether the proof is right for the purpose; a code is spent by it, a wrong one of either kind is counted.

    Belongs inside the transaction of what it opens. That must commit when the answer is no, and only then raise
    `proof.wrong`: else nothing is counted.
    """
    if proof.how == PIN:
        return check_pin(person_id, proof.secret)
    return spend_code(person_id, purpose, proof.secret, now=now)
