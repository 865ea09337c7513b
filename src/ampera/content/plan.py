"""The shapes of a programme file: what was promised, to whom, and the plan of a round.

`programme.load` makes them. Dates in a round are days after registration opens, so that one plan serves any
calendar; only `Moment.on` puts them on one. Classes are written as series and expanded here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from ampera.content.tables import Words

LEVELS = ("dasar", "menengah", "mahir", "ahli")
DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
JP_MINUTES = 45  # jam pelajaran, the lesson hour that Indonesian certificates count


@dataclass(frozen=True)
class Agreement:
    slug: str
    title: Words
    signed_on: dt.date
    parties: tuple[str, ...]
    summary: Words
    sources: tuple[str, ...]
    seats: int
    timezone: str


@dataclass(frozen=True)
class Audience:
    """Whom seats are promised to. Nominated ones are named by their agency and stay outside the draw."""

    code: str
    name: Words
    nominated: bool


@dataclass(frozen=True)
class Commitment:
    """Seats promised; `reason` is set exactly when the figure is assumed and so doesn't count as promised."""

    level: str
    audience: str
    seats: int
    reason: Words | None

    @property
    def assumed(self) -> bool:
        return self.reason is not None


@dataclass(frozen=True)
class Partner:
    code: str
    name: str
    reason: Words | None

    @property
    def assumed(self) -> bool:
        return self.reason is not None


@dataclass(frozen=True)
class Place:
    code: str
    level: str
    name: str
    parent: str


@dataclass(frozen=True)
class Group:
    """People with a reserve. Evidence is what they show, `checker` who looks at it, `places` where they live."""

    code: str
    name: Words
    evidence: Words
    checker: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """`day` days after the day when registration opens, at a local time."""

    day: int
    at: dt.time

    @property
    def minutes(self) -> int:
        """Minutes since midnight of the opening day."""
        return self.day * 1440 + self.at.hour * 60 + self.at.minute

    def on(self, opening: dt.date, timezone: str) -> dt.datetime:
        return dt.datetime.combine(opening + dt.timedelta(days=self.day), self.at, ZoneInfo(timezone))


@dataclass(frozen=True)
class Window:
    """The round's calendar, in its order; objections close `objections_days` after the provisional list."""

    registration_opens: Moment
    registration_closes: Moment
    provisional_list: Moment
    objections_close: Moment
    freeze: Moment
    beacon: Moment
    classes_start: Moment
    exam_opens: Moment
    exam_closes: Moment
    endline_opens: Moment
    endline_closes: Moment
    objections_days: int
    accept_hours: int
    waves: int


@dataclass(frozen=True)
class Beacon:
    """Public chance that nobody can know at the freeze.

    dice: `count` throws of a die with `faces`, before witnesses named by their office. drand: the first round of its
    quicknet that is published at or after the window's moment. rfc3797: numbers that others publish, one source each.
    """

    kind: str
    outage: Words
    count: int = 0
    faces: int = 0
    witnesses: tuple[Words, ...] = ()
    sources: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Thresholds:
    """The renewal rule: renew_sd in SD of the outside arm; alpha two-sided."""

    renew_sd: Decimal
    alpha: Decimal
    power: Decimal


@dataclass(frozen=True)
class Analysis:
    estimand: Words
    outcome: str
    score: str
    sample_per_arm: int
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Component:
    """A part of the grade; weights sum to 1 and are locked with the round."""

    code: str
    name: Words
    weight: Decimal


@dataclass(frozen=True)
class Block:
    """Seats of a class filled in `order`; group None is open to all; `cap` limits `cap_group` in the block."""

    order: int
    group: str | None
    seats: int
    cap_group: str | None
    cap: int | None


@dataclass(frozen=True)
class Session:
    days: tuple[str, ...]
    starts: dt.time


@dataclass(frozen=True)
class Venue:
    """place is a kecamatan's code; None is on-line."""

    place: str | None
    name: str
    rooms: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """Classes alike but for room and hour. audience is set for nominated people's classes, which have no blocks."""

    code: str
    level: str
    audience: str | None
    partner: str | None
    mode: Literal["tatap-muka", "daring"]
    seats: int
    classes: int
    meetings: int
    jp: int
    sessions: tuple[Session, ...]
    venues: tuple[Venue, ...]
    blocks: tuple[Block, ...]

    @property
    def meeting_minutes(self) -> int:
        return self.jp * JP_MINUTES // self.meetings

    def slots(self) -> list[tuple[Session, Venue, str]]:
        """Every room at every hour, venues changing fastest, so that few classes still reach many places."""
        depth = max(len(venue.rooms) for venue in self.venues)
        return [
            (session, venue, venue.rooms[n])
            for session in self.sessions
            for n in range(depth)
            for venue in self.venues
            if n < len(venue.rooms)
        ]


