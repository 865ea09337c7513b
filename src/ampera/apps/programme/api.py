"""The programme's front door: what was promised, where, in which rounds, and the plan that a round locks.

Texts come in the active language. `load` fills the tables from a programme file; `propose_lock` and `confirm_lock`
fix a plan by two people; `move` takes a round through ROUND_MOVES. Everything else reads.
"""

from .agreements import (
    Agreement,
    Audience,
    Commitment,
    Group,
    Partner,
    agreement,
    agreement_of,
    audiences,
    groups,
    level_index,
    levels,
)
from .choosing import round_of
from .classes import DAYS, Block, Class, class_, class_kinds, class_moved, classes
from .lists import csv_file, plain_cell, sorting, wants_csv
from .loading import load
from .maps import Map, Shaded, Shape, map_shapes, shaded
from .names import day_names, level_name, method_name, mode_name, short_form, state_name
from .office_views import office_class as office_class_page
from .places import Place, kecamatan_of, place, places
from .plans import (
    Plan,
    Power,
    Weight,
    attendance_share,
    confirm_lock,
    expected_power,
    hash_of,
    household_ticket,
    plan,
    propose_lock,
)
from .refusals import (
    EndsBeforeStart,
    HashDiffers,
    IllegalMove,
    NoReason,
    NoSuchClass,
    NoSuchPlace,
    NoSuchRound,
    NotProposed,
    PlanChanged,
    PlanIsLocked,
    RoomTaken,
    SamePerson,
    UnknownDay,
)
from .rounds import ROUND_MOVES, Round, current, diagram, hold, move, round_, rounds, told
from .tasks import request_stamp
from .views import agreement_page
from .windows import Window, window

__all__ = [
    "DAYS",
    "ROUND_MOVES",
    "Agreement",
    "Audience",
    "Block",
    "Class",
    "Commitment",
    "EndsBeforeStart",
    "Group",
    "HashDiffers",
    "IllegalMove",
    "Map",
    "NoReason",
    "NoSuchClass",
    "NoSuchPlace",
    "NoSuchRound",
    "NotProposed",
    "Partner",
    "Place",
    "Plan",
    "PlanChanged",
    "PlanIsLocked",
    "Power",
    "RoomTaken",
    "Round",
    "SamePerson",
    "Shaded",
    "Shape",
    "UnknownDay",
    "Weight",
    "Window",
    "agreement",
    "agreement_of",
    "agreement_page",
    "attendance_share",
    "audiences",
    "class_",
    "class_kinds",
    "class_moved",
    "classes",
    "confirm_lock",
    "csv_file",
    "current",
    "day_names",
    "diagram",
    "expected_power",
    "groups",
    "hash_of",
    "hold",
    "household_ticket",
    "kecamatan_of",
    "level_index",
    "level_name",
    "levels",
    "load",
    "map_shapes",
    "method_name",
    "mode_name",
    "move",
    "office_class_page",
    "place",
    "places",
    "plain_cell",
    "plan",
    "propose_lock",
    "request_stamp",
    "round_",
    "round_of",
    "rounds",
    "shaded",
    "short_form",
    "sorting",
    "state_name",
    "told",
    "wants_csv",
    "window",
]
