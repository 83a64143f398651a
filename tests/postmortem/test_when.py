"""The tokenizer of times: what a line begins with, and what only looks like a time."""

import pytest

from tracker.postmortem.when import entry_time, leading
from tracker.postmortem.when_lines import at_end, behind_words, find_date, trailing
from tracker.postmortem.when_tokens import When


def written(when: When | None) -> str:
    """The parts that were written, in one order: `2018-01-25 14:30:57pm-15:00 UTC ~`."""
    if when is None:
        return ""
    day = "-".join(str(part) for part in (when.year, when.month, when.day) if part is not None)
    clock = ":".join(f"{part:02}" for part in (when.hour, when.minute, when.second) if part is not None)
    end = f" to {written(when.end)}" if when.end else ""
    half = f"{when.half}m" if when.half else ""
    marks = "".join(sign for sign, is_so in (("~", when.approximate), ("?", when.blank)) if is_so)
    return " ".join(part for part in (day, clock + half, when.zone, marks) if part) + end


@pytest.mark.parametrize(
    ("line", "parts", "rest"),
    [
        ("14:30 restart", "14:30", "restart"),
        ("2018-01-25 14:30# restart", "2018-1-25 14:30", "# restart"),
        ("9:50am PST: restart", "09:50am PST", "restart"),
        ("10:45a", "10:45am", ""),
        ("10:58 A colleague restarts it", "10:58", "A colleague restarts it"),
        ("21:10:57 – restart", "21:10:57", "restart"),
        ("~16:05 - restart", "16:05 ~", "restart"),
        ("ca. 18:30", "18:30 ~", ""),
        ("16:05:57-58 restart", "16:05:57 to 16:05:58", "restart"),
        ("16:16:00 - 16:49:00 | restart", "16:16:00 to 16:49:00", "restart"),
        ("14:00 - 15 users call", "14:00", "15 users call"),
        ("March 18, 16:30", "3-18 16:30", ""),
        ("Sep 27 2017 13:06", "2017-9-27 13:06", ""),
        ("6th November 2022: restart", "2022-11-6", "restart"),
        ("Thu Feb 18 2:00 pm: restart", "2-18 02:00pm", "restart"),
        ("2021-05-25 - ~14:00 UTC: restart", "2021-5-25 14:00 UTC ~", "restart"),
        ("16:09 UTC on 30 January 2024 – restart", "2024-1-30 16:09 UTC", "restart"),
        ("2:30 PM ET (18:30 UTC): restart", "02:30pm ET", "restart"),
        ("2020-01-02T03:04:05Z restart", "2020-1-2 03:04:05 Z", "restart"),
        ("2017-12-11 16:10:16+01:00 | restart", "2017-12-11 16:10:16 +01:00", "restart"),
        ("7.10.2025 - 16:00 Uhr", "2025-10-7 16:00", ""),
        ("le 3 mars 2020 à 14h30 : panne", "2020-3-3 14:30", "panne"),
        ("8 de marzo de 2021, 14:30 h: caída", "2021-3-8 14:30", "caída"),
        ("3月4日 10時11分 障害", "3-4 10:11", "障害"),
        ("午後2時30分", "14:30", ""),
        ("14:?? restart", "?", "restart"),
        ("🟡 18:45 – restart", "18:45", "restart"),
        ("Between 02:00 and 02.30 PM", "02:00 to 02:30pm", ""),
    ],
)
def test_a_line_begins_with_a_time(line: str, parts: str, rest: str) -> None:
    when = leading(line)
    assert when is not None
    assert (written(when), line[when.rest :]) == (parts, rest)


@pytest.mark.parametrize(
    "line",
    [
        "12 nodes failed",
        "5 minutes later",
        "3.50 GB used",
        "10% of users",
        "1.2.3 released",
        "version 21.10.15.1603",
        "5/6 of the users",
        "2019: the year of the move",
        "1:1 meetings",
        "25:61 restart",
        "Monday, 3rd: restart",
        "12 h outage",
        "The 14:30 deploy failed",
        "",
    ],
)
def test_a_number_is_no_time(line: str) -> None:
    assert entry_time(line) is None


def test_a_weak_reading_counts_before_a_separator() -> None:
    assert written(entry_time("1442: restart")) == "14:42"
    assert entry_time("1442 restarts") is None
    assert written(entry_time("2019: restart", military=True)) == "20:19"


def test_a_time_stands_at_other_places_of_a_line() -> None:
    assert written(at_end("Alert fires (14:05)")) == "14:05"
    assert written(at_end("Alert fires at 2:05pm")) == "02:05pm"
    assert at_end("It took 14:05 of our time") is None
    assert written(trailing("All is well.\nMar 4, 16:48 PST")) == "3-4 16:48 PST"
    assert trailing("All is well since\n16:48, says Ana") is None
    behind = behind_words("Detected: 14:05 by Ana")
    assert behind is not None
    assert written(behind[0]) == "14:05"
    assert behind_words("We looked at what happened around 14:05") is None


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("by 2023-06-01", False, "2023-06-01"),
        ("05/06/2023", False, "2023-05-06"),
        ("05/06/2023", True, "2023-06-05"),
        ("31/07/2023", False, "2023-07-31"),
        ("June 2023", False, None),
        ("June 3", False, None),
        ("2023-02-30", False, None),
    ],
)
def test_a_whole_date_is_found_in_a_text(text: str, day_first: bool, day: str | None) -> None:
    assert find_date(text, day_first) == day
