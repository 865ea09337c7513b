"""The draw beside its peers and beside itself, as it grows: `python -m benchmarks.allocation [--figure] [APPLICANTS …]`.

Needs the extra `analysis` and the group `bench`. Each figure is the best of several runs, kernels compiled beforehand;
times are processor time, so that other work on the machine does not count, except where it says "by the clock" and for the
whole command. Targets stand beside the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import figure

CLASSES, RANKED = 80, 5
SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
KEY = bytes(range(32))
FIGURE = Path(__file__).resolve().parents[1] / "docs/pictures/allocation-growth.svg"
LINES = {
    "reserves": "matching with reserves",
    "matching": "matching",
    "tickets": "tickets in order",
    "sum": "one sum over all choices",
}
TITLE = "Processor time of a draw's steps, by applicants with five choices each"
Clock = Callable[[], float]


def best(work: Callable[[], object], *, times: int, clock: Clock = time.thread_time) -> float:
    """The shortest of several runs, in seconds."""
    took = []
    for _ in range(times):
        began = clock()
        work()
        took.append(clock() - began)
    return min(took)


def crowd(n: int, *, reserves: bool = False) -> Any:
    """A market of n applicants for n / 2 seats: five different classes of 80 each; with reserves three blocks a class."""
    import numpy as np

    from ampera.cores.allocation import Block, Rule
    from ampera.cores.allocation.fast.arrays import assemble

    dice = np.random.default_rng(1)
    first, step = dice.integers(0, CLASSES, (n, 1)), dice.integers(1, CLASSES // RANKED, (n, 1))
    seats = n // CLASSES // 2
    blocks = [("a", seats // 4, "f"), ("b", seats // 2, ""), ("c", seats - seats // 4 - seats // 2, "k")]
    return assemble(
        rule=Rule.write(seed="5e" * 32),
        receipts=np.char.mod(b"R%08d", np.arange(n)),
        house=np.full(n, -1, np.int32),
        houses=np.empty(0, "S1"),
        type=dice.integers(0, 4, n).astype(np.int32),
        groups=[(), ("f",), ("k",), ("f", "k")],
        start=np.arange(n + 1, dtype=np.int64) * RANKED,
        ranking=((first + step * np.arange(RANKED)) % CLASSES).astype(np.int32).ravel(),
        priority=np.empty((0, 3), np.int64),
        blocks=[
            Block(f"K{c:02d}", name, count, group, order)
            for c in range(CLASSES)
            for order, (name, count, group) in enumerate(blocks if reserves else [("a", seats, "")], start=1)
        ],
    )


def ready(arrays: Any) -> tuple[Any, Any]:
    """The order of tickets and the seats of a market."""
    from ampera.cores.allocation.fast.arrays import seats_of
    from ampera.cores.allocation.fast.lottery import lots, urn

    return lots(arrays, urn(arrays), KEY), seats_of(arrays)


def matching_time(arrays: Any, times: int = 7) -> float:
    from ampera.cores.allocation.fast.kernel import match

    order, seats = ready(arrays)
    match(arrays, order, seats)
    return best(lambda: match(arrays, order, seats), times=times)


def growth(n: int) -> dict[str, float]:
    """Seconds for one size: sum over the preferences, tickets in order, matching, with reserves; and memory in GB."""
    from ampera.cores.allocation.fast.lottery import lots, urn

    arrays = crowd(n)
    lottery = urn(arrays)
    lots(arrays, lottery, KEY)
    return {
        "n": n,
        "sum": best(arrays.ranking.sum, times=9),
        "tickets": best(lambda: lots(arrays, lottery, KEY), times=5),
        "matching": matching_time(arrays),
        "reserves": matching_time(crowd(n, reserves=True)),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def grown(sizes: list[int]) -> list[dict[str, float]]:
    """`growth` of each size, each in a process of its own, so that its memory is its own; told as Markdown."""
    print(
        "| n | sum | tickets in order | matching | × sum (≤ 60) | with reserves | × plain (≤ 2.5) | memory (≤ 2) |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    rows = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.allocation", "--growth", str(size)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rows.append(row)
        plain, reserved = row["matching"], row["reserves"]
        print(
            f"| {size:,} | {row['sum'] * 1e3:.2f} ms | {row['tickets'] * 1e3:.1f} ms | {plain * 1e3:.1f} ms "
            f"| {plain / row['sum']:.0f} | {reserved * 1e3:.1f} ms | {reserved / plain:.1f} | {row['memory']:.2f} GB |",
            flush=True,
        )
    return rows


def peers(n: int = 10_000) -> None:
    """The named peers on the same lists, outcomes compared seat by seat."""
    from algmatch import HospitalResidentsProblem
    from matching.games import HospitalResident

    from ampera.cores.allocation.fast.kernel import match

    arrays = crowd(n)
    order, seats = ready(arrays)
    ours = match(arrays, order, seats).block.tolist()
    took = matching_time(arrays)
    ranked = arrays.ranking.reshape(n, RANKED).tolist()
    queues: list[list[int]] = [[] for _ in range(CLASSES)]
    for i in order.by_rank.tolist():
        for c in ranked[i]:
            queues[c].append(i)
    places = seats.seats.tolist()

    def matching() -> dict[int, int]:
        game = HospitalResident.create_from_dictionaries(
            {f"r{i}": [f"h{c}" for c in row] for i, row in enumerate(ranked)},
            {f"h{c}": [f"r{i}" for i in queue] for c, queue in enumerate(queues)},
            {f"h{c}": count for c, count in enumerate(places)},
        )
        found = game.solve(optimal="resident")
        return {int(r.name[1:]): int(h.name[1:]) for h, held in found.items() for r in held}

    def algmatch() -> dict[int, int]:
        found = HospitalResidentsProblem(
            dictionary={
                "residents": {i + 1: [c + 1 for c in row] for i, row in enumerate(ranked)},
                "hospitals": {
                    c + 1: {"capacity": places[c], "preferences": [i + 1 for i in queue]}
                    for c, queue in enumerate(queues)
                },
            },
            optimised_side="residents",
        ).get_stable_matching()
        pairs = found["resident_sided"].items()
        return {int(str(r).lstrip("r")) - 1: int(str(h).lstrip("h")) - 1 for r, h in pairs if h}

    want = {i: b for i, b in enumerate(ours) if b >= 0}
    print(f"\n{n:,} × {RANKED} of {CLASSES} classes: ours {took * 1e3:.2f} ms")
    for name, peer in (("matching", matching), ("algmatch", algmatch)):
        began = time.thread_time()
        found = peer()
        taken = time.thread_time() - began
        same = "identical" if found == want else "ANOTHER"
        print(
            f"  {name:<9} {taken:>6.2f} s  {taken / took:>7,.0f} × ours (target 1,000), {same} result",
            flush=True,
        )


def usual_time(arrays: Any, orders: list[Any], seats: Any) -> float:
    """Of one matching, the mean over several orders of tickets, each of them new to the processor's cache."""
    from ampera.cores.allocation.fast.kernel import match

    match(arrays, orders[0], seats)
    began = time.thread_time()
    for order in orders:
        match(arrays, order, seats)
    return (time.thread_time() - began) / len(orders)


