"""The front door of `admissions`: apply, object, be drawn, be called, take a seat.

Applying needs no key but where something comes into being: each step says what is so, and saying it twice is harmless.
"""

from .applications import (
    APPLICATION_MOVES,
    application_diagram,
    begin,
    set_audience,
    set_level,
    set_ranking,
    set_wishes,
    submit,
    withdraw,
)
from .batches import Wish, submit_many
from .bundles import bundle, replayed
from .callbook import Ended, call_of, calls, waves, waves_ended
from .calling import (
    CALL_MOVES,
    Offered,
    Wave,
    accept,
    accept_many,
    call_diagram,
    call_wave,
    close_waves,
    decline,
    decline_many,
    lapse,
)
from .claims import accepted_groups, check_claim, check_claims_many, claimable, groups_at, reserved
from .drawing import Drawn, Reason, Result, check_draw, draw, drawn, outcome, reasons
from .erasing import forget
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
from .funnel import Reached, funnel
from .households import housemates, share_ticket
from .nominations import Nominated, Report, RowError, nominate, nominated
from .objections import Objection, answer_objection, object_, objections
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
    IdentityNotSeen,
    ListChanged,
    LiveLevelTooHigh,
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
from .ranking import ONLINE, propose
from .receipts import ALPHABET, check_character
from .records import Application, Claim, application, of_person
from .refusals import (
    AlreadyAnswered,
    AnswerMissing,
    BaselineNotFinished,
    ClaimReasonMissing,
    ClaimsAreFrozen,
    EvidenceMissing,
    HasSeat,
    Incomplete,
    LevelMissing,
    LevelTooHigh,
    NobodyToShareWith,
    NoClassAtLevel,
    NoSuchApplication,
    NoSuchClaim,
    NoSuchObjection,
    NotForThisAudience,
    NotOpen,
    NotYourLevel,
    ObjectionEmpty,
    ObjectionsClosed,
    RankingEmpty,
    RankingTooLong,
    ReceiptShape,
    UnknownGroup,
    UnknownWish,
    Withdrawn,
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
from .situation import Step
from .standing import Standing, provisional
from .steps import step, step_without_seat

# fmt: off
__all__ = [
    "ALPHABET", "APPLICATION_MOVES", "CALL_MOVES", "ONLINE", "AlreadyAnswered", "AlreadyDrawn",
    "AlreadySeated", "AnswerMissing", "Application", "Arm", "BadList", "BaselineNotFinished",
    "CallDeclined", "CallLapsed", "CallTaken", "Claim", "ClaimReasonMissing", "ClaimsAreFrozen",
    "ClaimsUnchecked", "ClassFull", "Delivered", "DrawTooEarly", "Drawn", "Ended", "EvidenceMissing",
    "Filling", "FreezeNotProposed", "FreezeSamePerson", "FreezeTooLate", "Frozen", "HasApplied", "HasSeat",
    "IdentityNotSeen", "Incomplete", "LevelMissing", "LevelTooHigh", "ListChanged", "LiveLevelTooHigh",
    "NoClassAtLevel", "NoSuchApplication", "NoSuchCall", "NoSuchClaim", "NoSuchObjection",
    "NobodyToShareWith", "Nominated", "NotDrawn", "NotForThisAudience", "NotFrozen", "NotOpen",
    "NotYourLevel", "Objection", "ObjectionEmpty", "ObjectionPeriod", "ObjectionsClosed", "ObjectionsOpen",
    "Offered", "Preview", "RankingEmpty", "RankingTooLong", "Reached", "Reason", "ReceiptShape", "Report",
    "Result", "RowError", "Seat", "SmallCell", "Standing", "Step", "TooFewWitnesses", "UnknownGroup",
    "UnknownWish", "Wave", "WaveOpen", "WavesNotOver", "Wish", "Withdrawn", "WitnessUnknown", "accept",
    "accept_many", "accepted_groups", "answer_objection", "application", "application_diagram", "arms",
    "begin", "bundle", "call_diagram", "call_of", "call_wave", "calls", "check_character", "check_claim",
    "check_claims_many", "check_draw", "claim_live", "claimable", "close_waves", "confirm_freeze",
    "decline", "decline_many", "delivered", "draw", "drawn", "fillings", "forget", "frozen", "funnel",
    "groups_at", "housemates", "labelled_copy", "lapse", "live_classes", "nominate", "nominated", "object_",
    "objections", "of_person", "outcome", "preview", "propose", "propose_freeze", "proposed_freeze",
    "provisional", "reasons", "release", "replayed", "reserved", "seat_of", "seats_of_class",
    "seats_of_round", "sentence", "set_audience", "set_level", "set_ranking", "set_wishes", "share_ticket",
    "step", "step_without_seat", "submit", "submit_many", "waves", "waves_ended", "withdraw",
]
# fmt: on
