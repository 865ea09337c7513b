"""The page on which somebody is erased: asked once more, then done; with a proof that it is they, if they would lose something."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _gettext

from ampera.apps.audit import api as audit
from ampera.forms import KeyForm, telling
from ampera.refusal import Refusal, _

from .accounts import mine
from .codes import code_sent, send_code
from .erasing import erase
from .forms import EraseForm
from .proofs import CODE, Proof, proof_of

SAYS = _(
    "Code %(code)s deletes your data and gives up your seat, for good. If you did not ask for it, do nothing: everything "
    "stays. Officers never ask for it."
)


def erasing(person_id: int) -> str:
    """What a code for being erased is for."""
    return f"erase:{person_id}"


@login_required
def erase_page(
    request: HttpRequest, person_id: int, verb: Callable[..., object] = erase, loses: str = ""
) -> HttpResponse:
    """verb: what erases; the site's tells the other apps too.

    loses: in the active language, what else the person loses by it: then the verb takes a `proof` of theirs.
    """
    found, now, by = mine(request.user, person_id), timezone.now(), audit.account(request.user.pk)
    how = proof_of(person_id) if loses else ""
    if how and request.POST.get("action") == "send":
        button = KeyForm(request.POST)
        with telling(request):
            if button.is_valid():
                send_code(person_id, erasing(person_id), SAYS, key=button.once(), by=by, now=now)
        return redirect(request.path)
    form, status = EraseForm(request.POST or None, how=how), 200
    if request.method == "POST" and form.is_valid():
        proof = {"proof": Proof(how, form.cleaned_data["secret"])} if how else {}
        try:
            verb(person_id, by=by, now=now, **proof)
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            messages.success(request, _gettext("Name, NIK and birth date are deleted."))
            return redirect("people:persons")
    shown = {
        "form": form,
        "person": found,
        "loses": loses,
        "by_code": how == CODE,
        "sent": code_sent(person_id, erasing(person_id), now=now) if how else None,
        "again": KeyForm(),
    }
    return render(request, "people/erase.html", shown, status=status)
