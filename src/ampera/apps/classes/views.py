"""A citizen's class: where and when, was I there, what did I get; and the code that says I am here."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.forms import told
from ampera.refusal import Refusal

from . import tables
from .attendance import attend
from .forms import CodeForm
from .grades import of_person
from .refusals import NotDuringTheMeeting
from .timetable import next_meeting


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, class_id: int, person_id: int) -> HttpResponse:
    """A person's page of the class in which they have a seat."""
    person = people.mine(request.user, person_id)
    held, now = programme.class_(class_id), timezone.now()
    seat = admissions.seat_of(person_id, held.round_id)
    if seat is None or seat.class_id != class_id:
        raise Http404
    mine = of_person(held, person_id)
    then = next_meeting(mine.meetings, now)
    here = then if then and then.open(now) and then.id not in mine.met else None
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            # who comes too late or too early hears so, by the meeting that the page was about
            about = then or mine.meetings[-1]
            attend(
                about.id, person_id, form.cleaned_data["code"],
                key=form.once(), by=audit.account(request.user.pk), now=now,
            )  # fmt: skip
        except NotDuringTheMeeting as no:
            messages.warning(request, told(no))
            return redirect("classes:page", class_id, person_id)
        except Refusal as no:
            form.refuse(no)
        else:
            return redirect("classes:page", class_id, person_id)  # which says so
    context = {
        "person": person,
        "held": held,
        "facts": tables.facts(held),
        "then": then,
        "day": tables.day(then.starts_at) if then else "",
        "hours": tables.hours(then) if then else "",
        "place": tables.place(held),
        "form": form if here else None,
        "present_now": then is not None and then.id in mine.met,
        "meetings": tables.my_meetings(mine.meetings, mine.met, now),
        "grades": [
            {"label": f"{w.name} ({tables.percent(w.weight)})", "value": tables.score(mine.scores.get(w.code)) or "–"}
            for w in mine.weights
        ],
        "final": mine.final,
        "grade": tables.score(mine.final.grade),
        "needed": tables.percent(mine.needed),
    }  # fmt: skip
    return render(request, "classes/page.html", context)
