"""Why a value was read is said in words, without the weights that the reader's rules have."""

import pytest

from tracker.postmortem.explain import explain, in_words
from tracker.postmortem.reader import read


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("“Root cause” (+3 name)", "under “Root cause”"),
        ("under “Action items”, “Action items” (+3 name)", "under “Action items”"),
        ("under “Prevent”, “Action items” (+3 name)", "under “Prevent”, “Action items”"),
        ("nearly every line begins with a time (+2 shape)", "nearly every line begins with a time"),
        ("first heading", "first heading"),
    ],
)
def test_reasons_are_words(because: str, said: str) -> None:
    assert in_words(because) == said


def test_no_reason_of_a_document_shows_a_weight() -> None:
    text = "# Outage\n\n## Summary\n\nDown.\n\n## Root cause\n\nDisk.\n\n## Action items\n\n- Buy a disk\n"
    values = explain(read(text.encode()))
    assert {value.role for value in values} >= {"summary", "cause", "item"}
    assert [value.because for value in values if "(+" in value.because] == []
