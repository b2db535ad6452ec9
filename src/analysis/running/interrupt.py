"""Ctrl-C and SIGTERM: a run stops for both, also where the first exception was lost on its way.

Python raises a signal's exception wherever it happens to be. In a callback, such as those of its
own imports, it is printed and forgotten; that it was asked for stays noted here.
"""

from __future__ import annotations

import signal

_ASKED: list[int] = []


def listen() -> None:
    """Take both signals as a wish to stop; Ctrl-C not where who started us has shut it off."""
    _ASKED.clear()
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _interrupt)


def stop_if_asked() -> None:
    """Stop now where a signal came and its exception was lost.

    Raises
    ------
    KeyboardInterrupt
        When a signal has asked for it.
    """
    if _ASKED:
        raise KeyboardInterrupt


def _interrupt(number: int, _frame: object) -> None:
    _ASKED.append(number)
    raise KeyboardInterrupt
