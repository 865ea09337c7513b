"""A city's programme, read from one TOML file.

    plan = load("palembang")            # shipped with Ampera
    town = load("town.toml").scaled(300)

Every key is documented in `programmes/README.md`. A file with mistakes raises `BadProgramme`, which lists them
as "file: [table] key: what is wrong; remedy": first all mistakes of form, and once the form is right, all
mistakes of sense (`programme_sense.py`).
"""

from __future__ import annotations

import csv
from pathlib import Path

from ampera.content.plan import (
    DAYS,
    LEVELS,
    Agreement,
    Analysis,
    Audience,
    Beacon,
    Block,
    Commitment,
    Component,
    Group,
    Moment,
    Partner,
    Place,
    Programme,
    Round,
    Series,
    Session,
    Thresholds,
    Venue,
    Window,
)
from ampera.content.programme_sense import check
from ampera.content.tables import BadContent, Table, Words, clock, open_table

FOLDER = Path(__file__).parent / "programmes"
PLACES = Path(__file__).parent / "places"
SESSION = rf"({'|'.join(DAYS)})(\+({'|'.join(DAYS)}))* ([01]\d|2[0-3]):[0-5]\d"
OUTCOMES = ("endline-ability",)
SCORES = ("wle",)
METHODS = ("itt", "late", "anderson-rubin", "randomisation-inference", "lee-bounds", "cluster-robust")
CHECKERS = ("kelurahan", "officer", "school")


class BadProgramme(BadContent):
    """The programme file can't be used; `errors` says why, one sentence per mistake."""


def load(name_or_path: str | Path) -> Programme:
    """Read and check a programme: the name of one shipped with Ampera, or a path ending in .toml.

    The places' file is looked for beside the programme, then among ours. Raises BadProgramme.
    """
    text = str(name_or_path)
    path = Path(text) if text.endswith(".toml") else FOLDER / f"{text}.toml"
    top = open_table(path, BadProgramme)
    reasons = _reasons(top)
    programme = Programme(
        agreement=_agreement(top.table("agreement")),
        audiences=tuple(_audience(t) for t in top.tables("audience")),
        commitments=tuple(_commitment(t, reasons) for t in top.tables("commitment")),
        partners=tuple(_partner(t, reasons) for t in top.tables("partner", least=0)),
        places=_places(top.table("places"), path.parent),
        groups=tuple(_group(t) for t in top.tables("group", least=0)),
        round=_round(top.table("round"), reasons),
        series=tuple(_series(t) for t in top.tables("series")),
    )
    top.end()
    top.faults.stop()
    check(programme, top.faults)
    top.faults.stop()
    return programme


def _reasons(top: Table) -> dict[str, Words]:
    """[reasons]: why figures had to be assumed, by code, since several figures share one reason."""
    if not top.has("reasons"):
        return {}
    table = top.table("reasons")
    return {code: table.words(code) for code in table.data}


def _assumed(t: Table, reasons: dict[str, Words]) -> Words | None:
    """The reason if the figure is assumed. `assumed` is always written, so that nobody promises by forgetting."""
    assumed = t.yes_no("assumed")
    if assumed:
        reason = reasons.get(t.text("reason", among=reasons or ("a key of [reasons]",)))
        return reason or Words("", "")
    if t.has("reason"):
        t.note("reason", "is given for a figure that is not assumed", "remove it or write assumed = true")
    return None


def _agreement(t: Table) -> Agreement:
    found = Agreement(
        slug=t.code("slug"),
        title=t.words("title"),
        signed_on=t.date("signed_on"),
        parties=t.texts("parties", least=2),
        summary=t.words("summary"),
        sources=t.texts("sources"),
        seats=t.number("seats", least=1),
        timezone=t.text("timezone", pattern=r"[A-Za-z]+/[A-Za-z_]+", said='a zone such as "Asia/Jakarta"'),
    )
    t.end()
    return found


def _audience(t: Table) -> Audience:
    found = Audience(code=t.code(), name=t.words("name"), nominated=t.yes_no("nominated"))
    t.end()
    return found


def _commitment(t: Table, reasons: dict[str, Words]) -> Commitment:
    found = Commitment(
        level=t.text("level", among=LEVELS),
        audience=t.code("audience"),
        seats=t.number("seats", least=1),
        reason=_assumed(t, reasons),
    )
    t.end()
    return found


def _partner(t: Table, reasons: dict[str, Words]) -> Partner:
    found = Partner(code=t.code(), name=t.text("name"), reason=_assumed(t, reasons))
    t.end()
    return found


def _places(t: Table, folder: Path) -> tuple[Place, ...]:
    name = t.text("file", pattern=r"[\w.-]+\.csv", said="the name of a CSV file")
    t.end()
    path = folder / name if (folder / name).is_file() else PLACES / name
    if not path.is_file():
        t.note("file", f"there is no {name!r}", "put it beside the programme file")
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = list(csv.reader(lines)) or [[]]
    if header != ["code", "level", "name", "parent"]:
        t.note(
            "file", f"{name} has the columns {','.join(header)}", "give it the columns code,level,name,parent"
        )
        return ()
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            t.note("file", f"{name} row {number} has {len(row)} values", f"give it {len(header)}")
            return ()
    return tuple(Place(*row) for row in rows)


def _group(t: Table) -> Group:
    found = Group(
        code=t.code(),
        name=t.words("name"),
        evidence=t.words("evidence"),
        checker=t.text("checker", among=CHECKERS),
        places=t.texts("places") if t.has("places") else (),
    )
    t.end()
    return found


