"""A city with an open round, and persons in it, for the tests of admissions."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

BEFORE = datetime(2027, 1, 4, 2, tzinfo=UTC)
OPENS = datetime(2027, 1, 18, 1, tzinfo=UTC)
NOW = datetime(2027, 1, 20, 3, tzinfo=UTC)
BY = audit.system("test")
HOME = "16.71.02.1002"  # a kelurahan in Seberang Ulu I


def key() -> str:
    return str(uuid.uuid4())


def open_round() -> int:
    """Palembang's first round, locked and open since 18 January 2027."""
    round_id = programme.load("palembang", by=BY, now=BEFORE, opens_at=OPENS)
    assessment.load_bank(by=BY, now=BEFORE)
    proposed = programme.propose_lock(round_id, key=key(), by=BY, now=BEFORE)
    programme.confirm_lock(round_id, proposed, key=key(), by=audit.system("inspector"), now=BEFORE)
    programme.move(round_id, "open", by=BY, now=OPENS)
    return round_id


def people_of(
    count: int, *, born: date = date(1990, 5, 17), kelurahan: str = HOME, start: int = 1
) -> list[int]:
    """Persons registered without a phone."""
    day = f"{born:%d%m%y}"
    rows = [
        people.Registration(
            f"Orang {n}",
            f"167102{day}{n:04}",
            born,
            kelurahan,
            BEFORE,
            guardian_name="Ibu",
            guardian_relation="ibu",
        )
        for n in range(start, start + count)
    ]
    return people.register_many(rows, by=BY, now=BEFORE)


def take_test(round_id: int, *person_ids: int, right: float = 1.0) -> None:
    """Finish the baseline test; right: the share of questions answered rightly, the first ones."""
    from ampera.apps.assessment.models import FormItem, Option

    for sitting in assessment.start_many(person_ids, round_id, "baseline", by=BY, now=NOW).values():
        items = list(
            FormItem.objects.filter(form=assessment.sitting(sitting).form)
            .order_by("position")
            .values_list("item_id", flat=True)
        )
        keys = {
            correct: dict(
                Option.objects.filter(item__in=items, correct=correct)
                .order_by("-position")
                .values_list("item_id", "pk")
            )
            for correct in (True, False)
        }
        answers = [(item, keys[n < right * len(items)][item]) for n, item in enumerate(items)]
        assessment.answer_many({sitting: answers}, by=BY, now=NOW)
        assessment.finish(sitting, key=key(), by=BY, now=NOW)
