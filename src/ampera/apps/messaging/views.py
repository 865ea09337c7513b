"""The demo's outbox on screen. A real city has phones; there this page does not exist."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from . import api
from .forms import AddressForm


def outbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    form = AddressForm(request.GET)
    typed = form.cleaned_data["to"] if form.is_valid() else ""
    digits = re.sub(r"^(62|0)", "", re.sub(r"\D", "", typed))
    found = api.latest(to=f"+62{digits}" if digits else None, limit=20)
    return render(request, "messaging/outbox.html", {"form": form, "found": found, "typed": typed})
