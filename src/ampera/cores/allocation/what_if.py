"""What if the plan decided otherwise: the same lotteries replayed under each variant, beside the problem as it stands.

Every variant sees the same tickets and the same people taking up their seats, so that what differs is the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import sqrt
from typing import Any, Protocol

from ampera.cores.allocation.horizon import stretch
from ampera.cores.allocation.market import Lottery, lottery, market, replay_key
from ampera.cores.allocation.matching import match
from ampera.cores.allocation.problem import Problem, check
from ampera.cores.allocation.quotas import Shortfall, shortfalls
from ampera.cores.allocation.refusals import BadProblem
from ampera.cores.allocation.variants import Variant

EVERYBODY, NO_GROUP = "*", "-"  # no codes, so that no group can have these names
AS_IT_STANDS = ""

Mean = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Gain:
    """One group in an average draw, each number with its Monte-Carlo error. group: also EVERYBODY, NO_GROUP.
    seated: members with a seat; won: of them, those who have none as it stands; lost: the other way round."""

    group: str
    members: int
    seated: Mean
    won: Mean
    lost: Mean


@dataclass(frozen=True, slots=True)
class Experiment:
    """How much of the lottery's experiment there is: chances of being inside, over the replays.

    usable: applicants with a chance strictly inside 0 and 1; inside: how many of them are expected inside, Σp.
    variance: Σp(1−p), freed of the replays' own noise (N ≥ 2 replays; with one, nobody is usable).
    """

    applicants: int
    usable: int
    inside: float
    variance: float

    @property
    def share(self) -> float:
        """Usable applicants among all, 0 to 1."""
        return self.usable / self.applicants if self.applicants else 0.0

    @property
    def chance_r2(self) -> float:
        """The share of the variance of being inside that chances explain among the usable, 0 ≤ r² < 1."""
        p = self.inside / self.usable if self.usable else 0.0
        whole = self.usable * p * (1 - p)
        return min(max(0.0, 1 - self.variance / whole), 1 - 1e-12) if whole else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a variant does. seats: how many there are. empty: how many the draw leaves; empty_called: how many stay after
    all calls, if `takeup` of those called take the seat. inside: people within the horizon. shortfalls: quotas that
    can't be met, with the smallest relaxation."""

    variant: str
    seats: int
    empty: Mean
    empty_called: Mean
    inside: Mean
    gains: tuple[Gain, ...]
    experiment: Experiment
    shortfalls: tuple[Shortfall, ...]


def what_if(
    problem: Problem,
    variants: Sequence[Variant],
    *,
    draws: int,
    seed: bytes,
    takeup: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
    engine: Callable[[Problem], People] | None = None,
) -> tuple[Finding, ...]:
    """The problem as it stands, first, then each variant, over the same `draws` lotteries.

    takeup: share of those called who take their seat, 0 < t ≤ 1, drawn for each person and lottery. Calls are summed
    up in one matching of the insiders who will take a seat; waves, in which an early acceptance is final, fill
    as many or nearly. progress(done, draws) as in `chances`. engine: makes `People`; plain Python if none is named. Raises BadProblem; ValueError if draws < 1 or takeup is out
    of range.
    """
    if draws < 1 or not 0 < takeup <= 1:
        raise ValueError(f"draws must be at least 1 and takeup in (0, 1], not {draws} and {takeup}")
    if faults := check(problem):
        raise BadProblem(faults)
    people = (engine or Listed)(problem)
    worlds = [_World.of(AS_IT_STANDS, problem, people, ())]
    for v in variants:
        changed, lacking = v.apply(problem)
        worlds.append(_World.of(v.name, changed, people.under(changed), lacking))
    drawn_alike = [(w.problem.blocks, w.problem.priorities) for w in worlds]
    alike = [drawn_alike.index(facts) for facts in drawn_alike]  # another horizon changes nothing at the draw
    masks = _masks(problem)
    for number in range(draws):
        key = replay_key(seed, number)
        order = people.shuffle(key)
        takes = people.takers(key, takeup) if takeup < 1 else None
        seated: list[int] = []
        for world, like in zip(worlds, alike, strict=True):
            drawn = seated[like] if like < len(seated) else world.people.seated(order)
            seated.append(drawn)
            world.replay(order, drawn, takes)
        for world, now in zip(worlds, seated, strict=True):
            world.count(masks, now, seated[0])
        if progress:
            progress(number + 1, draws)
    return tuple(world.finding(masks, draws) for world in worlds)


class People(Protocol):
    """The applicants under one decision, as an engine has them. A set of them is a whole number: bit i for number i in the
    order of receipts."""

    def under(self, problem: Problem) -> People:
        """The same applicants under other blocks, priorities or another horizon."""

    def shuffle(self, key: bytes) -> Any:
        """The order of tickets under a key, which serves every decision."""

    def takers(self, key: bytes, takeup: float) -> int:
        """Who would take a seat if called, drawn apart from the tickets."""

    def seated(self, order: Any, *, k: str = "1", among: int | None = None) -> int:
        """Who gets a seat, every seat and cap × k; among some of them only."""


