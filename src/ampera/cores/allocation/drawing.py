"""The draw itself: a problem and a beacon in, one frozen outcome out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ampera.cores.allocation import beacons, cutoffs
from ampera.cores.allocation.cutoffs import Fill, Stability
from ampera.cores.allocation.horizon import insiders
from ampera.cores.allocation.market import GROUP, OTHER, Lottery, Market, lottery, market
from ampera.cores.allocation.matching import Matching, match
from ampera.cores.allocation.problem import Block, Problem, check
from ampera.cores.allocation.refusals import BadProblem
from ampera.cores.allocation.tickets import root, ticket_key


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one applicant drew. klass, block, rank (1 = first choice): None without a seat.
    ticket: 64 hexadecimal digits; empty with per-class tickets (see `Outcome.ticket`)."""

    klass: str | None
    block: str | None
    rank: int | None
    ticket: str


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The last one into a block. kind: `group` (in an open block everybody), `other` (through reversion) or `capped`
    (the capped group). tier, ticket: theirs, None and empty if seats remained; tier None also if it is unlisted.
    filled: how many of the kind; seats: how many there were for the kind."""

    klass: str
    block: str
    kind: str
    tier: int | None
    ticket: str
    filled: int
    seats: int


@dataclass(frozen=True, slots=True)
class Call:
    """An insider's place in the order of calls at one ranked class, 1 first."""

    receipt: str
    klass: str
    order: int


@dataclass(frozen=True, slots=True)
class Replay:
    """The numbered form of a finished draw, kept for reasons and waves."""

    market: Market
    lottery: Lottery
    found: Matching
    fills: Sequence[Fill]
    tickets: Mapping[tuple[int, int], bytes]

    def ticket(self, i: int, c: int) -> str:
        """The ticket of applicant i at class c, in hexadecimal digits."""
        return self.tickets[i, c if self.market.per_class else -1].hex()

    def who(self, c: int, key: int) -> tuple[int | None, int]:
        """Tier and number of whoever stands behind a key of class c."""
        n, place = len(self.market.applicants), key % self.market.span
        return self.market.tier_of[place // n], self.lottery.by_rank[c][place % n]

    def last(self, c: int, key: int) -> tuple[int | None, str]:
        """Tier and ticket of whoever stands behind a key of class c."""
        tier, who = self.who(c, key)
        return tier, self.ticket(who, c)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished draw of a problem. assignments: by receipt, everybody. inside: receipts within the horizon.
    tickets: by receipt and class, per-class tickets only. Outcomes are equal if roots, beacons and results are."""

    problem: Problem = field(repr=False, compare=False)
    root: str
    beacon: str
    assignments: Mapping[str, Assignment]
    cutoffs: tuple[Cutoff, ...]
    inside: frozenset[str]
    calls: tuple[Call, ...]
    stability: Stability
    tickets: Mapping[tuple[str, str], str]
    replay: Replay = field(repr=False, compare=False)

    def ticket(self, receipt: str, klass: str) -> str:
        """The ticket of an applicant at a class they ranked. Raises KeyError."""
        return self.assignments[receipt].ticket or self.tickets[receipt, klass]

    def is_inside(self, receipt: str) -> bool:
        """Whether somebody in the list may be called."""
        return receipt in self.inside


def draw(problem: Problem, *, beacon: str) -> Outcome:
    """Draw the seats.

    beacon: the value published, empty if the rule carries a seed. The same problem (rows in any order) and beacon
    always give the same outcome. Raises BadProblem, BeaconMissing, BadBeacon.
    """
    faults = check(problem)
    if faults:
        raise BadProblem(faults)
    m = market(problem)
    order, drawn = lottery(m, ticket_key(problem, beacon))
    seats, caps = [b.seats for b in m.blocks], [b.cap for b in m.blocks]
    found = match(m, order, seats=seats, caps=caps)
    filled = cutoffs.fills(m, order, found, seats=seats, caps=caps)
    stable = cutoffs.stability(m, order, found, filled)
    if not stable.holds:
        raise RuntimeError(f"the matching is not stable: {stable}")
    replay = Replay(m, order, found, filled, drawn)
    inside = insiders(m, order, problem.rule.horizon)
    return Outcome(
        problem=problem,
        root=root(problem),
        beacon=beacons.canonical(problem.rule, beacon),
        assignments=_assignments(replay),
        cutoffs=cutoff_rows(m.blocks, m.of_class, filled, _reverts(m), replay.last),
        inside=frozenset(m.applicants[i].receipt for i in inside),
        calls=_calls(replay, inside),
        stability=stable,
        tickets=_class_tickets(replay),
        replay=replay,
    )


def _assignments(r: Replay) -> dict[str, Assignment]:
    result = {}
    for i, (applicant, b) in enumerate(zip(r.market.applicants, r.found.block, strict=True)):
        own = "" if r.market.per_class else r.ticket(i, -1)
        block = r.market.blocks[b] if b >= 0 else None
        result[applicant.receipt] = Assignment(
            klass=block.klass if block else None,
            block=block.block if block else None,
            rank=r.found.choice[i] or None,
            ticket=own,
        )
    return result


def _class_tickets(r: Replay) -> dict[tuple[str, str], str]:
    if not r.market.per_class:
        return {}
    m = r.market
    return {(m.applicants[i].receipt, m.classes[c]): t.hex() for (i, c), t in r.tickets.items()}


def _reverts(m: Market) -> list[bool]:
    """Whether anybody could get into a block without being of its group."""
    return [bool(b.group) and OTHER in kinds for b, kinds in zip(m.blocks, m.kind, strict=True)]


def cutoff_rows(
    blocks: Sequence[Block],
    of_class: Sequence[Iterable[int]],
    fills: Sequence[Fill],
    reverts: Sequence[bool],
    last: Callable[[int, int], tuple[int | None, str]],
) -> tuple[Cutoff, ...]:
    """The cutoffs of filled blocks. last(c, key): tier and ticket of whoever stands behind a key of class c."""
    result: list[Cutoff] = []
    for c, numbers in enumerate(of_class):
        for b in numbers:
            block, fill = blocks[b], fills[b]
            full = fill.total >= fill.seats
            kinds = [
                ("group", fill.count[GROUP], fill.seats, fill.last[GROUP], not fill.count[OTHER] and full)
            ]
            if reverts[b]:
                left = fill.seats - fill.count[GROUP]
                kinds.append(("other", fill.count[OTHER], left, fill.last[OTHER], full))
            if fill.cap is not None:
                most = min(fill.cap, fill.seats)
                kinds.append(("capped", fill.count_capped, most, fill.last_capped, fill.count_capped >= most))
            for kind, filled, seats, worst, closed in kinds:
                tier, ticket = last(c, worst) if closed and worst >= 0 else (None, "")
                result.append(Cutoff(block.klass, block.block, kind, tier, ticket, filled, seats))
    return tuple(result)


def _calls(r: Replay, inside: Sequence[int]) -> tuple[Call, ...]:
    """Every insider at every class they ranked, in order of tier and ticket."""
    m = r.market
    waiting: list[list[tuple[int, int, int]]] = [[] for _ in m.classes]
    for i in inside:
        for c, level in zip(m.ranking[i], m.level[i], strict=True):
            waiting[c].append((level, r.lottery.rank[c][i], i))
    return tuple(
        Call(m.applicants[i].receipt, m.classes[c], order)
        for c, queue in enumerate(waiting)
        for order, (_, _, i) in enumerate(sorted(queue), start=1)
    )
