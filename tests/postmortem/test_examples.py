"""The examples are what a newcomer sees first: each is understood whole, in the habits that it shows."""

from pathlib import Path

import pytest

from tracker.domain.postmortem import Postmortem
from tracker.postmortem.reader import read

EXAMPLES = Path(__file__).parents[2] / "incidents"


def example(name: str) -> Postmortem:
    (path,) = EXAMPLES.glob(f"*{name}*.md")
    return read(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.md")), ids=lambda path: path.stem)
def test_every_example_gives_its_timeline_its_cause_and_its_items(path: Path) -> None:
    found = read(path.read_bytes(), path.name)
    assert found.title and found.date and found.timezone and found.root_cause
    assert found.date.value == path.name[:10]
    assert len(found.timeline) >= 7 and len(found.items) >= 3
    assert not found.unread and not found.notes


def test_the_founding_incident_has_three_items_that_nobody_has_spoken_of() -> None:
    assert [item.stated for item in example("merged-to-production").items] == [False, False, False]


def test_a_table_gives_owners_states_and_tickets() -> None:
    items = example("certificate").items
    assert [item.state for item in items] == ["done", "done", "in_progress", "open", "open"]
    assert items[0].owners == ("Ines Okafor",) and items[0].links[0].endswith("INFRA-412")


def test_a_task_list_gives_boxes_owners_and_due_dates() -> None:
    items = example("disk-full").items
    assert [item.state for item in items] == ["done", "done", "open", "open", "open"]
    assert [item.due for item in items] == ["2026-02-13", "2026-02-20", "2026-03-06", "2026-04-03", None]


def test_front_matter_and_bold_labels_are_read() -> None:
    found = example("login-loop")
    assert found.authors == ("Marta Kowalczyk",) and found.severity and found.severity.value == "high"
    assert [item.priority for item in found.items] == [None, "P1", "P2", None, None]


def test_midnight_passes_in_the_middle_of_a_timeline() -> None:
    days = [entry.start.local[:10] for entry in example("past-midnight").timeline if entry.start.local]
    assert days == ["2026-10-24"] * 5 + ["2026-10-25"] * 5
