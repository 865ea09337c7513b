"""`ampera worker`: does the queued jobs and sends the queued messages. `ampera run` starts one."""

from __future__ import annotations

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    it = commands.add_parser("worker", help="do queued jobs and send queued messages until stopped")
    it.add_argument("--once", action="store_true", help="do what waits now, then stop")
    it.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import wake

    wake()
    import threading

    from django.core.management import call_command
    from django.utils import timezone

    from ampera.apps.messaging import api as messaging

    stop = threading.Event()

    def post() -> None:
        from django.db import connection

        while not stop.is_set():
            messaging.deliver(now=timezone.now(), limit=200)
            connection.close()
            stop.wait(2)

    if arguments.once:
        messaging.deliver(now=timezone.now(), limit=10_000)
        call_command("db_worker", batch=True, verbosity=0)
        return 0
    poster = threading.Thread(target=post, name="messages", daemon=True)
    poster.start()
    try:
        call_command("db_worker", interval=1, verbosity=0)
    finally:
        stop.set()
    return 0
