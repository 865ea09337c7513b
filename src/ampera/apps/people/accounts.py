"""Accounts, their roles, and who may do what for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from ampera.apps.audit import api as audit

from .held import Held
from .models import Account, Role
from .models import Person as Row
from .persons import Person, chunks, person
from .refusals import Erased, LecturerWithoutPartner, OwnRole, PhoneShape, RoleAlreadyHeld, RolesApart

Caller = Account | AnonymousUser  # what `request.user` is

APART = {"officer": "inspector", "inspector": "officer"}


class SignedOut(Http404):
    """Nobody is signed in: the middleware leads to the sign-in page, and from there back."""


def phone_number(text: str) -> str:
    """An Indonesian mobile number as people write it (0812 3456-7890, 62812…), as +62…. Raises PhoneShape."""
    digits = re.sub(r"^(\+62|62|0)", "", re.sub(r"[\s().-]", "", text))
    if not re.fullmatch(r"8[0-9]{8,11}", digits):
        raise PhoneShape()
    return "+62" + digits


def account_for(phone: str, *, verified: bool = False) -> int:
    """The account of a number, made if there is none. verified: a code has come back from it. Raises PhoneShape."""
    account, _made = Account.objects.get_or_create(
        phone=phone_number(phone), defaults={"phone_verified": verified, "password": "!"}
    )
    if verified and not account.phone_verified:
        Account.objects.filter(pk=account.pk).update(phone_verified=True)
    return account.pk


def accounts_for(phones: Iterable[str], *, verified: bool = False) -> dict[str, int]:
    """Many accounts at once, by phone as given; those that are missing are made. Raises PhoneShape."""
    wanted = {phone: phone_number(phone) for phone in phones}
    Account.objects.bulk_create(
        [
            Account(phone=phone, phone_verified=verified, password="!")
            for phone in dict.fromkeys(wanted.values())
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    found: dict[str, int] = {}
    for part in chunks(wanted.values()):
        found.update(Account.objects.filter(phone__in=part).values_list("phone", "pk"))
    return {phone: found[number] for phone, number in wanted.items()}


def phone(person_id: int) -> str:
    """The number on which this person is reached; "" if there is none that was verified."""
    number, _language = reached([person_id]).get(person_id, ("", ""))
    return number


def reached(person_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Verified number and language by person; persons without a number are left out. One query for each 5,000.

    Who was merged is reached as whom they were merged into, or else on the number they came with.
    """
    found, into = dict[int, tuple[str, str]](), dict[int, int]()
    for part in chunks(dict.fromkeys(person_ids)):
        rows = Row.objects.filter(Q(account__phone_verified=True) | Q(merged_into__isnull=False), pk__in=part)
        for pk, number, language, verified, earlier in rows.values_list(
            "pk", "account__phone", "account__language", "account__phone_verified", "merged_into_id"
        ):
            if verified:
                found[pk] = number, language
            if earlier:
                into[pk] = earlier
    if into:
        earlier_ones = reached(into.values())
        found |= {pk: earlier_ones[other] for pk, other in into.items() if other in earlier_ones}
    return found


@transaction.atomic
def give_role(
    *,
    phone: str,
    name: str,
    label: str,
    by: str,
    now: datetime,
    place: str | None = None,
    partner: str | None = None,
) -> int:
    """Give a number a role; the role's id. Giving the same again changes nothing.

    name: volunteer, officer, inspector, invigilator, lecturer or mayor. place, partner: codes.
    Raises RoleAlreadyHeld (with another label, place or partner), RolesApart, LecturerWithoutPartner.
    """
    if name == "lecturer" and not partner:
        raise LecturerWithoutPartner()
    account_id = account_for(phone)
    Account.objects.select_for_update().get(pk=account_id)
    live = {held.name: held for held in _held(account_id=account_id)}
    if name in live:
        held = live[name]
        if (held.label, held.place, held.partner) != (label, place or "", partner or ""):
            raise RoleAlreadyHeld()
        return held.id
    if APART.get(name) in live:
        raise RolesApart()
    role = Role.objects.create(
        account_id=account_id,
        name=name,
        label=label,
        place_id=place or None,
        partner_id=partner or None,
        given_by=by,
        given_at=now,
    )
    audit.record("role.given", about=f"account:{account_id}", by=by, at=now, role=name, role_id=role.pk)
    return role.pk


