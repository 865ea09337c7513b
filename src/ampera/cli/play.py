"""`ampera play`: a seeded city lives a whole round through the real verbs."""

from __future__ import annotations

import argparse

from ampera.cli import kernels


def add_parser(commands: argparse._SubParsersAction) -> None:
    it = commands.add_parser("play", help="play a whole round with a seeded, simulated city")
    it.add_argument("--citizens", type=int, default=3000, metavar="N", help="applicants (default 3000)")
    it.add_argument("--seed", type=int, default=1, metavar="S", help="same seed, same end state (default 1)")
    it.add_argument(
        "--programme", default="palembang", metavar="FILE", help="name or path of a programme file"
    )
    it.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    from ampera.cli.django import migrate, wake
    from ampera.cli.main import Fault
    from ampera.cli.progress import Progress

    if arguments.citizens < 60:
        raise Fault("a round needs at least 60 citizens; write --citizens 60 or more")
    wake()
    from django.conf import settings

    if not settings.DEMO:
        raise Fault(
            "production plays no simulated round; set AMPERA_MODE=demo and another AMPERA_VAR or AMPERA_DATABASE"
        )
    kernels.keep(settings.VAR)
    migrate()
    from ampera.simulation import play

    progress = Progress()
    story = play.play(
        citizens=arguments.citizens, seed=arguments.seed, programme=arguments.programme, progress=progress
    )
    progress.close()
    print(story)
    return 0
