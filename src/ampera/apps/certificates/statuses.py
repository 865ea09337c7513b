"""Status lists: a place drawn at random for each certificate, never used twice; signed, dated, and signed anew daily.

Drawn from the operating system's dice, so that a place says nothing about when or after whom somebody was certified.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ampera.cores.credentials import status
from ampera.cores.credentials.document import to_bytes

from . import models
from .issuers import Ring, ring, signer
from .refusals import NoSuchList, SignerFailed

_LOG = logging.getLogger(__name__)

RESIGN = timedelta(days=1)
AHEAD = timedelta(hours=4)  # the worker signs before a reader would have to
STALE = timedelta(days=7)  # a verifier may keep a list this long: a week without our server
MARKS = {"revocation": "revoked", "suspension": "suspended"}  # whose last event marks a place
FULL = 0.5  # beyond half full a new list begins: drawing stays quick, and a place stays a guess


def url(row: models.StatusList) -> str:
    """Where a list is published. Certificates name that of revocations for ever; that of suspensions stands beside it."""
    own = f"{settings.ORIGIN}/status/{row.beside_id or row.pk}"
    return status.beside(own) if row.beside_id else own


def reserve(n: int, *, demo: bool) -> tuple[models.StatusList, list[int]]:
    """A list of revocations and n of its places that no certificate has, drawn at random; in the caller's transaction.

    The list's row is locked, so that two batches never draw the same place; the unique constraint
    `status_index_never_reused` stands behind it. Raises ValueError if n is more than half a list.
    """
    lists = models.StatusList.objects.select_for_update().filter(demo=demo, purpose="revocation")
    row = lists.order_by("-pk").first() or _begun(demo)
    used = _used(row)
    if len(used) + n > row.length * FULL:
        row, used = _begun(demo), set()
    if n > row.length * FULL:
        raise ValueError("a batch fills at most half a status list")
    dice = secrets.SystemRandom()
    drawn: dict[int, None] = {}
    while len(drawn) < n:
        place = dice.randrange(row.length)
        if place not in used:
            drawn[place] = None
    return row, list(drawn)


def _begun(demo: bool) -> models.StatusList:
    row = models.StatusList.objects.create(demo=demo)
    models.StatusList.objects.create(demo=demo, purpose="suspension", beside=row)
    return row


def _used(row: models.StatusList) -> set[int]:
    return set(models.Credential.objects.filter(status_list=row).values_list("status_index", flat=True))


def status_list(list_id: int, *, suspensions: bool = False, now: datetime) -> str:
    """A list of revocations, or that of suspensions beside it, signed, as JSON, not older than a day. Raises NoSuchList."""
    rows = models.StatusList.objects.all()
    row = (rows.filter(beside=list_id) if suspensions else rows.filter(pk=list_id, beside=None)).first()
    if row is None:
        raise NoSuchList()
    return _readable([row], ring(), now=now)[0].signed


def all_lists(keys: Ring, *, now: datetime) -> dict[str, bytes]:
    """Every list by its URL, signed within a day; one query while they are fresh, three more if any is not."""
    rows = _readable(list(models.StatusList.objects.order_by("pk")), keys, now=now)
    return {url(row): row.signed.encode() for row in rows}


def renew_lists(*, now: datetime) -> int:
    """Sign anew the lists that would soon be too old, so that no reader waits for it; how many. One query if none is."""
    rows = list(models.StatusList.objects.order_by("pk"))
    due = [row for row in rows if not _fresh(row, now + AHEAD)]
    _renewed(due, ring() if due else Ring(()), now=now, ahead=AHEAD)
    return len(due)


def _fresh(row: models.StatusList, now: datetime) -> bool:
    return row.signed_at is not None and row.signed_at <= now < row.signed_at + RESIGN


def _readable(rows: list[models.StatusList], keys: Ring, *, now: datetime) -> list[models.StatusList]:
    """For readers: while the signer doesn't answer, older lists do; they bear their date, and their end."""
    try:
        return _renewed(rows, keys, now=now)
    except SignerFailed:
        if not all(row.signed for row in rows):
            raise
        _LOG.warning("the signer failed, so readers get status lists of an earlier day", exc_info=True)
        return rows


def _renewed(
    rows: list[models.StatusList], keys: Ring, *, now: datetime, ahead: timedelta = timedelta()
) -> list[models.StatusList]:
    """The lists, those that are or will soon be too old signed anew.

    Only who finds one too old locks it: readers of fresh ones never wait for each other.
    """
    due = [row.pk for row in rows if not _fresh(row, now + ahead)]
    if not due:
        return rows
    with transaction.atomic():
        locked = {
            row.pk: row
            for row in models.StatusList.objects.select_for_update().filter(pk__in=due).order_by("pk")
        }
        sign([row for row in locked.values() if not _fresh(row, now + ahead)], keys, now=now)
    return [locked.get(row.pk, row) for row in rows]


def locked(list_id: int) -> list[models.StatusList]:
    """A list of revocations and that of suspensions beside it, locked."""
    both = Q(pk=list_id) | Q(beside=list_id)
    return list(models.StatusList.objects.select_for_update().filter(both).order_by("pk"))


def sign_all(demo: bool, *, now: datetime) -> None:
    """Sign all of an issuer's lists with its present key, in the caller's transaction. Raises NoKeys, SignerFailed."""
    sign(
        list(models.StatusList.objects.select_for_update().filter(demo=demo).order_by("pk")), ring(), now=now
    )


def sign(rows: list[models.StatusList], keys: Ring, *, now: datetime) -> None:
    """Sign the lists as they stand, with this date; two queries. The caller holds their rows locked."""
    bits = marked(rows)
    for row in rows:
        row.signed, row.signed_at = signed(row, bits[row.pk], keys, now=now, until=now + STALE), now
    models.StatusList.objects.bulk_update(rows, ["signed", "signed_at"])


def marked(rows: Iterable[models.StatusList]) -> dict[int, set[int]]:
    """The places of each list that are marked; one query."""
    register = {row.pk: row.beside_id or row.pk for row in rows}
    events = models.StatusEvent.objects.filter(credential__status_list__in=set(register.values())).order_by(
        "pk"
    )
    last = {
        (list_id, index): kind
        for list_id, index, kind in events.values_list(
            "credential__status_list", "credential__status_index", "kind"
        )
    }
    return {
        row.pk: {index for (list_id, index), kind in last.items() if (list_id, kind) == (register[row.pk], MARKS[row.purpose])}
        for row in rows
    }  # fmt: skip


def signed(row: models.StatusList, bits: set[int], keys: Ring, *, now: datetime, until: datetime) -> str:
    """The list with these places marked, dated now, to be believed until then; nothing is stored. Raises NoKeys."""
    document = status.status_list(
        url=url(row),
        purpose=row.purpose,
        marked=bits,
        signer=signer(keys.current(row.demo)),
        issued=now,
        valid_until=until,
        entries=row.length,
    )
    return to_bytes(document).decode()
