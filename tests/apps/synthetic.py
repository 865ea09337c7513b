"""A small round up to its endline, its rows put in directly: a real draw, households, reserves, and scores as planted."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ampera.apps.admissions.models import Application, Draw, Freeze, Motion, Outcome
from ampera.apps.assessment import api as assessment
from ampera.apps.assessment.models import Score, Sitting
from ampera.apps.audit import api as audit
from ampera.apps.people.models import Consent, Person
from ampera.apps.programme import api as programme
from ampera.apps.programme.models import Place, Plan
from ampera.apps.results import api as results
from ampera.cores import allocation

OPENS = datetime(2027, 1, 4, 1, tzinfo=UTC)
BY = audit.system("test")
DICE = "1 2 3 4 5 6 1 2 3 4"
LEVELS = ("dasar", "menengah")


@dataclass
class Town:
    """A round in the state TEACHING. ability: of each person before the programme, logits."""

    round_id: int
    people: list[int]
    inside: dict[int, bool]
    chance: dict[int, float]
    ability: dict[int, float]
    root: str

    @property
    def plan(self) -> programme.Plan:
        return programme.plan(self.round_id)

    @property
    def window(self) -> datetime:
        """A moment while the endline is open."""
        first = self.plan.endline_from
        return datetime(first.year, first.month, first.day, 5, tzinfo=UTC)

    @property
    def after(self) -> datetime:
        """The day after its last."""
        last = self.plan.endline_until + timedelta(days=1)
        return datetime(last.year, last.month, last.day, 5, tzinfo=UTC)


def town(*, n: int = 240, seats: int = 60, seed: int = 1, consent: float = 1.0) -> Town:
    """n applicants for `seats` seats of one class, half of them reserved for a group, whose members are abler."""
    dice = random.Random(seed)
    round_id = programme.load("palembang", by=BY, now=OPENS, opens_at=OPENS, simulated=True, scale_seats=400)
    digest = programme.propose_lock(round_id, key="propose", by=BY, now=OPENS)
    programme.confirm_lock(round_id, digest, key="confirm", by=audit.system("inspector"), now=OPENS)
    people = _people(n)
    grouped = [dice.random() < 0.3 for _ in people]
    ability = {p: dice.gauss(1.2 if g else 0.0, 1.0) for p, g in zip(people, grouped, strict=True)}
    problem = _problem(grouped, seats)
    applications = _applications(round_id, people, problem)
    for verb in ("open", "close", "freeze", "draw", "teach"):
        programme.move(round_id, verb, by=BY, now=OPENS)
    outcome = allocation.draw(problem, beacon=DICE)
    chances = allocation.chances(problem, draws=100, seed=b"chances of the test")
    _draw(round_id, problem, outcome, applications, chances)
    Consent.objects.bulk_create(
        Consent(person_id=p, purpose="research", given=dice.random() < consent, at=OPENS, by=BY)
        for p in people
    )
    assessment.load_bank(by=BY, now=OPENS)
    receipt = {a.person_id: a.receipt for a in applications}
    return Town(
        round_id,
        people,
        {p: receipt[p] in outcome.inside for p in people},
        {p: chances[receipt[p]].inside for p in people},
        ability,
        allocation.root(problem),
    )


def _people(n: int) -> list[int]:
    """Numbered on from those already there."""
    made = Person.objects.bulk_create(
        Person(notice_version="1", notice_at=OPENS, registered_by=BY, created_at=OPENS) for _ in range(n)
    )
    return [person.pk for person in made]


def _problem(grouped: list[bool], seats: int) -> allocation.Problem:
    beacon = allocation.Beacon("dice", outage="again", when="noon", dice=10, witnesses=("A", "B"))
    rule = allocation.Rule.write(horizon="1.5", beacon=beacon)
    applicants = tuple(
        allocation.Applicant(
            f"R{n:05d}", ("g",) if group else (), ("k1",), household=f"h{n // 2}" if n % 20 < 2 else ""
        )
        for n, group in enumerate(grouped)
    )
    blocks = (
        allocation.Block("k1", "reserve", seats // 2, "g", 1),
        allocation.Block("k1", "open", seats - seats // 2, "", 2),
    )
    return allocation.Problem(applicants, blocks, (), rule)


def _applications(round_id: int, people: list[int], problem: allocation.Problem) -> list[Application]:
    kelurahan = Place.objects.filter(kind="kelurahan").values_list("pk", flat=True).first()
    return Application.objects.bulk_create(
        Application(
            round_id=round_id,
            person_id=person,
            state="SUBMITTED",
            receipt=applicant.receipt,
            audience_id="umum",
            level=LEVELS[n % 2],
            kelurahan_id=kelurahan,
            household=applicant.household,
            created_at=OPENS,
            submitted_at=OPENS,
        )
        for n, (person, applicant) in enumerate(zip(people, problem.applicants, strict=True))
    )


def _draw(round_id, problem, outcome, applications, chances) -> None:
    bundle = allocation.bundle(outcome)
    for what, value, choice in (("freeze", allocation.root(problem), "none"), ("draw", DICE, "")):
        Motion.objects.create(
            round_id=round_id,
            what=what,
            about="dice" if what == "draw" else "",
            value=value,
            choice=choice,
            by=BY,
            at=OPENS,
            confirmed_by=audit.system("second"),
            confirmed_at=OPENS,
        )
    freeze = Freeze.objects.create(
        round_id=round_id,
        plan=Plan.objects.get(round=round_id),
        root=allocation.root(problem),
        problem=bundle,
        applicants=len(applications),
        proposed_by=BY,
        confirmed_by=audit.system("second"),
        at=OPENS,
    )
    draw = Draw.objects.create(
        freeze=freeze,
        beacon=DICE,
        witnesses="A\nB",
        bundle=bundle,
        bundle_hash=hashlib.sha256(bundle).hexdigest(),
        seated=sum(a.klass is not None for a in outcome.assignments.values()),
        inside=len(outcome.inside),
        by=BY,
        at=OPENS,
    )
    Outcome.objects.bulk_create(
        Outcome(
            draw=draw,
            application=a,
            ticket="0" * 64,
            inside=a.receipt in outcome.inside,
            chance_inside=chances[a.receipt].inside,
        )
        for a in applications
    )


def sampled(town: Town) -> results.Sample:
    return results.draw_sample(town.round_id, key="sample", by=BY, now=town.window - timedelta(days=1))


def sit(town: Town, *, effect: float = 0.0, answer: float = 1.0, seed: int = 2) -> int:
    """Those sampled sit the endline; how many finished. effect: added to the WLE of those inside, logits.

    answer: share that finishes. The EAP stored beside is nonsense, so that using it would show.
    """
    dice = random.Random(seed)
    asked = [m.person_id for m in results.members(town.round_id) if dice.random() < answer]
    sittings = results.start_endline_many(asked, town.round_id, by=BY, now=town.window)
    Score.objects.bulk_create(
        Score(
            sitting_id=sittings[p],
            eap=-5.0 if town.inside[p] else 5.0,
            eap_se=0.5,
            wle=town.ability[p] + (effect if town.inside[p] else 0.0),
            wle_se=0.5,
            raw=10,
            items=20,
            level="dasar",
            at=town.window,
        )
        for p in asked
    )
    Sitting.objects.filter(pk__in=sittings.values()).update(state="FINISHED", finished_at=town.window)
    return len(asked)
