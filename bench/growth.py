"""How time grows when a hostile text doubles: reading it, rendering it, merging it. Twice is linear."""

import time
from collections.abc import Callable

from bench.hostile import HOSTILE
from bench.measuring import say
from tracker.domain.errors import Unreadable
from tracker.postmortem.html.page import convert
from tracker.postmortem.merge import merge
from tracker.postmortem.reader import read

TARGET = 2.8  # of the worst; a linear step measured on a busy machine is 2 to 2.5
SHORT = 0.02  # seconds; what takes less is not compared


def run(*, full: bool) -> bool:
    size = 500_000 if full else 40_000
    works: dict[str, Callable[[str], object]] = {
        "reading": _read,
        "rendering": lambda text: convert(text, anchors=True),
        "merging": lambda text: merge(text.encode(), b"a new line\n" + text.encode(), text.encode() + b"\nanother"),
    }
    fine = True
    for name, work in works.items():
        worst, worst_case, longest, longest_case = 0.0, "", 0.0, ""
        for case, make in HOSTILE.items():
            ratio, seconds = _growth(work, make, size, times=2)
            if ratio > TARGET:
                ratio, seconds = _growth(work, make, size, times=6)  # a busy machine, or true?
            if ratio > worst:
                worst, worst_case = ratio, case
            if seconds > longest:
                longest, longest_case = seconds, case
        detail = f"{worst_case}; of {len(HOSTILE)} the slowest took {longest:.2f} s: {longest_case}"
        fine &= say(f"{name} {2 * size // 1000} kB / {size // 1000} kB, worst", worst, TARGET, detail=detail)
    return fine


def _read(text: str) -> None:
    try:
        read(text.encode())
    except Unreadable:
        return


def _growth(work: Callable[[str], object], make: Callable[[int], str], size: int, *, times: int) -> tuple[float, float]:
    """The ratio of the best times for two texts, per length, and the longer one in seconds; 1.0 where both are short."""
    small, large = make(size), make(2 * size)
    short, long = (min(_seconds(work, text) for _ in range(times)) for text in (small, large))
    return (long / short / (len(large) / len(small) / 2) if long > SHORT else 1.0), long


def _seconds(work: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    work(text)
    return time.process_time() - begun
