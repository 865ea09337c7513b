"""NumPy, or one sentence saying which extra brings it."""

from __future__ import annotations

try:
    import numpy as np
    import numpy.typing as npt
except ModuleNotFoundError as missing:
    raise ImportError(
        "Estimating effects needs NumPy, which the extra brings: pip install 'ampera[analysis]'"
    ) from missing

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

__all__ = ["Flags", "Floats", "np", "npt"]
