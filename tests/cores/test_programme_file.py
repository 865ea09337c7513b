"""The programme file: what Palembang's says, and that every mistake in one is named with its remedy."""

import datetime as dt
import tomllib
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ampera.content.plan import apportion
from ampera.content.programme import FOLDER, BadProgramme, load

PALEMBANG = load("palembang")
SOURCE = (FOLDER / "palembang.toml").read_text(encoding="utf-8")


def test_palembang_promises_ten_thousand_seats_signed_on_20_december_2021():
    assert PALEMBANG.agreement.signed_on == dt.date(2021, 12, 20)
    assert sum(c.seats for c in PALEMBANG.commitments) == PALEMBANG.agreement.seats == 10_000


def test_the_assumed_split_follows_the_five_city_pilot_and_says_so():
    """Ministry's pilot: 6,500 public + 3,000 graduates and professionals + 500 officials."""
    asn = sum(c.seats for c in PALEMBANG.commitments if c.audience == "asn")
    public = sum(
        c.seats for c in PALEMBANG.commitments if c.audience != "asn" and c.level in ("dasar", "menengah")
    )
    assert (public, 10_000 - public - asn, asn) == (6_500, 3_000, 500)
    assert all(c.assumed and "6.500" in c.reason.id and "6,500" in c.reason.en for c in PALEMBANG.commitments)


def test_four_universities_are_partners_under_assumed_names():
    assert [p.name for p in PALEMBANG.partners] == [f"Universitas mitra {n}" for n in (1, 2, 3, 4)]
    assert all(p.assumed for p in PALEMBANG.partners)


def test_places_are_the_18_kecamatan_and_107_kelurahan():
    levels = [place.level for place in PALEMBANG.places]
    assert (levels.count("kecamatan"), levels.count("kelurahan")) == (18, 107)


def test_dasar_is_taught_in_every_kecamatan():
    kecamatan = {place.code for place in PALEMBANG.places if place.level == "kecamatan"}
    assert {c.place for c in PALEMBANG.classes if c.level == "dasar" and c.audience is None} == kecamatan


def test_series_expand_to_classes_that_hold_the_rounds_seats_in_blocks():
    assert sum(c.seats for c in PALEMBANG.classes) == PALEMBANG.round.seats == 2_500
    assert PALEMBANG.classes[0].code == "DSR-A-01"
    assert len({c.code for c in PALEMBANG.classes}) == len(PALEMBANG.classes) == 100
    for c in PALEMBANG.classes:
        assert sum(b.seats for b in c.blocks) == (0 if c.audience else c.seats)


def test_a_meeting_lasts_its_lesson_hours_of_45_minutes():
    first = PALEMBANG.classes[0]
    assert (first.jp, first.meetings) == (24, 8)
    assert (first.starts, first.ends) == (dt.time(8), dt.time(10, 15))


def test_a_moment_is_put_on_a_calendar_in_the_citys_time():
    beacon = PALEMBANG.round.window.beacon.on(dt.date(2027, 3, 1), PALEMBANG.agreement.timezone)
    assert beacon.isoformat() == "2027-03-21T14:00:00+07:00"


@given(seats=st.integers(1, 2_500))
def test_a_scaled_plan_keeps_every_series_and_block_and_comes_near_the_seats(seats):
    town = PALEMBANG.scaled(seats)
    assert {c.series for c in town.classes} == {s.code for s in PALEMBANG.series}
    assert sum(c.seats for c in town.classes) == town.round.seats
    for small, big in zip(town.series, PALEMBANG.series, strict=True):
        assert len(small.blocks) == len(big.blocks)
        assert small.audience or sum(b.seats for b in small.blocks) == small.seats
        assert all(b.seats >= 1 for b in small.blocks)
        assert all(b.cap is None or 1 <= b.cap <= b.seats for b in small.blocks)
    smallest = sum(max(1, len(s.blocks)) for s in PALEMBANG.series)
    whole_classes = sum(s.seats for s in PALEMBANG.series)
    assert town.round.seats <= max(seats, smallest) + len(PALEMBANG.series)
    assert town.round.seats >= seats - whole_classes
    assert town.agreement == PALEMBANG.agreement and town.commitments == PALEMBANG.commitments


def test_the_whole_round_is_its_own_scale_and_nothing_larger_is_invented():
    assert PALEMBANG.scaled(2_500) == PALEMBANG
    for seats in (0, 2_501):
        with pytest.raises(ValueError, match="from 1 to 2500"):
            PALEMBANG.scaled(seats)


