"""Telling true from false: how well somebody does it, and which way they lean when unsure.

Standard library only, so that a page may use it. Method and sources: docs/methods/detection.md.
"""

from .reading import Leaning, Reading, Skill, read
from .sensitivity import NoMessages, Sensitivity, sensitivity

__all__ = ["Leaning", "NoMessages", "Reading", "Sensitivity", "Skill", "read", "sensitivity"]
