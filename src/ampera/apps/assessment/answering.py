"""Answers: each is stored at once and accepted once. The rows are the log; a score is only ever counted from them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit

from . import models
from .models import Sitting
from .refusals import AnswerGiven, NoSuchSitting, NotAnOption, SittingClosed
from .sittings import chunks


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
        if sitting.state != Sitting.State.OPEN:
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
    key = dict(models.Option.objects.values_list("pk", "correct"))
    belongs = dict(models.Option.objects.values_list("pk", "item_id"))
    asked: dict[str, set[str]] = {}
    for form, item in models.FormItem.objects.values_list("form_id", "item_id"):
        asked.setdefault(form, set()).add(item)
    new = 0
    for part in chunks(given):
        locked = Sitting.objects.select_for_update().filter(pk__in=part).order_by("pk")
        state = {pk: (form, state) for pk, form, state in locked.values_list("pk", "form_id", "state")}
        if len(state) < len(part):
            raise NoSuchSitting()
        before = models.Response.objects.filter(sitting__in=part)
        have = {(s, i): o for s, i, o in before.values_list("sitting_id", "item_id", "option_id")}
        rows = []
        for sitting_id in part:
            form, is_now = state[sitting_id]
            for item, option in given[sitting_id]:
                old = have.setdefault((sitting_id, item), 0)
                if old == option:
                    continue
                if old:
                    raise AnswerGiven()
                if is_now != Sitting.State.OPEN:
                    raise SittingClosed()
                if belongs.get(option) != item or item not in asked[form]:
                    raise NotAnOption()
                have[sitting_id, item] = option
                rows.append(
                    models.Response(
                        sitting_id=sitting_id, item_id=item, option_id=option, correct=key[option], at=now
                    )
                )
        models.Response.objects.bulk_create(rows, batch_size=2000)
        new += len(rows)
    audit.record("answers.taken", about="sittings", by=by, at=now, sittings=len(given), answers=new)
    return new
