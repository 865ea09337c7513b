"""The funnel: of those who began in each kecamatan, who got how far. It shows where a volunteer is needed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import astuple, dataclass

from django.db.models import Value

from ampera.apps.programme import api as programme

from .claims import unchecked
from .models import Outcome
from .objections import unanswered
from .standing import NOT_SUBMITTED, WITHDRAWN, provisional


@dataclass(frozen=True)
class Reached:
    """One kecamatan, or the whole city with code "". Each number counts people who applied; `seated` hold a seat now."""

    code: str
    name: str
    started: int = 0
    submitted: int = 0
    seen: int = 0
    inside: int = 0
    called: int = 0
    seated: int = 0


@dataclass(frozen=True)
class OpenQuestions:
    """What an officer has still to decide before the freeze: documents to look at, objections to answer."""

    documents: int
    objections: int


COUNTED = ("started", "submitted", "seen", "inside", "called", "seated")


def funnel(round_id: int, *, level: str = "", audience: str = "") -> tuple[Reached, ...]:
    """By kecamatan, in the order of their codes, all of them; level, audience: only those.

    `seen` counts those who sent in and whose identity was seen. Withdrawn applications count as begun only.
    """
    # whoever was called is inside: the database sees to it
    insiders = Outcome.objects.filter(draw__freeze__round=round_id, inside=True)
    within = list(insiders.values_list("application_id", "application__calls"))
    inside, called = {pk for pk, _call in within}, {pk for pk, call in within if call}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for s in provisional(round_id):
        if (level and s.level != level) or (audience and s.audience != audience):
            continue
        sent = s.why not in (NOT_SUBMITTED, WITHDRAWN)
        reached = {
            "started": True,
            "submitted": sent,
            "seen": sent and s.seen,
            "inside": s.application_id in inside,
            "called": s.application_id in called,
            "seated": s.seated,
        }
        at = counts[programme.kecamatan_of(s.kelurahan)]
        for step in COUNTED:
            at[step] += reached[step]
    return tuple(Reached(p.code, p.name, **counts[p.code]) for p in programme.places(kind="kecamatan"))


def total(steps: tuple[Reached, ...]) -> Reached:
    """The whole city."""
    sums = [sum(column) for column in zip(*(astuple(s)[2:] for s in steps), strict=True)]
    return Reached("", "", *sums)


def open_questions(round_id: int) -> OpenQuestions:
    """One query."""
    documents = unchecked(round_id).values_list(Value("documents"))
    rows = documents.union(unanswered(round_id).values_list(Value("objections")), all=True)
    return OpenQuestions(**({"documents": 0, "objections": 0} | Counter(name for (name,) in rows)))
