"""allauth's phone sign-in on our Account: one door, a code, no password."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ampera.apps.messaging import api as messaging

from .models import Account


class PhoneAdapter(DefaultAccountAdapter):
    """Where allauth meets our accounts and our outbox."""

    def phone_form_field(self, **kwargs) -> forms.Field:
        from .forms import PhoneField

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

    def send_verification_code_sms(self, user: Account, phone: str, code: str, **kwargs) -> None:
        with override(user.language):
            body = _(
                "Your Ampera code is %(code)s. Officers never ask for it. It is valid for 15 minutes."
            ) % {"code": code}
        now = timezone.now()
        messaging.send(
            to=phone, kind="code", body=body, key=f"code:{user.pk}:{code}:{now.timestamp():.0f}", now=now
        )
