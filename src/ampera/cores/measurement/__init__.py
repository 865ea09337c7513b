"""Where somebody stands on the one scale, never without its error: fixed forms, Rasch and 2PL.

Standard library only, so that a page may use it. Method and sources: docs/methods/measurement.md.
"""

from .ability import Ability, NoFiniteEstimate, eap, mle, wle
from .form import FormQuality, ScoreRow, form_quality, score_distribution, score_table
from .levels import Cuts, Level, Placement, place
from .model import NoInformation, information, probability, simulate

__all__ = [
    "Ability",
    "Cuts",
    "FormQuality",
    "Level",
    "NoFiniteEstimate",
    "NoInformation",
    "Placement",
    "ScoreRow",
    "eap",
    "form_quality",
    "information",
    "mle",
    "place",
    "probability",
    "score_distribution",
    "score_table",
    "simulate",
    "wle",
]
