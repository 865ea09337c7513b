"""Status lists: a place drawn at random for each certificate, never used twice; signed, dated, and signed anew daily.

Drawn from the operating system's dice, so that a place says nothing about when or after whom somebody was certified.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from ampera.cores.credentials import status
from ampera.cores.credentials.document import to_bytes

from . import models
from .issuers import current, signer
from .refusals import NoSuchList

RESIGN = timedelta(days=1)
AHEAD = timedelta(hours=4)  # the worker signs before a reader would have to
STALE = timedelta(days=7)  # a verifier may keep a list this long: a week without our server
FULL = 0.5  # beyond half full a new list begins: drawing stays quick, and a place stays a guess


def url(list_id: int) -> str:
    """Where a list is published; certificates name it for ever."""
    return f"{settings.ORIGIN}/status/{list_id}"


def reserve(n: int, *, demo: bool) -> tuple[models.StatusList, list[int]]:
    """A list and n of its places that no certificate has, drawn at random. Inside the caller's transaction.

    The list's row is locked, so that two batches never draw the same place; the unique constraint
    `status_index_never_reused` stands behind it. Raises ValueError if n is more than half a list.
    """
    lists = models.StatusList.objects.select_for_update().filter(demo=demo, purpose="revocation")
    row = lists.order_by("-pk").first() or models.StatusList.objects.create(demo=demo)
    used = _used(row)
    if len(used) + n > row.length * FULL:
        row, used = models.StatusList.objects.create(demo=demo), set()
    if n > row.length * FULL:
        raise ValueError("a batch fills at most half a status list")
    dice = secrets.SystemRandom()
    drawn: dict[int, None] = {}
    while len(drawn) < n:
        place = dice.randrange(row.length)
        if place not in used:
            drawn[place] = None
    return row, list(drawn)


def _used(row: models.StatusList) -> set[int]:
    return set(models.Credential.objects.filter(status_list=row).values_list("status_index", flat=True))


def status_list(list_id: int, *, now: datetime) -> str:
    """The signed list credential as JSON, not older than a day. Raises NoSuchList."""
    row = models.StatusList.objects.filter(pk=list_id).first()
    if row is None:
        raise NoSuchList()
    return row.signed if _fresh(row, now) else _sign_anew(list_id, now=now)


def renew_lists(*, now: datetime) -> int:
    """Sign anew the lists that would soon be too old, so that no reader waits for it; how many. One query if none is."""
    due = [row.pk for row in models.StatusList.objects.order_by("pk") if not _fresh(row, now + AHEAD)]
    for list_id in due:
        _sign_anew(list_id, now=now, ahead=AHEAD)
    return len(due)


def _fresh(row: models.StatusList, now: datetime) -> bool:
    return row.signed_at is not None and row.signed_at <= now < row.signed_at + RESIGN


@transaction.atomic
def _sign_anew(list_id: int, *, now: datetime, ahead: timedelta = timedelta()) -> str:
    """Only who finds a list too old locks it: readers of a fresh one never wait for each other."""
    row = models.StatusList.objects.select_for_update().get(pk=list_id)
    if not _fresh(row, now + ahead):
        sign(row, now=now)
    return row.signed


def sign(row: models.StatusList, *, now: datetime) -> None:
    """Sign the list as it stands, with this date. The caller holds its row locked."""
    row.signed, row.signed_at = signed(row, now=now, until=now + STALE), now
    row.save(update_fields=["signed", "signed_at"])


def signed(row: models.StatusList, *, now: datetime, until: datetime) -> str:
    """The list as it stands, dated now, to be believed until then; nothing is stored."""
    revoked = models.StatusEvent.objects.filter(credential__status_list=row)
    document = status.status_list(
        url=url(row.pk),
        purpose=row.purpose,
        marked=revoked.values_list("credential__status_index", flat=True),
        signer=signer(current(row.demo)),
        issued=now,
        valid_until=until,
        entries=row.length,
    )
    return to_bytes(document).decode()


def all_lists(*, now: datetime) -> dict[str, bytes]:
    """Every list by its URL, signed within a day; one query while they are fresh."""
    return {
        url(row.pk): (row.signed if _fresh(row, now) else _sign_anew(row.pk, now=now)).encode()
        for row in models.StatusList.objects.order_by("pk")
    }
