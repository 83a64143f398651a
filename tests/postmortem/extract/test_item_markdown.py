"""An item's Markdown is what the page of its incident shows: whole marks, as they are in the document."""

import pytest

from tracker.postmortem.reader import read

WRITTEN = [
    "**Alert** before the disk is full",
    "*Alert* before the disk is full",
    "`alert` before the disk is full",
    "[Alert](https://example.org/7) before the disk is full",
    "~~Alert before the disk is full~~",
    "~~**Alert** before the disk is full~~",
    "Alert **before** the disk is full",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_mark_that_opens_an_item_is_part_of_its_markdown(written: str) -> None:
    (item,) = read(f"# Outage\n\n## Action items\n\n- {written}\n".encode()).items
    assert item.markdown == written
    assert item.text.lower() == "alert before the disk is full"
