"""What goes with every page: the account's language, and the way to the sign-in page for whoever is signed out."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from . import unsent
from .accounts import SignedOut
from .models import Account


class LanguageMiddleware:
    """Without a choice on this device, the account's language; a choice made while signed in becomes the account's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookie = settings.LANGUAGE_COOKIE_NAME
        if cookie not in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        response = self.get_response(request)
        if cookie in response.cookies and request.user.is_authenticated:
            remember(request.user, response.cookies[cookie].value)
        return response


def remember(account: Account, language: str) -> None:
    """Keep a language that somebody chose."""
    if language in dict(settings.LANGUAGES) and language != account.language:
        Account.objects.filter(pk=account.pk).update(language=language)


class SignedOutMiddleware:
    """A page that needs an account asks for the sign-in first and comes back; what was posted is kept meanwhile."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST":
            return response
        if request.user.is_authenticated:
            unsent.sent(request)
        elif _asks_for_sign_in(request, response):
            return redirect_to_login(reverse("people:unsent") if unsent.keep(request) else _sender(request))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return redirect_to_login(request.get_full_path()) if isinstance(error, SignedOut) else None


def _asks_for_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is the way to the sign-in, to somebody who isn't on it already."""
    if response.status_code != 302 or request.path.startswith(settings.LOGIN_URL):
        return False
    to = urlsplit(response["Location"])
    return to.path == settings.LOGIN_URL and "next=" in to.query


def _sender(request: HttpRequest) -> str:
    """The page that a post was sent from; many an address takes posts only."""
    sender = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(sender, {request.get_host()})
    return urlsplit(sender).path if known else request.get_full_path()
