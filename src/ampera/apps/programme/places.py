"""The city's places, under the codes of the Ministry of Home Affairs: 16.71 · 16.71.01 · 16.71.01.1001."""

from __future__ import annotations

from dataclasses import dataclass

from . import models
from .refusals import NoSuchPlace


@dataclass(frozen=True)
class Place:
    """kind: city, kecamatan or kelurahan. parent: the code of the place around it, "" for the city."""

    code: str
    kind: str
    name: str
    parent: str


def places(kind: str | None = None, parent: str | None = None) -> tuple[Place, ...]:
    """All places, or those of a kind or directly inside another, in the order of their codes."""
    found = models.Place.objects.order_by("code")
    if kind is not None:
        found = found.filter(kind=kind)
    if parent is not None:
        found = found.filter(parent=parent)
    return tuple(Place(p.code, p.kind, p.name, p.parent_id or "") for p in found)


def place(code: str) -> Place:
    """Raises NoSuchPlace."""
    row = models.Place.objects.filter(pk=code).first()
    if row is None:
        raise NoSuchPlace(code=code)
    return Place(row.code, row.kind, row.name, row.parent_id or "")


def kecamatan_of(kelurahan_code: str) -> str:
    """The kecamatan around a kelurahan: the first three parts of its code, so no query is needed."""
    return ".".join(kelurahan_code.split(".")[:3])
