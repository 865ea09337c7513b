"""The page on which somebody is erased: asked once more, then done."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ampera.apps.audit import api as audit

from .accounts import mine
from .erasing import erase
from .forms import EraseForm


@login_required
def erase_page(request: HttpRequest, person_id: int, verb: Callable[..., object] = erase) -> HttpResponse:
    """verb: what erases; the site's tells the other apps too."""
    found = mine(request.user, person_id)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verb(person_id, by=audit.account(request.user.pk), now=timezone.now())
        messages.success(request, _("Name, NIK and birth date are deleted."))
        return redirect("people:persons")
    return render(request, "people/erase.html", {"form": form, "person": found})