def _round(t: Table, reasons: dict[str, Words]) -> Round:
    attendance = t.table("attendance")
    found = Round(
        number=t.number("number", least=1),
        title=t.words("title"),
        seats=t.number("seats", least=1),
        reason=_assumed(t, reasons),
        min_age=t.number("min_age", least=15, most=100),
        guardian_below=t.number("guardian_below", least=15, most=21),
        horizon=t.text("horizon", pattern=r"\d+(\.\d+)?", said='a decimal in quotation marks, such as "1.4"'),
        tie_break=t.text("tie_break", among=("single", "per-class")),
        reversion=t.text("reversion", among=("open", "none")),
        household_ticket=t.yes_no("household_ticket"),
        replays=t.number("replays", least=100, most=100_000),
        minimum_attendance=attendance.share("minimum"),
        window=_window(t.table("window")),
        beacon=_beacon(t.table("beacon")),
        thresholds=_thresholds(t.table("thresholds")),
        analysis=_analysis(t.table("analysis")),
        grades=tuple(_component(g) for g in t.tables("grade")),
    )
    attendance.end()
    t.end()
    return found


def _moment(t: Table, key: str) -> Moment:
    """`key = { day = 14, at = "17:00" }`"""
    inner = t.table(key)
    moment = Moment(day=inner.number("day", least=0, most=3660), at=inner.time("at"))
    inner.end()
    return moment


def _window(t: Table) -> Window:
    provisional, days = _moment(t, "provisional_list"), t.number("objections_days", least=3, most=60)
    found = Window(
        registration_opens=_moment(t, "registration_opens"),
        registration_closes=_moment(t, "registration_closes"),
        provisional_list=provisional,
        objections_close=Moment(provisional.day + days, provisional.at),
        freeze=_moment(t, "freeze"),
        beacon=_moment(t, "beacon"),
        classes_start=_moment(t, "classes_start"),
        exam_opens=_moment(t, "exam_opens"),
        exam_closes=_moment(t, "exam_closes"),
        endline_opens=_moment(t, "endline_opens"),
        endline_closes=_moment(t, "endline_closes"),
        objections_days=days,
        accept_hours=t.number("accept_hours", least=12, most=24 * 14),
        waves=t.number("waves", least=1, most=50),
    )
    t.end()
    return found


def _beacon(t: Table) -> Beacon:
    kind, outage = t.text("kind", among=("dice", "drand", "rfc3797")), t.words("outage")
    if kind == "drand":
        found = Beacon(kind=kind, outage=outage)
    elif kind == "rfc3797":
        found = Beacon(kind=kind, outage=outage, sources=_named(t, "source", "what", least=1))
    else:
        found = Beacon(
            kind=kind,
            outage=outage,
            count=t.number("count", least=1, most=1000),
            faces=t.number("faces", least=2, most=100),
            witnesses=_named(t, "witness", "role", least=2),
        )
    t.end()
    return found


def _named(t: Table, tables: str, key: str, *, least: int) -> tuple[Words, ...]:
    """One text of each of the tables."""
    found = []
    for inner in t.tables(tables, least=least):
        found.append(inner.words(key))
        inner.end()
    return tuple(found)


def _thresholds(t: Table) -> Thresholds:
    found = Thresholds(
        renew_sd=t.share("renew_sd", most="3"), alpha=t.share("alpha", most="0.2"), power=t.share("power")
    )
    t.end()
    return found


def _analysis(t: Table) -> Analysis:
    found = Analysis(
        estimand=t.words("estimand"),
        outcome=t.text("outcome", among=OUTCOMES),
        score=t.text("score", among=SCORES),
        sample_per_arm=t.number("sample_per_arm", least=2),
        methods=t.texts("methods", pattern="|".join(METHODS), said=f"one of {', '.join(METHODS)}"),
    )
    t.end()
    return found


def _component(t: Table) -> Component:
    found = Component(code=t.code(), name=t.words("name"), weight=t.share("weight"))
    t.end()
    return found


def _series(t: Table) -> Series:
    sessions = t.texts("sessions", pattern=SESSION, said='days and hour such as "selasa+kamis 18:30"')
    mode = t.text("mode", among=("tatap-muka", "daring"))
    found = Series(
        code=t.code(),
        level=t.text("level", among=LEVELS),
        audience=t.optional("audience"),
        partner=t.optional("partner"),
        mode="daring" if mode == "daring" else "tatap-muka",
        seats=t.number("seats", least=1),
        classes=t.number("classes", least=1),
        meetings=t.number("meetings", least=1),
        jp=t.number("jp", least=1),
        sessions=tuple(_session(text) for text in sessions),
        venues=tuple(_venue(v) for v in t.tables("venue")),
        blocks=tuple(_block(b) for b in t.tables("block", least=0)),
    )
    t.end()
    return found


def _session(text: str) -> Session:
    days, hour = text.split(" ")
    return Session(days=tuple(days.split("+")), starts=clock(hour))


def _venue(t: Table) -> Venue:
    place = t.text("place", pattern=r"[0-9.]+", said="a kecamatan's code") if t.has("place") else None
    found = Venue(place=place, name=t.text("name"), rooms=t.texts("rooms"))
    t.end()
    return found


def _block(t: Table) -> Block:
    """group = "" is open to all; cap_group and cap go together."""
    group = t.code("group") if t.data.get("group") != "" else t.data["group"]
    t.has("group")
    capped = t.has("cap_group") or t.has("cap")
    found = Block(
        order=t.number("order", least=1),
        group=group or None,
        seats=t.number("seats", least=1),
        cap_group=t.code("cap_group") if capped else None,
        cap=t.number("cap", least=1) if capped else None,
    )
    t.end()
    return found
