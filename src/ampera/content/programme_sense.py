"""What makes a well-formed programme senseless: sums, unknown codes, an impossible order of days.

Each rule is one function over the whole programme that notes what it finds; `check` runs all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ampera.content.plan import LEVELS, Class, Programme, Series, expand
from ampera.content.tables import Faults

CALENDAR = (
    "registration_opens",
    "registration_closes",
    "provisional_list",
    "objections_close",
    "freeze",
    "beacon",
    "classes_start",
    "exam_opens",
    "exam_closes",
    "endline_opens",
    "endline_closes",
)
FREEZE_AHEAD = timedelta(hours=24)  # of the beacon, at least: nobody who knows its value can touch the list
DIE = 6  # faces, as the draw reads them
BEACON_BITS = 64  # fewer could be searched while grinding the frozen list


def check(programme: Programme, faults: Faults) -> None:
    """Note everything senseless in the programme."""
    for rule in (
        _codes_are_unique,
        _agreement_adds_up,
        _groups_are_in_known_places,
        _round_fits_the_promise,
        _days_are_in_order,
        _draw_is_fair,
        _verdict_can_be_reached,
        _series_name_known_codes,
        _series_add_up,
        _rooms_do_not_clash,
    ):
        rule(programme, faults)


def _codes_are_unique(p: Programme, faults: Faults) -> None:
    named = {
        "audience": [a.code for a in p.audiences],
        "partner": [x.code for x in p.partners],
        "group": [g.code for g in p.groups],
        "series": [s.code for s in p.series],
        "round.grade": [g.code for g in p.round.grades],
        "commitment": [f"{c.level} {c.audience}" for c in p.commitments],
    }
    for table, codes in named.items():
        for code, times in Counter(codes).items():
            if times > 1:
                faults.note(table, "code", f"{code!r} is there {times} times", "give each its own code")


def _agreement_adds_up(p: Programme, faults: Faults) -> None:
    promised = sum(c.seats for c in p.commitments)
    if promised != p.agreement.seats:
        wrong = f"is {p.agreement.seats} but the commitments sum to {promised}"
        faults.note("agreement", "seats", wrong, "make [[commitment]] seats sum to it")
    try:
        ZoneInfo(p.agreement.timezone)
    except (ZoneInfoNotFoundError, OSError):
        faults.note(
            "agreement",
            "timezone",
            f"is {p.agreement.timezone!r}",
            'write a known zone such as "Asia/Jakarta"',
        )
    audiences = {a.code for a in p.audiences}
    for number, c in enumerate(p.commitments, 1):
        _known(faults, f"commitment {number}", "audience", c.audience, audiences, "[[audience]]")


def _groups_are_in_known_places(p: Programme, faults: Faults) -> None:
    kecamatan = _kecamatan(p)
    for group in p.groups:
        for place in group.places:
            _known(faults, f"group {group.code}", "places", place, kecamatan, "the places file's kecamatan")


def _round_fits_the_promise(p: Programme, faults: Faults) -> None:
    planned = sum(s.classes * s.seats for s in p.series)
    if planned != p.round.seats:
        wrong = f"is {p.round.seats} but the series hold {planned}"
        faults.note("round", "seats", wrong, "make classes × seats over [[series]] sum to it")
    nominated = {a.code for a in p.audiences if a.nominated}
    for level in LEVELS:
        for outside in (True, False):
            promised = sum(
                c.seats for c in p.commitments if c.level == level and (c.audience in nominated) == outside
            )
            held = sum(
                s.classes * s.seats
                for s in p.series
                if s.level == level and (s.audience is not None) == outside
            )
            if held > promised:
                who = "nominated" if outside else "drawn"
                wrong = f"holds {held} {who} seats at level {level} but only {promised} are promised"
                faults.note("round", "seats", wrong, "plan fewer classes or correct the commitments")


def _days_are_in_order(p: Programme, faults: Faults) -> None:
    w = p.round.window
    for before, after in pairwise(CALENDAR):
        if getattr(w, before).minutes > getattr(w, after).minutes:
            faults.note("round.window", after, f"comes before {before}", f"move it to {before} or later")
    if w.registration_opens.day != 0:
        faults.note(
            "round.window", "registration_opens", f"is on day {w.registration_opens.day}", "count from day 0"
        )
    if timedelta(minutes=w.beacon.minutes - w.freeze.minutes) < FREEZE_AHEAD:
        faults.note("round.window", "beacon", "is less than 24 hours after freeze", "move it a day later")
    if w.beacon.minutes + w.waves * w.accept_hours * 60 > w.classes_start.minutes:
        wrong = f"comes before {w.waves} waves of {w.accept_hours} hours have been called"
        faults.note("round.window", "classes_start", wrong, "start later, or call fewer or shorter waves")


def _draw_is_fair(p: Programme, faults: Faults) -> None:
    r = p.round
    if Decimal(r.horizon) < 1:
        faults.note("round", "horizon", f"is {r.horizon}", 'write "1" or more: everybody seated is inside')
    if r.guardian_below < r.min_age:
        faults.note(
            "round", "guardian_below", f"is {r.guardian_below}, below min_age", f"write {r.min_age} or more"
        )
    if r.beacon.kind != "dice":
        return
    if r.beacon.faces != DIE:
        wrong = f"is {r.beacon.faces}, but faces are called out from 1 to {DIE}"
        faults.note("round.beacon", "faces", wrong, f"throw dice with {DIE} faces, and more of them")
    if r.beacon.faces**r.beacon.count < 2**BEACON_BITS:
        wrong = f"is {r.beacon.count}, too few throws of {r.beacon.faces} faces"
        faults.note(
            "round.beacon", "count", wrong, f"throw until faces to the power of count reaches 2^{BEACON_BITS}"
        )


def _verdict_can_be_reached(p: Programme, faults: Faults) -> None:
    if p.round.thresholds.power >= 1:
        faults.note("round.thresholds", "power", "is 1", "write a decimal below 1, such as 0.80")
    weights = sum(g.weight for g in p.round.grades)
    if weights != 1:
        faults.note("round.grade", "weight", f"sums to {weights}", "make the weights sum to exactly 1")


def _series_name_known_codes(p: Programme, faults: Faults) -> None:
    audiences, nominated = {a.code for a in p.audiences}, {a.code for a in p.audiences if a.nominated}
    partners, groups, kecamatan = {x.code for x in p.partners}, {g.code for g in p.groups}, _kecamatan(p)
    for s in p.series:
        where = f"series {s.code}"
        _known(faults, where, "partner", s.partner, partners, "[[partner]]")
        _known(faults, where, "audience", s.audience, audiences, "[[audience]]")
        if s.audience in audiences - nominated:
            wrong = f"{s.audience!r} is drawn, not nominated"
            faults.note(where, "audience", wrong, "remove it and reserve seats by [[series.block]] instead")
        for venue in s.venues:
            _known(faults, where, "venue.place", venue.place, kecamatan, "the places file's kecamatan")
            if (venue.place is None) != (s.mode == "daring"):
                wrong = "is missing" if venue.place is None else "is given for an on-line class"
                faults.note(where, "venue.place", wrong, "give it exactly when mode is tatap-muka")
        for block in s.blocks:
            for key, group in (("group", block.group), ("cap_group", block.cap_group)):
                _known(faults, f"{where}.block {block.order}", key, group, groups, "[[group]]")


def _series_add_up(p: Programme, faults: Faults) -> None:
    for s in p.series:
        where = f"series {s.code}"
        if s.audience is not None and s.blocks:
            faults.note(
                where, "block", "is given for nominated people", "remove it: they are outside the draw"
            )
        if s.audience is None:
            _blocks_add_up(s, where, faults)
        if s.classes > len(s.slots()):
            wrong = f"is {s.classes} but rooms and sessions allow {len(s.slots())}"
            faults.note(where, "classes", wrong, "add a room or a session, or plan fewer classes")
        if s.jp % s.meetings:
            faults.note(
                where, "jp", f"{s.jp} is not a multiple of {s.meetings} meetings", "use whole JP per meeting"
            )
        room_for = (p.round.window.exam_opens.day - p.round.window.classes_start.day) // 7
        for session in s.sessions:
            weeks = -(-s.meetings // len(session.days))
            if weeks > room_for:
                wrong = f"is {s.meetings}: {weeks} weeks on {'+'.join(session.days)}, but the exam opens after {room_for}"
                faults.note(where, "meetings", wrong, "meet more often a week or open the exam later")
            if session.starts.hour * 60 + session.starts.minute + s.meeting_minutes >= 24 * 60:
                faults.note(where, "sessions", "a meeting runs past midnight", "start earlier")


def _blocks_add_up(s: Series, where: str, faults: Faults) -> None:
    held = sum(block.seats for block in s.blocks)
    if held != s.seats:
        wrong = f"is {s.seats} but the blocks hold {held}"
        faults.note(where, "seats", wrong, "make [[series.block]] seats sum to it")
    if sorted(block.order for block in s.blocks) != list(range(1, len(s.blocks) + 1)):
        faults.note(
            where, "block.order", "is not 1, 2, 3 … without gaps", "number the blocks as they are filled"
        )
    for block in s.blocks:
        if block.cap is not None and block.cap > block.seats:
            wrong = f"is {block.cap}, above the block's {block.seats} seats"
            faults.note(f"{where}.block {block.order}", "cap", wrong, "lower it or remove cap_group and cap")


def _rooms_do_not_clash(p: Programme, faults: Faults) -> None:
    """No room holds two classes at overlapping hours of one day."""
    met: dict[tuple[str | None, str, str, str], list[Class]] = {}
    for series in p.series:
        for one in expand(series):
            for day in one.days:
                others = met.setdefault((one.place, one.venue, one.room, day), [])
                clash = next((o for o in others if o.starts < one.ends and one.starts < o.ends), None)
                if clash:
                    wrong = f"{one.code} and {clash.code} are both in {one.venue}, {one.room} on {day}"
                    faults.note(f"series {series.code}", "sessions", wrong, "change a room, a day or an hour")
                others.append(one)


def _kecamatan(p: Programme) -> set[str]:
    return {place.code for place in p.places if place.level == "kecamatan"}


def _known(faults: Faults, where: str, key: str, code: str | None, known: Iterable[str], table: str) -> None:
    if code is not None and code not in set(known):
        faults.note(where, key, f"{code!r} is unknown", f"use a code of {table}")
