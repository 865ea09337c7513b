"""What if the plan decided otherwise: the same lotteries replayed under each variant, beside the problem as it stands.

Every variant sees the same tickets and the same people taking up their seats, so that what differs is the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import sqrt

from ampera.cores.allocation.horizon import insiders
from ampera.cores.allocation.market import Lottery, Market, lottery, market, replay_key
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
) -> tuple[Finding, ...]:
    """The problem as it stands, first, then each variant, over the same `draws` lotteries.

    takeup: share of those called who take their seat, 0 < t ≤ 1, drawn for each person and lottery. Calls are summed
    up in one matching of the insiders who will take a seat; waves, in which an early acceptance is final, fill
    as many or nearly. progress(done, draws) as in `chances`. Raises BadProblem; ValueError if draws < 1 or takeup is out
    of range.
    """
    if draws < 1 or not 0 < takeup <= 1:
        raise ValueError(f"draws must be at least 1 and takeup in (0, 1], not {draws} and {takeup}")
    if faults := check(problem):
        raise BadProblem(faults)
    worlds = [_World.of(AS_IT_STANDS, problem, ())]
    worlds += [_World.of(v.name, *v.apply(problem)) for v in variants]
    drawn_alike = [(w.problem.blocks, w.problem.priorities) for w in worlds]
    alike = [drawn_alike.index(facts) for facts in drawn_alike]  # another horizon changes nothing at the draw
    m = worlds[0].market
    masks = _masks(m)
    for number in range(draws):
        key = replay_key(seed, number)
        order, _ = lottery(m, key)
        takes = _takers(m, key, takeup)
        seated: list[list[bool]] = []
        for world, like in zip(worlds, alike, strict=True):
            drawn = seated[like] if like < len(seated) else world.draw(order)
            seated.append(drawn)
            world.replay(order, drawn, takes if takeup < 1 else None)
        for world, now in zip(worlds, seated, strict=True):
            world.count(masks, now, seated[0])
        if progress:
            progress(number + 1, draws)
    return tuple(world.finding(masks, draws) for world in worlds)


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
    market: Market
    lacking: tuple[Shortfall, ...]
    inside: list[int]
    tallies: dict[tuple[str, str], _Tally] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, problem: Problem, lacking: tuple[Shortfall, ...]) -> _World:
        return cls(name, problem, market(problem), lacking, [0] * len(problem.applicants))

    def tally(self, what: str, value: float, group: str = "") -> None:
        self.tallies.setdefault((what, group), _Tally()).add(value)

    def draw(self, order: Lottery, ranking: Sequence[Sequence[int]] | None = None) -> list[bool]:
        """Who gets a seat in one lottery. ranking: other rankings than the problem's."""
        m = self.market if ranking is None else replace(self.market, ranking=ranking)
        found = match(m, order, seats=[b.seats for b in m.blocks], caps=[b.cap for b in m.blocks])
        return [b >= 0 for b in found.block]

    def replay(self, order: Lottery, drawn: Sequence[bool], takes: Sequence[bool] | None) -> None:
        """Count who is inside in one lottery, and the seats left by the draw and by the calls.

        takes: who takes a seat if called. None = everybody: then the calls seat whom the draw did, since leaving out
        people beyond the horizon, who have no seat, changes nothing.
        """
        inside = insiders(self.market, order, self.problem.rule.horizon)
        for i in inside:
            self.inside[i] += 1
        seats, filled = sum(b.seats for b in self.market.blocks), sum(drawn)
        self.tally("inside", len(inside))
        self.tally("empty", seats - filled)
        if takes is not None:
            callable_ = set(inside)
            rankings = [r if takes[i] and i in callable_ else () for i, r in enumerate(self.market.ranking)]
            filled = sum(self.draw(order, rankings))
        self.tally("empty_called", seats - filled)

    def count(self, masks: Mapping[str, Sequence[int]], now: Sequence[bool], before: Sequence[bool]) -> None:
        """Who of each group sits, and who sits that didn't or no longer does."""
        for group, members in masks.items():
            self.tally("seated", sum(now[i] for i in members), group)
            self.tally("won", sum(now[i] and not before[i] for i in members), group)
            self.tally("lost", sum(before[i] and not now[i] for i in members), group)

    def finding(self, masks: Mapping[str, Sequence[int]], draws: int) -> Finding:
        def mean(what: str, group: str = "") -> Mean:
            return self.tallies[what, group].mean(draws)

        return Finding(
            variant=self.name,
            seats=sum(b.seats for b in self.problem.blocks),
            empty=mean("empty"),
            empty_called=mean("empty_called"),
            inside=mean("inside"),
            gains=tuple(
                Gain(group, len(members), mean("seated", group), mean("won", group), mean("lost", group))
                for group, members in masks.items()
            ),
            experiment=_experiment(self.inside, draws),
            shortfalls=(*self.lacking, *shortfalls(self.problem)),
        )


def _experiment(inside: Sequence[int], draws: int) -> Experiment:
    usable = [count / draws for count in inside if 0 < count < draws]
    noise = draws / max(1, draws - 1)  # E p̂(1 − p̂) = p(1 − p) (N − 1)/N
    variance = noise * sum(p * (1 - p) for p in usable)
    return Experiment(len(inside), len(usable), sum(usable), variance)


def _masks(m: Market) -> dict[str, list[int]]:
    """Who is in which group, by number: everybody, each group, those of none."""
    groups = sorted({g for a in m.applicants for g in a.groups})
    return {
        EVERYBODY: list(range(len(m.applicants))),
        **{g: [i for i, a in enumerate(m.applicants) if g in a.groups] for g in groups},
        NO_GROUP: [i for i, a in enumerate(m.applicants) if not a.groups],
    }


def _takers(m: Market, key: bytes, takeup: float) -> list[bool]:
    """Who would take a seat if called, drawn apart from the tickets."""
    if takeup == 1:
        return [True] * len(m.applicants)
    return [
        int.from_bytes(sha256(key + b"t" + a.receipt.encode("ascii")).digest()[:8], "big") < takeup * 2**64
        for a in m.applicants
    ]
