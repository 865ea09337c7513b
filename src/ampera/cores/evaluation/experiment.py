"""The lottery as an experiment: who was inside by chance, and the difference that this chance made.

Everybody's chance p of being inside the horizon is known from the draw's replays. Given p, being inside is
a coin; so inside − p is independent of everything that was there before, and a weighted regression of an
outcome on `inside`, an intercept and p compares like with like. Because E[inside | p] = p is exactly
linear, controlling p linearly is enough, whatever the outcome's own relation to p looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

from .arrays import Flags, Floats, np, npt

RANK = 1e-10  # a control whose part not explained by the others is smaller than this share adds nothing
ROUNDING = 1e-12


class NoExperiment(ValueError):
    """No chance decided: too few applicants inside or outside with a chance strictly between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """The applicants whom chance decided on, 0 < chance < 1, n of them; weights have mean 1."""

    inside: Flags
    chance: Floats
    weights: Floats
    clusters: npt.NDArray[np.intp] | None
    controls: Floats  # (n, r) orthonormal basis of √w × (1, chance, covariates)
    usable: Flags  # (N,) which of the rows given these are
    n_dropped: int

    def pick(self, values: npt.ArrayLike, name: str) -> Floats:
        """(N,) given values → (n,) those of the experiment. ValueError if a shape differs or one isn't finite."""
        return _column(values, self.usable.size, name)[self.usable]

    def residual(self, values: Floats) -> Floats:
        """√w × values, (n,) or (n, k), less what the controls explain; a rest that is rounding only is 0."""
        scaled = values * (np.sqrt(self.weights) if values.ndim == 1 else np.sqrt(self.weights)[:, None])
        rest = scaled - self.controls @ (self.controls.T @ scaled)
        real = np.linalg.norm(rest, axis=0) > ROUNDING * np.linalg.norm(scaled, axis=0)
        return np.asarray(np.where(real, rest, 0.0), dtype=float)


@dataclass(frozen=True, slots=True)
class Difference:
    """Inside minus outside given the chances, in the outcome's unit, with robust error and its df.

    pulls: (n,) or (clusters,), how each applicant or cluster pulls the estimate; linear in the outcome, and the root of
    the sum of their squares is se.
    """

    estimate: float
    se: float
    df: float
    pulls: Floats


def experiment(
    inside: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    covariates: npt.ArrayLike | None = None,
) -> Experiment:
    """Keep the rows with 0 < chance < 1 and prepare the controls.

    inside: (N,) bool. chance: (N,) in [0, 1]. weights: (N,) > 0, 1 / inclusion probability, None is equal.
    clusters: (N,) labels. covariates: (N, k) known before the draw.
    Raises NoExperiment if fewer than two rows are left inside or outside, or being inside is a function of
    the controls; ValueError if shapes or ranges are wrong.
    """
    flags = np.asarray(inside)
    if flags.ndim != 1 or not np.isin(flags, (0, 1)).all():
        raise ValueError("inside must be one column of true and false")
    p = _column(chance, flags.size, "chance")
    if ((p < 0) | (p > 1)).any():
        raise ValueError("a chance lies between 0 and 1")
    w = np.ones(flags.size) if weights is None else _column(weights, flags.size, "weights")
    if (w <= 0).any():
        raise ValueError("weights must be above 0")
    usable = (p > 0) & (p < 1)
    z = flags[usable].astype(bool)
    if min(z.sum(), (~z).sum()) < 2:
        raise NoExperiment(f"{z.sum()} inside and {(~z).sum()} outside by chance: two of each are needed")
    w = w[usable] / w[usable].mean()
    made = Experiment(
        inside=z,
        chance=p[usable],
        weights=w,
        clusters=_labels(clusters, usable),
        controls=_basis(np.sqrt(w)[:, None] * _controls(p[usable], covariates, usable)),
        usable=usable,
        n_dropped=int((~usable).sum()),
    )
    spread = made.residual(z.astype(float))
    if spread @ spread < RANK * z.size:
        raise NoExperiment("being inside follows from the chances and covariates: nothing was left to chance")
    return made


