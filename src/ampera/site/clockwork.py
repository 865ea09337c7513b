"""What happens because time passes: windows open and close, people who were called are reminded and offers lapse, classes
begin, status lists age, who may be registered twice is searched for once a day, and a lock that an authority outside hasn't
stamped yet asks it again. The worker calls `tick`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.certificates import api as certificates
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.site import reunion

BY = audit.system("clock")
CALLING = {"DRAWN", "TEACHING"}


def tick(now: datetime, *, but: Collection[int] = ()) -> list[str]:
    """Move every round that is due, end the calls whose time is over, remind of those that soon will be; what was done, as `round:what`.

    but: rounds that are left alone. Safe to call at any time, any number of times, by two workers at once: each move and each lapse is its own transaction.
    """
    done: list[str] = []
    for round_ in programme.rounds():
        if round_.id in but:
            continue
        state, plan = round_.state, programme.plan(round_.id)
        if programme.request_stamp(round_.id, by=BY, now=now):
            done.append(f"{round_.id}:time stamp")
        if state == "LOCKED" and now >= plan.opens_at:
            state = _move(round_.id, "open", done, now) or state
        if state == "OPEN" and now >= plan.closes_at:
            _move(round_.id, "close", done, now)
        if state == "DRAWN" and people.local_date(now) >= plan.classes_start_on:
            state = _move(round_.id, "teach", done, now) or state
        if state in CALLING and (lapsed := admissions.lapse(round_.id, by=BY, now=now)):
            done.append(f"{round_.id}:lapse {lapsed}")
        if state in CALLING and (reminded := admissions.remind(round_.id, by=BY, now=now)):
            done.append(f"{round_.id}:remind {reminded}")
        if state in CALLING and (unused := admissions.release_no_shows(round_.id, by=BY, now=now)):
            done.append(f"{round_.id}:no-show {unused}")
    if people.search_due(now) and (pairs := reunion.search(by=BY, now=now)):
        done.append(f"pairs:{pairs}")
    if renewed := certificates.renew_lists(now=now):
        done.append(f"status lists:{renewed}")
    return done


def _move(round_id: int, verb: str, done: list[str], now: datetime) -> str | None:
    """The new state; None if another worker was faster."""
    try:
        state = programme.move(round_id, verb, by=BY, now=now)
    except programme.IllegalMove:
        return None
    done.append(f"{round_id}:{verb}")
    return state
