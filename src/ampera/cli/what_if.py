"""`ampera draw what-if`: what a plan would do if it were decided otherwise, before it is locked.

The draw's core says who sits and how much is left to chance; the evaluation's core turns that into the least effect
that could still be seen. Cores don't know each other: here they meet.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from ampera.cli import kernels
from ampera.cli.problem import check_writable, positive, progress, read, told, write
from ampera.cores import allocation
from ampera.cores.allocation import tables, variants
from ampera.cores.allocation.what_if import AS_IT_STANDS, EVERYBODY, NO_GROUP, Finding, Gain
from ampera.cores.evaluation import power

COLUMNS = ("variant", "measure", "class", "block", "group", "value", "se")
_HELP = (
    "k=1.5, precedence=open-first, precedence=reserves-first, tiers=off, GROUP=30%%, or several joined by +"
)
_WHO = {EVERYBODY: "everybody", NO_GROUP: "in no group"}


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `what-if` to `draw`'s commands; it sets `func(args) -> int`."""
    parser = verbs.add_parser("what-if", help="replay the lottery under other decisions")
    parser.add_argument("problem", type=Path, metavar="PROBLEM")
    parser.add_argument(
        "--vary",
        nargs="+",
        action="extend",
        default=[],
        metavar="VARIANT",
        help=f"{_HELP} (default: the usual ones)",
    )
    parser.add_argument("--draws", type=positive, default=200, metavar="N", help="replays (default 200)")
    parser.add_argument(
        "--takeup", type=_percent, default=100, metavar="PERCENT", help="of 100 called take a seat"
    )
    parser.add_argument(
        "--per-arm", type=positive, metavar="N", help="endline answers in each arm (default: all)"
    )
    parser.add_argument("--alpha", type=_share, default=0.05)
    parser.add_argument("--power", type=_share, default=0.8)
    parser.add_argument("--seed", default="", metavar="TEXT", help="other replays; default: the root")
    parser.add_argument("--out", type=Path, metavar="WHAT-IF.csv", help="the same numbers as a table")
    parser.set_defaults(func=_what_if)


def _what_if(args: argparse.Namespace) -> int:
    def work() -> int:
        if args.out:
            check_writable(args.out)
        problem, _beacon = read(args.problem)
        wanted = [allocation.Variant.parse(text, problem) for text in args.vary] or variants.usual(problem)
        fast = kernels.engine(len(problem.applicants) * args.draws * (len(wanted) + 1))
        found = allocation.what_if(
            problem,
            wanted,
            draws=args.draws,
            seed=args.seed.encode() or bytes.fromhex(allocation.root(problem)),
            takeup=args.takeup / 100,
            progress=progress(),
            engine=fast.People if fast else None,
        )
        if args.out:
            write(args.out, tables.write(COLUMNS, [row for f in found for row in _rows(f, _mde(f, args))]))
        print("\n\n".join("\n".join(_lines(f, found[0], args)) for f in found))
        return 0

    return told(work)


def _mde(finding: Finding, args: argparse.Namespace) -> float | None:
    """Least effect of being inside (SD) over those whom chance divides, given their chances; None without two arms."""
    e = finding.experiment
    arms = [round(e.inside), round(e.usable - e.inside)]
    inside, outside = (min(args.per_arm or n, n) for n in arms)
    if min(inside, outside) < 1:
        return None
    return power.mde(
        n_inside=inside, n_outside=outside, chance_r2=e.chance_r2, alpha=args.alpha, power=args.power
    )


def _lines(f: Finding, now: Finding, args: argparse.Namespace) -> Iterator[str]:
    """One variant in words; what is as it stands now is not told again."""
    e, mde = f.experiment, _mde(f, args)
    yield f.variant or "as it stands"
    yield f"  seats         {f.seats}"
    yield f"  left empty    {_mean(f.empty)} by the draw, {_mean(f.empty_called)} after calls, {args.takeup} of 100 called taking the seat"
    yield f"  inside        {_mean(f.inside)} of {e.applicants}"
    yield (
        f"  experiment    {e.share:.1%} of applicants have a chance strictly between 0 and 1; "
        f"sum of p(1-p) {e.variance:.1f}; least effect "
        + (f"{mde:.3f} SD" if mde else "none: nobody to compare")
    )
    if f.variant != AS_IT_STANDS and not any(gain.won[0] or gain.lost[0] for gain in f.gains):
        yield "  seated        the same people in every replay"
    else:
        yield from (f"  seated        {_group(f, gain)}" for gain in f.gains if gain.members)
    if f.shortfalls and f.shortfalls == now.shortfalls and f is not now:
        yield "  not possible  the same quotas as it stands"
    else:
        yield from (f"  not possible  {shortfall}" for shortfall in f.shortfalls)


def _group(f: Finding, gain: Gain) -> str:
    says = f"{_WHO.get(gain.group, gain.group)}: {_mean(gain.seated)} of {gain.members}"
    if f.variant == AS_IT_STANDS:
        return says
    return f"{says}; {_mean(gain.won)} gain a seat, {_mean(gain.lost)} lose one"


def _mean(mean: tuple[float, float]) -> str:
    value, se = mean
    return f"{value:.1f} (±{se:.1f})" if se >= 0.05 else f"{value:.1f}"


def _rows(f: Finding, mde: float | None) -> Iterator[Sequence[object]]:
    def row(measure: str, value: object, se: object = "", **where: str) -> Sequence[object]:
        place = (where.get(name, "") for name in ("klass", "block", "group"))
        return (f.variant, measure, *place, value, se)

    def mean(measure: str, found: tuple[float, float], group: str = "") -> Sequence[object]:
        return row(measure, f"{found[0]:.6f}", f"{found[1]:.6f}", group=group)

    e = f.experiment
    yield row("seats", f.seats)
    yield mean("empty", f.empty)
    yield mean("empty_called", f.empty_called)
    yield mean("inside", f.inside)
    yield row("applicants", e.applicants)
    yield row("usable", e.usable)
    yield row("variance", f"{e.variance:.6f}")
    yield row("mde", "" if mde is None else f"{mde:.6f}")
    for gain in f.gains:
        yield row("members", gain.members, group=gain.group)
        yield mean("seated", gain.seated, gain.group)
        yield mean("won", gain.won, gain.group)
        yield mean("lost", gain.lost, gain.group)
    for s in f.shortfalls:
        yield row("asked", s.asked, klass=s.klass, block=s.block, group=s.group)
        yield row("possible", s.possible, klass=s.klass, block=s.block, group=s.group)


def _percent(text: str) -> int:
    value = positive(text)
    if value > 100:
        raise argparse.ArgumentTypeError("a number from 1 to 100 is needed")
    return value


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("a decimal between 0 and 1 is needed")
    return value
