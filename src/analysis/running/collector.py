"""How often Python looks for objects that only refer to each other.

It looks after every 700 new objects, which suits programs that live for long. A run makes cells,
facts and tables by the ten thousand and is over in seconds.
"""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 20_000


def look_seldom() -> None:
    """Have this process look less often, and not again at what stands now: its modules."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
