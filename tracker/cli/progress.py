"""Showing that something goes on, on the error stream, once it has taken longer than a second."""

import sys
import time


class Progress:
    """Call it with how many are done, of how many (0: not known yet). A line that rewrites itself on a terminal, now and
    then a new one elsewhere."""

    def __init__(self, what: str, *, after_seconds: float = 1.0) -> None:
        self.what, self.next = what, time.monotonic() + after_seconds
        self.rewrites = sys.stderr.isatty()
        self.shown = False

    def __call__(self, done: int, total: int = 0) -> None:
        if (now := time.monotonic()) < self.next:
            return
        self.next, self.shown = now + (0.1 if self.rewrites else 2.0), True
        text = f"{self.what} {done:,}" + (f" of {total:,}" if total else "")
        sys.stderr.write(f"\r\x1b[K{text}" if self.rewrites else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self.shown and self.rewrites:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
