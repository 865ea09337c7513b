"""Calls in waves. Wave 1 is the draw; each later wave reruns it with the original seats and the same tickets over
insiders, without those who declined or lapsed. An accepted seat is final: it becomes its holder's whole ranking.

Nobody accepted can lose the seat: every class is asked for by fewer people than before, and a class that chooses
from fewer rejects fewer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ampera.cores.allocation.drawing import Outcome
from ampera.cores.allocation.market import market
from ampera.cores.allocation.matching import match
from ampera.cores.allocation.refusals import BadAnswers, Fault

ACCEPTED, DECLINED, LAPSED = "accepted", "declined", "lapsed"
ANSWERS = (ACCEPTED, DECLINED, LAPSED)
FILE = "answers.csv"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call. A holder of an accepted seat who gives it up later answers `declined` in that wave."""

    receipt: str
    wave: int
    answer: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A seat offered in a wave. rank: the applicant's choice, 1 = first."""

    receipt: str
    klass: str
    block: str
    wave: int
    rank: int


Offers = dict[str, Offer]  # by receipt


def next_wave(outcome: Outcome, answers: Iterable[Answer]) -> tuple[Offer, ...]:
    """The offers of the first wave that has no answers yet, by receipt; empty when the horizon is exhausted.

    Raises BadAnswers: unknown words, an answer without a call, two answers, or a call of an earlier wave without
    one (record it as lapsed when its time is over).
    """
    return after(
        answers, first=_first(outcome), later=lambda held, gone, wave: _later(outcome, held, gone, wave)
    )


def after(
    answers: Iterable[Answer], *, first: Offers, later: Callable[[Offers, set[str], int], Offers]
) -> tuple[Offer, ...]:
    """`next_wave` of either engine. first: the draw's seats. later(held, gone, wave): a wave's rerun, without the seats held."""
    by_wave = _by_wave(answers)
    wave, held, gone = 1, dict[str, Offer](), set[str]()
    offers = first
    while given := by_wave.pop(wave, None):
        faults = list(_unmatched(given, offers, held, wave))
        if faults:
            raise BadAnswers(faults)
        for receipt, (answer, _) in given.items():
            if answer == ACCEPTED:
                held[receipt] = offers[receipt]
            else:
                held.pop(receipt, None)
                gone.add(receipt)
        wave += 1
        offers = later(held, gone, wave)
    if by_wave:
        late = min(by_wave)
        raise BadAnswers([Fault(FILE, f"wave {late}", f"wave {wave} has no answers.", "Give those first.")])
    return tuple(offers[receipt] for receipt in sorted(offers))


def wrong_words(answers: Sequence[Answer], rows: Sequence[int]) -> list[Fault]:
    """What is wrong with answers by themselves. rows: where each stands in its file."""
    faults, seen = [], set[tuple[int, str]]()
    for a, number in zip(answers, rows, strict=True):
        where = f"row {number}"
        if a.answer not in ANSWERS:
            faults.append(Fault(FILE, where, f"answer is {a.answer!r}.", f"Write {', '.join(ANSWERS)}."))
        if a.wave < 1:
            faults.append(Fault(FILE, where, f"wave is {a.wave}.", "Waves begin at 1."))
        if (a.wave, a.receipt) in seen:
            faults.append(
                Fault(FILE, where, f"{a.receipt} has answered wave {a.wave} already.", "Keep one answer.")
            )
        seen.add((a.wave, a.receipt))
    return faults


def _by_wave(answers: Iterable[Answer]) -> dict[int, dict[str, tuple[str, int]]]:
    """Answer and row of each receipt, by wave."""
    given = list(answers)
    rows = range(2, len(given) + 2)
    if faults := wrong_words(given, rows):
        raise BadAnswers(faults)
    by_wave: dict[int, dict[str, tuple[str, int]]] = defaultdict(dict)
    for a, row in zip(given, rows, strict=True):
        by_wave[a.wave][a.receipt] = a.answer, row
    return dict(by_wave)


def _unmatched(
    given: Mapping[str, tuple[str, int]], offers: Mapping[str, Offer], held: Mapping[str, Offer], wave: int
) -> Iterable[Fault]:
    for receipt in sorted(offers.keys() - given.keys()):
        yield Fault(FILE, f"wave {wave}", f"{receipt} has not answered.", "Wait, or record it as lapsed.")
    for receipt in sorted(given.keys() - offers.keys()):
        answer, row = given[receipt]
        if receipt not in held or answer == ACCEPTED:
            yield Fault(FILE, f"row {row}", f"{receipt} was not called in wave {wave}.", "Delete the answer.")


def _first(outcome: Outcome) -> Offers:
    return {
        receipt: Offer(receipt, a.klass, a.block or "", 1, a.rank or 0)
        for receipt, a in outcome.assignments.items()
        if a.klass
    }


def _later(outcome: Outcome, held: Offers, gone: set[str], wave: int) -> Offers:
    problem = outcome.problem
    rankings = {
        a.receipt: (held[a.receipt].klass,) if a.receipt in held else a.ranking
        for a in problem.applicants
        if a.receipt in outcome.inside and a.receipt not in gone
    }
    applicants = tuple(replace(a, ranking=rankings.get(a.receipt, ())) for a in problem.applicants)
    m = market(replace(problem, applicants=applicants))
    seats, caps = [b.seats for b in m.blocks], [b.cap for b in m.blocks]
    found = match(m, outcome.replay.lottery, seats=seats, caps=caps)
    offers = {}
    for i, b in enumerate(found.block):
        receipt = m.applicants[i].receipt
        if b >= 0 and receipt not in held:
            block = m.blocks[b]
            offers[receipt] = Offer(receipt, block.klass, block.block, wave, found.choice[i])
    return offers
