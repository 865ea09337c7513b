"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """`demo`: this is not a real city's server. `simulated` is set by a page that shows simulated facts; in a demo all do."""
    return {"demo": settings.DEMO, "simulated": settings.DEMO, "city": "Palembang"}
