"""`tracker read`: the fixed form that programs read, and why each value was read so. Nothing is stored."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker

pytestmark = pytest.mark.databases("sqlite")  # there is none
TEXT = """# 2024-03-05 Hub is down

**Severity:** SEV 2

## Summary

Nobody could log in.

## Timeline

- 14:30 UTC the hub stops answering
- 15:10 UTC it answers again

## Root cause

The disk was full.

## What went well

- Somebody looked

## Action items

- [ ] Add an alert @ada (due 2024-04-01)
- [x] Empty the disk https://tickets.example/7
- [ ] ~~Buy a disk~~ (won't do: no room)

## Weather

Rain.
"""
FORM = {
    "file": str, "title": str, "date": str, "timezone": str, "authors": list, "severity": str, "status": type(None),
    "summary": str, "impact": type(None), "timeline": list, "root_cause": dict, "factors": list, "lessons": dict,
    "action_items": list, "unread": list, "notes": list, "because": dict,
}  # fmt: skip
ENTRY = {"start", "end", "precision", "zone", "text", "line", "milestone", "because"}
CAUSE = {"heading", "text", "line", "inferred", "because"}
ITEM = {"group", "text", "state", "stated", "owner", "priority", "due", "kind", "links", "line", "because"}


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "hub.md"
    path.write_text(TEXT)
    return path


def test_the_json_has_the_fixed_form_and_no_other_keys(tracker: Tracker, document: Path) -> None:
    told = json.loads(tracker("read", document, "--json").stdout)
    assert {name: type(value) for name, value in told.items()} == FORM
    assert told["file"] == str(document)
    assert all(set(entry) == ENTRY for entry in told["timeline"]) and len(told["timeline"]) == 2
    assert set(told["root_cause"]) == CAUSE and set(told["lessons"]) == {"went_well", "went_wrong", "lucky", "other"}
    assert all(set(item) == ITEM for item in told["action_items"])
    assert all(set(block) == {"line", "text"} for block in told["unread"]) and told["unread"]


def test_the_json_says_what_the_document_says(tracker: Tracker, document: Path) -> None:
    told = json.loads(tracker("read", document, "--json").stdout)
    assert (told["title"], told["date"], told["severity"]) == ("Hub is down", "2024-03-05", "SEV 2")
    lines = TEXT.splitlines()
    assert [entry["start"] for entry in told["timeline"]] == ["2024-03-05T14:30", "2024-03-05T15:10"]
    assert [lines[entry["line"] - 1].endswith(entry["text"]) for entry in told["timeline"]] == [True, True]
    alert, empty, buy = told["action_items"]
    assert (alert["state"], alert["owner"], alert["due"]) == ("open", "@ada", "2024-04-01")
    assert (empty["state"], empty["links"]) == ("done", ["https://tickets.example/7"])
    assert (buy["state"], buy["stated"]) == ("wont_do", True)
    assert told["lessons"]["went_well"] == ["Somebody looked"]


def test_one_object_a_line_and_a_file_that_cannot_be_read_stops_no_other(
    tracker: Tracker, document: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe\x00")
    done = tracker("read", "--json", document, tmp_path / "bad.md", tmp_path / "nowhere.md", document)
    assert [json.loads(line)["title"] for line in done.stdout.splitlines()] == ["Hub is down"] * 2
    assert done.returncode == 2 and "bad.md" in done.stderr and "nowhere.md" in done.stderr
    assert tracker("read", "--json", document).returncode == 0


def test_standard_input_is_read_the_same(tracker: Tracker, document: Path) -> None:
    told = json.loads(tracker("read", "--json", "-", stdin=TEXT).stdout)
    assert {**told, "file": ""} == {**json.loads(tracker("read", "--json", document).stdout), "file": ""}


def test_explaining_says_of_every_value_its_line_its_rule_and_why(tracker: Tracker, document: Path) -> None:
    lines = tracker("read", "--explain", document).stdout.splitlines()[1:]
    told = [re.fullmatch(r" *(\d+) (\S+) +(.*?)  \[([^:\]]+): (.+)\]", line) for line in lines]
    assert None not in told
    found = [(one[2], int(one[1])) for one in told if one]
    source = TEXT.splitlines()
    assert [(role, n) for role, n in found if role == "item"] == [
        ("item", n) for n, line in enumerate(source, start=1) if line.startswith("- [")
    ]
    assert [role for role, _ in found if role in ("title", "severity", "entry", "cause")] == [
        "title", "severity", "entry", "entry", "cause",
    ]  # fmt: skip
    assert ("unread", source.index("Rain.") + 1) in found


def test_reading_stores_nothing(tracker: Tracker, document: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    for options in ((), ("--json",), ("--explain",)):
        tracker("read", document, *options)
    assert sorted(tmp_path.iterdir()) == before and document.read_text() == TEXT
