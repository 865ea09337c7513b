"""What was promised, to whom and with whom. Words come in the active language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from . import models
from .models import Level
from .refusals import NoSuchRound

levels: tuple[str, ...] = tuple(Level.values)


def words(row: object, field: str) -> str:
    """The row's `<field>_id` or `<field>_en`, in the active language; Indonesian is the official one."""
    english = (get_language() or "").startswith("en")
    return getattr(row, f"{field}_en" if english else f"{field}_id")


def level_index(code: str) -> int:
    """0 for dasar … 3 for ahli. Raises ValueError for anything else."""
    return levels.index(code)


@dataclass(frozen=True)
class Audience:
    code: str
    name: str
    nominated: bool


@dataclass(frozen=True)
class Group:
    """Those for whom seats can be reserved. places: kecamatan codes; who lives there belongs to it, if any are named."""

    code: str
    name: str
    evidence: str
    checker: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Commitment:
    level: str
    audience: str
    audience_name: str
    seats: int
    assumed: bool
    reason: str


@dataclass(frozen=True)
class Partner:
    code: str
    name: str
    assumed: bool
    reason: str


@dataclass(frozen=True)
class Agreement:
    """seats: promised in all. What is assumed of the split is marked in its commitments and never counts as promised."""

    slug: str
    title: str
    summary: str
    signed_on: date
    seats: int
    parties: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    partners: tuple[Partner, ...]
    sources: tuple[str, ...]


def agreement(slug: str | None = None) -> Agreement | None:
    """One agreement, or the city's first; None if none is loaded."""
    found = models.Agreement.objects.order_by("id")
    row = found.filter(slug=slug).first() if slug else found.first()
    return None if row is None else _agreement(row)


def agreement_of(round_id: int) -> Agreement:
    """The agreement that a round is part of. Raises NoSuchRound."""
    row = models.Agreement.objects.filter(rounds=round_id).first()
    if row is None:
        raise NoSuchRound()
    return _agreement(row)


def _agreement(row: models.Agreement) -> Agreement:
    return Agreement(
        slug=row.slug,
        title=words(row, "title"),
        summary=words(row, "summary"),
        signed_on=row.signed_on,
        seats=row.seats,
        parties=tuple(row.parties.order_by("id").values_list("name", flat=True)),
        commitments=commitments(row),
        partners=tuple(Partner(p.code, p.name, p.assumed, _reason(p)) for p in row.partners.order_by("code")),
        sources=tuple(row.sources.splitlines()),
    )


def commitments(row: models.Agreement) -> tuple[Commitment, ...]:
    """In the order of levels, then of audiences."""
    found = sorted(
        row.commitments.select_related("audience"),
        key=lambda c: (level_index(c.level), c.audience.position),
    )
    return tuple(
        Commitment(c.level, c.audience_id, words(c.audience, "name"), c.seats, c.assumed, _reason(c))
        for c in found
    )


def audiences() -> tuple[Audience, ...]:
    return tuple(Audience(a.code, words(a, "name"), a.nominated) for a in models.Audience.objects.all())


def groups() -> tuple[Group, ...]:
    """Two queries; in the order of their codes."""
    return tuple(
        Group(
            code=g.code,
            name=words(g, "name"),
            evidence=words(g, "evidence"),
            checker=g.checker,
            places=tuple(sorted(place.code for place in g.places.all())),
        )
        for g in models.Group.objects.order_by("code").prefetch_related("places")
    )


def _reason(row: models.Commitment | models.Partner) -> str:
    english = (get_language() or "").startswith("en")
    return row.reason_en if english and row.reason_en else row.reason