def difference(design: Experiment, outcome: Floats) -> Difference:
    """The coefficient of `inside` with a CR2 error (HC2 where nothing is clustered).

    The residuals of a cluster are multiplied by (I − H)^−½ of its block of the hat matrix, which makes the
    variance unbiased if errors are equal and independent. df: clusters − 1, or n − parameters.
    Sources: Bell & McCaffrey (2002); MacKinnon & White (1985) for HC2; Frisch–Waugh–Lovell.
    """
    z, y = design.residual(design.inside.astype(float)), design.residual(outcome)
    length = z @ z
    estimate = float(z @ y / length)
    errors = y - estimate * z
    basis = np.column_stack([design.controls, z / np.sqrt(length)])
    if design.clusters is None:
        left = np.maximum(1 - (basis**2).sum(axis=1), RANK)
        pulls, df = z * errors / np.sqrt(left), outcome.size - basis.shape[1]
    else:
        pulls, df = _cluster_pulls(z, errors, basis, design.clusters), int(design.clusters.max())
    if df < 1:
        raise NoExperiment("too few applicants or clusters to know an error")
    return Difference(estimate, float(np.linalg.norm(pulls) / length), float(df), pulls / length)


def _cluster_pulls(z: Floats, errors: Floats, basis: Floats, clusters: npt.NDArray[np.intp]) -> Floats:
    """z′(I − H)^−½ e of each cluster; those of one member, most households, at once."""
    order = np.argsort(clusters, kind="stable")
    sizes = np.bincount(clusters)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    pulls = np.empty(sizes.size)
    alone = order[starts[sizes == 1]]
    pulls[sizes == 1] = (
        z[alone] * errors[alone] / np.sqrt(np.maximum(1 - (basis[alone] ** 2).sum(axis=1), RANK))
    )
    for g in np.flatnonzero(sizes > 1):
        rows = order[starts[g] : starts[g] + sizes[g]]
        values, vectors = np.linalg.eigh(np.eye(rows.size) - basis[rows] @ basis[rows].T)
        root = np.where(values > RANK, 1 / np.sqrt(np.maximum(values, RANK)), 0.0)
        pulls[g] = (vectors.T @ z[rows]) * root @ (vectors.T @ errors[rows])
    return pulls


def _controls(chance: Floats, covariates: npt.ArrayLike | None, usable: Flags) -> Floats:
    columns = [np.ones(chance.size), chance]
    if covariates is not None:
        given = np.asarray(covariates, dtype=float)
        given = given[:, None] if given.ndim == 1 else given
        if given.shape[0] != usable.size or not np.isfinite(given).all():
            raise ValueError("covariates must be finite, one row for each applicant")
        columns.extend(given[usable].T)
    return np.column_stack(columns)


def _basis(columns: Floats) -> Floats:
    """Orthonormal columns spanning the same space, repeated directions left out (equal chances, say)."""
    columns = columns / np.maximum(np.linalg.norm(columns, axis=0), np.finfo(float).tiny)
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, sizes > RANK * sizes[0]], dtype=float)


def _labels(clusters: npt.ArrayLike | None, usable: Flags) -> npt.NDArray[np.intp] | None:
    if clusters is None:
        return None
    labels = np.asarray(clusters)
    if labels.shape != usable.shape:
        raise ValueError("clusters must hold one label for each applicant")
    return np.unique(labels[usable], return_inverse=True)[1].reshape(-1)


def _column(values: npt.ArrayLike, size: int, name: str) -> Floats:
    column = np.asarray(values, dtype=float)
    if column.shape != (size,):
        raise ValueError(f"{name} must hold one number for each of {size} applicants")
    if not np.isfinite(column).all():
        raise ValueError(f"{name} must be finite; leave out who did not answer and report it as attrition")
    return column
