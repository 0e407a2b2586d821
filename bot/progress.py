"""A bar on standard error for what is read from a stream, where a person looks at it."""

import os
import stat
import time
from typing import BinaryIO, TextIO

WIDTH = 30
EVERY = 0.1
"""Seconds between two drawings."""


class Progress:
    """Counts lines and bytes; draws only on a terminal, a bar where the stream's size is known."""

    def __init__(self, shown: TextIO, stream: BinaryIO) -> None:
        self.shown = shown if shown.isatty() else None
        self.size = _size(stream)
        self.lines = self.bytes = 0
        self.drawn = 0.0

    def step(self, line: bytes) -> None:
        """One more line was read."""
        self.lines += 1
        self.bytes += len(line)
        if self.shown and time.monotonic() - self.drawn >= EVERY:
            self.drawn = time.monotonic()
            self._draw(self.shown)

    def done(self) -> None:
        """The last drawing, and the end of its line."""
        if self.shown:
            self._draw(self.shown)
            self.shown.write("\n")

    def _draw(self, shown: TextIO) -> None:
        share = min(self.bytes / self.size, 1.0) if self.size else None
        bar = "" if share is None else f"[{'#' * round(share * WIDTH):<{WIDTH}}] {share:4.0%} "
        shown.write(f"\r{bar}{self.lines}")
        shown.flush()


def _size(stream: BinaryIO) -> int:
    """The size of a file that is the stream; 0 for a pipe."""
    try:
        found = os.fstat(stream.fileno())
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
