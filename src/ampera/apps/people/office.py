"""The officers' page of roles: who may do what, given and ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.refusal import Refusal

from . import api
from .forms import ROLE_NAMES, RoleForm, refuse


def roles(request: HttpRequest) -> HttpResponse:
    api.require(request.user, "officer")
    agreement = programme.agreement()
    places = programme.places(kind="kelurahan")
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        places=places,
        partners=agreement.partners if agreement else (),
    )
    if request.method == "POST" and form.is_valid():
        try:
            api.give_role(**form.cleaned_data, by=audit.account(request.user.pk), now=timezone.now())
            messages.success(
                request, _("The role is given. It works from the next sign-in with this number.")
            )
            return redirect("people:roles")
        except Refusal as no:
            refuse(form, no)
    names = {place.code: place.name for place in places}
    held = [
        {"role": role, "name": ROLE_NAMES[role.name], "where": names.get(role.place, role.partner)}
        for role in api.role_holders()
    ]
    return render(request, "people/roles.html", {"form": form, "held": held})


@require_POST
def end_role(request: HttpRequest, role_id: int) -> HttpResponse:
    api.require(request.user, "officer")
    api.end_role(role_id, by=audit.account(request.user.pk), now=timezone.now())
    messages.success(request, _("The role is ended."))
    return redirect("people:roles")
