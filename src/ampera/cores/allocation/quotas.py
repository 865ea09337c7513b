"""Quotas that can't be met: seats kept for a group that nobody of the group could take, whatever the tickets say.

All reserves are looked at together, since one person takes one seat: as many kept seats as possible are given to members
who rank the class (a maximum flow), and what stays over is the least that has to be given up for all to be met.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ampera.cores.allocation.problem import Block, Problem


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A quota that can't be met. asked: seats kept for the group in that block; possible: to how many the smallest
    relaxation lowers it. why: one sentence."""

    klass: str
    block: str
    group: str
    asked: int
    possible: int
    why: str

    def __str__(self) -> str:
        return (
            f"class {self.klass}, block {self.block}: {self.asked} seats are kept for {self.group}; {self.why}. "
            f"Lower them to {self.possible}."
        )


def shortfalls(problem: Problem) -> tuple[Shortfall, ...]:
    """The reserves that members can't fill, by class and order, with the smallest relaxation that mends them all.

    Smallest: no other way of lowering kept seats gives up fewer in all. A reserve whose cap keeps its own group out is
    found too. With reversion `open` such seats go to others, with `none` they stay empty. `problem` is sound (`check`).
    """
    kept = sorted((b for b in problem.blocks if b.group and b.seats), key=lambda b: (b.klass, b.order))
    filled = fillable(problem, kept)
    rest = "go to others" if problem.rule.reversion == "open" else "stay empty"
    return tuple(
        Shortfall(
            b.klass,
            b.block,
            b.group,
            asked=b.seats,
            possible=most,
            why=f"its members who rank the class, each seated once, can fill {most} of them, so the others {rest}",
        )
        for b, most in zip(kept, filled, strict=True)
        if most < b.seats
    )


def fillable(
    problem: Problem, kept: Sequence[Block], pools: Sequence[tuple[Collection[int], int]] = ()
) -> list[int]:
    """How many seats of each kept block members can take when all blocks together are filled as far as possible.

    pools: numbers of blocks (each in one pool at most), and how many seats they have together.
    Source → kinds of applicants (same groups, same classes) → capped or free side of a block → block → pool → sink.
    """
    kinds = _kinds(problem, kept)
    source, sink, first = 0, 1, 2 + len(kinds)
    last = first + 2 * len(kept)
    flow = _Flow(last + len(pools))
    pool_of = {b: last + n for n, (blocks, _seats) in enumerate(pools) for b in blocks}
    for n, (_blocks, seats) in enumerate(pools):
        flow.edge(last + n, sink, seats)
    sinks = []
    for b, block in enumerate(kept):
        node = first + 2 * b
        sinks.append(flow.edge(node, pool_of.get(b, sink), block.seats))
        flow.edge(node + 1, node, block.seats if block.cap is None else block.cap)
    for kind, ((groups, classes), count) in enumerate(sorted(kinds.items()), start=2):
        flow.edge(source, kind, count)
        for b, block in enumerate(kept):
            if block.group in groups and block.klass in classes:
                capped = block.cap is not None and block.cap_group in groups
                flow.edge(kind, first + 2 * b + capped, count)
    flow.run(source, sink)
    return [flow.room[edge ^ 1] for edge in sinks]


def _kinds(problem: Problem, kept: Sequence[Block]) -> Counter[tuple[tuple[str, ...], tuple[str, ...]]]:
    groups = {b.group for b in kept} | {b.cap_group for b in kept}
    classes = {b.klass for b in kept}
    return Counter(
        (tuple(sorted(groups.intersection(a.groups))), tuple(sorted(classes.intersection(a.ranking))))
        for a in problem.applicants
    )


class _Flow:
    """Maximum flow by shortest augmenting paths, level by level (Dinic 1970). Edge e and e ^ 1 are each other's way back."""

    def __init__(self, nodes: int) -> None:
        self.of: list[list[int]] = [[] for _ in range(nodes)]
        self.to: list[int] = []
        self.room: list[int] = []

    def edge(self, start: int, end: int, room: int) -> int:
        for node, other, most in ((start, end, room), (end, start, 0)):
            self.of[node].append(len(self.to))
            self.to.append(other)
            self.room.append(most)
        return len(self.to) - 2

    def run(self, source: int, sink: int) -> None:
        """Push as much as there is room for."""
        while (level := self._levels(source))[sink] >= 0:
            tried = [0] * len(self.of)
            while self._push(source, sink, level, tried):
                pass

    def _levels(self, source: int) -> list[int]:
        level = [-1] * len(self.of)
        level[source] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for e in self.of[node]:
                if self.room[e] and level[self.to[e]] < 0:
                    level[self.to[e]] = level[node] + 1
                    queue.append(self.to[e])
        return level

    def _push(self, source: int, sink: int, level: list[int], tried: list[int]) -> bool:
        """One augmenting path. tried[node]: how many of its edges are used up in this phase."""
        path: list[int] = []
        node = source
        while node != sink:
            edges = self.of[node]
            while tried[node] < len(edges):
                e = edges[tried[node]]
                if self.room[e] and level[self.to[e]] == level[node] + 1:
                    break
                tried[node] += 1
            else:
                if not path:
                    return False
                node = self.to[path.pop() ^ 1]
                tried[node] += 1
                continue
            path.append(e)
            node = self.to[e]
        most = min(self.room[e] for e in path)
        for e in path:
            self.room[e] -= most
            self.room[e ^ 1] += most
        return True
