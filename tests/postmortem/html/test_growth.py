"""No document makes rendering slow: steps grow in proportion to length on what CommonMark implementations test with."""

import sys
from collections.abc import Callable

import pytest

from bench.hostile import HOSTILE
from tracker.postmortem.html.page import convert

SIZE = 8_000
LIMIT = 2.4  # twice the length; the rest is what does not grow smoothly, such as rows of a triangle


def steps(work: Callable[[], object]) -> int:
    """Calls of Python and of C functions: the same at every run, whatever else the machine does."""
    count = 0

    def profile(frame: object, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_rendering_takes_steps_in_proportion_to_length(name):
    make = HOSTILE[name]
    convert(make(SIZE), anchors=True)  # what is loaded once is loaded now
    small, large = make(SIZE), make(2 * SIZE)
    few, many = (steps(lambda text=text: convert(text, anchors=True)) for text in (small, large))
    assert many <= LIMIT * max(len(large) / len(small) / 2, 1) * few + 1_000


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_page_is_not_many_times_its_document(name):
    text = HOSTILE[name](SIZE)
    assert len(convert(text, anchors=True)) < 40 * len(text)


def test_steps_that_grow_faster_are_noticed():
    def quadratic(n: int) -> None:
        for _ in range(n):
            list(map(abs, range(n)))
            sum(1 for _ in range(n))

    few, many = steps(lambda: quadratic(100)), steps(lambda: quadratic(200))
    assert many > LIMIT * few
