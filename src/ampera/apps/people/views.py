"""The citizen's pages: the notice, the persons under an account, one person, consent, deletion."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

from . import api, drafts
from .forms import RELATIONS, ConsentForm
from .merging import same
from .pairs import decided_about


def notice(request: HttpRequest) -> HttpResponse:
    return render(request, "people/notice.html", {"notice": api.notice()})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """The notice, before anything is asked; going on from it opens a form."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return begin(request, form, in_person=False)
    left = [
        (draft, draft.answers.get("name", ""))
        for draft in drafts.unfinished(request.user.pk)
        if not draft.correcting
    ]
    return render(request, "people/new.html", {"form": form, "notice": api.notice(), "left": left})


def begin(
    request: HttpRequest, form: KeyForm, *, in_person: bool, person: api.Person | None = None
) -> HttpResponse:
    """Open a form, empty or with what is known of a person to be corrected, and go to its first page."""
    draft_id = form.cleaned_data["key"]
    drafts.begin(
        draft_id,
        account_id=request.user.pk,
        in_person=in_person,
        notice_at=timezone.now(),
        answers=known(person) if person else None,
    )
    draft = drafts.find(draft_id, account_id=request.user.pk)
    return redirect("people:filling", draft_id, draft.next_step(api.local_date(timezone.now())))


def known(person: api.Person) -> dict[str, object]:
    """A person as a form's answers. The NIK stays behind: empty means unchanged."""
    return {
        "correcting": person.id,
        "name": person.name,
        "nik": "",
        "birth_date": person.birth_date.isoformat(),
        "guardian_name": person.guardian_name,
        "guardian_relation": person.guardian_relation,
        "kecamatan": programme.kecamatan_of(person.kelurahan),
        "kelurahan": person.kelurahan,
    }


def summary(person: api.Person) -> list[dict[str, object]]:
    """What is known of a person, for a page."""
    items = [
        {"label": _("Name"), "value": person.name},
        {"label": _("NIK"), "value": _("Kept encrypted; shown to nobody")},
        {"label": _("Birth date"), "value": date_format(person.birth_date, "j F Y")},
        {"label": _("Kelurahan"), "value": programme.place(person.kelurahan).name},
    ]
    if person.guardian_name:
        relation = RELATIONS.get(person.guardian_relation, person.guardian_relation)
        items.append({"label": _("Parent or guardian"), "value": f"{person.guardian_name} ({relation})"})
    return items


@login_required
def persons(request: HttpRequest) -> HttpResponse:
    return render(request, "people/persons.html", {"persons": api.persons(request.user.pk)})


@login_required
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    found = api.mine(request.user, person_id)
    decided = bool(decided_about(same(person_id)))
    return render(
        request, "people/person.html", {"person": found, "items": summary(found), "decided": decided}
    )


@login_required
def correct(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say what correcting means, then open the form with what is known."""
    found = api.mine(request.user, person_id)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return begin(request, form, in_person=False, person=found)
    return render(request, "people/correct.html", {"form": form, "person": found, "items": summary(found)})


@login_required
def consent(request: HttpRequest, person_id: int) -> HttpResponse:
    found = api.mine(request.user, person_id)
    given = api.consented(person_id)
    form = ConsentForm(request.POST or None, initial={purpose: purpose in given for purpose in api.PURPOSES})
    if request.method == "POST" and form.is_valid():
        for purpose in api.PURPOSES:
            if form.cleaned_data[purpose] != (purpose in given):
                api.consent(
                    person_id,
                    purpose=purpose,
                    given=form.cleaned_data[purpose],
                    key=f"{form.cleaned_data['key']}:{purpose}",
                    by=audit.account(request.user.pk),
                    now=timezone.now(),
                )
        messages.success(request, _("Saved. You can change this at any time; it never costs a seat."))
        return redirect("people:person", person_id)
    return render(request, "people/consent.html", {"form": form, "person": found})