class Listed:
    """`People` in plain Python."""

    def __init__(self, problem: Problem) -> None:
        self.market = market(problem)

    def under(self, problem: Problem) -> Listed:
        return Listed(problem)

    def shuffle(self, key: bytes) -> Lottery:
        return lottery(self.market, key)[0]

    def takers(self, key: bytes, takeup: float) -> int:
        limit = takeup * 2**64
        drawn = (sha256(key + b"t" + a.receipt.encode("ascii")).digest() for a in self.market.applicants)
        return _set(int.from_bytes(ticket[:8], "big") < limit for ticket in drawn)

    def seated(self, order: Lottery, *, k: str = "1", among: int | None = None) -> int:
        m = self.market
        if among is not None:
            m = replace(m, ranking=[r if among >> i & 1 else () for i, r in enumerate(m.ranking)])
        seats = [stretch(b.seats, k) for b in m.blocks]
        caps = [None if b.cap is None else stretch(b.cap, k) for b in m.blocks]
        return _set(b >= 0 for b in match(m, order, seats=seats, caps=caps).block)


def _set(flags: Iterable[bool]) -> int:
    """The numbers whose flag is up, as a set."""
    digits = "".join("1" if flag else "0" for flag in flags)
    return int(digits[::-1] or "0", 2)


class _Counts:
    """In how many replays each applicant was inside. One set for each binary digit of the counts, so that a replay costs a
    few operations on whole sets."""

    def __init__(self) -> None:
        self.digits: list[int] = []

    def add(self, who: int) -> None:
        for place, digit in enumerate(self.digits):
            self.digits[place], who = digit ^ who, digit & who
        if who:
            self.digits.append(who)

    def of(self, size: int) -> list[int]:
        counts = [0] * size
        for place, digit in enumerate(self.digits):
            for i, bit in enumerate(reversed(f"{digit:0{size}b}")):
                if bit == "1":
                    counts[i] += 1 << place
        return counts


class _Tally:
    """Mean and error of a number that every replay gives."""

    def __init__(self) -> None:
        self.sum = self.squares = 0.0

    def add(self, value: float) -> None:
        self.sum += value
        self.squares += value * value

    def mean(self, draws: int) -> Mean:
        mean = self.sum / draws
        spread = max(0.0, self.squares / draws - mean * mean)
        return mean, sqrt(spread / (draws - 1)) if draws > 1 else 0.0


@dataclass
class _World:
    """One variant and what its replays have shown so far."""

    name: str
    problem: Problem
    people: People
    lacking: tuple[Shortfall, ...]
    inside: _Counts = field(default_factory=_Counts)
    tallies: dict[tuple[str, str], _Tally] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, problem: Problem, people: People, lacking: tuple[Shortfall, ...]) -> _World:
        return cls(name, problem, people, lacking)

    def tally(self, what: str, value: float, group: str = "") -> None:
        self.tallies.setdefault((what, group), _Tally()).add(value)

    def replay(self, order: Any, drawn: int, takes: int | None) -> None:
        """Count who is inside in one lottery, and the seats left by the draw and by the calls.

        takes: who takes a seat if called. None = everybody: then the calls seat whom the draw did, since leaving out
        people beyond the horizon, who have no seat, changes nothing.
        """
        inside = self.people.seated(order, k=self.problem.rule.horizon)
        self.inside.add(inside)
        seats, filled = sum(b.seats for b in self.problem.blocks), drawn.bit_count()
        self.tally("inside", inside.bit_count())
        self.tally("empty", seats - filled)
        if takes is not None:
            filled = self.people.seated(order, among=inside & takes).bit_count()
        self.tally("empty_called", seats - filled)

    def count(self, masks: Mapping[str, int], now: int, before: int) -> None:
        """Who of each group sits, and who sits that didn't or no longer does."""
        for group, members in masks.items():
            self.tally("seated", (now & members).bit_count(), group)
            self.tally("won", (now & ~before & members).bit_count(), group)
            self.tally("lost", (before & ~now & members).bit_count(), group)

    def finding(self, masks: Mapping[str, int], draws: int) -> Finding:
        def mean(what: str, group: str = "") -> Mean:
            return self.tallies[what, group].mean(draws)

        return Finding(
            variant=self.name,
            seats=sum(b.seats for b in self.problem.blocks),
            empty=mean("empty"),
            empty_called=mean("empty_called"),
            inside=mean("inside"),
            gains=tuple(
                Gain(
                    group, members.bit_count(), mean("seated", group), mean("won", group), mean("lost", group)
                )
                for group, members in masks.items()
            ),
            experiment=_experiment(self.inside.of(len(self.problem.applicants)), draws),
            shortfalls=_together(self.lacking, shortfalls(self.problem)),
        )


def _together(lacking: Sequence[Shortfall], later: Sequence[Shortfall]) -> tuple[Shortfall, ...]:
    """One line a block: what its class has no seats for, lowered further if members can't fill even that."""
    found = {(s.klass, s.block): s for s in lacking}
    for s in later:
        key = s.klass, s.block
        found[key] = replace(found[key], possible=s.possible) if key in found else s
    return tuple(found.values())


def _experiment(inside: Sequence[int], draws: int) -> Experiment:
    usable = [count / draws for count in inside if 0 < count < draws]
    noise = draws / max(1, draws - 1)  # E p̂(1 − p̂) = p(1 − p) (N − 1)/N
    variance = noise * sum(p * (1 - p) for p in usable)
    return Experiment(len(inside), len(usable), sum(usable), variance)


def _masks(problem: Problem) -> dict[str, int]:
    """Who is in which group: everybody, each group, those of none."""
    applicants = sorted(problem.applicants, key=lambda a: a.receipt)
    groups = sorted({g for a in applicants for g in a.groups})
    return {
        EVERYBODY: _set(True for _ in applicants),
        **{g: _set(g in a.groups for a in applicants) for g in groups},
        NO_GROUP: _set(not a.groups for a in applicants),
    }
