"""A play's stages: each is a list of small steps, and a step is one transaction that happens once.

A play that is killed and started again skips the steps that were finished and goes on with the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.refusal import Refusal, _

BY = audit.system("simulation")
Thing = TypeVar("Thing")
Telling = Callable[[str, int, int], None]


class OtherPlay(Refusal):
    code = "simulation.other_play"
    says = _("This database already holds a round played with another seed or size.")
    mend = _("Use an empty database: set AMPERA_VAR or AMPERA_DATABASE to another place.")


def batches(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


@dataclass
class Stage:
    """One stage of a play, with its steps already done counted."""

    name: str
    play: Sequence[Any]
    tell: Telling
    done: int = field(default=0)

    def step(self, name: str, now: datetime, work: Callable[[], Any]) -> None:
        """Do the step's work once. Raises OtherPlay if the database was played with something else."""
        with transaction.atomic():
            try:
                with audit.once(f"play:{self.name}:{name}", by=BY, payload=list(self.play), at=now) as first:
                    if first.answer is None:
                        work()
                        first.keep("done")
            except audit.KeyReused:
                raise OtherPlay() from None
        self.done += 1

    def steps(self, things: Iterable[tuple[str, datetime, Callable[[], Any]]], total: int) -> None:
        """Do many steps, telling how far they are."""
        self.tell(self.name, 0, total)
        for count, (name, now, work) in enumerate(things, 1):
            self.step(name, now, work)
            self.tell(self.name, count, total)