@given(seats=st.integers(0, 500), parts=st.lists(st.integers(1, 40), min_size=1, max_size=6).map(tuple))
def test_apportioned_seats_add_up_stay_near_proportion_and_leave_no_block_empty(seats, parts):
    given_seats = apportion(seats, parts)
    assert sum(given_seats) == max(seats, len(parts))
    spare = max(0, seats - len(parts))
    for share, part in zip(given_seats, parts, strict=True):
        assert abs(share - 1 - Decimal(spare * part) / sum(parts)) < 1


def broken(tmp_path, old, new):
    """The errors of Palembang's file with one edit."""
    assert old in SOURCE
    path = tmp_path / "kota.toml"
    path.write_text(SOURCE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadProgramme) as caught:
        load(path)
    return caught.value.errors


EDITS = [
    # (what stands there, what is written instead, table, key, a word of what is wrong, a word of the remedy)
    (
        "signed_on = 2021-12-20",
        'signed_on = "2021-12-20"',
        "agreement",
        "signed_on",
        "'2021-12-20'",
        "without quotation",
    ),
    ("signed_on = 2021-12-20\n", "", "agreement", "signed_on", "missing", "add a date"),
    ("signed_on", "signed_in", "agreement", "signed_in", "not a key", "remove it or use one of"),
    ('slug = "palembang"', 'slug = ""', "agreement", "slug", "empty", "short code"),
    ("seats = 10_000", "seats = 9_999", "agreement", "seats", "sum to 10000", "make [[commitment]] seats"),
    ("seats = 10_000", "seats = 0", "agreement", "seats", "is 0", "whole number from 1"),
    ("seats = 10_000", "seats = true", "agreement", "seats", "True", "whole number"),
    ("Asia/Jakarta", "Asia/Jakartta", "agreement", "timezone", "Jakartta", "known zone"),
    ("palembang-districts.csv", "jambi.csv", "places", "file", "no 'jambi.csv'", "beside the programme file"),
    ("nominated = true", 'nominated = "yes"', "audience asn", "nominated", "'yes'", "true or false"),
    ('code = "umkm"', 'code = "pelajar"', "audience", "code", "2 times", "its own code"),
    ('level = "dasar"', 'level = "pemula"', "commitment 1", "level", "pemula", "dasar"),
    ('audience = "umum"', 'audience = "lansia"', "commitment 1", "audience", "lansia", "[[audience]]"),
    ('reason = "pilot-split"\n', "", "commitment 1", "reason", "missing", "add a text"),
    ('reason = "pilot-split"', 'reason = "guess"', "commitment 1", "reason", "guess", "pilot-split"),
    (
        "3000\nassumed = true",
        "3000\nassumed = false",
        "commitment 1",
        "reason",
        "not assumed",
        "assumed = true",
    ),
    (
        ', issued before registration closes" }',
        '" , by = "NIB" }',
        "group umkm.evidence",
        "by",
        "not a key",
        "remove",
    ),
    ('evidence = { id = "Nomor', 'proof = { id = "Nomor', "group umkm", "evidence", "missing", "add"),
    ('checker = "officer"', 'checker = "neighbour"', "group umkm", "checker", "neighbour", "kelurahan"),
    ('"16.71.13", "16.71.14"', '"16.71.99"', "group seberang-ulu", "places", "16.71.99", "kecamatan"),
    ("seats = 2_500", "seats = 2_600", "round", "seats", "series hold 2500", "classes × seats"),
    ("min_age = 15", "min_age = 20", "round", "guardian_below", "below min_age", "20 or more"),
    ("min_age = 15", "min_age = 14", "round", "min_age", "14", "from 15"),
    ('horizon = "1.4"', 'horizon = "0.9"', "round", "horizon", "0.9", '"1" or more'),
    ('horizon = "1.4"', "horizon = 1.4", "round", "horizon", "1.4", "in quotation marks"),
    ('tie_break = "single"', 'tie_break = "first-come"', "round", "tie_break", "first-come", "per-class"),
    ("replays = 200", "replays = 20", "round", "replays", "20", "from 100"),
    ("day = 13", "day = 16", "round.window", "provisional_list", "before registration_closes", "move it"),
    ("objections_days = 3", "objections_days = 1", "round.window", "objections_days", "1", "from 3"),
    (
        "objections_days = 3",
        "objections_days = 9",
        "round.window",
        "freeze",
        "before objections_close",
        "or later",
    ),
    ("beacon = { day = 20", "beacon = { day = 19", "round.window", "beacon", "24 hours", "a day later"),
    ("waves = 4", "waves = 9", "round.window", "classes_start", "9 waves", "fewer or shorter"),
    ('at = "08:00"', 'at = "8 pagi"', "round.window.registration_opens", "at", "8 pagi", "09:00"),
    ("day = 0", "day = 1", "round.window", "registration_opens", "day 1", "day 0"),
    ('kind = "dice"', 'kind = "hat"', "round.beacon", "kind", "hat", "dice"),
    ("faces = 6\n", "faces = 10\n", "round.beacon", "faces", "is 10", "more of them"),
    ("count = 25", "count = 3", "round.beacon", "count", "too few", "2^64"),
    ("renew_sd = 0.20", "renew_sd = 0.0", "round.thresholds", "renew_sd", "0.0", "above 0"),
    ("renew_sd = 0.20", "renew_sd = nan", "round.thresholds", "renew_sd", "NaN", "above 0"),
    ("power = 0.80", "power = 80", "round.thresholds", "power", "80", "up to 1"),
    ("power = 0.80", "power = 1", "round.thresholds", "power", "is 1", "below 1"),
    ('"itt", ', '"astrology", ', "round.analysis", "methods", "astrology", "one of itt"),
    ("minimum = 0.75", "minimum = 75", "round.attendance", "minimum", "75", "up to 1"),
    ("weight = 0.40", "weight = 0.45", "round.grade", "weight", "1.05", "exactly 1"),
    ('"sabtu 13:00"', '"saturday 13:00"', "series DSR-A", "sessions", "saturday", "selasa+kamis"),
    ('partner = "UM1"', 'partner = "UM9"', "series MHR-1", "partner", "UM9", "[[partner]]"),
    ('place = "16.71.02"', 'place = "16.72.02"', "series DSR-A", "venue.place", "16.72.02", "kecamatan"),
    ('place = "16.71.02", ', "", "series DSR-A", "venue.place", "missing", "tatap-muka"),
    (
        'group = "umkm", seats = 5',
        'group = "umkm", seats = 6',
        "series DSR-A",
        "seats",
        "hold 26",
        "sum to it",
    ),
    (
        'group = "umkm", seats = 5',
        'group = "lurah", seats = 5',
        "series DSR-A.block 2",
        "group",
        "lurah",
        "[[group]]",
    ),
    ("order = 2", "order = 4", "series DSR-A", "block.order", "1, 2, 3", "number the blocks"),
    ("cap = 8", "cap = 18", "series MHR-1.block 1", "cap", "18", "lower it"),
    ("cap = 8", "cup = 8", "series MHR-1.block 1", "cap", "missing", "add"),
    ("jp = 24", "jp = 25", "series DSR-A", "jp", "multiple of 8", "whole JP"),
    ("meetings = 8", "meetings = 12", "series DSR-A", "meetings", "12 weeks", "open the exam later"),
    (
        'audience = "asn"\nmode',
        'audience = "umum"\nmode',
        "series ASN-D",
        "audience",
        "drawn",
        "[[series.block]]",
    ),
    (
        '"tatap-muka"\nseats = 25\nclasses = 1\n',
        '"tatap-muka"\nseats = 25\nclasses = 9\n',
        "series ASN-D",
        "classes",
        "9",
        "add a room",
    ),
    ('["senin 08:00"]', '["rabu 09:00"]', "series ASN-L", "sessions", "ASN-D-01", "change a room"),
]