def replays(n: int = 100_000, draws: int = 1_000) -> None:
    """Replays on all cores against one matching, which is measured before and after them."""
    from ampera.cores.allocation.fast.arrays import seats_of
    from ampera.cores.allocation.fast.lottery import lots, urn
    from ampera.cores.allocation.fast.replays import tally
    from ampera.cores.allocation.market import replay_key

    for reserves in (False, True):
        arrays = crowd(n, reserves=reserves)
        prepared, seats = urn(arrays), seats_of(arrays)
        orders = [lots(arrays, prepared, replay_key(KEY, number)) for number in range(40)]

        tally(arrays, draws=2, seed=b"")
        before = usual_time(arrays, orders, seats)
        began, by_the_clock = time.process_time(), time.perf_counter()
        tally(arrays, draws=draws, seed=b"")
        worked, waited = time.process_time() - began, time.perf_counter() - by_the_clock
        one = (before + usual_time(arrays, orders, seats)) / 2
        print(
            f"\n{draws:,} replays of {n:,}{' with reserves' if reserves else ''}, tickets hashed anew each time: "
            f"one matching {one * 1e3:.1f} ms; {worked:.1f} s of processor time, {worked / one:,.0f} × "
            f"(target 1,500); {waited:.1f} s by the clock on {os.cpu_count()} cores, {waited / one:,.0f} ×",
            flush=True,
        )


def whole(n: int = 1_000_000) -> None:
    """`ampera draw run` from CSV to bundle as a command of its own, kernels in the cache."""
    from ampera.cores.allocation.fast.drawing import freeze

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "problem"
        folder.mkdir()
        for file, data in freeze(crowd(n, reserves=True))[0].items():
            (folder / file).write_bytes(data)
        code = (
            "import resource, sys; from ampera.cli.main import main; main(sys.argv[1:]); "
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)"
        )
        command = [sys.executable, "-c", code, "draw", "run", str(folder), "--out", f"{name}/bundle.zip"]
        took, worked, peak = [], [], ""
        for _ in range(3):
            began, before = time.perf_counter(), _children()
            peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
            took.append(time.perf_counter() - began)
            worked.append(_children() - before)
        size = (Path(name) / "bundle.zip").stat().st_size / 1e6
        print(
            f"\ndraw run on {n:,}, three blocks a class, CSV to bundle of {size:.0f} MB: {min(took):.1f} s "
            f"by the clock (target 20), {min(worked):.1f} s of processor time, {float(peak):.2f} GB (target 2)",
            flush=True,
        )


def _children() -> float:
    """Processor time of finished commands."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: list[str]) -> None:
    from ampera.cli import kernels

    kernels.keep(Path(os.environ.get("AMPERA_VAR", "var")))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocation", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, metavar="APPLICANTS")
    parser.add_argument("--figure", action="store_true", help=f"draw the growth into {FIGURE.name} too")
    parser.add_argument("--growth", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.growth:
        print(json.dumps(growth(args.growth)))
        return
    rows = grown(list(args.sizes))
    if args.figure:
        lines = {name: [(row["n"], row[key]) for row in rows] for key, name in LINES.items()}
        FIGURE.write_text(figure.log_log(lines, title=TITLE), "utf-8")
    peers()
    replays()
    whole()


if __name__ == "__main__":
    main(sys.argv[1:])
