"""The item bank in the tables: loaded from `content/items`, and fixed from the first use on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from ampera.apps.audit import api as audit
from ampera.content import bank as content

from . import models
from .refusals import FormInUse, ItemInUse, NoSuchForm


@dataclass(frozen=True)
class Form:
    """A fixed form. level: "" unless an exam; pass_theta: logits, exams only; items: how many.

    draft: some item is not approved or its difficulty is only assumed, so that nothing real may be certified by it.
    """

    code: str
    purpose: str
    level: str
    minutes: int
    pass_theta: float | None
    hash: str
    items: int
    draft: bool


def forms(purpose: str, level: str | None = None) -> tuple[Form, ...]:
    """The forms of a purpose (baseline, exam, endline), by code; one query."""
    found = _rows().filter(purpose=purpose)
    return tuple(map(_record, found if level is None else found.filter(level=level)))


def form(code: str) -> Form:
    """Raises NoSuchForm."""
    row = _rows().filter(pk=code).first()
    if row is None:
        raise NoSuchForm()
    return _record(row)


def _rows():
    unready = ~Q(places__item__review="approved") | ~Q(places__item__difficulty_status="calibrated")
    return models.Form.objects.order_by("code").annotate(
        items=Count("places"), unready=Count("places", filter=unready)
    )


def _record(row) -> Form:
    return Form(
        row.code, row.purpose, row.level, row.minutes, row.pass_theta, row.hash, row.items, row.unready > 0
    )


@transaction.atomic
def load_bank(*, by: str, now: datetime, bank: content.Bank | None = None) -> None:
    """Write the bank into the tables; loading it again changes nothing.

    bank: Ampera's own if None. What has been used in a sitting keeps its words, key, difficulty and place; a changed
    rationale or review state is taken over. What the bank no longer has stays.
    Raises ItemInUse, FormInUse; content.bank.BadBank.
    """
    bank = bank or content.load()
    items = _load_items(bank)
    forms_changed = [code for code in bank.forms if _load_form(bank, code)]
    if items or forms_changed:
        audit.record("bank.loaded", about="bank", by=by, at=now, items=items, forms=forms_changed)


def _load_items(bank: content.Bank) -> int:
    """How many items were new or changed."""
    known = {row.code: row for row in models.Item.objects.prefetch_related("options")}
    used = set(models.FormItem.objects.filter(form__in=_used_forms()).values_list("item_id", flat=True))
    fresh, rewritten, retouched = [], [], []
    for item in bank.items.values():
        row = known.get(item.code)
        if row is None:
            fresh.append(item)
        elif _measures(item) != _row_measures(row):
            if item.code in used:
                raise ItemInUse(item=item.code)
            rewritten.append(item)
        elif any(getattr(row, name) != value for name, value in _columns(item).items()):
            retouched.append(item)
    columns = [name for name in _columns(next(iter(bank.items.values()))) if name != "code"]
    models.Item.objects.bulk_update([models.Item(**_columns(i)) for i in rewritten + retouched], columns)
    models.Option.objects.filter(item__in=[item.code for item in rewritten]).delete()
    models.Item.objects.bulk_create(models.Item(**_columns(item)) for item in fresh)
    models.Option.objects.bulk_create(
        models.Option(item_id=item.code, position=n, text_id=a, text_en=b, correct=n == item.key)
        for item in fresh + rewritten
        for n, (a, b) in enumerate(zip(item.options_id, item.options_en, strict=True))
    )
    return len(fresh) + len(rewritten) + len(retouched)


def _used_forms():
    return models.Form.objects.filter(Exists(models.Sitting.objects.filter(form=OuterRef("pk"))))


def _columns(item: content.Item) -> dict[str, object]:
    names = [field.name for field in models.Item._meta.concrete_fields]
    return {name: getattr(item, name) for name in names}


def _measures(item: content.Item) -> tuple[object, ...]:
    """What an answer to the item meant: a used item keeps it for good."""
    return item.stem_id, item.stem_en, item.options_id, item.options_en, item.key, item.difficulty


def _row_measures(row: models.Item) -> tuple[object, ...]:
    options = list(row.options.all())
    key = next(n for n, option in enumerate(options) if option.correct)
    texts = tuple(o.text_id for o in options), tuple(o.text_en for o in options)
    return row.stem_id, row.stem_en, *texts, key, row.difficulty


def _load_form(bank: content.Bank, code: str) -> bool:
    """Whether the form was new or changed. Raises FormInUse."""
    said = bank.forms[code]
    facts = {
        "purpose": said.purpose,
        "level": said.level or "",
        "minutes": said.minutes,
        "pass_theta": said.pass_theta,
        "hash": form_hash(bank, code),
    }
    row, created = models.Form.objects.get_or_create(code=code, defaults=facts)
    if not created and row.hash == facts["hash"]:
        return False
    if not created and models.Sitting.objects.filter(form=code).exists():
        raise FormInUse(form=code)
    models.Form.objects.filter(pk=code).update(**facts)
    models.FormItem.objects.filter(form=code).delete()
    models.FormItem.objects.bulk_create(
        models.FormItem(form_id=code, item_id=item, position=n) for n, item in enumerate(said.items, start=1)
    )
    return True


def form_hash(bank: content.Bank, code: str) -> str:
    """SHA-256 over what the form is and what each of its items measures, as JSON in UTF-8 without spaces."""
    said = bank.forms[code]
    facts = [code, said.purpose, said.level, said.minutes, said.pass_theta]
    text = json.dumps(
        [*facts, [[item.code, *_measures(item)] for item in bank.form_items(code)]],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()
