"""A role as it is held, the record that everybody asks by; apart, since `models` names it and `accounts` makes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """A role that an account has now. place: a Place's code; partner: a Partner's code; "" if none."""

    id: int
    account_id: int
    phone: str
    name: str
    label: str
    place: str
    partner: str
