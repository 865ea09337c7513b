"""A small round of Palembang, brought to where a test begins: applied and closed, frozen, drawn."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, Choice, ReserveClaim
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.api import Registration
from ampera.apps.programme import api as programme

LOADED = datetime(2027, 1, 4, 2, tzinfo=UTC)
SYSTEM, FIRST, SECOND = audit.system("test"), audit.account(9001), audit.account(9002)
DICE = "1234561234561234561234561"


def nik(number: int) -> str:
    """The NIK of the number-th man born on 17 May 1990."""
    return f"167101170590{number:04d}"


def registrations(count: int, *, start: int = 1, phone: bool = False) -> list[int]:
    accounts = people.accounts_for((f"+62812{n:08d}" for n in range(start, start + count)), verified=True)
    kelurahan = [p.code for p in programme.places(kind="kelurahan")]
    rows = [
        Registration(
            name=f"Orang {n}",
            nik=nik(n),
            birth_date=date(1990, 5, 17),
            kelurahan=kelurahan[n % len(kelurahan)],
            notice_at=LOADED,
            account_id=accounts[f"+62812{n:08d}"] if phone else None,
        )
        for n in range(start, start + count)
    ]
    return people.register_many(rows, by=SYSTEM, now=LOADED)


def opened_round(*, seats: int = 150) -> int:
    """A round that is locked and open."""
    round_id = programme.load("palembang", by=SYSTEM, now=LOADED, simulated=True, scale_seats=seats)
    digest = programme.propose_lock(round_id, key="lock-1", by=FIRST, now=LOADED)
    programme.confirm_lock(round_id, digest, key="lock-2", by=audit.account(9003), now=LOADED)
    programme.move(round_id, "open", by=SYSTEM, now=LOADED)
    return round_id


def applied(
    round_id: int, *, count: int = 60, seed: int = 1, shuffled: bool = False, level: str = "dasar"
) -> list[int]:
    """That many people apply for classes of a level, all seen but the last; gives the application ids by number.

    shuffled: the rows come into the database in another order, with the same contents.
    """
    people_ids = registrations(count, phone=True)
    people.see_many([(p, "ktp", False) for p in people_ids[:-1]], by=SYSTEM, now=LOADED)
    # the first three classes only, so that seats are scarce
    classes = [c for c in programme.classes(round_id) if c.level == level][:3]
    facts, dice = people.facts(people_ids), random.Random(seed)
    wanted = [
        (n, person, dice.sample([c.id for c in classes], min(3, len(classes))), dice.random() < 0.3)
        for n, person in enumerate(people_ids)
    ]
    if shuffled:
        wanted.reverse()
    found = {}
    for n, person, ranking, business in wanted:
        row = Application.objects.create(
            round_id=round_id,
            person_id=person,
            state="SUBMITTED",
            receipt=f"R{n:04d}",
            audience_id="umkm" if business else "umum",
            level=level,
            measured_level=level,
            kelurahan_id=facts[person].kelurahan,
            birth_year=1990,
            household=f"K{n // 2}" if n < 8 else "",
            created_at=LOADED,
            submitted_at=LOADED,
        )
        Choice.objects.bulk_create(
            Choice(application=row, klass_id=c, position=i) for i, c in enumerate(ranking, start=1)
        )
        if business:
            ReserveClaim.objects.create(
                application=row,
                group_id="umkm",
                evidence="NIB",
                accepted=True,
                checked_at=LOADED,
                checked_by=FIRST,
            )
        found[n] = row.pk
    return [found[n] for n in range(count)]


def closed(round_id: int) -> datetime:
    """Close registration; gives a moment at which the list may be frozen."""
    plan = programme.plan(round_id)
    programme.move(round_id, "close", by=SYSTEM, now=plan.closes_at)
    return plan.objections_until + timedelta(hours=1)


def propose(round_id: int, key: str, *, now: datetime, by: str = FIRST) -> str:
    """Propose the freeze, small cells kept; gives the root."""
    return admissions.propose_freeze(
        round_id, choice="keep", because="Kode tidak menyebut siapa pun", key=key, by=by, now=now
    )


def proposed(round_id: int) -> admissions.Preview:
    """Close registration and propose the list; what the second officer is shown."""
    propose(round_id, "proposed", now=closed(round_id))
    return admissions.proposed_freeze(round_id).seen


def decided(round_id: int, what: str, *, about: str = "", because: str = "", now: datetime) -> int:
    """One officer proposes a step, another confirms it."""
    motion_id = admissions.propose_step(
        round_id, what, about=about, because=because, key=str(uuid4()), by=FIRST, now=now
    )
    admissions.confirm_step(motion_id, key=str(uuid4()), by=SECOND, now=now)
    return motion_id


def waved(round_id: int, now: datetime) -> int:
    """Two officers call the next wave; how many it called."""
    before = len(admissions.calls(round_id))
    decided(round_id, "wave", now=now)
    return len(admissions.calls(round_id)) - before


def frozen(round_id: int) -> str:
    now = closed(round_id)
    root = propose(round_id, "freeze-1", now=now)
    assert admissions.confirm_freeze(round_id, key="freeze-2", by=SECOND, now=now, root=root) == root
    return root


def entered(round_id: int, value: str = DICE) -> None:
    """Two officers enter the beacon's value at the draw's hour."""
    plan = programme.plan(round_id)
    for n, who in enumerate((FIRST, SECOND), 1):
        admissions.enter_beacon(
            round_id, value, plan.beacon_witnesses[:2], key=f"enter-{n}", by=who, now=plan.draw_at
        )


def drawn(round_id: int, *, key: str = "draw") -> int:
    entered(round_id)
    return admissions.draw(round_id, key=key, by=FIRST, now=programme.plan(round_id).draw_at)
