"""Lengths of time as policies write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.policy.durations import parse, written


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("30m", 1800), ("1h30m", 5400), ("14d", 1_209_600), ("2w", 1_209_600), ("90m", 5400), ("0", 0), (0, 0)],
)
def test_a_length_is_numbers_with_units(text: object, seconds: int) -> None:
    assert parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "30", 30, 1.5, True, "1 h", "h", "1y", "1m1h", "-1d", "٣d", "1h30", None, [], "1d\n"])
def test_what_has_no_unit_or_another_order_is_none(text: object) -> None:
    with pytest.raises(ValueError, match="write a number and a unit"):
        parse(text)


@given(st.timedeltas(timedelta(0), timedelta(days=5000)).map(lambda length: length - length % timedelta(seconds=1)))
def test_a_length_that_is_written_reads_back(length: timedelta) -> None:
    assert parse(written(length)) == length
