"""From the locked plan to the list that can be frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.certificates import api as certificates
from ampera.apps.drills import api as drills
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.simulation import cast, city
from ampera.simulation.stage import BY, Stage, batches
from ampera.simulation.town import Town

BATCH = 250
AGENCY, LETTER = "Dinas Komunikasi dan Informatika", "800/SIMULASI/2026"


def prepare(town: Town, stage: Stage) -> None:
    """Programme, items, messages, keys, and the people who work here."""
    now = town.opens_at - timedelta(days=21)
    seats = max(60, min(2_500, round(town.citizens * city.SEATS_PER_CITIZEN)))

    def load() -> None:
        programme.load(
            town.programme, by=BY, now=now, opens_at=town.opens_at, simulated=True, scale_seats=seats
        )
        assessment.load_bank(by=BY, now=now)
        drills.load_messages(by=BY, now=now)
        certificates.ensure_keys(by=BY, now=now)

    def hire() -> None:
        partners = [p.code for p in programme.agreement_of(town.round_id).partners]
        for worker in cast.CAST:
            for role in worker.roles:
                people.give_role(
                    phone=worker.phone, name=role, label=worker.label, place=worker.place,
                    partner=None if worker.partner is None else partners[worker.partner], by=BY, now=now,
                )  # fmt: skip

    stage.step("load", now, load)
    stage.step("hire", now, hire)


def lock(town: Town, stage: Stage) -> None:
    """One officer proposes the plan, the inspector confirms its hash; then the window opens."""
    now, round_id = town.opens_at - timedelta(days=14), town.round_id

    def propose() -> None:
        programme.propose_lock(round_id, key="play-lock", by=town.actor(cast.OFFICER), now=now)

    def confirm() -> None:
        later = now + timedelta(days=1)
        programme.confirm_lock(
            round_id,
            programme.plan(round_id).hash,
            key="play-confirm",
            by=town.actor(cast.INSPECTOR),
            now=later,
        )

    def open_() -> None:
        programme.move(round_id, "open", by=BY, now=town.plan.opens_at)

    stage.step("propose", now, propose)
    stage.step("confirm", now, confirm)
    stage.step("open", now, open_)


def register(town: Town, stage: Stage) -> None:
    """Person, baseline test, level, wishes, receipt; spread over the window."""
    numbers = list(batches(town.numbers, BATCH))
    window = town.registered_by - town.plan.opens_at

    def steps():
        for count, some in enumerate(numbers):
            now = town.plan.opens_at + window * (0.05 + 0.8 * count / len(numbers))
            yield f"{some[0]}", now, lambda some=some, now=now: _register(town, some, now)

    stage.steps(steps(), len(numbers))


def _register(town: Town, numbers: Sequence[int], now) -> None:
    lives = [town.lives[n] for n in numbers]
    accounts = people.accounts_for([life.phone for life in lives if life.phone], verified=True)
    volunteer = town.actor(cast.VOLUNTEER)
    registrations = [
        people.Registration(
            name=life.name, nik=life.nik, birth_date=life.birth_date, kelurahan=life.kelurahan, notice_at=now,
            account_id=accounts.get(life.phone or ""), guardian_name=life.guardian,
            guardian_relation="orang tua" if life.guardian else "",
        )
        for life in lives
    ]  # fmt: skip
    ids = [0] * len(lives)
    for by, chosen in ((BY, True), (volunteer, False)):
        places = [i for i, life in enumerate(lives) if bool(life.phone) is chosen]
        for place, person in zip(
            places, people.register_many([registrations[i] for i in places], by=by, now=now), strict=True
        ):
            ids[place] = person
    sittings = assessment.start_many(ids, town.round_id, "baseline", by=BY, now=now)
    form = assessment.forms("baseline")[0].code
    scores = town.answer(
        sittings,
        {person: life.ability for person, life in zip(ids, lives, strict=True)},
        {person: str(life.number) for person, life in zip(ids, lives, strict=True)},
        form=form, now=now,
    )  # fmt: skip
    offered = {c.level for c in town.classes if not c.audience}
    wishes = [
        admissions.Wish(
            person_id=person, audience=life.audience, days=life.days, places=life.places,
            receipt=town.receipt(life.number), level=_level(scores[sittings[person]].level, life, offered),
            claims={g: text for g, text in life.evidence.items() if g in town.claimable},
        )
        for person, life in zip(ids, lives, strict=True)
    ]  # fmt: skip
    admissions.submit_many(town.round_id, wishes, by=BY, now=now + timedelta(minutes=30))
    for person, life in zip(ids, lives, strict=True):
        if life.consents:
            people.consent(
                person, purpose="research", given=True, key=f"play-consent-{life.number}", by=BY, now=now
            )


def _level(measured: str, life: city.Citizen, offered: set[str]) -> str:
    """The measured level, one lower for the modest; the next lower one that has classes."""
    order = list(programme.levels)
    place = max(0, order.index(measured) - life.modest)
    return next(level for level in reversed(order[: place + 1]) if level in offered)


def identify(town: Town, stage: Stage) -> None:
    """Volunteers see KTPs and school cards; officers check the documents of reserves."""
    now = town.registered_by - timedelta(hours=1)
    volunteer, officer = town.actor(cast.VOLUNTEER), town.actor(cast.OFFICER)

    def see(numbers: Sequence[int]) -> None:
        rows = []
        for n in numbers:
            life, standing = town.lives[n], town.standing[n]
            minor = bool(life.guardian)
            if life.shows_identity and (not minor or life.guardian_comes):
                rows.append((standing.person_id, "school" if minor else "ktp", minor))
        people.see_many(rows, by=volunteer, now=now)

    def check() -> None:
        rows = []
        for n, standing in town.standing.items():
            for group in _claimed(town, n):
                false = city.dice(town.seed, n, f"false {group}").random() < city.FALSE_EVIDENCE
                rows.append(
                    (
                        standing.application_id,
                        group,
                        not false,
                        "Dokumen tidak cocok dengan pendaftar" if false else "",
                    )
                )
        admissions.check_claims_many(rows, round_id=town.round_id, by=officer, now=now)

    parts = list(batches(town.numbers, 2_000))
    stage.steps([(f"see {part[0]}", now, partial(see, part)) for part in parts], len(parts) + 1)
    stage.step("check", now, check)
    town.__dict__.pop("standing", None)


def _claimed(town: Town, number: int) -> list[str]:
    return sorted(set(town.lives[number].evidence) & town.claimable)


def nominate(town: Town, stage: Stage) -> None:
    """An agency names its civil servants; a dry run first."""
    now = town.plan.opens_at + timedelta(days=3)
    text = _nominees(town)

    def send() -> None:
        for dry in (True, False):
            report = admissions.nominate(
                town.round_id,
                text,
                AGENCY,
                LETTER,
                dry_run=dry,
                key="play-nominate",
                by=town.actor(cast.OFFICER),
                now=now,
            )
            if report.errors:
                raise AssertionError(f"the agency's list has errors: {report.errors[0]}")

    stage.step("nominate", now, send)


def _nominees(town: Town) -> str:
    """The agency's list as CSV: three in four of the seats of its classes."""
    rows, place = ["nik,name,birth_date,kelurahan,class,phone"], 0
    for klass in town.classes:
        if klass.audience:
            for _seat in range(max(1, klass.seats * 3 // 4)):
                r = city.dice(town.seed, f"asn{place}", "person")
                born = city.birth(r, "umum", place, town.opens_at.date())
                name = f"{r.choice(city.FIRST)} {r.choice(city.LAST)}"
                number = 9_000 + place % 999
                nik = city.nik("167150", born, r.random() < 0.5, number)
                rows.append(f"{nik},{name},{born.isoformat()},{r.choice(town.kelurahan)},{klass.code},")
                place += 1
    return "\n".join(rows) + "\n"


def object_(town: Town, stage: Stage) -> None:
    """The window closes; some object to the provisional list, an officer answers each."""
    round_id = town.round_id
    closed = town.plan.closes_at
    inside = (town.plan.provisional_at or closed) + timedelta(hours=4)

    def close() -> None:
        programme.move(round_id, "close", by=BY, now=closed)

    def objections() -> None:
        officer = town.actor(cast.OFFICER)
        for n, standing in town.standing.items():
            if city.dice(town.seed, n, "objects").random() < city.OBJECTS:
                made = admissions.object_(
                    round_id, text="Mengapa tanda terima saya tidak ada di daftar?", application_id=standing.application_id,
                    key=f"play-object-{n}", by=BY, now=inside,
                )  # fmt: skip
                answer = (
                    "Ada di daftar."
                    if standing.stands
                    else "Identitas belum dilihat sampai pendaftaran ditutup."
                )
                admissions.answer_objection(
                    made,
                    answer=answer,
                    upheld=False,
                    key=f"play-answer-{n}",
                    by=officer,
                    now=inside + timedelta(hours=20),
                )

    stage.step("close", closed, close)
    stage.step("objections", inside, objections)
