"""A person's form, one question a page: for citizens and, at the counter, for volunteers; registering and correcting."""

from __future__ import annotations

import uuid
from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.forms import refuse
from ampera.refusal import Refusal

from . import api, counter, drafts
from .forms import RELATIONS, BirthForm, GuardianForm, NameForm, PlaceForm
from .registering import check_birth

CHECK = "periksa"


def titles() -> dict[str, str]:
    return {
        "nama": _("Name and NIK"),
        "lahir": _("Birth date"),
        "wali": _("Parent or guardian"),
        "kecamatan": _("Kecamatan where you live"),
        "kelurahan": _("Kelurahan where you live"),
        CHECK: _("Check your answers"),
    }


def opened(request: HttpRequest, draft_id: uuid.UUID) -> drafts.Draft:
    """The form, if it is this account's and the account may still fill it in; else Http404."""
    draft = drafts.find(draft_id, account_id=request.user.pk) if request.user.is_authenticated else None
    if draft is None:
        raise Http404
    if draft.in_person:
        api.require(request.user, "volunteer", "officer")
    elif draft.correcting:
        api.mine(request.user, draft.correcting)
    return draft


def progress(draft: drafts.Draft, step: str, today: date) -> dict[str, object]:
    """What the component `steps` shows."""
    steps = [*draft.steps(today), CHECK]
    names = titles()
    return {"steps": [names[s] for s in steps], "step": steps.index(step) + 1, "title": names[step]}


@login_required
def filling(request: HttpRequest, draft_id: uuid.UUID, step: str) -> HttpResponse:
    """One page of the form. Where an answer before it is missing, that page comes first."""
    draft = opened(request, draft_id)
    if draft.person_id:
        return done(draft, draft.person_id)
    today = api.local_date(timezone.now())
    if step == CHECK:
        return check(request, draft, today)
    if step not in draft.steps(today) or (step == "kelurahan" and not draft.answers.get("kecamatan")):
        return redirect("people:filling", draft_id, draft.next_step(today))
    form = form_of(step, draft, request.POST if request.method == "POST" else None, today)
    if request.method == "POST" and form.is_valid():
        try:
            draft = drafts.keep(draft, **answers_of(step, form, draft, today))
            return redirect("people:filling", draft_id, draft.next_step(today))
        except Refusal as no:
            refuse(form, no)
    steps = draft.steps(today)
    before = steps[steps.index(step) - 1] if step != steps[0] else None
    back = {"url": reverse("people:filling", args=[draft_id, before])} if before else None
    shown = {"form": form, "draft": draft, "back": back, "slug": step} | progress(draft, step, today)
    return render(request, "people/step.html", shown)


def form_of(step: str, draft: drafts.Draft, data, today: date) -> forms.Form:
    """The page's form, with what was typed before."""
    known = draft.answers
    if step == "nama":
        return NameForm(data, initial=known, correcting=bool(draft.correcting))
    if step == "lahir":
        return BirthForm(data, initial={"birth_date": draft.birth_date}, today=today)
    if step == "wali":
        return GuardianForm(data, initial=known)
    if step == "kecamatan":
        return PlaceForm(data, initial=known, step=step, places=programme.places(kind="kecamatan"))
    return PlaceForm(data, initial=known, step=step, places=programme.places(parent=known["kecamatan"]))


def answers_of(step: str, form: forms.Form, draft: drafts.Draft, today: date) -> dict[str, str]:
    """What a valid page adds to the form. Raises TooYoung, BirthDateImpossible."""
    new = dict(form.cleaned_data)
    if step == "lahir":
        check_birth(new["birth_date"], today)
        new["birth_date"] = new["birth_date"].isoformat()
    if step == "kecamatan" and new["kecamatan"] != draft.answers.get("kecamatan"):
        new["kelurahan"] = ""
    return new


def check(request: HttpRequest, draft: drafts.Draft, today: date) -> HttpResponse:
    """All answers once more, each with its way back; sending them registers or corrects."""
    missing = draft.next_step(today)
    if missing != CHECK:
        return redirect("people:filling", draft.id, missing)
    no = None
    if request.method == "POST":
        try:
            return send(request, draft)
        except api.NikTaken:
            return redirect("people:claim", draft.id)
        except Refusal as refusal:
            no = refusal
    form = forms.Form({}) if no else forms.Form()
    if no:
        refuse(form, no)
    shown = {"form": form, "draft": draft, "items": answers_shown(draft, today)} | progress(
        draft, CHECK, today
    )
    return render(request, "people/check.html", shown, status=no.status if no else 200)


def answers_shown(draft: drafts.Draft, today: date) -> list[dict[str, object]]:
    """The answers, each with the page that changes it."""
    known, names = draft.answers, titles()
    relation = RELATIONS.get(known.get("guardian_relation", ""), known.get("guardian_relation", ""))
    nik = known["nik"]
    values = {
        "nama": f"{known['name']}\n"
        + (" ".join((nik[:6], nik[6:12], nik[12:])) if nik else _("NIK as before")),
        "lahir": date_format(date.fromisoformat(known["birth_date"]), "j F Y"),
        "wali": f"{known.get('guardian_name', '')} ({relation})",
        "kecamatan": programme.place(known["kecamatan"]).name,
        "kelurahan": programme.place(known["kelurahan"]).name,
    }
    return [
        {"label": names[step], "value": values[step], "url": reverse("people:filling", args=[draft.id, step])}
        for step in draft.steps(today)
    ]


@login_required
def claim(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """ "My NIK is already used": what to do, and registering all the same."""
    draft = opened(request, draft_id)
    if draft.person_id:
        return done(draft, draft.person_id)
    if draft.next_step(api.local_date(timezone.now())) != CHECK:
        return redirect("people:filling", draft_id, CHECK)
    if request.method == "POST":
        return send(request, draft, claim=True)
    back = {"url": reverse("people:filling", args=[draft_id, "nama"])}
    return render(request, "people/claim.html", {"draft": draft, "back": back, "form": forms.Form()})


def send(request: HttpRequest, draft: drafts.Draft, *, claim: bool = False) -> HttpResponseRedirect:
    """Register or correct. The form's id is the key: sent twice, it finds the same person."""
    known, by, now = draft.answers, audit.account(request.user.pk), timezone.now()
    adult = "wali" not in draft.steps(api.local_date(now))
    fields = {
        "name": known["name"],
        "nik": known["nik"],
        "birth_date": draft.birth_date,
        "kelurahan": known["kelurahan"],
        "guardian_name": "" if adult else known["guardian_name"],
        "guardian_relation": "" if adult else known["guardian_relation"],
        "claim": claim,
    }
    key = f"person-form:{draft.id}"
    if draft.correcting:
        person_id = draft.correcting
        api.correct(person_id, key=key, by=by, now=now, **fields)
        messages.success(request, _("Corrected."))
    else:
        pin = api.new_pin() if draft.in_person else None
        account_id = None if draft.in_person else request.user.pk
        person_id = api.register(
            account_id=account_id, notice_at=draft.notice_at, pin=pin, key=key, by=by, now=now, **fields
        )
        if pin and api.check_pin(person_id, pin):
            counter.show_pin_once(request, person_id, pin)
        messages.success(request, _("Registered."))
    drafts.sent(draft, person_id)
    return done(draft, person_id)


def done(draft: drafts.Draft, person_id: int) -> HttpResponseRedirect:
    """Where to go once a form is sent."""
    if draft.in_person:
        return redirect("people:counter_person", person_id)
    return redirect("people:person", person_id) if draft.correcting else redirect("site:next")
