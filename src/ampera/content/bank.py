"""The item bank: items, forms and scale as written down in `items/*.toml`, checked as a whole.

Rules: an item lies in the pool its file is named after; an exam form takes from its own pool only; the
endline form takes from its own pool and from the baseline's anchors, and nothing else is shared. Every form
covers the five DigComp areas. A bank that breaks a rule isn't loaded: `BadBank` lists all that is wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from ampera.content.digcomp import BANDS, outcomes

LEVELS = ("dasar", "menengah", "mahir", "ahli")
EXAM_LEVELS = LEVELS[:3]  # ahli is by rated portfolio
PURPOSES = ("baseline", "exam", "endline")
POOLS = ("baseline", "endline", *(f"exam-{level}" for level in EXAM_LEVELS))
REVIEWS = ("draft", "reviewed", "approved")
STATUSES = ("assumed", "calibrated")
AREAS = frozenset(range(1, 6))
FEWEST_ANCHORS = 5  # below this a link between two forms rests on single items


@dataclass(frozen=True)
class Item:
    """One multiple-choice item: four options, one key (0–3); difficulty in logits; level in DigComp's 1–8."""

    code: str
    pool: str
    area: int
    outcome: str
    level: int
    stem_id: str
    stem_en: str
    options_id: tuple[str, ...]
    options_en: tuple[str, ...]
    key: int
    rationale_id: str
    rationale_en: str
    review: str
    difficulty: float
    difficulty_status: str
    anchor: bool


@dataclass(frozen=True)
class Form:
    """A fixed form: item codes in order, minutes allowed; an exam's level, pass mark (logits) and its reason."""

    code: str
    purpose: str
    items: tuple[str, ...]
    minutes: int
    level: str | None = None
    pass_theta: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Scale:
    """The cut scores (logits, rising) between the levels, easiest first; their status and its reason."""

    levels: tuple[str, ...]
    cuts: tuple[float, ...]
    status: str
    reason: str


@dataclass(frozen=True)
class Bank:
    """A checked bank: items and forms by code, and the scale they are on."""

    items: Mapping[str, Item]
    forms: Mapping[str, Form]
    scale: Scale

    def form_items(self, code: str) -> tuple[Item, ...]:
        """The items of a form, in its order. Raises KeyError if there is no such form."""
        return tuple(self.items[item] for item in self.forms[code].items)

    def pool(self, name: str) -> tuple[Item, ...]:
        """The items of a pool, in the order of their codes. Raises KeyError if there is no such pool."""
        if name not in POOLS:
            raise KeyError(name)
        return tuple(item for _, item in sorted(self.items.items()) if item.pool == name)


@dataclass(frozen=True)
class Problem:
    """One thing wrong: in which file, in which item or form, in which field, what, and how to mend it."""

    file: str
    where: str
    field: str
    says: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.field}: {self.says}; {self.mend}"


