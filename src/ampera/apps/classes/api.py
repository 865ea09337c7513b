"""The front door of `classes`: meetings, attendance, rosters and grades."""

from .attendance import (
    STEP,
    TRIES,
    Shown,
    attend,
    attend_by_hand,
    attend_many,
    attended,
    code,
    counts,
    present,
)
from .files import (
    Report,
    RowError,
    attendance_csv,
    import_attendance,
    import_grades,
    roster_csv,
)
from .grades import Final, Row, Sheet, complete, final, grade_many, grades, roster, sheet, weighted
from .refusals import (
    CodeWrong,
    FileRefused,
    NoSeatHere,
    NoSuchMeeting,
    NotDuringTheMeeting,
    NothingMoved,
    NotYetMet,
    TooManyTries,
)
from .timetable import (
    Meeting,
    finished,
    follow_move,
    meeting,
    meetings,
    next_meeting,
    timetable,
    timetables,
    untold_move,
)

__all__ = [
    "STEP", "TRIES", "CodeWrong", "FileRefused", "Final", "Meeting", "NoSeatHere", "NoSuchMeeting",
    "NotDuringTheMeeting", "NotYetMet", "NothingMoved", "Report", "Row", "RowError", "Sheet", "Shown", "TooManyTries", "attend",
    "attend_by_hand", "attend_many", "attendance_csv", "attended", "code", "complete", "counts", "final", "finished", "follow_move",
    "grade_many", "grades", "import_attendance", "import_grades", "meeting", "meetings", "next_meeting", "present",
    "roster", "roster_csv", "sheet", "timetable", "timetables", "untold_move", "weighted",
]  # fmt: skip
