"""The language that an account has chosen goes with it to every device."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

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