@transaction.atomic
def end_role(role_id: int, *, by: str, now: datetime) -> None:
    """End a role; ending it again changes nothing. Raises OwnRole."""
    role = Role.objects.select_for_update().get(pk=role_id)
    if audit.account(role.account_id) == by:
        raise OwnRole()
    if role.ended_at is None:
        role.ended_at = now
        role.save(update_fields=["ended_at"])
        audit.record(
            "role.ended", about=f"account:{role.account_id}", by=by, at=now, role=role.name, role_id=role.pk
        )


def _held(**which) -> tuple[Held, ...]:
    rows = Role.objects.filter(ended_at=None, **which).order_by("name", "label", "pk")
    return tuple(
        Held(pk, account, number, name, label, place or "", str(partner or ""))
        for pk, account, number, name, label, place, partner in rows.values_list(
            "pk", "account_id", "account__phone", "name", "label", "place_id", "partner_id"
        )
    )


def role_holders() -> tuple[Held, ...]:
    """Every role that is held now: for the officers' page."""
    return _held()


def held(account: Caller) -> tuple[Held, ...]:
    """The roles of a signed-in account (`request.user`), read once for each object; none for a visitor."""
    if not account.is_authenticated:
        return ()
    if not hasattr(account, "held_roles"):
        account.held_roles = _held(account_id=account.pk)
    return account.held_roles


def roles(account: Caller) -> frozenset[str]:
    """The names of the roles of a signed-in account; empty for a visitor."""
    return frozenset(role.name for role in held(account))


def has_role(account: Caller, *names: str) -> bool:
    """Whether the account has one of these roles now."""
    return not roles(account).isdisjoint(names)


def _signed_in(account: Caller) -> None:
    if not account.is_authenticated:
        raise SignedOut


def require(account: Caller, *names: str) -> Held:
    """The first of these roles that the account has.

    Raises SignedOut for a visitor, Http404 for an account that has none: who may not, doesn't learn of it.
    """
    _signed_in(account)
    for role in held(account):
        if role.name in names:
            return role
    raise Http404


def mine(account: Caller, person_id: int) -> Person:
    """The person, if the account may act for them, else Http404 (SignedOut for a visitor).

    It may if it registered them under itself, in this or in a registration merged with it, or if it is a volunteer's or
    officer's who registered them in person and they have no account of their own.
    """
    _signed_in(account)
    try:
        found = person(person_id)
    except Erased:
        raise Http404 from None
    if found.account_id == account.pk:
        return found
    in_person = found.account_id is None and found.registered_by == audit.account(account.pk)
    if in_person and has_role(account, "volunteer", "officer"):
        return found
    if registered_under(account.pk, person_id):
        return found
    raise Http404


def registered_under(account_id: int | None, person_id: int) -> bool:
    """Whether the account registered this person, in this or in a registration merged with it. One query."""
    root = Coalesce("merged_into_id", "pk")
    asked = Row.objects.filter(pk=person_id).annotate(root=root).values("root")
    return Row.objects.filter(account=account_id).annotate(root=root).filter(root=Subquery(asked)).exists()


def labels(actors: Iterable[str]) -> dict[str, str]:
    """How actors are shown: an account by its newest role's label, never by its number."""
    actors = list(dict.fromkeys(actors))
    ids = {int(a.removeprefix("account:")): a for a in actors if a.startswith("account:")}
    shown = {actor: _other(actor) for actor in actors}
    for part in chunks(ids):
        rows = Role.objects.filter(account_id__in=part).order_by("given_at", "pk")
        shown.update((ids[account], label) for account, label in rows.values_list("account_id", "label"))
    return shown


def label(actor: str) -> str:
    """How one actor is shown: “Petugas 1, Dinas Kominfo”."""
    return labels([actor])[actor]


def _other(actor: str) -> str:
    kind, _colon, name = actor.partition(":")
    if kind == "account":
        return _("A citizen")
    if kind == "session":
        return _("A visitor")
    return _("The software (%(name)s)") % {"name": name}
