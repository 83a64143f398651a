"""The zone of a document's times: named in the timeline, in a sentence, or behind a time of the prose."""

import pytest

from tracker.postmortem.reader import read

TIMELINE = "\n\n## Timeline\n\n- 14:05 The disk is full.\n- 14:20 It is empty.\n"


def zone_of(text: str) -> str | None:
    found = read(f"# Disk full\n\n{text}{TIMELINE}".encode()).timezone
    return found.value if found else None


@pytest.mark.parametrize(
    ("sentence", "zone"),
    [
        ("All times are in UTC.", "UTC"),
        ("Timezone: CET", "CET"),
        ("Timestamps are given in Pacific time.", "Pacific time"),
        ("It was written and documented in UTC+2.", "UTC+2"),
        ("Alle Zeiten in MESZ.", "MESZ"),
        ("Zeitangaben sind in CET.", "CET"),
        ("Les heures sont en CEST.", "CEST"),
        ("Todas las horas en UTC.", "UTC"),
        ("Horários em BRT.", "BRT"),
        ("It is documented in GMT; all times are UTC.", "UTC"),
    ],
)
def test_a_sentence_about_the_times_names_their_zone(sentence: str, zone: str) -> None:
    assert zone_of(sentence) == zone


@pytest.mark.parametrize("clock", ["14:05", "14h05", "14H05", "2 pm", "2pm", "2 p.m", "2 PM", "14:05:57", "*14:05*"])
def test_the_first_time_of_the_prose_names_the_zone_where_no_sentence_does(clock: str) -> None:
    assert zone_of(f"It began at {clock} CEST and ended at 15:10 EST.") == "CEST"


@pytest.mark.parametrize(
    "remark", ["(UTC)", "times in America/New_York", "all in 日本時間", "+02:00", "London time", "times Eastern"]
)
def test_the_heading_of_the_timeline_names_its_zone(remark: str) -> None:
    text = f"# Disk full\n\n## Timeline {remark}\n\n- 14:05 The disk is full.\n- 14:20 It is empty.\n"
    found = read(text.encode()).timezone
    assert found is not None
    assert found.value in remark


@pytest.mark.parametrize(
    "sentence", ["The timesheets of EST were lost.", "The Zeitgeist of UTC.", "At 14:05 ESTimates rose."]
)
def test_a_word_that_is_no_zone_names_none(sentence: str) -> None:
    assert zone_of(sentence) is None
