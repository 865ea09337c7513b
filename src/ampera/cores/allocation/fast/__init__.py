"""The draw for a country: NumPy and compiled kernels, not one byte different from the reference beside them.

Needs the extra `analysis`; `engines.compiled` gives this package if it is there. For commands and jobs: it loads a
compiler, which the web process never does. Every function here has its twin in plain Python, and tests hold them equal.
"""

from ampera.cores.allocation.fast.afterwards import next_wave, reasons
from ampera.cores.allocation.fast.drawing import Drawn, bundle, draw, recompute
from ampera.cores.allocation.fast.planning import People
from ampera.cores.allocation.fast.reading import read_arrays
from ampera.cores.allocation.fast.replays import chances, insides

__all__ = [
    "Drawn",
    "People",
    "bundle",
    "chances",
    "draw",
    "insides",
    "next_wave",
    "read_arrays",
    "reasons",
    "recompute",
]
