"""`ampera`: one command for the city's machine, the citizen's draw and the employer's certificate."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from ampera import __version__
from ampera.refusal import Refusal

COMMANDS = ("run", "load", "play", "check", "draw", "certificate", "worker", "backup", "settings")

# Commands that need Django hang below one that must not: `certificate verify` runs without a database.
BELOW = {"certificate": "ampera.cli.certificates"}


class Fault(Exception):
    """A command can't go on; the message is one sentence with a remedy."""


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, or that of one module's commands, so that `draw` loads nothing but the draw."""
    top = argparse.ArgumentParser(
        prog="ampera",
        description="Run a public digital-skills programme: rounds, draw, classes, certificates, results.",
        epilog="`ampera COMMAND --help` tells more. Settings are environment variables: `ampera settings`.",
    )
    top.add_argument("--version", action="version", version=f"ampera {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    for name in [only] if only else COMMANDS:
        grown = importlib.import_module(f"ampera.cli.{name}").add_parser(commands)
        if name in BELOW:
            importlib.import_module(BELOW[name]).add_parsers(*grown)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; what a person can mend is one sentence on stderr, without a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    top = parser(words[0] if words and words[0] in COMMANDS else None)
    arguments = top.parse_args(words)
    if not hasattr(arguments, "func"):
        top.print_help()
        return 2
    try:
        return int(arguments.func(arguments) or 0)
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except Exception as error:
        sentence = one_sentence(error)
        if sentence is None:
            raise
        print(f"ampera: {sentence}", file=sys.stderr)
        return 1


def one_sentence(error: Exception) -> str | None:
    """What a person can mend, in words; None for a fault of ours, which keeps its traceback."""
    from ampera.environment import BadEnvironment

    if isinstance(error, (Fault, Refusal, BadEnvironment)):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; check the path and the permissions"
    if type(error).__name__ in {"BadProgramme", "BadBank", "BadMessages", "BadProblem"}:
        return str(error)
    if isinstance(error, ModuleNotFoundError) and error.name in {"numpy", "numba"}:
        return f"this needs {error.name}; install it with `pip install 'ampera[analysis]'`"
    if type(error).__name__ == "OperationalError":
        return f"the database can't be used ({str(error).strip().splitlines()[0]}); run `ampera check` to see why"
    return None


if __name__ == "__main__":
    sys.exit(main())
