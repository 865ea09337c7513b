"""Small markets for the tests, made by hand or by Hypothesis, and a slow reference that shares no code with the core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from ampera.cores.allocation import Applicant, Block, Outcome, Priority, Problem, Rule

SEED = "5e" * 32


def rule(**options: str) -> Rule:
    return Rule.write(**({"seed": SEED} | options))  # type: ignore[arg-type]


def textbook(
    rankings: Mapping[str, str], priorities: Mapping[str, str], seats: Mapping[str, int] | None = None
) -> Problem:
    """A school-choice market as textbooks write it: "a b c" best first, strict priorities, one seat by default."""
    return Problem(
        tuple(Applicant(who, (), tuple(ranked.split())) for who, ranked in rankings.items()),
        tuple(Block(klass, "all", (seats or {}).get(klass, 1), "", 1) for klass in priorities),
        tuple(
            Priority(klass, who, tier)
            for klass, order in priorities.items()
            for tier, who in enumerate(order.split(), start=1)
        ),
        rule(),
    )


def seated(outcome: Outcome) -> dict[str, str | None]:
    return {receipt: a.klass for receipt, a in outcome.assignments.items()}


@st.composite
def problems(draw: st.DrawFn, *, most: int = 7) -> Problem:
    """Reserves, overlapping groups, caps, tiers, households, both reversions and both tie-breaks."""
    classes = ["A", "B", "C"][: draw(st.integers(1, 3))]
    groups = st.lists(st.sampled_from(["g", "h"]), unique=True, max_size=2).map(tuple)
    applicants = tuple(
        Applicant(
            f"r{i}",
            draw(groups),
            tuple(draw(st.lists(st.sampled_from(classes), unique=True))),
            draw(st.sampled_from(["", "", "", "home"])),
        )
        for i in range(draw(st.integers(0, most)))
    )
    blocks = []
    for klass in classes:
        for order in range(1, draw(st.integers(1, 3)) + 1):
            cap_group = draw(st.sampled_from(["", "", "g", "h"]))
            cap = draw(st.integers(0, 2)) if cap_group else None
            group = draw(st.sampled_from(["", "g", "h"]))
            blocks.append(Block(klass, f"b{order}", draw(st.integers(0, 3)), group, order, cap_group, cap))
    priorities = tuple(
        Priority(klass, a.receipt, tier)
        for klass in classes
        for a in applicants
        if (tier := draw(st.sampled_from([0, 0, 1, 2])))
    )
    options = {
        "tie_break": draw(st.sampled_from(["single", "per-class"])),
        "reversion": draw(st.sampled_from(["open", "none"])),
        "horizon": draw(st.sampled_from(["1", "1.0", "1.25", "1.5", "3"])),
    }
    return Problem(applicants, tuple(blocks), priorities, rule(**options))


def choose(problem: Problem, outcome: Outcome, klass: str, who: Sequence[Applicant]) -> dict[str, str]:
    """Whom a class takes out of a set, and into which block: the definition, block after block."""
    tier = {(p.klass, p.receipt): p.tier for p in problem.priorities}
    left, taken = list(who), {}
    for b in sorted((b for b in problem.blocks if b.klass == klass), key=lambda b: b.order):

        def place(a: Applicant, b: Block = b) -> tuple[bool, float, str]:
            other = bool(b.group) and b.group not in a.groups
            return other, tier.get((klass, a.receipt), float("inf")), outcome.ticket(a.receipt, klass)

        inside, counted = 0, 0
        for a in sorted(left, key=place):
            counts = b.cap is not None and b.cap_group in a.groups
            barred = place(a)[0] and problem.rule.reversion == "none"
            if inside == b.seats or barred or (counts and counted == b.cap):
                continue
            inside, counted = inside + 1, counted + counts
            taken[a.receipt] = b.block
        left = [a for a in left if a.receipt not in taken]
    return taken


def deferred_acceptance(problem: Problem, outcome: Outcome) -> dict[str, tuple[str, str]]:
    """Everybody proposes at once, classes choose out of all who ever proposed, until nobody is turned away."""
    by_receipt = {a.receipt: a for a in problem.applicants}
    tried = dict.fromkeys(by_receipt, 0)
    while True:
        asked: dict[str, list[Applicant]] = {}
        for receipt, a in by_receipt.items():
            for klass in a.ranking[: tried[receipt] + 1]:
                asked.setdefault(klass, []).append(a)
        chosen = {klass: choose(problem, outcome, klass, who) for klass, who in asked.items()}
        again = False
        for receipt, a in by_receipt.items():
            if tried[receipt] < len(a.ranking) and receipt not in chosen[a.ranking[tried[receipt]]]:
                tried[receipt] += 1
                again = True
        if not again:
            return {
                receipt: (klass, chosen[klass][receipt])
                for receipt, a in by_receipt.items()
                for klass in a.ranking[tried[receipt] : tried[receipt] + 1]
            }
