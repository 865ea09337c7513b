"""The city's map as SVG paths, one per kecamatan, from the real boundaries of its kelurahan.

Borders inside a kecamatan vanish, since two neighbours share them edge by edge. What remains is cut into arcs
where three kecamatan meet, and each arc is simplified once, so that neighbours still fit without gaps.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from ampera.content.programme import PLACES

from .places import kecamatan_of, places

Point = tuple[float, float]
Edge = tuple[Point, Point]

BOUNDARIES = "palembang-kelurahan.geojson"
TOLERANCE = 0.8  # SVG units: below what a 360-pixel screen shows
SLIVER = (
    4.0  # square SVG units: where the survey's neighbours don't quite meet, no part of the city is so small
)
SHADES = 5


@dataclass(frozen=True)
class Shape:
    """One kecamatan: `path` is SVG path data."""

    code: str
    name: str
    path: str


@dataclass(frozen=True)
class Map:
    viewbox: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Shaded:
    """A kecamatan with its value; shade 0 (none) to 5 (the city's highest)."""

    code: str
    name: str
    path: str
    value: int
    shade: int


def map_shapes(width: int = 360, named: Mapping[str, str] | None = None) -> Map:
    """The kecamatan of the city, drawn `width` SVG units wide; the paths are computed once per process.

    named: the kecamatan's names by code, if they were read already; else one query.
    """
    viewbox, paths = _paths(width)
    if named is None:
        named = {place.code: place.name for place in places(kind="kecamatan")}
    return Map(viewbox, tuple(Shape(code, named[code], path) for code, path in paths if code in named))


def shaded(
    values: Mapping[str, int], width: int = 360, named: Mapping[str, str] | None = None
) -> tuple[str, tuple[Shaded, ...]]:
    """(viewbox, kecamatan with values), for `programme/map.html`. values: by kecamatan code; a missing one is 0."""
    drawn = map_shapes(width, named)
    most = max((values.get(shape.code, 0) for shape in drawn.shapes), default=0)
    return drawn.viewbox, tuple(
        Shaded(s.code, s.name, s.path, value, math.ceil(SHADES * value / most) if most else 0)
        for s in drawn.shapes
        for value in [values.get(s.code, 0)]
    )


@cache
def _paths(width: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    collection = json.loads((PLACES / BOUNDARIES).read_text("utf-8"))
    borders = outlines(collection)
    everywhere = [point for edges in borders.values() for edge in edges for point in edge]
    west, east = min(x for x, _ in everywhere), max(x for x, _ in everywhere)
    south, north = min(y for _, y in everywhere), max(y for _, y in everywhere)
    scale = width / (
        east - west
    )  # Palembang lies 3° south: a degree east is as long as one north within 0.2 %
    height = math.ceil((north - south) * scale)

    def placed(point: Point) -> Point:
        return (point[0] - west) * scale, (north - point[1]) * scale

    ends = _ends(borders)
    paths = tuple(
        (code, "".join(_path(ring, ends, placed) for ring in rings(edges) if _area(ring) * scale**2 > SLIVER))
        for code, edges in sorted(borders.items())
    )
    return f"0 0 {width} {height}", paths


def outlines(collection: dict[str, Any]) -> dict[str, frozenset[Edge]]:
    """By kecamatan, the edges (undirected, ends sorted) that lie between it and something else."""
    found: dict[str, Counter[Edge]] = defaultdict(Counter)
    for feature in collection["features"]:
        code = kecamatan_of(feature["properties"]["code"])
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for polygon in polygons:
            for ring in polygon:
                points = [(x, y) for x, y in ring]
                found[code].update((min(a, b), max(a, b)) for a, b in pairwise(points) if a != b)
    return {code: frozenset(e for e, times in edges.items() if times % 2) for code, edges in found.items()}


def rings(edges: Iterable[Edge]) -> list[list[Point]]:
    """Chain edges into closed rings (first point not repeated). Every point has an even number of edges."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for a, b in edges:
        beside[a].add(b)
        beside[b].add(a)
    found = []
    while beside:
        start = min(beside)
        ring, here = [start], start
        while True:
            after = min(beside[here])
            for one, other in ((here, after), (after, here)):
                beside[one].remove(other)
                if not beside[one]:
                    del beside[one]
            if after == start:
                break
            ring.append(after)
            here = after
        found.append(ring)
    return found


def simplified(line: list[Point], tolerance: float) -> list[Point]:
    """The line without the points that lie within `tolerance` of it. Source: Douglas & Peucker (1973)."""
    keep, stack = {0, len(line) - 1}, [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        far, at = 0.0, None
        for i in range(first + 1, last):
            distance = _distance(line[i], line[first], line[last])
            if distance > far:
                far, at = distance, i
        if at is not None and far > tolerance:
            keep.add(at)
            stack += [(first, at), (at, last)]
    return [line[i] for i in sorted(keep)]


def _distance(p: Point, a: Point, b: Point) -> float:
    """From p to the nearest point of the segment a b."""
    along = (b[0] - a[0], b[1] - a[1])
    length = along[0] ** 2 + along[1] ** 2
    t = ((p[0] - a[0]) * along[0] + (p[1] - a[1]) * along[1]) / length if length else 0.0
    t = max(0.0, min(1.0, t))
    return math.dist(p, (a[0] + t * along[0], a[1] + t * along[1]))


def _area(ring: list[Point]) -> float:
    """Of a closed ring, by the shoelace formula."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2


def _ends(borders: Mapping[str, frozenset[Edge]]) -> set[Point]:
    """Where arcs end: points with other than two edges in the map of all kecamatan."""
    times = Counter(point for edge in frozenset().union(*borders.values()) for point in edge)
    return {point for point, n in times.items() if n != 2}


def _path(ring: list[Point], ends: set[Point], placed: Any) -> str:
    cuts = [i for i, point in enumerate(ring) if point in ends]
    if len(cuts) < 2:  # an island or an enclave: cut it where it starts and at its farthest point
        ring = ring[ring.index(min(ring)) :] + ring[: ring.index(min(ring))]
        cuts = [0, max(range(len(ring)), key=lambda i: math.dist(ring[0], ring[i]))]
    ring = ring[cuts[0] :] + ring[: cuts[0]]
    cuts = [i - cuts[0] for i in cuts] + [len(ring)]
    points: list[Point] = []
    for first, last in pairwise(cuts):
        arc = [placed(p) for p in [*ring, ring[0]][first : last + 1]]
        turned = (
            arc[-1] < arc[0]
        )  # a neighbour walks the same arc the other way: simplify it in one direction
        arc = simplified(arc[::-1] if turned else arc, TOLERANCE)
        points += (arc[::-1] if turned else arc)[:-1]
    return "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points) + "Z"
