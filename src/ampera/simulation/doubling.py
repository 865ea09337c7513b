"""A few citizens register a second time, by another phone and with a slip in name or number; officers judge what a search finds."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from ampera.apps.admissions import api as admissions
from ampera.apps.people import api as people
from ampera.simulation import cast, city
from ampera.simulation.stage import BY, Stage
from ampera.simulation.town import Town
from ampera.site import reunion

WHY = "Nama, tanggal lahir, dan kelurahan cocok."
NOT_SO = "Kakak dan adik: KTP keduanya dilihat."


def double(town: Town, stage: Stage) -> None:
    """Register again, begin an application again; nobody shows a card for it.

    The first with the same NIK, whom the holder of the KTP then displaces without an officer; the others with a slip in it.
    """
    now = town.registered_by - timedelta(hours=2)
    some = city.dice(town.seed, "city", "twice").sample(town.numbers, city.registered_twice(town.citizens))

    def again(number: int, slip: int) -> None:
        life = town.lives[number]
        person = people.register(
            account_id=people.account_for(f"+6287{number:09d}", verified=True),
            name=city.respelled(life.name), nik=life.nik if slip == 0 else city.mistyped(life.nik, slip),
            birth_date=life.birth_date, kelurahan=life.kelurahan, notice_at=now, claim=True, guardian_name=life.guardian,
            guardian_relation="orang tua" if life.guardian else "", key=f"play-again-{number}", by=BY, now=now,
        )  # fmt: skip
        admissions.begin(town.round_id, person, key=f"play-begin-again-{number}", by=BY, now=now)

    steps = [(f"{n}", now, partial(again, n, 1 + place % 2 if place else 0)) for place, n in enumerate(some)]
    stage.steps(steps, len(steps))


def judge(town: Town, stage: Stage) -> None:
    """Search; dismiss the first pair, join the others, leave the last one for whoever looks at the demo."""
    now = town.registered_by - timedelta(minutes=30)
    first, second = town.actor(cast.OFFICER), town.actor(cast.SECOND)

    def verdicts() -> None:
        pairs = sorted(people.pairs(state="FOUND"), key=lambda p: (p.earlier, p.later))
        for place, pair in enumerate(pairs[:-1]):
            key = f"play-pair-{pair.earlier}-{pair.later}"
            if place == 0:
                people.dismiss_pair(pair.id, because=NOT_SO, key=key, by=first, now=now)
            else:
                people.propose_pair(pair.id, because=WHY, key=key, by=first, now=now)
                reunion.confirm(pair.id, key=f"{key}-yes", by=second, now=now)

    stage.step("search", now, partial(reunion.search, by=BY, now=now))
    stage.step("judge", now, verdicts)


def propose(town: Town, stage: Stage) -> None:
    """Search; propose to join one pair, which a second officer finds waiting. The others wait for anybody."""
    now, officer = town.registered_by, town.actor(cast.OFFICER)

    def one() -> None:
        pairs = sorted(people.pairs(state="FOUND", kind="person"), key=lambda p: (-p.later, -p.earlier))
        for pair in pairs[:1]:
            people.propose_pair(pair.id, because=WHY, key=f"play-pair-{pair.id}", by=officer, now=now)

    stage.step("search", now, partial(reunion.search, by=BY, now=now))
    stage.step("propose", now, one)
