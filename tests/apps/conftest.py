"""What tests of several apps share."""

from __future__ import annotations

import pytest
from django.utils import timezone


@pytest.fixture
def clock(monkeypatch):
    """The site's clock; a test sets `clock.now`."""

    class Clock:
        now = None

    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock
