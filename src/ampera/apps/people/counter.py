"""The counter at kelurahan and school: a volunteer registers somebody in person, sees a card and says so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ampera.apps.audit import api as audit
from ampera.forms import KeyForm, refuse
from ampera.refusal import Refusal

from . import api
from .forms import HOW_SEEN, SearchForm, SeeForm
from .vault import seal, unseal
from .views import begin, summary

WHO = ("volunteer", "officer")


def counter(request: HttpRequest) -> HttpResponse:
    """Register, search (by POST: a NIK belongs in no address), and those registered last."""
    api.require(request.user, *WHO)
    by, now = audit.account(request.user.pk), timezone.now()
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if any(character.isdigit() for character in text):
                found = api.find_by_nik(text, by=by, now=now)
            else:
                found = api.search(text, by=by, now=now)
        except Refusal as no:
            refuse(form, no)
    shown = {"form": form, "found": found, "recent": api.registered_by(by, limit=10)}
    return render(request, "people/counter.html", shown)


def counter_new(request: HttpRequest) -> HttpResponse:
    """The notice, read out to the citizen; going on opens a form."""
    api.require(request.user, *WHO)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return begin(request, form, in_person=True)
    return render(request, "people/counter_new.html", {"form": form, "notice": api.notice()})


def counter_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person at the counter; right after registration or a new PIN, the PIN, once."""
    api.require(request.user, *WHO)
    person = api.person(person_id)
    shown = {
        "person": person,
        "items": summary(person),
        "seen_how": HOW_SEEN[person.seen.how] if person.seen else "",
        "seen_by": api.label(person.seen.by) if person.seen else "",
        "minor": person.minor(api.local_date(timezone.now())),
        "pin": pin_to_show(request, person_id),
        "goes_on": person.account_id is None and person.registered_by == audit.account(request.user.pk),
    }
    return render(request, "people/counter_person.html", shown)


def counter_correct(request: HttpRequest, person_id: int) -> HttpResponse:
    """Correct somebody who stands at the counter with the card in hand."""
    api.require(request.user, *WHO)
    person = api.person(person_id)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return begin(request, form, in_person=True, person=person)
    return render(request, "people/correct.html", {"form": form, "person": person, "items": summary(person)})


def see(request: HttpRequest, person_id: int) -> HttpResponse:
    """Mark a card as seen."""
    api.require(request.user, *WHO)
    person, now = api.person(person_id), timezone.now()
    minor = person.minor(api.local_date(now))
    officer = api.has_role(request.user, "officer")
    form = SeeForm(request.POST or None, minor=minor, officer=officer)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            api.see(
                person_id,
                how=answers["how"],
                nik=answers["nik"] or None,
                guardian_seen=answers.get("guardian_seen", False),
                overrule=answers.get("overrule", False),
                key=str(answers["key"]),
                by=audit.account(request.user.pk),
                now=now,
            )
            messages.success(request, _("Marked as seen. This person can take part in the draw."))
            return redirect("people:counter_person", person_id)
        except Refusal as no:
            refuse(form, no)
    return render(request, "people/see.html", {"form": form, "person": person, "items": summary(person)})


@require_POST
def new_pin(request: HttpRequest, person_id: int) -> HttpResponse:
    """The receipt was lost: a new PIN instead of the old one."""
    api.require(request.user, *WHO)
    pin = api.renew_pin(person_id, by=audit.account(request.user.pk), now=timezone.now())
    show_pin_once(request, person_id, pin)
    return redirect("people:counter_person", person_id)


def show_pin_once(request: HttpRequest, person_id: int, pin: str) -> None:
    """Keep a PIN for the next page only, sealed, since sessions lie in the database."""
    request.session[f"pin:{person_id}"] = seal(pin, row=f"pin:{person_id}").hex()


def pin_to_show(request: HttpRequest, person_id: int) -> str:
    sealed = request.session.pop(f"pin:{person_id}", "")
    return unseal(bytes.fromhex(sealed), row=f"pin:{person_id}") if sealed else ""
