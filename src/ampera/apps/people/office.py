"""The officers' page of roles: who may do what, given and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.forms import refuse
from ampera.refusal import Refusal

from . import api
from .forms import ROLE_NAMES, RoleForm, RolesForm

PAGE = 50
SORTS: dict[str, Callable[[dict[str, Any]], tuple[str, ...]]] = {
    "role": lambda h: (str(h["name"]), h["role"].label),
    "label": lambda h: (h["role"].label, str(h["name"])),
    "where": lambda h: (h["where"] or "", h["role"].label),
}


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
    filter_ = RolesForm(request.GET)
    order = programme.sorting(request, {"role": _("Role"), "label": _("As shown"), "where": _("Where")})
    held: list[dict[str, Any]] = [
        {"role": role, "name": ROLE_NAMES[role.name], "where": names.get(role.place, role.partner)}
        for role in api.role_holders()
        if filter_.keeps(role)
    ]
    held.sort(key=SORTS[order["sort"]])
    if programme.wants_csv(request):
        rows = [(h["role"].label, h["role"].name, h["where"], h["role"].phone) for h in held]
        return programme.csv_file("peran", ("label", "role", "where", "phone"), rows, mark=False)
    page = Paginator(held, PAGE).get_page(request.GET.get("page"))
    return render(request, "people/roles.html", {"form": form, "filter": filter_, "page": page, **order})


@require_POST
def end_role(request: HttpRequest, role_id: int) -> HttpResponse:
    api.require(request.user, "officer")
    api.end_role(role_id, by=audit.account(request.user.pk), now=timezone.now())
    messages.success(request, _("The role is ended."))
    return redirect("people:roles")
