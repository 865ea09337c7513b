"""`ampera worker`: does the queued jobs, sends the queued messages, keeps the clock. `ampera run` starts one."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from ampera.cli import kernels

POST, CLOCK, PARENT = 2.0, 30.0, 1.0  # seconds between two looks


def add_parser(commands: argparse._SubParsersAction) -> None:
    it = commands.add_parser(
        "worker", help="do queued jobs, send queued messages, open and close rounds, until stopped"
    )
    it.add_argument("--once", action="store_true", help="do what waits now, then stop")
    it.add_argument(
        "--under", type=int, help=argparse.SUPPRESS
    )  # stop when this parent is gone, killed or not
    it.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import wake

    wake()
    from django.conf import settings
    from django.core.management import call_command

    kernels.keep(settings.VAR)

    held = only_one(settings.VAR)
    if held:
        recover()
    if arguments.once:
        clock()
        post(limit=10_000)
        call_command("db_worker", batch=True, verbosity=0)
        return 0
    stop = threading.Event()
    for work, seconds in ((post, POST), (clock, CLOCK)):
        threading.Thread(target=again, args=(work, seconds, stop), name=work.__name__, daemon=True).start()
    if arguments.under:
        threading.Thread(target=outlive_not, args=(arguments.under,), daemon=True).start()
    try:
        call_command("db_worker", interval=1, verbosity=0)
    finally:
        stop.set()
    return 0


def outlive_not(parent: int) -> None:
    """End this process, as Ctrl-C would, once its parent is gone: the next start brings a worker of its own."""
    while os.getppid() == parent:
        time.sleep(PARENT)
    os.kill(os.getpid(), signal.SIGTERM)


def only_one(folder: Path) -> IO[str] | None:
    """A file held for as long as this process lives; None while another worker holds it, whose jobs are not to be touched."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "worker.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def recover() -> None:
    """Take up what a worker that was killed left running."""
    from django.utils import timezone

    from ampera.apps.audit import api as audit
    from ampera.apps.jobs import api as jobs

    jobs.recover(by=audit.system("worker"), now=timezone.now())


def post(limit: int = 200) -> None:
    from django.utils import timezone

    from ampera.apps.messaging import api as messaging

    messaging.deliver(now=timezone.now(), limit=limit)


def clock() -> None:
    """The city's time passes; a round that a play lives through has a time of its own."""
    from django.conf import settings
    from django.utils import timezone

    from ampera.site import clockwork

    but: frozenset[int] = frozenset()
    if settings.DEMO:
        from ampera.simulation import play

        but = play.playing()
    clockwork.tick(timezone.now(), but=but)


def again(work: Callable[[], None], seconds: float, stop: threading.Event) -> None:
    """Do the work again and again until stopped; one failure is logged and the next look goes ahead."""
    from django.db import connection

    while not stop.is_set():
        try:
            work()
        except Exception:
            logging.getLogger(__name__).exception("%s failed; it is tried again", work.__name__)
        finally:
            connection.close()
        stop.wait(seconds)
