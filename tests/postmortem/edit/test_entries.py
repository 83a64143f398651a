import pytest

from tracker.domain.errors import Invalid
from tracker.postmortem.edit import add_entry
from tracker.postmortem.reader import read

TAIL = "\n## Action items\n\n- buy disks\n"


def added(timeline: str, start: str = "15:07", heading: str = "## Timeline", day: str = "2018-01-25") -> str:
    """The text of the timeline with an entry added, without its heading."""
    head = f"# Down\n\n**Date:** {day}\n\n{heading}\n\n"
    pm = read(f"{head}{timeline}\n{TAIL}".encode())
    after = add_entry(pm, start, "we looked")
    again = read(after)
    assert len(again.timeline) == len(pm.timeline) + 1
    assert [item.text for item in again.items] == ["buy disks"]
    text = after.decode()
    assert text.startswith(head)
    assert text.endswith(TAIL)
    return text[len(head) : -len(TAIL)].rstrip("\n")


@pytest.mark.parametrize(
    ("timeline", "result"),
    [
        ("- 14:30 it broke\n- 15:00 up again", "- 14:30 it broke\n- 15:00 up again\n- 15:07 we looked"),
        ("- 14:30 it broke\n- 16:00 up again", "- 14:30 it broke\n- 15:07 we looked\n- 16:00 up again"),
        ("- 15:30 it broke\n- 16:00 up again", "- 15:07 we looked\n- 15:30 it broke\n- 16:00 up again"),
        ("- 14:30 - it broke", "- 14:30 - it broke\n- 15:07 - we looked"),
        ("- **14:30**: it broke", "- **14:30**: it broke\n- **15:07**: we looked"),
        ("- 2:30pm it broke", "- 2:30pm it broke\n- 3:07pm we looked"),
        ("- 2:30 PM it broke", "- 2:30 PM it broke\n- 3:07 PM we looked"),
        ("- 9:50 it broke", "- 9:50 it broke\n- 15:07 we looked"),
        ("* 2018-01-25 14:30 it broke", "* 2018-01-25 14:30 it broke\n* 2018-01-25 15:07 we looked"),
        ("- 14:30 it broke\n  - with a note", "- 14:30 it broke\n  - with a note\n- 15:07 we looked"),
        ("14:30 it broke\n\n15:00 up again", "14:30 it broke\n\n15:00 up again\n\n15:07 we looked"),
        (
            "|Time|Event|\n|-|-|\n|14:30|it broke down at once|",
            "|Time|Event|\n|-|-|\n|14:30|it broke down at once|\n|15:07|we looked|",
        ),
        (
            "| Time  | Event            |\n|-------|------------------|\n| 14:30 | it broke at once |\n"
            "| 16:00 | it worked again  |",
            "| Time  | Event            |\n|-------|------------------|\n| 14:30 | it broke at once |\n"
            "| 15:07 | we looked        |\n| 16:00 | it worked again  |",
        ),
        ("### 14:30\n\nit broke", "### 14:30\n\nit broke\n\n### 15:07\n\nwe looked"),
        ("### 14:30 - it broke", "### 14:30 - it broke\n\n### 15:07 - we looked"),
        ("- 16:00 up again\n- 14:30 it broke", "- 16:00 up again\n- 15:07 we looked\n- 14:30 it broke"),
    ],
)
def test_a_new_entry_is_written_as_the_others_are_where_its_time_belongs(timeline, result):
    assert added(timeline) == result


def test_a_day_that_is_given_is_written_where_the_clock_alone_would_be_another_day():
    pm = read(b"# Down\n\n**Date:** 2018-01-25\n\n## Timeline\n\n- 14:30 it broke\n")
    after = read(add_entry(pm, "2018-01-27 09:00", "we looked"))
    assert after.timeline[-1].start.local == "2018-01-27T09:00"


def test_a_document_without_a_timeline_gets_one():
    pm = read(b"# Down\n\n## Action items\n\n- buy disks\n")
    after = add_entry(pm, "2018-01-25T14:30", "it broke")
    assert after == pm.source + b"\n## Timeline\n\n- 2018-01-25 14:30 it broke\n"


def test_line_ends_stay():
    pm = read(b"# Down\r\n\r\n## Timeline\r\n\r\n- 14:30 it broke\r\n")
    assert add_entry(pm, "15:07", "we looked") == pm.source + b"- 15:07 we looked\r\n"


@pytest.mark.parametrize(("start", "text"), [("", "x"), ("soon", "x"), ("14", "x"), ("14:30", " ")])
def test_an_entry_needs_a_time_and_a_text(start, text):
    with pytest.raises(Invalid):
        add_entry(read(b"# Down\n\n## Timeline\n\n- 14:30 it broke\n"), start, text)
