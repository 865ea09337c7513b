"""Whole applications in bulk, for the simulation and for offices that bring lists: the same checks, few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from . import receipts
from .applications import State, check_audience, check_level
from .claims import check_claims, reserved
from .models import Application, Choice, ReserveClaim
from .ranking import check_ranking, check_wishes, propose
from .refusals import BaselineNotFinished, NotOpen

BATCH = 1000


@dataclass(frozen=True)
class Wish:
    """A whole application. claims: {group: document}. choices: class ids, best first; None takes the proposal.

    level: None is the measured one. receipt: made by the caller (see `receipts.check_character`), so that a seed
    gives the same receipts.
    """

    person_id: int
    audience: str
    days: tuple[str, ...]
    places: tuple[str, ...]
    receipt: str
    level: str | None = None
    claims: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[int, ...] | None = None


@transaction.atomic
def submit_many(round_id: int, wishes: Iterable[Wish], *, by: str, now: datetime) -> list[int]:
    """Begin, fill in and submit many applications; their ids, in order. All or none.

    Raises, for the first that can't be: NotOpen, people.Erased, BaselineNotFinished, ReceiptShape and what the
    single verbs raise; IntegrityError if a person has applied already or a receipt is taken.
    """
    if not programme.window(round_id).open(now):
        raise NotOpen()
    rows = list(wishes)
    offer = _Offer(round_id)
    facts = people.facts(wish.person_id for wish in rows)
    scores = assessment.scores(round_id, "baseline")
    applications, rankings, evidence = [], [], []
    for wish in rows:
        person, score = facts.get(wish.person_id), scores.get(wish.person_id)
        if person is None or not person.kelurahan:
            raise people.Erased()
        if score is None:
            raise BaselineNotFinished()
        level = wish.level or score.level
        rankings.append(offer.ranking(wish, level, measured=score.level, kelurahan=person.kelurahan))
        evidence.append(check_claims(wish.claims, offer.groups) if wish.claims else {})
        applications.append(
            Application(
                round_id=round_id,
                person_id=wish.person_id,
                state=State.SUBMITTED,
                receipt=receipts.read(wish.receipt),
                audience_id=wish.audience,
                level=level,
                measured_level=score.level,
                theta=score.eap,
                theta_se=score.eap_se,
                kelurahan_id=person.kelurahan,
                birth_year=person.birth_year,
                days=",".join(wish.days),
                places=",".join(wish.places),
                created_at=now,
                submitted_at=now,
            )
        )
    _write(applications, rankings, evidence, by=by, now=now)
    return [row.pk for row in applications]


class _Offer:
    """What a round offers, read once, and the answers that many applicants share."""

    def __init__(self, round_id: int) -> None:
        self.groups = reserved(round_id)
        self._classes = programme.classes(round_id)
        self._audiences = programme.audiences()
        self._kecamatan = [place.code for place in programme.places(kind="kecamatan")]
        self._known: dict[object, tuple[int, ...]] = {}

    def ranking(self, wish: Wish, level: str, *, measured: str, kelurahan: str) -> tuple[int, ...]:
        """The wish's ranking, after all of its checks; equal wishes are checked and ranked once."""
        home = programme.kecamatan_of(kelurahan)
        same = (wish.audience, level, measured, wish.days, wish.places, wish.choices, home)
        if same not in self._known:
            check_audience(wish.audience, self._audiences)
            check_level(level, measured=measured, classes=self._classes)
            check_wishes(wish.days, wish.places, kecamatan=self._kecamatan)
            chosen = wish.choices
            if chosen is None:
                chosen = propose(
                    self._classes, level=level, days=wish.days, places=wish.places, kelurahan=kelurahan
                )
            check_ranking(chosen, level=level, classes=self._classes)
            self._known[same] = tuple(chosen)
        return self._known[same]


def _write(
    applications: Sequence[Application],
    rankings: Sequence[Sequence[int]],
    evidence: Sequence[Mapping[str, str]],
    *,
    by: str,
    now: datetime,
) -> None:
    Application.objects.bulk_create(applications, batch_size=BATCH)
    ids = [row.pk for row in applications]
    Choice.objects.bulk_create(
        [
            Choice(application_id=pk, klass_id=klass, position=position)
            for pk, ranking in zip(ids, rankings, strict=True)
            for position, klass in enumerate(ranking, 1)
        ],
        batch_size=5 * BATCH,
    )
    ReserveClaim.objects.bulk_create(
        [
            ReserveClaim(application_id=pk, group_id=group, evidence=document)
            for pk, claims in zip(ids, evidence, strict=True)
            for group, document in claims.items()
        ],
        batch_size=BATCH,
    )
    audit.record_many(
        [
            ("application.submitted", f"application:{row.pk}", {"receipt": row.receipt})
            for row in applications
        ],
        by=by,
        at=now,
    )
