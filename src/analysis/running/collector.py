"""How often Python looks for objects that only refer to each other.

It looks after every 700 new objects, which suits programs that live for long. A run makes cells,
facts and tables by the ten thousand: its processes look seldom, and once after each piece of work,
so that what one authority leaves does not lie about while the next is made.
"""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 20_000
"""How many new objects the collector waits for: looking after every 700 costs a twentieth more."""


def look_seldom() -> None:
    """Have this process look less often, and not again at what stands now: its modules."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def look_now() -> None:
    """Let go of what a piece of work has left."""
    gc.collect()
