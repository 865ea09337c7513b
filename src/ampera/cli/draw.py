"""`ampera draw`: run, verify, calls, explain, chances, what-if. No database, no Django: for any city or researcher.

Exit codes: 0 done and sound; 1 a bundle differs, or an answer or receipt does not fit; 2 a malformed problem, of which
every error is listed and for which nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from ampera.cli import kernels, what_if
from ampera.cli.problem import DIFFERS, beacon_in, check_writable, files_of, positive, progress, told, write
from ampera.cores import allocation
from ampera.cores.allocation import engines, quicknet, tables
from ampera.cores.allocation.bundling import Facts, facts
from ampera.cores.allocation.problem import APPLICANTS
from ampera.refusal import Refusal, _

A_ROW = 128  # bytes of a bundle for each applicant, more or less
_TICKETS = (("ticket", "ticket"), ("last in", "cutoff_ticket"))


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `draw` and its sub-commands; each sets `func(args) -> int`."""
    parser = subparsers.add_parser("draw", help="draw seats so that anybody can replay it")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    run = verbs.add_parser("run", help="draw a problem and write the public bundle")
    run.add_argument(
        "problem", type=Path, metavar="PROBLEM", help="folder with applicants.csv, blocks.csv, …"
    )
    run.add_argument("--out", type=Path, required=True, metavar="BUNDLE.zip")
    run.set_defaults(func=_run)

    verify = verbs.add_parser("verify", help="recompute a bundle and name the first difference")
    verify.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    verify.add_argument("--root", metavar="HEX", help="the root as published at the freeze")
    verify.add_argument("--beacon", metavar="VALUE", help="the beacon's value as published")
    verify.set_defaults(func=_verify)

    calls = verbs.add_parser("calls", help="print the next wave of calls as CSV")
    calls.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    calls.add_argument("answers", type=Path, metavar="ANSWERS.csv", help="receipt,wave,answer")
    calls.set_defaults(func=_calls)

    explain = verbs.add_parser("explain", help="say why an applicant has or has no seat")
    explain.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    explain.add_argument("receipt", metavar="RECEIPT")
    explain.set_defaults(func=_explain)

    chances = verbs.add_parser("chances", help="replay the lottery and write everybody's chances")
    chances.add_argument("problem", type=Path, metavar="PROBLEM")
    chances.add_argument("--draws", type=positive, default=1000, metavar="N", help="replays (default 1000)")
    chances.add_argument("--out", type=Path, required=True, metavar="CHANCES.csv")
    chances.add_argument("--seed", default="", metavar="TEXT", help="other replays; default: the root")
    chances.set_defaults(func=_chances)
    what_if.add_parser(verbs)


def _run(args: argparse.Namespace) -> int:
    def work() -> int:
        check_writable(args.out)
        data, facts = _drawn(files_of(args.problem))
        signed = _signature(facts)
        write(args.out, data)
        print(f"root      {facts.root}")
        print(f"seated    {facts.seated} of {facts.applicants} applicants")
        print(f"inside    {facts.inside} within the horizon")
        print(f"bundle    {args.out}")
        if signed:
            print(signed)
        return 0

    return told(work)


def _verify(args: argparse.Namespace) -> int:
    def work() -> int:
        data = args.bundle.read_bytes()
        result = allocation.verify(
            data, root=args.root, beacon=args.beacon, recompute=_engine(data).recompute
        )
        for sentence in result.checked:
            print(f"checked      {sentence}")
        for sentence in result.unchecked:
            print(f"not checked  {sentence}")
        if result.root:
            print(f"root         {result.root}")
        print("verdict      " + ("every file agrees" if result.ok else f"DIFFERS: {result.difference}"))
        return 0 if result.ok else DIFFERS

    return told(work)


def _calls(args: argparse.Namespace) -> int:
    def work() -> int:
        engine, outcome = _sound(args.bundle)
        try:
            answers = allocation.read_answers(args.answers.read_bytes())
            offers = engine.next_wave(outcome, answers)
        except allocation.BadAnswers as bad:
            raise allocation.BadAnswers([replace(f, file=str(args.answers)) for f in bad.faults]) from bad
        rows = [(o.receipt, o.klass, o.block, o.wave, o.rank) for o in offers]
        sys.stdout.write(tables.write(("receipt", "class", "block", "wave", "rank"), rows).decode("ascii"))
        return 0

    return told(work)


