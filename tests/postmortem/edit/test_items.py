import pytest

from tests.postmortem.edit.changed import values
from tracker.domain.errors import Invalid
from tracker.postmortem.edit import add_item
from tracker.postmortem.reader import read

HEAD = "# Down\n\n## Timeline\n\n- 14:30 It broke.\n"
TAIL = "\n## Lessons learned\n\nTest more.\n"


def added(items: str, **more) -> list[str]:
    """The lines that are new when an item is added to a document with these items."""
    pm = read(f"{HEAD}\n## Action items\n\n{items}\n{TAIL}".encode())
    after = read(add_item(pm, "replace the old disks", **more))
    assert [item.text for item in after.items] == [*(item.text for item in pm.items), "replace the old disks"]
    assert values(after)[: len(pm.items) + 1] == values(pm)
    assert after.source.decode().endswith(TAIL)
    old, new = pm.source.decode().split("\n"), after.source.decode().split("\n")
    common = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    return new[common : common + len(new) - len(old)]


@pytest.mark.parametrize(
    ("items", "lines"),
    [
        ("- a thing\n- another", ["- replace the old disks"]),
        ("* a thing\n* another", ["* replace the old disks"]),
        ("  - a thing\n  - another", ["  - replace the old disks"]),
        ("- [x] a thing\n- [ ] another", ["- [ ] replace the old disks"]),
        ("1. a thing\n2. another", ["3. replace the old disks"]),
        ("1. a thing\n1. another", ["1. replace the old disks"]),
        ("1) a thing\n2) another", ["3) replace the old disks"]),
        ("- a thing\n\n- another", ["- replace the old disks", ""]),
        ("- a thing\n  - a note\n- another\n  - its note", ["- replace the old disks"]),
        ("|Action|Owner|\n|-|-|\n|a thing|Ada|", ["|replace the old disks||"]),
        ("| Action | Owner | Status |\n|--|--|--|\n| a thing | Ada | Open |", ["| replace the old disks |  | Open |"]),
        (
            "| Action           | Owner |\n|------------------|-------|\n| a thing          | Ada   |",
            ["| replace the old disks |       |"],
        ),
        (
            "### 1. Write a runbook\n\nFor all.\n\n### 2. Replace the old cluster\n\nSoon.",
            ["### 3. replace the old disks", ""],
        ),
    ],
)
def test_a_new_item_is_written_as_the_others_are(items, lines):
    assert added(items) == lines


def test_owner_due_date_and_priority_go_into_their_columns():
    table = "| Action | Owner | Due | Priority |\n|--|--|--|--|\n| a thing | Ada | 2026-01-01 | P1 |"
    assert added(table, owner="Bob", due="2026-12-01", priority="P2") == [
        "| replace the old disks | Bob | 2026-12-01 | P2 |"
    ]


def test_owner_due_date_and_priority_go_behind_a_lists_item():
    [line] = added("- a thing", owner="Bob", due="2026-12-01", priority="P2")
    assert line == "- replace the old disks (owner: Bob) (due: 2026-12-01) (P2)"


def test_a_section_is_added_where_there_is_none_at_the_level_and_in_the_form_of_the_others():
    pm = read(b"Down\n====\n\n### Timeline ###\n\n- 14:30 It broke.\n\n### Impact ###\n\nAll.")
    assert add_item(pm, "replace the old disks").endswith(b"All.\n\n### Action items ###\n\n- replace the old disks\n")


def test_an_empty_section_takes_the_first_item():
    pm = read(f"{HEAD}\n## Action items\n\n<!-- one line each -->\n{TAIL}".encode())
    assert b"<!-- one line each -->\n\n- replace the old disks\n\n## Lessons" in add_item(pm, "replace the old disks")


def test_line_ends_and_a_missing_last_one_stay():
    pm = read(f"{HEAD}\n## Action items\n\n- a thing".replace("\n", "\r\n").encode())
    assert add_item(pm, "replace the old disks") == pm.source + b"\r\n- replace the old disks"


def test_an_item_needs_a_text():
    with pytest.raises(Invalid):
        add_item(read(HEAD.encode()), " ")
