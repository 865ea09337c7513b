"""Which engine does the work: the reference in plain Python, or the compiled one for a country's size.

Both give the same bytes, so that the choice is only about time. Commands and jobs ask here; the web process never does,
because the compiled engine loads a compiler.
"""

from __future__ import annotations

from importlib.util import find_spec
from types import ModuleType

LITTLE = 1_000_000  # applicants × replays that plain Python does before a compiler is loaded and ready
WHOLE = 50  # a draw from files to bundle takes plain Python as long as so many replays


def installed() -> bool:
    """Whether the compiled engine can be had: it comes with the extra `analysis`."""
    return find_spec("numba") is not None


def compiled(work: int) -> ModuleType | None:
    """The package `fast` for so much work (applicants × replays); None for little, or if it is not installed."""
    if work < LITTLE or not installed():
        return None
    from ampera.cores.allocation import fast

    return fast
