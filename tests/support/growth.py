"""How the cost of reading a text grows with its length, whatever the machine."""

import time
from collections.abc import Callable
from typing import Any

MOST = 0.05  # seconds of the processor for what is long: less is no matter
LONGEST = 2 * MOST  # of what is linear, on a slow machine
GROWTH = 10  # of a text five times as long: twice what is linear
TRIES = 3
PART = 5  # of the text is a fifth


def slow(use: Callable[[Any], object], text: Any) -> float:
    """Seconds of the processor, 0 where they are few, or grow only as the text does.

    A fifth of the text is the measure: how fast a machine is shortens both, and what takes the
    square of a text takes twenty-five times as long for the whole. Counted is the time of this
    thread, the best of three, so that a busy machine does not make it fail.
    """
    half = len(text) // PART // 2
    few = text[:half] + text[len(text) - half :]
    if _spent(use, few) < MOST / 30:  # even its square would be quick enough
        return 0
    whole = float("inf")
    for _ in range(TRIES):
        whole = min(whole, _spent(use, text))
        if whole <= MOST:
            return 0
    part = min(_spent(use, few) for _ in range(TRIES))
    return 0 if whole < GROWTH * part and whole < LONGEST else whole


def _spent(use: Callable[[Any], object], text: Any) -> float:
    began = time.thread_time()
    use(text)
    return time.thread_time() - began
