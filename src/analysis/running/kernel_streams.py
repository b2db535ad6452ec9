"""A kernel's stdout and stderr, which are flushed where something was written and not else.

A kernel flushes both after every cell, twice, and each time its threads wait for each other: that
was a third of what a cell costs beside its own work.
"""

from __future__ import annotations

from ipykernel.iostream import OutStream


class QuietStream(OutStream):
    """A stream of a kernel that has nothing to say while nobody writes to it."""

    _written = False

    def write(self, string: str) -> int:
        """Write a text, as any stream does."""
        self._written = True
        return super().write(string)

    def flush(self) -> None:
        """Send what was written since the last flush."""
        if self._written:
            self._written = False
            super().flush()