class BadBank(ValueError):
    """The bank breaks its rules; `problems` has every breach found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def load(folder: Traversable | None = None) -> Bank:
    """Read and check a bank. folder: holds the TOML files; Ampera's own bank if None (read once).

    Raises BadBank with every problem in the first of these stages that has any: files that can't be read,
    fields that are missing or ill-formed, rules between items, forms and scale.
    """
    return _own() if folder is None else _load(folder)


@cache
def _own() -> Bank:
    return _load(files("ampera.content").joinpath("items"))


def _load(folder: Traversable) -> Bank:
    problems: list[Problem] = []
    names = [*(f"{pool}.toml" for pool in POOLS), "forms.toml", "scale.toml"]
    tables = {name: _read(folder, name, problems) for name in names}
    _stop_at(problems)
    rows = [
        (f"{pool}.toml", row) for pool in POOLS for row in _rows(tables, f"{pool}.toml", "item", problems)
    ]
    form_rows = _rows(tables, "forms.toml", "form", problems)
    for file, row in rows:
        problems += _shape(file, row, Item, _ITEM)
    for row in form_rows:
        problems += _shape("forms.toml", row, Form, _FORM)
    problems += _shape("scale.toml", tables["scale.toml"], Scale, _SCALE)
    _stop_at(problems)
    items = [(file, Item(**_frozen(row))) for file, row in rows]
    forms = [Form(**_frozen(row)) for row in form_rows]
    bank = Bank(
        items=MappingProxyType({item.code: item for _, item in items}),
        forms=MappingProxyType({form.code: form for form in forms}),
        scale=Scale(**_frozen(tables["scale.toml"])),
    )
    for file, item in items:
        problems += _item_rules(file, item)
    problems += _twice([(file, item.code, "code", item.code) for file, item in items])
    problems += _twice([(file, item.code, "stem_id", item.stem_id) for file, item in items])
    problems += _twice([(file, item.code, "stem_en", item.stem_en) for file, item in items])
    problems += _twice([("forms.toml", form.code, "code", form.code) for form in forms])
    for form in forms:
        problems += _form_rules(form, bank)
    problems += _scale_rules(bank.scale)
    _stop_at(problems)
    return bank


def _stop_at(problems: list[Problem]) -> None:
    if problems:
        raise BadBank(problems)


def _read(folder: Traversable, name: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(name, "file", "-", "is missing", f"add {name}"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(name, "file", "-", f"is not TOML ({error})", "mend the syntax at that line"))
    return {}


def _rows(tables: Mapping[str, Any], file: str, name: str, problems: list[Problem]) -> list[dict[str, Any]]:
    rows = tables[file].get(name)
    if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        return rows
    problems.append(Problem(file, "file", name, "has no entries", f"write each one under [[{name}]]"))
    return []


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


# --- the shape of a field: a test and its remedy ---


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != "" and value == value.strip()


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 6


def _whole(low: int, high: int) -> Any:
    return lambda value: type(value) is int and low <= value <= high


def _texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(map(_text, value))


def _options(value: Any) -> bool:
    return _texts(value) and len(value) == 4 and len({option.casefold() for option in value}) == 4


def _one_of(names: Iterable[str]) -> tuple[Any, str]:
    allowed = tuple(names)
    return (lambda value: value in allowed), f"write one of {', '.join(allowed)}"


_TEXT = (_text, "write text, without spaces at its ends")
_LOGITS = (_number, "write logits, from -6 to 6")
_FOUR = (_options, "write four different options")
_ITEM = {
    "code": _TEXT,
    "pool": _one_of(POOLS),
    "area": (_whole(1, 5), "write a DigComp area, 1 to 5"),
    "outcome": _TEXT,
    "level": (_whole(1, 8), "write a DigComp level, 1 to 8"),
    "stem_id": _TEXT,
    "stem_en": _TEXT,
    "options_id": _FOUR,
    "options_en": _FOUR,
    "key": (_whole(0, 3), "write the place of the right option, 0 to 3"),
    "rationale_id": _TEXT,
    "rationale_en": _TEXT,
    "review": _one_of(REVIEWS),
    "difficulty": _LOGITS,
    "difficulty_status": _one_of(STATUSES),
    "anchor": (lambda value: isinstance(value, bool), "write true or false"),
}
_FORM = {
    "code": _TEXT,
    "purpose": _one_of(PURPOSES),
    "items": (_texts, "write the codes of its items, in order"),
    "minutes": (_whole(1, 240), "write whole minutes, 1 to 240"),
    "level": _one_of(EXAM_LEVELS),
    "pass_theta": _LOGITS,
    "reason": _TEXT,
}
_SCALE = {
    "levels": (_texts, "write the names of the levels, easiest first"),
    "cuts": (lambda value: isinstance(value, list) and all(map(_number, value)), _LOGITS[1]),
    "status": _one_of(STATUSES),
    "reason": _TEXT,
}
_EXAM_ONLY = frozenset({"level", "pass_theta", "reason"})


def _shape(file: str, row: Mapping[str, Any], kind: type, rules: Mapping[str, Any]) -> Iterable[Problem]:
    """Fields that are missing, unknown or ill-formed; what only an exam has is judged in `_form_rules`."""
    where = str(row.get("code", "?")) if kind is not Scale else "scale"
    optional = _EXAM_ONLY if kind is Form else frozenset()
    for field in fields(kind):
        fits, mend = rules[field.name]
        if field.name not in row:
            if field.name not in optional:
                yield Problem(file, where, field.name, "is missing", mend)
        elif not fits(row[field.name]):
            yield Problem(file, where, field.name, f"can't be {row[field.name]!r}", mend)
    for name in row.keys() - {field.name for field in fields(kind)}:
        yield Problem(file, where, name, "is not a field", f"use one of {', '.join(rules)}")


# --- the rules between fields, items, forms and scale ---


def _item_rules(file: str, item: Item) -> Iterable[Problem]:
    def problem(field: str, says: str, mend: str) -> Problem:
        return Problem(file, item.code, field, says, mend)

    if file != f"{item.pool}.toml":
        yield problem("pool", f"is {item.pool}", f"move the item to {item.pool}.toml")
    if item.anchor and item.pool != "baseline":
        yield problem("anchor", f"is true in pool {item.pool}", "only baseline items can be anchors")
    outcome = outcomes().get(item.outcome)
    if outcome is None:
        yield problem(
            "outcome", f"{item.outcome} is not in DigComp 3.0", "take an id from digcomp-3.0.jsonld"
        )
        return
    if outcome.area != item.area:
        yield problem("area", f"is {item.area}", f"the outcome lies in area {outcome.area}")
    low, high = BANDS[outcome.level_name]
    if not low <= item.level <= high:
        yield problem("level", f"is {item.level}", f"the outcome lies in levels {low} to {high}")


def _twice(entries: Iterable[tuple[str, str, str, str]]) -> Iterable[Problem]:
    """entries: (file, where, field, value); a problem for each value seen before."""
    seen: dict[str, str] = {}
    for file, where, field, value in entries:
        key = value.casefold()
        if key in seen:
            yield Problem(file, where, field, f"is the same as that of {seen[key]}", "change one of the two")
        else:
            seen[key] = f"{where} in {file}"


def _form_rules(form: Form, bank: Bank) -> Iterable[Problem]:
    def problem(field: str, says: str, mend: str) -> Problem:
        return Problem("forms.toml", form.code, field, says, mend)

    for field in sorted(_EXAM_ONLY):
        given = getattr(form, field) is not None
        if given != (form.purpose == "exam"):
            says = "is given" if given else "is missing"
            yield problem(field, says, "an exam has level, pass_theta and reason; other forms have none")
    if len(set(form.items)) < len(form.items):
        yield problem("items", "holds an item twice", "list each code once")
    for code in form.items:
        item = bank.items.get(code)
        if item is None:
            yield problem("items", f"{code} is in no pool", "correct the code or write the item")
        elif not _may_use(form, item):
            yield problem("items", f"{code} is in pool {item.pool}", "take items from the form's own pool")
    known = [bank.items[code] for code in form.items if code in bank.items]
    if missing := AREAS - {item.area for item in known}:
        yield problem("items", f"has no item in areas {sorted(missing)}", "cover all five areas")
    if form.purpose == "endline" and sum(item.anchor for item in known) < FEWEST_ANCHORS:
        yield problem("items", "has too few anchors", f"list at least {FEWEST_ANCHORS} baseline anchors")


def _may_use(form: Form, item: Item) -> bool:
    own = f"exam-{form.level}" if form.purpose == "exam" else form.purpose
    return item.pool == own or (form.purpose == "endline" and item.anchor)


def _scale_rules(scale: Scale) -> Iterable[Problem]:
    if scale.levels != LEVELS:
        yield Problem("scale.toml", "scale", "levels", f"are {scale.levels}", f"write {', '.join(LEVELS)}")
    if len(scale.cuts) != len(LEVELS) - 1 or any(low >= high for low, high in pairwise(scale.cuts)):
        yield Problem("scale.toml", "scale", "cuts", f"are {scale.cuts}", "write three rising numbers")
