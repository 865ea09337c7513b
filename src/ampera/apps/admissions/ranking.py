"""The ranking that the system proposes from days and places, and what a ranking may hold. Pure, but for the distances.

A proposal holds only classes of the chosen level. Those whose days all suit come first; among equals the nearer one:
the own kecamatan, a wished one, on-line if wished, then the rest of the city by distance. Places that were not wished
are proposed only where fewer than LEAST classes would be in the list otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ampera.apps.programme import api as programme

from .distances import kilometres
from .refusals import NotYourLevel, RankingEmpty, RankingTooLong, UnknownWish

ONLINE = "daring"
LEAST, PROPOSED, MOST = 3, 8, 20

Nearness = tuple[int, float]


def nearness(klass: programme.Class, *, home: str, places: Collection[str]) -> Nearness:
    """(tier, km): tier 0 the own kecamatan, 1 a wished one, 2 on-line as wished, 3 neither; km from home.

    home: the applicant's kecamatan. An on-line class is as near as any; unwished it comes after the whole city.
    """
    if klass.mode == ONLINE:
        return (2, 0.0) if ONLINE in places else (3, float("inf"))
    if klass.place == home:
        return (0, 0.0)
    return (1 if klass.place in places else 3, kilometres(home, klass.place))


def missing_days(klass: programme.Class, days: Collection[str]) -> int:
    """On how many of its days the applicant can't come."""
    return sum(day not in days for day in klass.days)


def propose(
    classes: Iterable[programme.Class],
    *,
    level: str,
    days: Collection[str],
    places: Collection[str],
    kelurahan: str,
) -> tuple[int, ...]:
    """The classes proposed, best first, by id: see the module. Empty only if no class has the level."""
    home = programme.kecamatan_of(kelurahan)
    ordered = sorted(
        (missing_days(c, days), nearness(c, home=home, places=places), c.code, c.id)
        for c in classes
        if c.level == level
    )
    wished = [o for o in ordered if o[0] == 0 and o[1][0] < 3][:PROPOSED]
    rest = [o for o in ordered if o not in wished]
    fill = rest[: max(0, LEAST - len(wished))]
    return tuple(o[3] for o in [*wished, *fill])


def check_wishes(days: Sequence[str], places: Sequence[str], *, kecamatan: Collection[str]) -> None:
    """Raises UnknownWish: at least one known day, and at least one kecamatan or on-line."""
    if not days or not places:
        raise UnknownWish()
    if not set(days) <= set(programme.DAYS) or not set(places) <= {*kecamatan, ONLINE}:
        raise UnknownWish()


def check_ranking(class_ids: Sequence[int], *, level: str, classes: Iterable[programme.Class]) -> None:
    """Raises RankingEmpty, RankingTooLong, NotYourLevel (another level, another round, or a class twice)."""
    if not class_ids:
        raise RankingEmpty()
    if len(class_ids) > MOST:
        raise RankingTooLong(most=MOST)
    offered = {c.id for c in classes if c.level == level}
    if len(set(class_ids)) < len(class_ids) or not offered.issuperset(class_ids):
        raise NotYourLevel()
