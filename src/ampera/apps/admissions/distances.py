"""How far apart two kecamatan lie: between the middles of their real boundaries."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from ampera.apps.programme import api as programme
from ampera.content.programme import PLACES

BOUNDARIES = "palembang-kelurahan.geojson"
KM_PER_DEGREE = 111.2  # of latitude; of longitude times the cosine of the latitude


def kilometres(one: str, other: str) -> float:
    """Between two kecamatan, in km as the crow flies; infinite if the boundary of either isn't known."""
    middles = _middles()
    if one == other:
        return 0.0
    if one not in middles or other not in middles:
        return math.inf
    (x1, y1), (x2, y2) = middles[one], middles[other]
    east = (x1 - x2) * math.cos(math.radians((y1 + y2) / 2))
    return KM_PER_DEGREE * math.hypot(east, y1 - y2)


@cache
def _middles() -> dict[str, tuple[float, float]]:
    """(longitude, latitude) of each kecamatan's centroid, its kelurahan weighted by area; read once a process."""
    parts: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for feature in json.loads((PLACES / BOUNDARIES).read_text("utf-8"))["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for polygon in polygons:
            parts[programme.kecamatan_of(feature["properties"]["code"])].append(_moments(polygon[0]))
    return {code: _middle(moments) for code, moments in parts.items()}


def _moments(ring: Iterable[Iterable[float]]) -> tuple[float, float, float]:
    """(area, area·x, area·y) of a closed ring, by the shoelace formula, the area taken positive."""
    area = mx = my = 0.0
    for (x1, y1), (x2, y2) in pairwise(tuple(p) for p in ring):
        cross = x1 * y2 - x2 * y1
        area += cross / 2
        mx += (x1 + x2) * cross / 6
        my += (y1 + y2) * cross / 6
    return (area, mx, my) if area >= 0 else (-area, -mx, -my)


def _middle(moments: list[tuple[float, float, float]]) -> tuple[float, float]:
    area = sum(a for a, _, _ in moments)
    return sum(x for _, x, _ in moments) / area, sum(y for _, _, y in moments) / area
