"""Pages that cross apps, and the pages for when something is wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or in another browser: nothing is lost, send it again."""
    return render(
        request,
        "site/error.html",
        {
            "title": _("This page was open too long."),
            "mend": _("Go back, reload the page and send it again. What you had saved is still there."),
            "code": "site.csrf",
        },
        status=403,
    )


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "site/home.html")
