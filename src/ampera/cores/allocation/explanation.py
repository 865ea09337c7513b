"""Why: for each class an applicant ranked, a code and the facts of one true sentence.

The facts are read off the finished draw, block by block: who was last in and what kept this applicant out. A class
has the code of its nearest miss. A place is the number in the order of tickets (per-class tickets: of those who rank
the class), 1 first: what anybody gets by sorting the published tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ampera.cores.allocation import cutoffs
from ampera.cores.allocation.cutoffs import (
    BEHIND_TICKET,
    BEHIND_TIER,
    CAPPED,
    GROUP_FIRST,
    NO_SEATS,
    NOT_ELIGIBLE,
)
from ampera.cores.allocation.drawing import Outcome, Replay
from ampera.cores.allocation.refusals import UnknownReceipt
from ampera.refusal import _

SEATED, GOT_BETTER = "SEATED", "GOT_BETTER"
NO_TIER = "–"

SAYS: Mapping[str, str] = {
    SEATED: _("There is a seat for you in %(klass)s, your choice number %(choice)d."),
    GOT_BETTER: _("You have a seat in a class that you ranked higher, so %(klass)s was not needed."),
    BEHIND_TICKET: _(
        "In %(klass)s, block %(block)s, the last one admitted has place %(cutoff_place)d in the order of tickets. "
        "Yours is place %(place)d."
    ),
    BEHIND_TIER: _(
        "In %(klass)s, block %(block)s, the last one admitted has priority %(cutoff_tier)s. "
        "Yours is %(tier)s, which comes after it."
    ),
    CAPPED: _(
        "In %(klass)s, block %(block)s, at most %(cap)d seats may go to group %(cap_group)s. "
        "Others of that group came before you."
    ),
    GROUP_FIRST: _(
        "In %(klass)s, block %(block)s, group %(group)s comes first and took all %(seats)d seats."
    ),
    NOT_ELIGIBLE: _("The seats of %(klass)s are kept for groups that you are not in."),
    NO_SEATS: _("There are no seats in %(klass)s."),
}
WITHOUT_TIER = _(
    "In %(klass)s, block %(block)s, the last one admitted has priority %(cutoff_tier)s. "
    "You are not on the list of priorities, so you come after it."
)
# nearest miss first
_NEAREST = (BEHIND_TICKET, BEHIND_TIER, CAPPED, GROUP_FIRST, NOT_ELIGIBLE, NO_SEATS)

Fact = str | int


@dataclass(frozen=True, slots=True)
class Miss:
    """Why one block kept the applicant out. facts: the values for SAYS[code]."""

    block: str
    code: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Reason:
    """What happened at one ranked class. choice: 1 = first. misses: every block, for those who want it all;
    empty if SEATED or GOT_BETTER."""

    klass: str
    choice: int
    code: str
    facts: Mapping[str, Fact]
    misses: tuple[Miss, ...] = ()

    @property
    def says(self) -> str:
        """The sentence's English message id; fill it with `facts` after translating."""
        if self.code == BEHIND_TIER and self.facts["tier"] == NO_TIER:
            return WITHOUT_TIER
        return SAYS[self.code]

    def __str__(self) -> str:
        return self.says % self.facts


def reasons(outcome: Outcome, receipt: str) -> tuple[Reason, ...]:
    """One reason for each class that the applicant ranked, best first. Raises UnknownReceipt."""
    number = outcome.replay.market.number
    if receipt not in number:
        raise UnknownReceipt(receipt=receipt)
    return explain(outcome.replay, number[receipt])


def explain(r: Replay, i: int) -> tuple[Reason, ...]:
    """The reasons of applicant number i."""
    m, own, block = r.market, r.found.choice[i], r.found.block[i]
    result = []
    for choice, c in enumerate(m.ranking[i], start=1):
        klass = m.classes[c]
        if own and choice >= own:
            code = SEATED if choice == own else GOT_BETTER
            facts: dict[str, Fact] = {"klass": klass, "choice": choice, "block": m.blocks[block].block}
            result.append(Reason(klass, choice, code, facts))
            continue
        misses = [_miss(r, i, choice - 1, b) for b in m.of_class[c]]
        nearest = min(misses, key=lambda miss: (_NEAREST.index(miss.code), miss.block))
        result.append(Reason(klass, choice, nearest.code, nearest.facts, tuple(misses)))
    return tuple(result)


def _miss(r: Replay, i: int, choice: int, b: int) -> Miss:
    m, block, fill = r.market, r.market.blocks[b], r.fills[b]
    c = m.ranking[i][choice]
    key = cutoffs.key(m, r.lottery, i=i, choice=choice, block=b)
    code = cutoffs.refusal(m, fill, key, counts=m.capped[b][m.type[i]])
    if code is None:
        raise RuntimeError(f"{block.klass} {block.block} would take {m.applicants[i].receipt}")
    facts: dict[str, Fact] = {"klass": block.klass, "choice": choice + 1, "block": block.block}
    if code in (BEHIND_TICKET, BEHIND_TIER, CAPPED):
        last = fill.last_capped if code == CAPPED else max(fill.last)
        rank = r.lottery.rank[c]
        facts |= {
            "ticket": r.ticket(i, c),
            "place": rank[i] + 1,
            "tier": _tier(m.tier_of[m.level[i][choice]]),
        }
        if last >= 0:
            tier, who = r.who(c, last)
            facts |= {"cutoff_ticket": r.ticket(who, c), "cutoff_place": rank[who] + 1}
            facts["cutoff_tier"] = _tier(tier)
    if code == CAPPED:
        facts |= {"cap": block.cap or 0, "cap_group": block.cap_group}
    if code in (GROUP_FIRST, NOT_ELIGIBLE):
        facts |= {"group": block.group, "seats": block.seats}
    return Miss(block.block, code, facts)


def _tier(tier: int | None) -> str:
    return NO_TIER if tier is None else str(tier)
