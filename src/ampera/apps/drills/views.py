"""Drills, open to everybody: an exercise belongs to the browser it was begun in, or to the account."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ampera.apps.audit import api as audit
from ampera.forms import KeyForm

from . import api, words
from .forms import JudgeForm

VISITOR = "drills_visitor"


def start(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        session_id = api.start(visitor=_visitor(request, begin=True), key=form.once(), now=timezone.now())
        return redirect("drills:resume", session_id)
    visitor = _visitor(request)
    left = api.open_session(visitor, now=timezone.now()) if visitor else None
    return render(request, "drills/start.html", {"form": form, "left": left, "length": api.LENGTH})


def resume(request: HttpRequest, session_id: UUID) -> HttpResponse:
    shown = api.next(session_id)
    if shown is None:
        return redirect("drills:result", session_id)
    return redirect("drills:message", session_id, shown.position)


def message(request: HttpRequest, session_id: UUID, position: int) -> HttpResponse:
    visitor = _visitor(request)
    shown = api.shown(session_id, position, visitor=visitor, language=get_language() or "id")
    form = JudgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            api.judge(
                session_id=session_id,
                code=shown.code,
                said_true=form.cleaned_data["said"] == "true",
                key=form.once(),
                by=visitor,
                now=timezone.now(),
            )
        except (api.AlreadyJudged, audit.KeyReused):
            messages.info(request, _("Your first answer to this message counts."))
        return redirect("drills:message", session_id, position)
    template = "drills/answer.html" if shown.judged else "drills/message.html"
    return render(request, template, {"form": form, "shown": shown, "channel": words.channel(shown.channel)})


def result(request: HttpRequest, session_id: UUID) -> HttpResponse:
    visitor = _visitor(request)
    found = api.result(session_id, visitor=visitor)
    context = {"said": words.said(found), "together": words.together(api.so_far(visitor))}
    return render(request, "drills/result.html", {"reading": found, **context})


def _visitor(request: HttpRequest, *, begin: bool = False) -> str:
    """Who practises: the browser that has begun, even if somebody signs in on the way; else the account.

    begin: give a browser that has none a session of its own. Without it a stranger is "", whom nothing belongs to.
    """
    if VISITOR in request.session:
        return request.session[VISITOR]
    if request.user.is_authenticated:
        return audit.account(request.user.pk)
    if not begin:
        return ""
    if not request.session.session_key:
        request.session.create()
    request.session[VISITOR] = audit.session(request.session.session_key)
    return request.session[VISITOR]
