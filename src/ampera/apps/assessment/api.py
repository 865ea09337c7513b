"""Assessment's front door: the item bank, tests and exams, and scores that can be rebuilt from the answers.

A baseline or endline test begins with `start`, an exam with `start_exam` (presence in an open session). Answers are
stored one by one, once; `finish` scores them.
"""

from .answering import answer, answer_many
from .bank import Form, form, forms, load_bank
from .exams import RETAKES, ExamState, exam, passed, passes, passes_counted, start_exam, start_exams
from .office_views import plan as plan_page
from .refusals import (
    AlreadyPassed,
    AnswerGiven,
    FormInUse,
    ItemInUse,
    NoRetakeLeft,
    NoSuchForm,
    NoSuchItem,
    NoSuchSession,
    NoSuchSitting,
    NotAnOption,
    NotFinished,
    NothingAnswered,
    NothingReported,
    NotPresent,
    RoomMissing,
    SessionClosed,
    SessionExists,
    SessionInThePast,
    SessionNotOpen,
    SittingClosed,
    Unanswered,
    WrongForm,
)
from .roster import roster_page
from .scoring import Score, finish, finish_many, level_at, rescore, score, scores, scores_of
from .sessions import (
    Session,
    close_session,
    incident,
    open_session,
    present,
    present_many,
    session,
    sessions,
    start_session,
)
from .sittings import (
    SITTING_MOVES,
    ItemView,
    Sitting,
    answers,
    diagram,
    item_at,
    next_item,
    sitting,
    sittings,
    start,
    start_many,
)

__all__ = [
    "RETAKES", "SITTING_MOVES", "AlreadyPassed", "AnswerGiven", "ExamState", "Form", "FormInUse", "ItemInUse", "ItemView",
    "NoRetakeLeft", "NoSuchForm", "NoSuchItem", "NoSuchSession", "NoSuchSitting", "NotAnOption", "NotFinished",
    "NotPresent", "NothingAnswered", "NothingReported", "RoomMissing", "Score", "Session", "SessionClosed",
    "SessionExists", "SessionInThePast", "SessionNotOpen", "Sitting", "SittingClosed", "Unanswered", "WrongForm",
    "answer", "answer_many", "answers", "close_session", "diagram", "exam", "finish", "finish_many", "form", "forms",
    "incident", "item_at", "level_at", "load_bank", "next_item", "open_session", "passed", "passes", "passes_counted",
    "plan_page", "present", "present_many", "rescore", "roster_page", "score", "scores", "scores_of", "session", "sessions", "sitting", "sittings", "start",
    "start_exam", "start_exams", "start_many", "start_session",
]  # fmt: skip
