"""The front door of `admissions`: apply, object, be drawn, be called, take a seat.

Applying needs no key but where something comes into being: each step says what is so, and saying it twice is harmless.
"""

from .applications import (
    APPLICATION_MOVES,
    begin,
    set_audience,
    set_level,
    set_ranking,
    set_wishes,
    submit,
    withdraw,
)
from .batches import Wish, submit_many
from .claims import (
    accepted_groups,
    check_claim,
    check_claims_many,
    claimable,
    groups_at,
    reserved,
)
from .objections import Objection, answer_objection, object_, objections
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
from .situation import Step
from .steps import step

__all__ = [
    "ALPHABET", "APPLICATION_MOVES", "ONLINE", "AlreadyAnswered", "AnswerMissing", "Application",
    "BaselineNotFinished", "Claim", "ClaimReasonMissing", "ClaimsAreFrozen", "EvidenceMissing", "HasSeat",
    "Incomplete", "LevelMissing", "LevelTooHigh", "NoClassAtLevel", "NoSuchApplication", "NoSuchClaim",
    "NoSuchObjection", "NotForThisAudience", "NotOpen", "NotYourLevel", "Objection", "ObjectionEmpty",
    "ObjectionsClosed", "RankingEmpty", "RankingTooLong", "ReceiptShape", "Step", "UnknownGroup", "UnknownWish",
    "Wish", "Withdrawn", "accepted_groups", "answer_objection", "application", "begin", "check_character",
    "check_claim", "check_claims_many", "claimable", "groups_at", "object_", "objections", "of_person", "propose",
    "reserved", "set_audience", "set_level", "set_ranking", "set_wishes", "step", "submit", "submit_many", "withdraw",
]  # fmt: skip
