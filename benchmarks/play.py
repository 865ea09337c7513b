"""How many citizens a second live a whole round, and how that grows: `python -m benchmarks.play [SIZE …]`.

On SQLite under a throw-away folder, or on the empty database that AMPERA_DATABASE names. Target: 3,000 in two minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

SIZES = (300, 1_000, 3_000)


def seconds(citizens: int) -> float:
    with tempfile.TemporaryDirectory() as var:
        command = [sys.executable, "-m", "ampera", "play", "--citizens", str(citizens), "--seed", "1"]
        began = time.perf_counter()
        subprocess.run(
            command, check=True, env=os.environ | {"AMPERA_VAR": var}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        return time.perf_counter() - began


def main(sizes: list[int]) -> None:
    print(f"{'citizens':>9} {'seconds':>8} {'a second':>9}")
    for size in sizes:
        took = seconds(size)
        print(f"{size:>9,} {took:>8.1f} {size / took:>9.0f}", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
