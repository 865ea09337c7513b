"""The front door of admissions: from an application to a seat."""

# Officers
from .bundles import bundle, replayed
from .callbook import Ended, call_of, calls, waves, waves_ended
from .calling import (
    CALL_MOVES,
    Offered,
    Wave,
    accept,
    accept_many,
    call_wave,
    close_waves,
    decline,
    decline_many,
    lapse,
)
from .drawing import Drawn, Reason, Result, check_draw, draw, drawn, outcome, reasons
from .freezing import (
    Frozen,
    Preview,
    SmallCell,
    confirm_freeze,
    frozen,
    labelled_copy,
    preview,
    propose_freeze,
    proposed_freeze,
)
from .funnel import Step, funnel
from .nominations import Nominated, Report, RowError, nominate, nominated
from .office_refusals import (
    AlreadyDrawn,
    AlreadySeated,
    BadList,
    CallDeclined,
    CallLapsed,
    CallTaken,
    ClaimsUnchecked,
    ClassFull,
    DrawTooEarly,
    FreezeNotProposed,
    FreezeSamePerson,
    FreezeTooLate,
    HasApplied,
    ListChanged,
    NoSuchCall,
    NotDrawn,
    NotFrozen,
    ObjectionPeriod,
    ObjectionsOpen,
    TooFewWitnesses,
    WaveOpen,
    WavesNotOver,
    WitnessUnknown,
)
from .seats import (
    Arm,
    Delivered,
    Filling,
    Seat,
    arms,
    claim_live,
    delivered,
    fillings,
    live_classes,
    release,
    seat_of,
    seats_of_class,
    seats_of_round,
)
from .sentences import sentence
from .standing import Standing, provisional

# fmt: off
__all__ = [
    "CALL_MOVES", "AlreadyDrawn", "AlreadySeated", "Arm", "BadList", "CallDeclined", "CallLapsed", "CallTaken",
    "ClaimsUnchecked", "ClassFull", "Delivered", "DrawTooEarly", "Drawn", "Ended", "Filling", "FreezeNotProposed",
    "FreezeSamePerson", "FreezeTooLate", "Frozen", "HasApplied", "ListChanged", "NoSuchCall", "Nominated", "NotDrawn",
    "NotFrozen", "ObjectionPeriod", "ObjectionsOpen", "Offered", "Preview", "Reason", "Report", "Result", "RowError",
    "Seat", "SmallCell", "Standing", "Step", "TooFewWitnesses", "Wave", "WaveOpen", "WavesNotOver", "WitnessUnknown",
    "accept", "accept_many", "arms", "bundle", "call_of", "call_wave", "calls", "check_draw", "claim_live",
    "close_waves", "confirm_freeze", "decline", "decline_many", "delivered", "draw", "drawn", "fillings", "frozen",
    "funnel", "labelled_copy", "lapse", "live_classes", "nominate", "nominated", "outcome", "preview",
    "propose_freeze", "proposed_freeze", "provisional", "reasons", "release", "replayed", "seat_of",
    "seats_of_class", "seats_of_round", "sentence", "waves", "waves_ended",
]
# fmt: on