@pytest.mark.parametrize(("old", "new", "table", "key", "wrong", "remedy"), EDITS, ids=lambda x: str(x)[:30])
def test_a_mistake_is_named_with_file_table_key_and_remedy(tmp_path, old, new, table, key, wrong, remedy):
    errors = broken(tmp_path, old, new)
    mine = [e for e in errors if e.startswith(f"kota.toml: [{table}] {key}: ")]
    assert mine, errors
    said, _, mend = mine[0].partition("; ")
    assert wrong in said and remedy in mend, mine


def test_all_mistakes_of_form_are_listed_at_once(tmp_path):
    path = tmp_path / "kota.toml"
    path.write_text(
        SOURCE.replace("replays = 200", "replays = 2").replace('kind = "dice"', 'kind = "hat"'), "utf-8"
    )
    with pytest.raises(BadProgramme) as caught:
        load(path)
    assert len(caught.value.errors) == 2


def test_all_mistakes_of_sense_are_listed_at_once(tmp_path):
    path = tmp_path / "kota.toml"
    path.write_text(
        SOURCE.replace('horizon = "1.4"', 'horizon = "0.5"').replace("weight = 0.40", "weight = 0.10"),
        "utf-8",
    )
    with pytest.raises(BadProgramme) as caught:
        load(path)
    assert len(caught.value.errors) == 2