def _explain(args: argparse.Namespace) -> int:
    def work() -> int:
        engine, outcome = _sound(args.bundle)
        found = engine.reasons(outcome, args.receipt)
        for reason in found:
            print(f"{reason.choice}. {reason}")
            for miss in reason.misses:
                tickets = [f"{name} {miss.facts[f]}" for name, f in _TICKETS if f in miss.facts]
                print(f"   block {miss.block}: {', '.join([miss.code, *tickets])}")
        if not found:
            print("This applicant ranked no class.")
        inside = outcome.is_inside(args.receipt)
        print("Inside the horizon: may be called." if inside else "Outside the horizon: is not called.")
        return 0

    return told(work)


def _chances(args: argparse.Namespace) -> int:
    def work() -> int:
        check_writable(args.out)
        problem = allocation.read_problem(files_of(args.problem))
        seed = args.seed.encode() or bytes.fromhex(allocation.root(problem))
        engine = kernels.engine(len(problem.applicants) * args.draws) or allocation
        found = engine.chances(problem, draws=args.draws, seed=seed, progress=progress())
        rows = [
            (receipt, klass, f"{chance:.6f}", f"{se:.6f}")
            for receipt, c in sorted(found.items())
            for klass, (chance, se) in (
                ("*", (c.seat, c.seat_se)),
                ("+", (c.inside, c.inside_se)),
                *c.by_class.items(),
            )
        ]
        write(args.out, tables.write(("receipt", "class", "chance", "se"), rows))
        return 0

    return told(work)


def _signature(facts: Facts) -> str:
    """What is known of a drand round's signature, empty for other beacons. Raises BadBeacon if it is not the league's."""
    named = facts.rule.beacon
    if named is None or named.kind != "drand":
        return ""
    try:
        if quicknet.signed(named.round, facts.beacon):
            return f"beacon    the league's own signature of quicknet round {named.round}"
    except allocation.BlsMissing as no:
        return f"beacon    not checked: {no}"
    raise allocation.BadBeacon(
        kind="drand", reason=f"it is not the signature of quicknet round {named.round}"
    )


def _drawn(files: Mapping[str, bytes]) -> tuple[bytes, Facts]:
    """The bundle of a problem's files, and what is to be told of it."""
    fast = kernels.engine(files.get(APPLICANTS, b"").count(b"\n") * engines.WHOLE)
    if fast:
        arrays = fast.read_arrays(files)
        drawn = fast.draw(arrays, beacon=beacon_in(files))
        return fast.bundle(drawn), drawn.facts
    problem = allocation.read_problem(files)
    outcome = allocation.draw(problem, beacon=beacon_in(files))
    return allocation.bundle(outcome), facts(outcome)


def _engine(data: bytes) -> ModuleType:
    """The engine to draw a bundle again: its size tells which."""
    return kernels.engine(len(data) // A_ROW * engines.WHOLE) or allocation


def _sound(bundle: Path) -> tuple[ModuleType, Any]:
    """The engine that drew a bundle again, and what it drew. Raises _Differs unless the bundle agrees with itself."""
    data, drawn = bundle.read_bytes(), list[Any]()
    engine = _engine(data)

    def recompute(data: bytes) -> allocation.Recomputed:
        again: allocation.Recomputed = engine.recompute(data)
        drawn.append(again.outcome)
        return again

    result = allocation.verify(data, recompute=recompute)
    if not result.ok:
        raise _Differs(difference=result.difference)
    return engine, drawn[0]


class _Differs(Refusal):
    code = "allocation.bundle_differs"
    says = _("The bundle is not what its own problem gives: %(difference)s")
    mend = ""  # the difference says it


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m ampera.cli.draw draw …`: the commands without the rest of ampera."""
    parser = argparse.ArgumentParser(prog="ampera")
    add_parser(parser.add_subparsers(required=True, metavar="COMMAND"))
    args = parser.parse_args(argv)
    code: int = args.func(args)
    return code


if __name__ == "__main__":
    sys.exit(main())
