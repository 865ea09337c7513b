"""`ampera run`: the whole thing on one machine, on loopback, ready to be looked at."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import subprocess
import sys

SMALL_CITY = 400


def add_parser(commands: argparse._SubParsersAction) -> None:
    it = commands.add_parser("run", help="serve the site (and, in a demo, play a small round first)")
    it.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    it.add_argument("--port", type=port, default=8000, metavar="N", help="port to listen on (default 8000)")
    it.add_argument("--bare", action="store_true", help="don't load a programme, don't play a round")
    it.set_defaults(func=run)


def port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a whole number from 1 to 65535")
    return int(text)


def probe(host: str, number: int) -> None:
    """Raises Fault if nobody can listen there: said now, not after a round was played."""
    from ampera.cli.main import Fault

    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Fault(f"port {number} is taken; choose another with --port") from None
            raise Fault(
                f"{host}:{number} can't be listened on ({error.strerror}); try --host or --port"
            ) from None


def run(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import migrate, wake

    probe(arguments.host, arguments.port)
    # codes and certificates made here name this port; the worker below inherits it
    os.environ.setdefault("AMPERA_ORIGIN", f"http://127.0.0.1:{arguments.port}")
    wake()
    migrate()
    collect_static()
    from django.conf import settings

    if settings.DEMO and not arguments.bare:
        furnish()
    worker = subprocess.Popen(
        [sys.executable, "-m", "ampera.cli.main", "worker", "--under", str(os.getpid())]
    )
    try:
        print(f"\nAmpera: http://{arguments.host}:{arguments.port}/   (Ctrl-C stops it)", flush=True)
        if settings.DEMO:
            print(signins(), flush=True)
        serve(arguments.host, arguments.port)
    finally:
        worker.terminate()
        worker.wait(10)
    return 0


def collect_static() -> None:
    """Put the static files under hashed names, when this version hasn't done it yet."""
    from django.conf import settings
    from django.core.management import call_command

    newest = max(
        (f.stat().st_mtime for f in settings.PACKAGE.rglob("static/**/*") if f.is_file()), default=0.0
    )
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        call_command("collectstatic", verbosity=0, interactive=False)


def furnish() -> None:
    """Play a small round, so that no page is empty (or go on with one cut short), and keep another open to register for."""
    from django.utils import timezone

    from ampera.cli.progress import Progress
    from ampera.simulation import play

    progress = Progress()
    if not play.finished():
        play.play(citizens=SMALL_CITY, seed=1, programme="palembang", progress=progress)
    play.open_another(timezone.now(), progress)
    progress.close()


def signins() -> str:
    """The demo's sign-ins, as lines."""
    from ampera.simulation import cast

    lines = ["Sign in with one of these numbers; the code appears under /kotak/ (demo only):"]
    return "\n".join(lines + [f"  {phone:<16} {who}" for phone, who in cast.signins()])


def serve(host: str, port: int) -> None:
    from django.conf import settings
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"{host}:{port}",
                "workers": settings.ENV["WORKERS"],
                "threads": settings.ENV["THREADS"],
                "worker_class": "gthread",
                "loglevel": "warning",
                "keepalive": 5,
                "control_socket_disable": True,
            }.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self):
            from ampera.wsgi import application

            return application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ampera.settings")
    Site().run()
