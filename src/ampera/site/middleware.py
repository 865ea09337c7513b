"""One place that shows every Refusal, in the reader's language, with what was typed kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ampera.forms import parts
from ampera.refusal import Refusal


class RefusalMiddleware:
    """A Refusal that no form has caught becomes a page that says what is wrong and what to do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        says, mend = parts(error)
        return render(
            request, "site/error.html", {"title": says, "mend": mend, "code": error.code}, status=error.status
        )
