"""allauth's phone sign-in on our Account: one door, a code, no password."""

from __future__ import annotations

import secrets
import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST

from ampera.apps.messaging import api as messaging

from .forms import PhoneField
from .middleware import remember
from .models import Account


class PhoneAdapter(DefaultAccountAdapter):
    """Where allauth meets our accounts, our outbox and our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "That is not the code. Look at the newest message and write its six digits."
        ),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a minute, then ask for a new code."),
        "rate_limited": gettext_lazy("Too many tries. Wait a minute, then ask for a new code."),
    }

    def phone_form_field(self, **kwargs) -> forms.Field:
        return PhoneField(**kwargs)

    def get_phone(self, user: Account) -> tuple[str, bool]:
        return user.phone, user.phone_verified

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: Account, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> Account | None:
        return Account.objects.filter(phone=phone).first()

    def generate_phone_verification_code(self, *, user: Account, phone: str) -> str:
        return f"{secrets.randbelow(10**6):06d}"

    def add_message(self, request: HttpRequest, level: int, message_template=None, *args, **kwargs) -> None:
        """allauth's own "sent to …" and "signed in as …" say what our pages say already; only its errors are shown."""
        if message_template is None:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_verification_code_sms(self, user: Account, phone: str, code: str, **kwargs) -> None:
        with override(user.language):
            body = _(
                "Your Ampera code is %(code)s. Officers never ask for it. It is valid for 15 minutes."
            ) % {"code": code}
        messaging.send(to=phone, kind="code", body=body, key=f"code:{uuid.uuid4()}", now=timezone.now())


class SignIn(RequestLoginCodeView):
    """/masuk/: the number."""

    template_name = "people/sign_in.html"


class Code(ConfirmLoginCodeView):
    """/masuk/kode/: the code, another code, or another number."""

    template_name = "people/code.html"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if getattr(self, "_process", None) is None and not request.user.is_authenticated:
            messages.warning(
                request, _("No code is valid any more. Write your number and we send a new one.")
            )
        return response

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.POST.get("action") == "other":
            self._process.abort()
            return redirect("people:sign_in")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        chosen = self.request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen and self.request.user.is_authenticated:
            remember(self.request.user, chosen)
        return response

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        context["phone"] = context["phone"].replace("+62", "0")
        if settings.DEMO:
            context["outbox"] = f"{reverse('messaging:outbox')}?to={context['phone']}"
        return context


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def inactive(request: HttpRequest) -> HttpResponse:
    """An account that was closed: its number starts anew at the kelurahan or the office."""
    return render(
        request,
        "site/error.html",
        {
            "title": _("This account is closed."),
            "mend": _("Ask at your kelurahan or at the programme's office."),
            "code": "people.inactive",
        },
        status=403,
    )
