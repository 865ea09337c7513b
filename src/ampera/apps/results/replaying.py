"""The round's lottery once more: who shares a household's ticket, and who would have been inside in other draws."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from ampera.cores import allocation
from ampera.cores.allocation import Problem, engines

from .refusals import DrawDiffers

Progress = Callable[[int, int], None]


def households(problem: Problem, receipts: Sequence[str]) -> tuple[str, ...]:
    """The household of each receipt, whose members' tickets are one; a receipt alone is its own. Raises DrawDiffers."""
    of = {a.receipt: a.household or f"alone {a.receipt}" for a in problem.applicants}
    if not of.keys() >= set(receipts):
        raise DrawDiffers()
    return tuple(of[receipt] for receipt in receipts)


def assignments(
    problem: Problem, receipts: Sequence[str], *, draws: int, root: str, progress: Progress | None = None
) -> Iterator[list[bool]]:
    """In each of `draws` other lotteries over the same list: whether each receipt is inside.

    The seed follows from the root, so that anybody gets the same ones; they are not those that gave the chances.
    Raises DrawDiffers.
    """
    number = {a.receipt: i for i, a in enumerate(sorted(problem.applicants, key=lambda a: a.receipt))}
    if not number.keys() >= set(receipts):
        raise DrawDiffers()
    places = [number[receipt] for receipt in receipts]
    seed = hashlib.sha256(f"{root} endline replays".encode()).digest()
    engine = engines.compiled(len(number) * draws) or allocation
    for done, inside in enumerate(engine.insides(problem, draws=draws, seed=seed), start=1):
        yield [bool(inside[place]) for place in places]
        if progress:
            progress(done, draws)
