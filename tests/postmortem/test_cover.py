"""What was not placed is listed: a sentence of the document is in a value, or among what was not understood."""

import pytest

from tracker.postmortem.as_json import as_json
from tracker.postmortem.reader import read

SENTENCE = "Nobody had looked at the second disk for a month."
HEADINGS = [
    "Resolution and recovery",
    "Detection",
    "Trigger",
    "Duration",
    "Background",
    "People involved",
    "Weather",
    "Impact",
]
HEADINGS += ["Summary", "Root cause", "What went well", "Lessons learned", "Contributing factors"]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_sentence_under_any_heading_is_in_a_value_or_listed(heading: str) -> None:
    text = f"# Hub is down\n\n## Timeline\n\n- 10:00 it stops\n\n## {heading}\n\n{SENTENCE}\n\n## Action items\n\n- Do it\n"
    told = as_json(read(text.encode()))
    assert SENTENCE in str(told), told
    listed = [block["line"] for block in told["unread"] if block["text"] == SENTENCE]
    value = str({name: value for name, value in told.items() if name != "unread"})
    assert (SENTENCE in value) != (listed == [9]), "in one of them, and not in both"


def test_of_a_second_section_of_the_same_kind_nothing_is_lost() -> None:
    text = f"# Hub is down\n\n## Root cause\n\nThe disk was full.\n\n## Impact\n\nAll.\n\n## Cause of that\n\n{SENTENCE}\n"
    assert SENTENCE in str(as_json(read(text.encode())))


def test_what_is_understood_is_not_listed_as_well() -> None:
    text = b"# Hub is down\n\n## Timeline\n\n- 10:00 it stops\n\n## Root cause\n\nA disk.\n\n## Action items\n\n- Do it\n"
    assert read(text).unread == ()
