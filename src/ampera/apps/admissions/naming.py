"""A class in a few words, as sentences of citizens name it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ampera.apps.programme import api as programme

from .ranking import ONLINE


def class_name(klass: programme.Class) -> str:
    """Code and place: “DSR-A-01, Seberang Ulu I”; an online class is in no part of the city."""
    return f"{klass.code}, {_('On-line') if klass.mode == ONLINE else klass.place_name}"
