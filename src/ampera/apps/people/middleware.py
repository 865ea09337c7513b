"""What goes with every page: the account's language, and the way to the sign-in page for whoever is signed out."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

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
    """A page that needs an account asks for the sign-in first and comes back; after a post, to where it was sent from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, SignedOut):
            return None
        back, sender = request.get_full_path(), request.headers.get("Referer", "")
        if request.method == "POST" and url_has_allowed_host_and_scheme(sender, {request.get_host()}):
            back = urlsplit(sender).path
        return redirect_to_login(back)
