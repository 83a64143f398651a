"""Lengths of time in words."""

import pytest

from tracker.domain.durations import age_words, duration_words


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (0.5, "30 s"),
        (41, "41 min"),
        (59.6, "1 h"),
        (60, "1 h"),
        (65, "1 h 5 min"),
        (24 * 60, "1 day"),
        (2 * 24 * 60 + 23 * 60 + 59, "2 days 23 h"),
        (-5, "−5 min"),
    ],
)
def test_a_duration_is_said_in_two_units_at_most(minutes, said):
    assert duration_words(minutes) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-3, "today"),
        (0, "today"),
        (1, "1 day"),
        (20, "20 days"),
        (21, "3 weeks"),
        (69, "9 weeks"),
        (70, "2 months"),
        (699, "22 months"),
        (731, "2 years"),
        (2000, "5 years"),
    ],
)
def test_an_age_is_as_rough_as_people_are(days, said):
    assert age_words(days) == said
