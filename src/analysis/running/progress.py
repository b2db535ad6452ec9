"""What a run says while it runs: a bar on a terminal, few plain lines where nobody watches."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

from analysis.running.outcomes import MADE
from analysis.running.streams import say


@dataclass
class Progress:
    """The bar on a terminal and the lines of a log; made with the number of notebooks to run."""

    total: int
    bar: object = None
    notes: dict[str, Path] = field(default_factory=dict)
    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    @property
    def on_terminal(self) -> bool:
        """Whether somebody watches."""
        return sys.stdout.isatty()

    def begin(self) -> None:
        """Show the bar."""
        if self.on_terminal and self.total:
            from tqdm import tqdm

            self.bar = tqdm(
                total=self.total, unit="notebook", leave=False, file=sys.stdout, dynamic_ncols=True
            )
            self.look()

    def started(self, authority: str, notebook: str, note: Path) -> None:
        """Note that a notebook is to run; into ``note``, where it is, goes the number of its cell.

        It is made only where somebody watches: to write it costs as much as a short cell.
        """
        if self.bar is not None:
            with contextlib.suppress(OSError):  # a full disk: the bar goes without
                note.touch()
            self.notes[f"{authority} {notebook}"] = note

    def look(self) -> None:
        """Show which notebooks and which of their cells are in hand."""
        if self.bar is None:
            return
        said = []
        for name, note in self.notes.items():
            cell = ""
            with contextlib.suppress(OSError):
                cell = note.read_text(encoding="utf-8")
            said.append(f"{name} code cell {cell}" if cell else name)
        self.bar.set_description_str("; ".join(said) or "reading extracts")

    def ended(self, authority: str, period: str, notebook: str, result: object) -> None:
        """Note how a notebook ended; a failure is said at once."""
        self.notes.pop(f"{authority} {notebook}", None)
        if self.bar is not None:
            self.bar.update(1)
        seconds = f"{result.seconds:.1f} s" if result.seconds else ""
        self.rows.append((authority, period, notebook, result.outcome, seconds))
        if result.outcome != MADE:
            self.say(f"{authority} {period} {notebook}: {result.outcome} ({result.detail})")

    def ended_otherwise(self, authority: str, period: str, notebook: str, result: object) -> None:
        """Note that a notebook said to be made came to nothing after all."""
        place = (authority, period, notebook)
        self.rows = [
            (*place, result.outcome, row[4]) if row[:3] == place else row for row in self.rows
        ]
        self.say(f"{authority} {period} {notebook}: {result.outcome} ({result.detail})")

    def say(self, line: str) -> None:
        """Print a line that must be read."""
        if self.bar is not None:
            self.bar.clear()
        say(line)

    def end(self) -> None:
        """Take the bar away; on a terminal show the table of results."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
        if self.on_terminal and self.rows:
            say(table_of(self.rows))


def table_of(rows: list[tuple[str, ...]]) -> str:
    """Rows of text as columns of equal width.

    Examples
    --------
    >>> print(table_of([("derby", "2021-08", "01_demand_growth", "made", "1.2 s")]))
    authority  period   notebook          outcome  time
    derby      2021-08  01_demand_growth  made     1.2 s
    """
    lines = [("authority", "period", "notebook", "outcome", "time"), *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
