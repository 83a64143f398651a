"""Times that can be compared: taken in turns in one process, the median of each, in processor seconds."""

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping


def each(work: Callable[..., object], things: Iterable[tuple[object, ...]]) -> None:
    """Do `work` with each of `things` and drop what comes back.

    Kept, a parser's million tokens would have Python's collector walk over them again and again, and make it look slow.
    """
    for one in things:
        work(*one)


def medians(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run each of `works` once in each round, in turns, so that a busy machine slows all alike; seconds of this process."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()  # what is loaded or compiled once
    for _ in range(rounds):
        for name, work in works.items():
            begun = time.process_time()
            work()
            taken[name].append(time.process_time() - begun)
    return {name: statistics.median(times) for name, times in taken.items()}


def say(name: str, ratio: float, target: float | None = None, *, detail: str = "") -> bool:
    """Print one figure; True where it is within its target."""
    fine = target is None or ratio <= target
    wanted = "" if target is None else f"   target ≤ {target:.2f}{'' if fine else '   MISSED'}"
    sys.stdout.write(f"{name:<58}{ratio:8.2f}{wanted}{'   ' + detail if detail else ''}\n")
    sys.stdout.flush()
    return fine
