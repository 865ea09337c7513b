"""One reminder to whoever was called and hasn't answered, a day before the time is over: not two, and not after an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import _

from .models import Call

AHEAD = timedelta(hours=24)
SAYS = _(
    "The seat in class %(klass)s, %(place)s, still waits for you. Say yes or no before %(until)s, on your page or at the "
    "kelurahan; without an answer it goes to somebody else. Receipt %(receipt)s. We never ask for money or for your PIN."
)


def reminds_at(offered_at: datetime, until: datetime) -> datetime:
    """When whoever hasn't answered is reminded: 24 hours before the end, or halfway if the time is shorter than two days."""
    return until - min(AHEAD, (until - offered_at) / 2)


@transaction.atomic
def remind(round_id: int, *, by: str, now: datetime) -> int:
    """Remind everybody who is due, each call once; how many calls. Again, or by two workers at once: nobody twice."""
    waiting = Call.objects.filter(
        application__round=round_id, state=Call.State.OFFERED, reminded_at=None, until__gt=now
    )
    times = waiting.order_by().values_list("offered_at", "until").distinct()
    due = [Q(offered_at=start, until=end) for start, end in times if reminds_at(start, end) <= now]
    if not due:
        return 0
    rows = waiting.filter(reduce(or_, due)).select_related("application").order_by("pk")
    calls = list(rows.select_for_update(of=("self",)))
    classes = {c.id: c for c in programme.classes(round_id)}
    news = [
        people.News(
            call.application.person_id,
            f"reminder:{call.pk}",
            {
                "klass": classes[call.klass_id].code,
                "place": classes[call.klass_id].place_name,
                "until": call.until,
                "receipt": call.application.receipt,
            },
        )
        for call in calls
    ]
    told = people.tell(SAYS, news, kind="call", now=now)
    waiting.filter(pk__in=[call.pk for call in calls]).update(reminded_at=now)
    audit.record("calls.reminded", about=f"round:{round_id}", by=by, at=now, calls=len(calls), messages=told)
    return len(calls)
