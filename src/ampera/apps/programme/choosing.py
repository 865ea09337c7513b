"""Which round an officer's page is about: the one asked for, the one looked at last, else the current one."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from .rounds import Round, rounds, told


def round_of(request: HttpRequest) -> Round | None:
    """The round of `?round=` (remembered for the session's next pages), else the current; None before any is locked.

    Leaves all rounds and the chosen one on the request, for the chooser in the page's frame. Http404 for a wrong number.
    """
    found = {str(r.id): r for r in rounds()}
    wanted = request.GET.get("round", "")
    if wanted and wanted not in found:
        raise Http404
    if wanted and request.session.get("round") != wanted:
        request.session["round"] = wanted
    chosen = found.get(wanted or request.session.get("round", "")) or told(found.values())
    request.round_choice = (chosen, tuple(found.values()))  # type: ignore[attr-defined]  # ours, read by the frame
    return chosen
