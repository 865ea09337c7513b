"""The exact test: replay the draw, and see how often chance alone does as much."""

from __future__ import annotations

from typing import Literal

from .arrays import Floats, np, npt
from .experiment import Experiment, experiment

TIE = 1e-9  # relative: two replays that differ by rounding only are a tie


def randomisation_p(
    outcome: npt.ArrayLike,
    assignments_by_replay: npt.ArrayLike,
    observed: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    alternative: Literal["two-sided", "greater", "less"] = "two-sided",
    exhaustive: bool = False,
) -> float:
    """p-value of the sharp null that being inside changed nobody's outcome.

    outcome: (N,). assignments_by_replay: (R, N) bool, who was inside in each replay of the same lottery.
    observed: (N,) bool, the draw that was held. chance, weights: as for `itt`. The statistic is the
    coefficient that `itt` estimates; only rows with 0 < chance < 1 count.
    exhaustive: the replays are all that could have happened, the observed one among them, so p = share as
    extreme; otherwise they are a sample and the observed one is added to it: p = (1 + count) / (R + 1).

    Holds for outcomes collected from everybody, or from a sample drawn without regard to the arm. A sample
    with fixed numbers from each arm was itself shaped by the draw: there p is an approximation.
    Raises NoExperiment, ValueError as `itt`; ValueError if a replay leaves nothing to compare.
    Sources: Fisher (1935), The Design of Experiments, ch. 2; Phipson & Smyth (2010) for the added one.
    """
    design = experiment(observed, chance, weights=weights)
    replays = np.asarray(assignments_by_replay)
    if replays.ndim != 2 or replays.shape[0] < 1 or replays.shape[1] != design.usable.size:
        raise ValueError(f"replays must be a table of at least one row, {design.usable.size} columns")
    if not np.isin(replays, (0, 1)).all():
        raise ValueError("a replay holds true and false only")
    y = design.residual(design.pick(outcome, "outcome"))
    replayed = _statistics(design, y, replays[:, design.usable].astype(float))
    held = _statistics(design, y, design.inside.astype(float)[None, :])[0]
    if alternative == "two-sided":
        replayed, held = np.abs(replayed), abs(held)
    elif alternative == "less":
        replayed, held = -replayed, -held
    elif alternative != "greater":
        raise ValueError(f"alternative is two-sided, greater or less, not {alternative!r}")
    extreme = int((replayed >= held - TIE * max(abs(held), np.abs(replayed).max())).sum())
    if not exhaustive:
        return (1 + extreme) / (1 + len(replayed))
    if not extreme:
        raise ValueError("exhaustive replays must hold the observed draw")
    return extreme / len(replayed)


def _statistics(design: Experiment, y: Floats, replays: Floats) -> Floats:
    """(R,) coefficients of the (R, n) assignments, y residual already."""
    z = design.residual(replays.T)
    length = (z**2).sum(axis=0)
    if (length <= TIE * y.size).any():
        raise ValueError("a replay has nobody inside, or nobody outside, beyond what the chances say")
    return np.asarray(y @ z / length, dtype=float)
