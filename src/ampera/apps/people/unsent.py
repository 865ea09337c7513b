"""What somebody typed and could not send, since they were signed out or the page was too old: kept, and sent by one tap.

A post that meets the sign-in page is kept in the browser's own session for half an hour; after the sign-in a page offers
to send it. A post whose page was too old comes straight back as that page. Files can't be kept: their forms begin anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

KEY = "unsent"
LASTS = timedelta(minutes=30)
LARGEST = (
    50_000  # characters of a form as sent: the longest text that anybody is asked for has some thousands
)
OURS = {"csrfmiddlewaretoken", "key"}  # what a form holds that nobody typed


def keep(request: HttpRequest) -> bool:
    """Keep what was typed until the sign-in is over; False if it can't be, or if nothing was: a button is pressed anew."""
    typed = _typed(request)
    if (
        request.FILES
        or len(typed) > LARGEST
        or not any(request.POST[name] for name in request.POST if name not in OURS)
    ):
        return False
    kept = {"path": request.get_full_path(), "typed": typed, "at": timezone.now().isoformat()}
    request.session[KEY] = kept
    return True


def sent(request: HttpRequest) -> None:
    """Forget what was kept for the address that is being posted to."""
    if request.session.get(KEY, {}).get("path") == request.get_full_path():
        del request.session[KEY]


@require_safe
def unsent(request: HttpRequest) -> HttpResponse:
    """After the sign-in: what was typed before it, to be sent by one tap."""
    kept = request.session.get(KEY)
    if not kept or timezone.now() - datetime.fromisoformat(kept["at"]) > LASTS:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if not request.user.is_authenticated:
        return redirect(f"{settings.LOGIN_URL}?next={reverse('people:unsent')}")
    return offer(request, kept["path"], kept["typed"])


def too_old(request: HttpRequest) -> HttpResponse | None:
    """A page of this site that was open too long, sent again by one tap; None for a post that came from elsewhere."""
    own = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") != own or request.FILES:
        return None
    return offer(request, request.get_full_path(), _typed(request), status=403)


def offer(request: HttpRequest, path: str, typed: str, status: int = 200) -> HttpResponse:
    fields = [(name, value) for name, values in QueryDict(typed).lists() for value in values]
    return render(request, "people/unsent.html", {"path": path, "fields": fields}, status=status)


def _typed(request: HttpRequest) -> str:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    return typed.urlencode()