@dataclass(frozen=True)
class Class:
    """One class, as expanded from its series."""

    code: str
    series: str
    level: str
    audience: str | None
    partner: str | None
    mode: str
    place: str | None
    venue: str
    room: str
    days: tuple[str, ...]
    starts: dt.time
    ends: dt.time
    meetings: int
    jp: int
    seats: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Round:
    number: int
    title: Words
    seats: int
    reason: Words | None
    min_age: int
    guardian_below: int
    horizon: str
    tie_break: str
    reversion: str
    household_ticket: bool
    replays: int
    minimum_attendance: Decimal
    window: Window
    beacon: Beacon
    thresholds: Thresholds
    analysis: Analysis
    grades: tuple[Component, ...]

    @property
    def assumed(self) -> bool:
        return self.reason is not None


@dataclass(frozen=True)
class Programme:
    agreement: Agreement
    audiences: tuple[Audience, ...]
    commitments: tuple[Commitment, ...]
    partners: tuple[Partner, ...]
    places: tuple[Place, ...]
    groups: tuple[Group, ...]
    round: Round
    series: tuple[Series, ...]

    @property
    def classes(self) -> tuple[Class, ...]:
        """The series expanded, in the file's order: DSR-01, DSR-02, …"""
        return tuple(c for series in self.series for c in expand(series))

    def scaled(self, seats: int) -> Programme:
        """The same plan for a smaller town: fewer classes, and smaller ones once every series is down to one.

        seats: wanted, 1 … round.seats. The result has about that many, and never fewer than one class per series
        and one seat per block; `round.seats` says how many. Blocks keep their proportions. What was promised
        stays as it is. Raises ValueError outside the range: rooms and hours exist for the planned classes only.
        """
        if not 1 <= seats <= self.round.seats:
            raise ValueError(f"seats must be from 1 to {self.round.seats}, the round's own; got {seats}")
        fewer = [replace(s, classes=max(1, s.classes * seats // self.round.seats)) for s in self.series]
        left = sum(s.classes * s.seats for s in fewer)
        if left > seats:
            fewer = [_shrunk(s, max(1, round(s.seats * seats / left))) for s in fewer]
        total = sum(s.classes * s.seats for s in fewer)
        return replace(self, series=tuple(fewer), round=replace(self.round, seats=total))


def expand(series: Series) -> list[Class]:
    """The classes of a series, each in its own room and hour."""
    classes = []
    for n, (session, venue, room) in enumerate(series.slots()[: series.classes], 1):
        ends = dt.datetime.combine(dt.date.min, session.starts) + dt.timedelta(minutes=series.meeting_minutes)
        classes.append(
            Class(
                code=f"{series.code}-{n:02d}",
                series=series.code,
                level=series.level,
                audience=series.audience,
                partner=series.partner,
                mode=series.mode,
                place=venue.place,
                venue=venue.name,
                room=room,
                days=session.days,
                starts=session.starts,
                ends=ends.time(),
                meetings=series.meetings,
                jp=series.jp,
                seats=series.seats,
                blocks=series.blocks,
            )
        )
    return classes


def apportion(seats: int, parts: tuple[int, ...]) -> list[int]:
    """seats divided in proportion to parts (largest remainder), each part getting at least one.

    The result sums to max(seats, len(parts)).
    """
    spare = max(0, seats - len(parts))
    exact = [Decimal(spare * part) / sum(parts) for part in parts]
    given = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (given[i] - exact[i], i))
    for i in by_remainder[: spare - sum(given)]:
        given[i] += 1
    return [1 + share for share in given]


def _shrunk(series: Series, seats: int) -> Series:
    if not series.blocks:
        return replace(series, seats=seats)
    shares = apportion(seats, tuple(block.seats for block in series.blocks))
    blocks = tuple(
        replace(block, seats=n, cap=block.cap and max(1, block.cap * n // block.seats))
        for block, n in zip(series.blocks, shares, strict=True)
    )
    return replace(series, seats=sum(shares), blocks=blocks)
