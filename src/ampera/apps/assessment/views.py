"""The pages of a test, one question at a time; everything is a plain form, so that nothing depends on a script."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, told
from ampera.refusal import Refusal

from . import answering, bank, exams, scoring, sessions, sittings
from .forms import AnswerForm
from .models import Purpose
from .models import Sitting as Row
from .refusals import AnswerGiven, SittingClosed

MEANING = {
    "dasar": gettext_lazy("You do simple things on a phone or computer, some of them with help."),
    "menengah": gettext_lazy("You do everyday things by yourself and know what to look out for."),
    "mahir": gettext_lazy("You find your way in things that are new to you, and can show others."),
    "ahli": gettext_lazy("You solve difficult cases and could teach others to."),
}


def _mine(request: HttpRequest, sitting_id: UUID) -> tuple[sittings.Sitting, people.Person]:
    """The sitting and its person, if the account may act for them, else 404."""
    found = sittings.sitting(sitting_id)
    return found, people.mine(request.user, found.person_id)


def _item_url(sitting_id: UUID, position: int) -> str:
    return reverse("assessment:item", args=[sitting_id, position])


def _onward(sitting_id: UUID, after: int, given: tuple[int | None, ...]) -> str:
    """The next question without an answer: after this one, else the first that was left, else the end."""
    left = [n for n, option in enumerate(given, start=1) if option is None]
    later = [n for n in left if n > after]
    if not left:
        return reverse("assessment:finish", args=[sitting_id])
    return _item_url(sitting_id, (later or left)[0])


@require_GET
def start(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """What the test is, before the first question and whenever one comes back."""
    found, person = _mine(request, sitting_id)
    if found.state != Row.State.OPEN:
        return redirect("assessment:result", sitting_id)
    context = {
        "sitting": found,
        "person": person,
        "form_facts": bank.form(found.form),
        "exam": found.purpose == Purpose.EXAM,
        "endline": found.purpose == Purpose.ENDLINE,
        "begin": _onward(sitting_id, 0, sittings.answers(sitting_id)),
    }
    return render(request, "assessment/start.html", context)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, sitting_id: UUID, position: int) -> HttpResponse:
    """One question: to answer, or to look back at. Whatever is sent late or twice, the first answer stands."""
    found, _person = _mine(request, sitting_id)
    if found.state != Row.State.OPEN:
        return redirect("assessment:result", sitting_id)
    given = sittings.answers(sitting_id)
    shown = sittings.item_at(sitting_id, position, get_language() or "id", given=given)
    form = AnswerForm(request.POST or None, stem=shown.stem, options=shown.options)
    if request.method == "POST" and form.is_valid():
        return _take(request, found, shown, form, given)
    context = {
        "sitting": found,
        "item": shown,
        "given": [option is not None for option in given],
        "options": [(text, pk == shown.chosen) for pk, text in shown.options],
        "before": _item_url(sitting_id, position - 1) if position > 1 else "",
        "skip": _item_url(sitting_id, position + 1) if position < shown.of else "",
        "onward": _onward(sitting_id, position, given),
        "left": given.count(None),
    }
    if shown.chosen is None:
        context["form"] = form
    return render(request, "assessment/item.html", context)


def _take(request, found, shown, form, given) -> HttpResponse:
    """Store the answer and go on; a changed mind is told that the first answer stands."""
    option = form.cleaned_data["option"]
    try:
        answering.answer(
            found.id,
            shown.code,
            option,
            key=form.once(),
            by=audit.account(request.user.pk),
            now=timezone.now(),
        )
    except AnswerGiven as no:
        messages.warning(request, told(no))
        return redirect("assessment:item", found.id, shown.position)
    except SittingClosed:
        return redirect("assessment:result", found.id)
    now_given = (*given[: shown.position - 1], option, *given[shown.position :])
    return redirect(_onward(found.id, shown.position, now_given))


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The end: what has no answer yet, and one button. Leaving questions out takes a second, plainly worded one."""
    found, _person = _mine(request, sitting_id)
    if found.state != Row.State.OPEN:
        return redirect("assessment:result", sitting_id)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            scoring.finish(
                sitting_id,
                key=form.once(),
                by=audit.account(request.user.pk),
                now=timezone.now(),
                incomplete="incomplete" in request.POST,
            )
            return redirect("assessment:result", sitting_id)
        except Refusal as no:
            form.refuse(no)
    given = sittings.answers(sitting_id)
    context = {
        "sitting": found,
        "form": form,
        "left": [(n, _item_url(sitting_id, n)) for n, option in enumerate(given, start=1) if option is None],
        "answered": len(given) - given.count(None),
        "back": {"url": _item_url(sitting_id, len(given)), "label": _("Look back at your answers")},
    }
    return render(request, "assessment/finish.html", context)


@require_GET
def result(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """What the test says, with its error and no more than it can say; never a key."""
    found, person = _mine(request, sitting_id)
    if found.state == Row.State.OPEN:
        return redirect("assessment:sitting", sitting_id)
    context = {"sitting": found, "person": person}
    if found.state == Row.State.VOID or found.purpose == Purpose.ENDLINE:
        return render(request, "assessment/thanks.html", context)
    score = scoring.score(sitting_id)
    if found.purpose == Purpose.EXAM:
        facts = bank.form(found.form)
        context |= {
            "score": score,
            "level": facts.level.capitalize(),
            "passed": exams.passed(sitting_id),
            "draft": facts.draft,
            "retakes": max(0, 1 + exams.RETAKES - found.attempt),
        }
        return render(request, "assessment/exam_result.html", context)
    near = {scoring.level_at(score.eap + shift) for shift in (-score.eap_se, score.eap_se)} - {score.level}
    context |= {
        "score": score,
        "level": score.level.capitalize(),
        "meaning": MEANING[score.level],
        "near": [level.capitalize() for level in programme.levels if level in near],
        "lowest": score.level == programme.levels[0],
    }
    return render(request, "assessment/result.html", context)


@require_http_methods(["GET", "POST"])
def exam(request: HttpRequest, session_id: int, person_id: int) -> HttpResponse:
    """The candidate's door to an exam: where and when, and a button once the invigilator has seen them."""
    person = people.mine(request.user, person_id)
    session = sessions.session(session_id)
    state = exams.exam(session.class_id, person_id)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            begun = exams.start_exam(
                session_id,
                person_id,
                key=form.once(),
                by=audit.account(request.user.pk),
                now=timezone.now(),
            )
            return redirect("assessment:sitting", begun)
        except Refusal as no:
            messages.error(request, told(no))
            return redirect("assessment:exam", session_id, person_id)
    context = {
        "person": person,
        "session": session,
        "form_facts": bank.form(session.form),
        "state": state,
        "form": form,
        "open": session.state == sessions.OPEN,
        "closed": session.state == sessions.CLOSED,
    }
    return render(request, "assessment/exam.html", context)
