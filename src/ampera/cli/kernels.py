"""Where compiled kernels are kept between two starts. To be called before anything loads numba."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

from ampera.cores.allocation import engines


def keep(var: Path) -> None:
    """Keep kernels under the city's folder for made files, unless NUMBA_CACHE_DIR names another place."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(var / "kernels"))


def engine(work: int) -> ModuleType | None:
    """The compiled engine for so much work (applicants × replays); None for little work, and if it is not installed,
    which is said on stderr."""
    if work >= engines.LITTLE and not engines.installed():
        print("drawing in plain Python, which is slower: pip install 'ampera[analysis]'", file=sys.stderr)
    keep(_var())
    return engines.compiled(work)


def _var() -> Path:
    """AMPERA_VAR if there is one; for a command that stands alone, the user's own cache."""
    if named := os.environ.get("AMPERA_VAR"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ampera"
