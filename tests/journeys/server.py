"""The real server for the journeys, with additions: a clock that the test sets, what a page costs, and questions.

    python -m tests.journeys.server serve PORT
    python -m tests.journeys.server play [STAGE]     a small city, played up to a stage or to the end
    python -m tests.journeys.server work             do what is queued

The clock is the file `clock` in AMPERA_VAR; without it, time is what it is.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ampera.settings")
CLOCK = Path(os.environ["AMPERA_VAR"]) / "clock"
ASKED = "/asked/"


def now() -> datetime:
    try:
        return datetime.fromisoformat(CLOCK.read_text())
    except FileNotFoundError:
        return datetime.now(UTC)


timezone.now = now


class Told:
    """Says in headers how many queries a page took and what it weighs; answers what a test asks of the city."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from django.db import connection

        if request.path == ASKED:
            return asked(request.body.decode())

        count = 0

        def counted(execute, sql, params, many, context):
            nonlocal count
            count += not sql.startswith(("SAVEPOINT", "RELEASE"))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        response["X-Queries"] = str(count)
        if not response.streaming:
            response["X-Weight"] = str(len(gzip.compress(response.content, 6)))
        return response


def asked(code: str):
    """Run a few lines where the city is served, which is a second quicker than in a process of their own."""
    from django.http import HttpResponse

    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(compile(code, "asked", "exec"), {"__name__": "asked"})
    except Exception:
        return HttpResponse(traceback.format_exc(), status=500)
    return HttpResponse(said.getvalue())


def main(verb: str, *arguments: str) -> None:
    from ampera.cli.django import migrate, wake

    wake()
    if verb == "play":
        migrate()
        from ampera.simulation import play

        play.play(citizens=80, seed=7, programme="palembang", until=arguments[0] if arguments else None)
    elif verb == "work":
        from django.core.management import call_command

        call_command("db_worker", batch=True, interval=0, verbosity=0)
    elif verb == "serve":
        from django.conf import settings

        from ampera.cli.run import collect_static, serve

        settings.MIDDLEWARE.insert(0, f"{Told.__module__}.{Told.__name__}")
        collect_static()
        serve("127.0.0.1", int(arguments[0]))


if __name__ == "__main__":
    sys.modules["tests.journeys.server"] = sys.modules["__main__"]
    main(*sys.argv[1:])
