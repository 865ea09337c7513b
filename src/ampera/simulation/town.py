"""What the stages share: who the citizens are, how their answers come about, which receipts they hold."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.content import bank
from ampera.simulation import cast, city


@dataclass
class Town:
    """One play's city. Everything is worked out from seed and size, or read back from the database."""

    citizens: int
    seed: int
    programme: str
    opens_at: datetime

    @cached_property
    def round_id(self) -> int:
        return min(r.id for r in programme.rounds() if r.simulated)

    @cached_property
    def plan(self) -> programme.Plan:
        return programme.plan(self.round_id)

    @cached_property
    def kelurahan(self) -> tuple[str, ...]:
        return tuple(sorted(p.code for p in programme.places(kind="kelurahan")))

    def citizen(self, number: int) -> city.Citizen:
        return city.citizen(self.seed, number, self.kelurahan, today=self.opens_at.date())

    @cached_property
    def lives(self) -> dict[int, city.Citizen]:
        return {number: self.citizen(number) for number in range(self.citizens)}

    def receipt(self, number: int) -> str:
        """The citizen's receipt: as random as a real one, but drawn from the seed."""
        return admissions.receipt_from(city.dice(self.seed, number, "receipt").randbytes(16))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Citizen by receipt."""
        return {self.receipt(number): number for number in range(self.citizens)}

    @cached_property
    def people(self) -> dict[int, int]:
        """Citizen's number by person id, for all who have applied."""
        return {a.person_id: self.numbers[a.receipt] for a in admissions.applications(self.round_id)}

    def actor(self, worker: cast.Worker) -> str:
        return audit.account(people.account_for(worker.phone))

    def life(self, person_id: int) -> city.Citizen:
        return self.lives[self.people[person_id]]

    @cached_property
    def moments(self) -> programme.Plan:
        return self.plan


def answer(
    town: Town, purpose: str, sittings: Mapping[int, uuid.UUID], abilities: Mapping[int, float], *, form: str, now: datetime, topic: str
) -> dict[uuid.UUID, assessment.Score]:
    """Answer and finish sittings as the Rasch model has it. sittings, abilities: by person; topic: names the dice."""
    if not sittings:
        return {}
    items = bank.load().form_items(form)
    options = _options(next(iter(sittings.values())), len(items))
    difficulties = tuple(item.difficulty for item in items)
    given = {}
    for person, sitting in sittings.items():
        right = city.answers(city.dice(town.seed, topic + str(_who(town, person)), purpose), abilities[person], difficulties)
        given[sitting] = [
            (item.code, options[item.code][item.key if ok else (item.key + 1) % 4]) for item, ok in zip(items, right, strict=True)
        ]
    by = audit.system("simulation")
    assessment.answer_many(given, by=by, now=now)
    return assessment.finish_many(given, by=by, now=now + timedelta(minutes=18))


def _who(town: Town, person: int) -> int | str:
    return town.people[person] if person in town.people else f"asn{person}"


def _options(sitting: uuid.UUID, items: int) -> dict[str, tuple[int, ...]]:
    """Option ids by item code, in the order in which they are shown."""
    shown = [assessment.item_at(sitting, position, "id") for position in range(1, items + 1)]
    return {view.code: tuple(option for option, _text in view.options) for view in shown}