def test_a_file_that_is_missing_or_not_toml_says_so(tmp_path):
    with pytest.raises(BadProgramme, match="does not exist; correct its name"):
        load("atlantis")
    path = tmp_path / "kota.toml"
    path.write_text("[agreement\n", "utf-8")
    with pytest.raises(BadProgramme, match="is not TOML in UTF-8"):
        load(path)


LINES = SOURCE.splitlines()
ODD = [
    '""',
    "0",
    "-1",
    "true",
    "[]",
    "{}",
    '"?"',
    "1979-05-27",
    "[[1]]",
    "99999999999",
    "0.5",
    "[{}]",
    '["a"]',
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(LINES) - 1), st.sampled_from([None, *ODD]))
def test_any_line_lost_or_given_an_odd_value_is_refused_in_words_never_by_a_crash(tmp_path, number, value):
    line = LINES[number]
    if value is None or " = " not in line or line.lstrip().startswith("{"):
        changed = ""
    else:
        changed = f"{line.split(' = ')[0]} = {value}"
    path = tmp_path / "kota.toml"
    path.write_text("\n".join([*LINES[:number], changed, *LINES[number + 1 :]]), "utf-8")
    try:
        load(path)
    except BadProgramme as refused:
        assert all(error.startswith("kota.toml: [") and "; " in error for error in refused.errors)


def test_a_places_file_with_other_columns_or_a_torn_row_is_refused(tmp_path):
    path = tmp_path / "kota.toml"
    path.write_text(SOURCE, "utf-8")
    for text, wrong in (
        ("kode,nama\n", "has the columns kode,nama"),
        ("code,level,name,parent\n1,x\n", "row 2 has 2"),
    ):
        (tmp_path / "palembang-districts.csv").write_text(text, "utf-8")
        with pytest.raises(BadProgramme, match=wrong):
            load(path)


def test_every_key_of_the_file_is_documented():
    """README.md names each key, so that nobody has to read the loader to write a programme."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    def keys(node):
        for key, value in node.items():
            yield key
            for inner in [value] if isinstance(value, dict) else value if isinstance(value, list) else []:
                if isinstance(inner, dict):
                    yield from keys(inner)

    data = tomllib.loads(SOURCE)
    del data["reasons"]  # its keys are the author's own
    assert {key for key in keys(data) if f"`{key}`" not in readme} == set()


# ---- other beacons ----


def _with_beacon(tmp_path, table: str):
    """Palembang's file with another beacon."""
    start, end = SOURCE.index("[round.beacon]"), SOURCE.index("[round.thresholds]")
    path = tmp_path / "programme.toml"
    path.write_text(SOURCE[:start] + table + "\n" + SOURCE[end:], encoding="utf-8")
    return load(path).round.beacon


OUTAGE = 'outage = { id = "tunggu", en = "wait" }'


def test_drand_needs_no_dice_and_no_witness(tmp_path):
    beacon = _with_beacon(tmp_path, f'[round.beacon]\nkind = "drand"\n{OUTAGE}')
    assert (beacon.kind, beacon.count, beacon.witnesses) == ("drand", 0, ())


def test_published_numbers_are_described_one_by_one(tmp_path):
    source = '[[round.beacon.source]]\nwhat = { id = "Penutupan IHSG", en = "Closing index" }'
    beacon = _with_beacon(tmp_path, f'[round.beacon]\nkind = "rfc3797"\n{OUTAGE}\n{source}')
    assert [s.en for s in beacon.sources] == ["Closing index"]


@pytest.mark.parametrize(
    "table, said",
    [
        ('kind = "drand"\ncount = 25', "count"),
        ('kind = "rfc3797"', "source"),
    ],
)
def test_a_beacon_that_could_not_be_drawn_with_is_refused(tmp_path, table, said):
    with pytest.raises(BadProgramme) as no:
        _with_beacon(tmp_path, f"[round.beacon]\n{table}\n{OUTAGE}")
    assert any(said in error for error in no.value.errors)
