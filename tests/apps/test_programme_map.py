"""The map of the kecamatan, and what each horizon costs."""

import gzip
import json
import math
import re
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.apps.programme import maps
from ampera.apps.programme.horizons import horizons

NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)
JAKABARING = "16.71.17"


@pytest.fixture
def round_id(db) -> int:
    return programme.load("palembang", by=audit.system("test"), now=NOW)


def square(code: str, west: float, south: float = 0.0) -> dict:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_the_border_between_two_kelurahan_of_a_kecamatan_vanishes():
    city = {"features": [square("1.1.1.1", 0), square("1.1.1.2", 1)]}
    edges = maps.outlines(city)["1.1.1"]
    assert ((1, 0), (1, 1)) not in edges and len(edges) == 6
    (ring,) = maps.rings(edges)
    assert len(ring) == 6


def test_the_border_between_two_kecamatan_belongs_to_both():
    borders = maps.outlines({"features": [square("1.1.1.1", 0), square("1.1.2.1", 1)]})
    assert borders["1.1.1"] & borders["1.1.2"] == {((1, 0), (1, 1))}


def test_an_enclave_leaves_a_ring_of_its_own():
    around = [square("1.1.1.1", x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    found = maps.rings(maps.outlines({"features": around})["1.1.1"])
    assert sorted(len(ring) for ring in found) == [4, 12]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=40))
def test_a_simplified_line_keeps_its_ends_and_stays_within_the_tolerance(points):
    line = [(float(x), float(y)) for x, y in points]
    kept = maps.simplified(line, 2.0)
    assert kept[0] == line[0] and kept[-1] == line[-1]
    assert len(kept) <= len(line) and set(kept) <= set(line)
    corners = [*kept, kept[-1]]
    for point in line:
        assert min(from_segment(point, a, b) for a, b in pairwise(corners)) <= 2.0 + 1e-9


def from_segment(p, a, b) -> float:
    """By brute force: the nearest of many points along the segment, and the perpendicular's foot by bisection."""
    low, high = 0.0, 1.0
    at = lambda t: math.dist(p, (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))  # noqa: E731
    for _ in range(100):
        third = (high - low) / 3
        low, high = (low, high - third) if at(low + third) <= at(high - third) else (low + third, high)
    return at(low)


def points(path: str) -> list[list[tuple[str, ...]]]:
    """The rings of an SVG path."""
    return [[tuple(p.split()) for p in ring.rstrip("Z").split("L")] for ring in path.split("M")[1:]]


def test_eighteen_kecamatan_are_drawn_by_name_in_few_bytes(round_id):
    drawn = programme.map_shapes()
    assert [s.code for s in drawn.shapes] == [f"16.71.{n:02d}" for n in range(1, 19)]
    assert {s.name for s in drawn.shapes} == {p.name for p in programme.places(kind="kecamatan")}
    assert len(gzip.compress("".join(s.path for s in drawn.shapes).encode())) < 5_000
    _x, _y, width, height = map(int, drawn.viewbox.split())
    for shape in drawn.shapes:
        for x, y in (p for ring in points(shape.path) for p in ring):
            assert 0 <= float(x) <= width and 0 <= float(y) <= height


def test_simplified_neighbours_share_their_sides_and_nobody_loses_ground(round_id):
    """No side belongs to three; a third is shared to the last digit; each area is kept within 3 %."""
    sides: Counter[frozenset] = Counter()
    collection = json.loads((maps.PLACES / maps.BOUNDARIES).read_text("utf-8"))
    surveyed = {code: sum(map(area, maps.rings(e))) for code, e in maps.outlines(collection).items()}
    drawn = {}
    for shape in programme.map_shapes().shapes:
        rings = points(shape.path)
        drawn[shape.code] = sum(area([(float(x), float(y)) for x, y in ring]) for ring in rings)
        sides.update(frozenset(side) for ring in rings for side in pairwise([*ring, ring[0]]))
    assert set(sides.values()) == {1, 2}
    assert sum(n == 2 for n in sides.values()) > len(sides) / 3
    scale = sum(drawn.values()) / sum(surveyed.values())
    assert {code: drawn[code] / scale for code in drawn} == pytest.approx(surveyed, rel=0.03)


def area(ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2


def test_shades_grow_with_the_value_and_nobody_is_no_shade(round_id):
    _viewbox, found = programme.shaded({"16.71.01": 1, "16.71.02": 50, JAKABARING: 100})
    shade = {s.code: s.shade for s in found}
    assert (shade["16.71.01"], shade["16.71.02"], shade[JAKABARING], shade["16.71.03"]) == (1, 3, 5, 0)
    assert all(s.shade == 0 for s in programme.shaded({})[1])


def test_the_map_stands_beside_its_table_and_names_every_kecamatan(round_id):
    viewbox, shapes = programme.shaded({JAKABARING: 12})
    page = render_to_string(
        "programme/map.html",
        {"viewbox": viewbox, "shapes": shapes, "caption": "Registered", "value_label": "People"},
    )
    assert "<title>Jakabaring: 12</title>" in page and 'class="shade-5"' in page
    assert len(re.findall('<th scope="row">', page)) == len(re.findall("<path", page)) == 18
    assert "style=" not in page


# ---- horizons ----


def test_a_longer_horizon_leaves_fewer_seats_empty_and_makes_a_seats_effect_harder_to_see(round_id):
    found = horizons(programme.plan(round_id), drawn_seats=2375, applicants=12_000, takeup=0.6)
    assert [h.k for h in found] == ["1", "1.2", "1.4", "1.6", "2", "2.5"]
    assert [h.empty for h in found] == sorted((h.empty for h in found), reverse=True)
    assert found[0].empty == 2375 - round(0.6 * 2375)
    assert found[-1].empty == 0
    assert found[-1].seat_mde > found[0].seat_mde > found[0].mde
    assert found[0].seat_mde == pytest.approx(found[0].mde / 0.6)
    assert {h.undecided for h in found} == {1.0}
    assert found[0].variance == pytest.approx(
        2375 * (1 - 2375 / 12_000)
    )  # Σp(1−p), everybody's chance the same


def test_nobody_is_left_to_compare_with_when_everybody_is_inside(round_id):
    found = horizons(programme.plan(round_id), drawn_seats=2375, applicants=2850, takeup=0.6)
    assert {h.k: h.mde is None for h in found} == {
        "1": False, "1.2": True, "1.4": True, "1.6": True, "2": True, "2.5": True,
    }  # fmt: skip
    assert all(h.inside <= 2850 for h in found)
    assert [(h.undecided, h.variance) for h in found[1:]] == [(0.0, 0.0)] * 5
