"""An instant is known where a zone is, and never guessed."""

from datetime import UTC, datetime

import pytest

from tracker.domain.zones import instant


@pytest.mark.parametrize(
    ("local", "zone", "hour"),
    [
        ("2018-01-25T14:30", "UTC", 14),
        ("2018-01-25T14:30", "PST", 22),
        ("2018-07-25T14:30", "US/Pacific", 21),
        ("2018-01-25T14:30", "UTC+2", 12),
        ("2018-01-25T14:30", "-05:00", 19),
        ("2018-01-25T14:30:57", "CET", 13),
    ],
)
def test_a_zone_that_is_one_gives_the_instant(local, zone, hour):
    found = instant(local, zone)
    assert found is not None and found.tzinfo is UTC
    assert found.hour == hour and found.minute == 30


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        ("2018-01-25T14:30", None),
        ("2018-01-25T14:30", "IST"),  # India, Israel or Ireland
        ("2018-01-25T14:30", "../../etc/passwd"),
        ("2018-01-25T14:30", "UTC+99"),
        ("2018-01-25", "UTC"),
        ("T14:30", "UTC"),
        ("2018-02-30T14:30", "UTC"),
        (None, "UTC"),
    ],
)
def test_without_a_day_a_time_and_one_zone_there_is_none(local, zone):
    assert instant(local, zone) is None


def test_the_first_moment_that_can_be_written_is_not_moved_out_of_the_calendar():
    assert instant("0001-01-01T00:00", "UTC+2") is None
    assert instant("0001-01-01T00:00", "UTC") == datetime(1, 1, 1, tzinfo=UTC)
