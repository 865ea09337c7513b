"""An offered seat is given up only by the person it is kept for: a fresh code on their phone, or the PIN of their receipt.

A session left open on a borrowed phone can look at a seat; it can't lose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import _

from .answering import check_open, decline
from .models import Call
from .office_refusals import NoSuchCall, WrongCode, WrongPin

CODE, PIN, KTP = "code", "pin", "ktp"
SAYS = _(
    "Code %(code)s gives up your seat in class %(klass)s, for good. If you did not ask for it, do nothing: the seat stays "
    "yours. Officers never ask for it."
)


@dataclass(frozen=True)
class Proof:
    """How somebody shows that the seat is theirs. how: code, pin, or ktp (an officer has the KTP before them).

    secret: what was typed; "" for a KTP.
    """

    how: str
    secret: str = ""


def proof_of(person_id: int) -> str:
    """What this person has to show by themselves: `code` if a phone of theirs is verified, else `pin`."""
    return CODE if people.phone(person_id) else PIN


@transaction.atomic
def ask_code(call_id: int, *, key: str, by: str, now: datetime) -> None:
    """Send the person a code that gives this seat up. Raises what an answer to the call raises; people.NoPhone, people.TooManyCodes; audit.KeyReused."""
    check_open(call_id, "decline", now)
    person_id, class_id = _of(call_id)
    klass = programme.class_(class_id).code
    people.send_code(person_id, _purpose(call_id), SAYS, key=key, by=by, now=now, klass=klass)


def code_sent(call_id: int, person_id: int, *, now: datetime) -> people.Sent | None:
    """The code that may be typed now."""
    return people.code_sent(person_id, _purpose(call_id), now=now)


def give_up(call_id: int, proof: Proof, *, key: str, by: str, now: datetime) -> None:
    """Decline a call, once whoever does it has shown that it is theirs: proof and refusal in one transaction.

    A wrong proof changes nothing but its own count. Raises WrongCode, WrongPin; NoSuchCall, CallLapsed, CallDeclined,
    CallTaken; audit.KeyReused.
    """
    with (
        transaction.atomic(),
        audit.once(f"{key}:proof", by=by, payload=["give_up", call_id], at=now) as first,
    ):
        if first.answer:  # a second tap: the code is spent already
            return
        person_id, _class_id = _of(call_id)
        if shown := _shown(call_id, person_id, proof, now):
            decline(call_id, key=key, by=by, now=now)
            audit.record(
                "call.given_up", about=f"person:{person_id}", by=by, at=now, call=call_id, how=proof.how
            )
            first.keep(call_id)
    if not shown:  # outside, so that the wrong try stays counted
        raise WrongPin() if proof.how == PIN else WrongCode()


def _shown(call_id: int, person_id: int, proof: Proof, now: datetime) -> bool:
    if proof.how == KTP:
        return True
    if proof.how == PIN:
        return people.check_pin(person_id, proof.secret)
    return people.spend_code(person_id, _purpose(call_id), proof.secret, now=now)


def _purpose(call_id: int) -> str:
    return f"decline:{call_id}"


def _of(call_id: int) -> tuple[int, int]:
    found = Call.objects.filter(pk=call_id).values_list("application__person_id", "klass_id").first()
    if found is None:
        raise NoSuchCall()
    return found
