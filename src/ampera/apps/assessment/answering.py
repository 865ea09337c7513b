"""Answers: each is stored at once and accepted once. The rows are the log; a score is only ever counted from them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit

from . import models
from .models import Sitting
from .refusals import AnswerGiven, NoSuchSitting, NotAnOption, SittingClosed
from .sittings import SITTING_MOVES, chunks


@transaction.atomic
def answer(
    sitting_id: uuid.UUID, item_code: str, option_id: int, *, key: str, by: str, now: datetime
) -> None:
    """Take one answer. The same answer again is harmless, whatever its key and even after the end.

    The sitting's row is locked, so that no answer slips in while it is being scored.
    Raises NoSuchSitting, AnswerGiven, SittingClosed, NotAnOption.
    """
    with audit.once(key, by=by, payload=[str(sitting_id), item_code], at=now):
        sitting = Sitting.objects.select_for_update().filter(pk=sitting_id).first()
        if sitting is None:
            raise NoSuchSitting()
        given = models.Response.objects.filter(sitting=sitting_id, item=item_code)
        if (before := given.values_list("option_id", flat=True).first()) is not None:
            if before != option_id:
                raise AnswerGiven()
            return
        if (sitting.state, "answer") not in SITTING_MOVES:
            raise SittingClosed()
        asked = models.FormItem.objects.filter(form=sitting.form_id).values("item")
        option = models.Option.objects.filter(pk=option_id, item=item_code, item__in=asked).first()
        if option is None:
            raise NotAnOption()
        models.Response.objects.create(
            sitting_id=sitting_id, item_id=item_code, option_id=option_id, correct=option.correct, at=now
        )


@transaction.atomic
def answer_many(given: Mapping[uuid.UUID, Sequence[tuple[str, int]]], *, by: str, now: datetime) -> int:
    """Take many answers under the rules of `answer`, all or none; how many were new. For the simulation and paper tests.

    given: for each sitting (item code, option id)s. Raises what `answer` raises.
    """
    options = {
        pk: (item, key) for pk, item, key in models.Option.objects.values_list("pk", "item_id", "correct")
    }
    asked = set(models.FormItem.objects.values_list("form_id", "item_id"))
    new = 0
    for part in chunks(given):
        sittings = Sitting.objects.select_for_update().order_by("pk").in_bulk(part)
        if len(sittings) < len(part):
            raise NoSuchSitting()
        before = models.Response.objects.filter(sitting__in=part)
        have = {(s, i): o for s, i, o in before.values_list("sitting_id", "item_id", "option_id")}
        rows = []
        for sitting_id in part:
            fresh = _fresh(sittings[sitting_id], given[sitting_id], have, options, asked)
            rows += [
                models.Response(
                    sitting_id=sitting_id, item_id=item, option_id=option, correct=options[option][1], at=now
                )
                for item, option in fresh
            ]
        models.Response.objects.bulk_create(rows, batch_size=2000)
        new += len(rows)
    audit.record("answers.taken", about="sittings", by=by, at=now, sittings=len(given), answers=new)
    return new


def _fresh(
    sitting: Sitting,
    sheet: Sequence[tuple[str, int]],
    have: dict[tuple[uuid.UUID, str], int],
    options: Mapping[int, tuple[str, bool]],
    asked: Set[tuple[str, str]],
) -> list[tuple[str, int]]:
    """The answers of a sheet that are not kept yet; `have` then holds them too. Raises what `answer` raises."""
    fresh = []
    for item, option in sheet:
        kept = have.get((sitting.pk, item))
        if kept == option:
            continue
        if kept is not None:
            raise AnswerGiven()
        if (sitting.state, "answer") not in SITTING_MOVES:
            raise SittingClosed()
        if options.get(option, ("",))[0] != item or (sitting.form_id, item) not in asked:
            raise NotAnOption()
        have[sitting.pk, item] = option
        fresh.append((item, option))
    return fresh
