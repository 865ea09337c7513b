"""What a holder does: the page shown or withdrawn, the wallet, and what the phone keeps."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

from . import offline, sharing
from .records import credential, of_persons
from .views import at_hand, holds, script


@require_POST
def share(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The holder withdraws the page, or shows it again."""
    found, form = credential(certificate_id), KeyForm(request.POST)
    if not holds(request, found):
        raise Http404
    if form.is_valid():
        sharing.share(
            certificate_id,
            shown=request.POST.get("shown") == "yes",
            key=form.once(),
            by=audit.account(request.user.pk),
            now=timezone.now(),
        )
    return redirect("certificates:page", certificate_id)


@login_required
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """The certificates of everybody under the account, to open, save and keep on the phone."""
    account = request.user.pk
    assert account is not None  # signed in
    persons = {pk: p.name for pk, p in people.registrations(account).items()}
    held = of_persons(persons)
    cards = [
        {"certificate": c, "name": persons[c.person_id], "level": programme.level_name(c.level)} for c in held
    ]
    return render(request, "certificates/wallet.html", {"cards": cards, **at_hand("wallet")})


@require_safe
def wallet_offline(request: HttpRequest) -> HttpResponse:
    """What the phone itself keeps, shown by the phone; this page holds nobody's name."""
    return render(request, "certificates/wallet_offline.html", at_hand("wallet"))


@require_safe
def wallet_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the wallet: without a network it shows what the phone keeps."""
    kept = reverse("certificates:wallet_offline")
    text = offline.worker(
        [kept, reverse("certificates:material")],
        ["certificates/wallet.js"],
        name="dompet",
        instead={reverse("certificates:wallet"): kept},
    )
    return script(text)
