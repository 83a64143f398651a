"""The short way to read a time never says anything else than the long one."""

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.postmortem import when as tokenizer
from tracker.postmortem.when_gate import may_begin
from tracker.postmortem.when_quick import quick
from tracker.postmortem.when_tokens import When

DAYS = ("2024-01-05", "Dec 21", "June 3rd", "May 5, 2021", "On Oct 10, 2017", "2024-1-5")
CLOCKS = ("14:05", "9:06", "14:05:57", "24:00", "9:06am", "11:43 PM", "HH:mm")
ZONES = (" UTC", "Z", " PST", " +02:00", " (UTC)", " Pacific time", " US/Pacific", " ET")
BETWEEN = (" ", "  ", ", ", " - ", ": ", "-", "T", " – ", "~", "(", " at ", " to ", " and ", ".", ":30", ":")
AFTER = (
    "Alert",
    "restart",
    "I",
    "A",
    "a",
    "am",
    "May",
    "noon",
    "5",
    "UTC",
    "ongoing",
    "Hong Kong",
    "é",
    "hrs",
    "as",
    "T+5",
    "",
)
TEXTS = st.lists(st.sampled_from((*DAYS, *CLOCKS, *ZONES, *BETWEEN, *AFTER)), min_size=1, max_size=7).map("".join)
LINES = st.tuples(*(st.sampled_from(("", *parts)) for parts in (DAYS, BETWEEN, CLOCKS, ZONES, BETWEEN, AFTER))).map("".join)


def to_the_end(line: str) -> When | None:
    """What the tokenizer reads where nothing tells it early that a time is over."""
    with patch.object(tokenizer, "is_over", lambda *_: False):
        return tokenizer._scan(line)


@settings(deadline=None, max_examples=600)
@given(LINES | TEXTS)
def test_what_is_read_at_one_look_is_what_the_tokenizer_reads(line: str) -> None:
    if may_begin(line, 0, len(line)):
        whole = to_the_end(line)
        assert quick(line) in (None, whole)
        assert tokenizer._scan(line) == whole


@pytest.mark.parametrize(
    "line", ["2024-01-26 10:30", "Dec 21, 20:50 PT", "14:05: Alert", "9:06am restart", "On June 8, 2021, we"]
)
def test_the_common_forms_are_read_at_one_look(line: str) -> None:
    assert quick(line) is not None


@pytest.mark.parametrize(
    "line", ["14:05 to noon", "14:05 PT (UTC)", "Dec 21: restart", "14:05 - 15:00", "May 4 May 5", "14:05 Pacific time"]
)
def test_what_may_go_on_is_left_to_the_tokenizer(line: str) -> None:
    assert quick(line) is None
