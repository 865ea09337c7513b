"""The front door of `results`: the endline's sample, the effect, the report.

`draw_sample` once, `start_endline` for those who were drawn, `estimate` once when the window has closed; the rest reads.
"""

from .counting import Line
from .estimating import estimate, ready
from .refusals import (
    AlreadyReported,
    AlreadySampled,
    AnalysisMissing,
    DrawDiffers,
    EndlineClosed,
    EndlineStillOpen,
    NoConsent,
    NotAsked,
    NotReported,
    NotSampled,
    NotTeaching,
)
from .reporting import Effect, Report, data, effect, report, reported
from .sampling import (
    Member,
    Responses,
    Sample,
    draw_sample,
    invited,
    members,
    responses,
    sample,
    start_endline,
    start_endline_many,
)

__all__ = [
    "AlreadyReported",
    "AlreadySampled",
    "AnalysisMissing",
    "DrawDiffers",
    "Effect",
    "EndlineClosed",
    "EndlineStillOpen",
    "Line",
    "Member",
    "NoConsent",
    "NotAsked",
    "NotReported",
    "NotSampled",
    "NotTeaching",
    "Report",
    "Responses",
    "Sample",
    "data",
    "draw_sample",
    "effect",
    "estimate",
    "invited",
    "members",
    "ready",
    "report",
    "reported",
    "responses",
    "sample",
    "start_endline",
    "start_endline_many",
]
