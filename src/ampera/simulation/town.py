"""What the stages share: who the citizens are, which receipts they hold, how their answers come about."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.apps.programme.api import Class, Plan
from ampera.content import bank, messages
from ampera.simulation import cast, city

ZONE = ZoneInfo("Asia/Jakarta")
BY = audit.system("simulation")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of a day at the place."""
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass
class Town:
    """One play's city. Everything is worked out from seed and size, or read back from the database."""

    citizens: int
    seed: int
    programme: str
    opens_at: datetime
    round_number: int = 1
    first: int = 0  # the first citizen's number
    today: datetime | None = None  # registration goes on: nothing happens later than this

    @cached_property
    def round_id(self) -> int:
        return next(r.id for r in programme.rounds() if r.simulated and r.number == self.round_number)

    @property
    def registered_by(self) -> datetime:
        """When registration ends, or how far it has come."""
        return self.today or self.plan.closes_at

    @property
    def numbers(self) -> range:
        return range(self.first, self.first + self.citizens)

    @cached_property
    def plan(self) -> Plan:
        return programme.plan(self.round_id)

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        return programme.classes(self.round_id, drawn=None)

    @cached_property
    def kelurahan(self) -> tuple[str, ...]:
        return tuple(sorted(p.code for p in programme.places(kind="kelurahan")))

    @cached_property
    def lives(self) -> dict[int, city.Citizen]:
        today = self.opens_at.date()
        return {n: city.citizen(self.seed, n, self.kelurahan, today=today) for n in self.numbers}

    def receipt(self, number: int) -> str:
        """The citizen's receipt, drawn from the seed where a real one is drawn by the operating system."""
        r = city.dice(self.seed, number, "receipt")
        while True:
            body = "".join(r.choice(admissions.ALPHABET) for _ in range(7))
            check = admissions.check_character(body)
            if check is not None:
                return f"{body[:4]}-{body[4:]}{check}"

    @cached_property
    def standing(self) -> dict[int, admissions.Standing]:
        """Everybody who has applied, by citizen's number. Read once registration is over."""
        number = {self.receipt(n): n for n in self.numbers}
        return {number[s.receipt]: s for s in admissions.provisional(self.round_id) if s.receipt in number}

    @cached_property
    def number_of(self) -> dict[int, int]:
        """Citizen's number by person."""
        return {s.person_id: number for number, s in self.standing.items()}

    @cached_property
    def nominee_of(self) -> dict[int, int]:
        """Place in the agency's list by person, for civil servants."""
        ids = sorted(n.person_id for n in admissions.nominated(self.round_id))
        return {person: place for place, person in enumerate(ids)}

    def name(self, person_id: int) -> str:
        """How the dice call a person, whatever the database's ids are."""
        if person_id in self.number_of:
            return str(self.number_of[person_id])
        return f"asn{self.nominee_of[person_id]}"

    def ability(self, person_id: int) -> float:
        """Ability at registration, logits."""
        if person_id in self.number_of:
            return self.lives[self.number_of[person_id]].ability
        r = city.dice(self.seed, self.name(person_id), "life")
        return r.gauss(city.ABILITY_MEAN["asn"], city.ABILITY_SD)

    @cached_property
    def claimable(self) -> frozenset[str]:
        """Groups that a document shows and this round reserves seats for."""
        return frozenset(g.code for g in admissions.claimable(admissions.reserved(self.round_id)))

    @cached_property
    def truth(self) -> dict[str, bool]:
        """Which drill messages are true."""
        return {m.code: m.truth for m in messages.load()}

    @property
    def messages_from(self) -> date:
        """The first day on which every drill message may be shown."""
        return max(m.valid_from for m in messages.load())

    def actor(self, worker: cast.Worker) -> str:
        return audit.account(people.account_for(worker.phone))

    def answer(
        self,
        sittings: Mapping[int, uuid.UUID],
        abilities: Mapping[int, float],
        names: Mapping[int, str],
        *,
        form: str,
        now: datetime,
    ) -> dict[uuid.UUID, assessment.Score]:
        """Answer and finish sittings as the Rasch model has it. All mappings are by person; abilities in logits."""
        if not sittings:
            return {}
        items = bank.load().form_items(form)
        options = shown(next(iter(sittings.values())), len(items))
        difficulties = tuple(item.difficulty for item in items)
        given = {}
        for person, sitting in sittings.items():
            right = city.answers(city.dice(self.seed, names[person], form), abilities[person], difficulties)
            given[sitting] = [
                (item.code, options[item.code][item.key if ok else (item.key + 1) % 4])
                for item, ok in zip(items, right, strict=True)
            ]
        assessment.answer_many(given, by=BY, now=now)
        return assessment.finish_many(given, by=BY, now=now + timedelta(minutes=18))


def shown(sitting: uuid.UUID, items: int) -> dict[str, tuple[int, ...]]:
    """Option ids by item code, in the order in which they are shown."""
    views = [assessment.item_at(sitting, position, "id") for position in range(1, items + 1)]
    return {view.code: tuple(option for option, _text in view.options) for view in views}
