"""What is asked of a finished draw: why, and who is called next. `reasons` and `next_wave` over arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ampera.cores.allocation import explanation, waves
from ampera.cores.allocation.drawing import Replay
from ampera.cores.allocation.explanation import Reason
from ampera.cores.allocation.fast.arrays import Arrays, Ints, seats_of
from ampera.cores.allocation.fast.drawing import Drawn
from ampera.cores.allocation.fast.kernel import match
from ampera.cores.allocation.fast.lottery import Lots
from ampera.cores.allocation.market import Lottery, Market
from ampera.cores.allocation.matching import Matching
from ampera.cores.allocation.problem import Applicant
from ampera.cores.allocation.refusals import UnknownReceipt
from ampera.cores.allocation.waves import Answer, Offer, Offers


def reasons(drawn: Drawn, receipt: str) -> tuple[Reason, ...]:
    """What `explanation.reasons` gives, and raises."""
    i = drawn.number(receipt)
    if i is None:
        raise UnknownReceipt(receipt=receipt)
    return explanation.explain(_replay(drawn, i), i)


def next_wave(drawn: Drawn, answers: Iterable[Answer]) -> tuple[Offer, ...]:
    """What `waves.next_wave` gives, and raises."""
    a = drawn.arrays
    seated = np.flatnonzero(drawn.found.block >= 0)
    first = _offers(a, seated, drawn.found.block[seated], drawn.found.choice[seated], 1)

    def later(held: Offers, gone: set[str], wave: int) -> Offers:
        remaining, lots = _remaining(drawn, held, gone)
        found = match(remaining, lots, seats_of(a))
        seated = np.flatnonzero(found.block >= 0)
        offers = _offers(a, seated, found.block[seated], found.choice[seated], wave)
        return {receipt: offer for receipt, offer in offers.items() if receipt not in held}

    return waves.after(answers, first=first, later=later)


def _offers(a: Arrays, who: Ints, block: Ints, choice: Ints, wave: int) -> Offers:
    receipts = [code.decode("ascii") for code in a.receipts[who].tolist()]
    return {
        receipt: Offer(receipt, a.blocks[b].klass, a.blocks[b].block, wave, rank)
        for receipt, b, rank in zip(receipts, block.tolist(), choice.tolist(), strict=True)
    }


def _remaining(drawn: Drawn, held: Offers, gone: set[str]) -> tuple[Arrays, Lots]:
    """The market of insiders without those who are gone; whoever holds a seat ranks its class alone."""
    a = drawn.arrays
    asks, only = drawn.inside.copy(), np.full(a.size, -1)
    asks[_numbers(a, gone)] = False
    number = {klass: c for c, klass in enumerate(a.classes)}
    only[_numbers(a, held)] = [number[offer.klass] for offer in held.values()]
    who = np.repeat(np.arange(a.size), np.diff(a.start))
    kept = asks[who] & ((only[who] < 0) | (only[who] == a.ranking))
    start = np.concatenate([[0], np.cumsum(np.bincount(who[kept], minlength=a.size))])
    ranking = a.ranking[kept]
    level = a.level[kept] if len(a.level) else a.level
    asked = np.bincount(ranking, minlength=len(a.classes))
    lots = replace(drawn.lots, place=drawn.lots.place[kept]) if a.per_class else drawn.lots
    return replace(a, start=start, ranking=ranking, level=level, asked=asked), lots


def _numbers(a: Arrays, receipts: Iterable[str]) -> Ints:
    found: Ints = np.searchsorted(a.receipts, np.array([r.encode("ascii") for r in receipts], np.bytes_))
    return found


def _replay(drawn: Drawn, i: int) -> Replay:
    """The reference's form of a draw, in which only what the reasons of applicant i look at is filled in: their own row,
    the order of tickets at their classes, and the tickets of whoever is last in there."""
    a, lots, n = drawn.arrays, drawn.lots, drawn.arrays.size
    mine = slice(int(a.start[i]), int(a.start[i + 1]))
    ranking, level = [tuple[int, ...]()] * n, [tuple[int, ...]()] * n
    classes = a.ranking[mine].tolist()
    ranking[i] = tuple(classes)
    level[i] = tuple(a.level[mine].tolist()) if len(a.level) else (0,) * len(classes)
    of_class = [range(a.of_class[c], a.of_class[c + 1]) for c in range(len(a.classes))]
    by_rank, rank = [list[int]()] * len(a.classes), [list[int]()] * len(a.classes)
    tickets = {}
    for c in classes if a.per_class else classes[:1]:
        count = int(a.asked[c]) if a.per_class else n
        order = lots.by_rank[lots.first[c] : lots.first[c] + count]
        place = np.full(n, -1)
        place[order] = np.arange(count)
        by_rank[c], rank[c] = order.tolist(), place.tolist()
    for c in classes:
        if not a.per_class:
            by_rank[c], rank[c] = by_rank[classes[0]], rank[classes[0]]
        last = [key for b in of_class[c] for key in (*drawn.fills[b].last, drawn.fills[b].last_capped)]
        for who in {i, *(by_rank[c][key % n] for key in last if key >= 0)}:
            tickets[who, c if a.per_class else -1] = drawn.ticket(who, c)
    market = Market(
        applicants=[Applicant(a.receipts[i].decode("ascii"), (), ())] * n,
        blocks=a.blocks,
        classes=a.classes,
        of_class=of_class,
        ranking=ranking,
        level=level,
        tier_of=a.tier_of,
        type=a.type.tolist(),
        kind=a.kind.tolist(),
        capped=a.capped.astype(bool).tolist(),
        per_class=a.per_class,
        number={},
    )
    found = Matching(drawn.found.block.tolist(), drawn.found.choice.tolist())
    return Replay(market, Lottery(rank, by_rank), found, drawn.fills, tickets)
