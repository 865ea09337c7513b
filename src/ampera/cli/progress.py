"""Show how far long work is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time


class Progress:
    """Call it with (what, done, total). Writes to stderr, so that a command's output stays clean."""

    def __init__(self) -> None:
        self.terminal = sys.stderr.isatty()
        self.what = ""
        self.last = 0.0

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        now = time.monotonic()
        new = what != self.what
        if not new and done < total and now - self.last < (0.1 if self.terminal else 10):
            return
        if self.terminal:
            if new and self.what:
                sys.stderr.write("\n")
            bar = ""
            if total:
                filled = 24 * done // total
                bar = f" [{'#' * filled}{'.' * (24 - filled)}] {done:,}/{total:,}"
            sys.stderr.write(f"\r\033[K{what}{bar}")
        else:
            sys.stderr.write(f"{what} {done:,}/{total:,}\n" if total else f"{what}\n")
        sys.stderr.flush()
        self.what, self.last = what, now

    def close(self) -> None:
        if self.terminal and self.what:
            sys.stderr.write("\n")
        self.what = ""
