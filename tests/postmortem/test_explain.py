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


POINTS = """---
authors: [Ada, Grace]
---
# Outage

## Contributing factors

- No alert
- A slow disk,
  as ever

## What went well

Everybody helped.

## What went badly

| What | Why |
|---|---|
| Two hours | nobody looked |

## Lessons learned

- 👍 The runbook was right
- TBD
"""


def test_authors_factors_and_lessons_are_listed_with_the_bytes_that_they_stand_in() -> None:
    pm = read(POINTS.encode())
    told = [value for value in explain(pm) if value.role in ("authors", "factor", "lesson")]
    assert [(value.role, value.line, value.value) for value in told] == [
        ("authors", 2, "Ada, Grace"),
        ("factor", 8, "No alert"),
        ("factor", 9, "A slow disk, as ever"),
        ("lesson", 14, "Everybody helped."),
        ("lesson", 20, "Two hours | nobody looked"),
        ("lesson", 24, "The runbook was right"),
    ]
    shown = [" ".join(pm.source[value.span.start : value.span.end].decode().split()) for value in told]
    assert shown[2:4] == ["- A slow disk, as ever", "Everybody helped."]
    assert "👍 The runbook was right" in shown[5] and "TBD" not in "".join(shown)
    assert told[1].because == "under “Contributing factors”"


COLUMNS = "# A\n\nAuthors: Ada and Grace\n\n## Lessons\n\n| Went well | Went badly |\n|---|---|\n| Fast fix | Late alert |\n"


@pytest.mark.parametrize("text", [POINTS, COLUMNS])
def test_each_author_factor_and_lesson_has_its_place(text: str) -> None:
    pm = read(text.encode())
    placed: dict[str, list[str]] = {}
    for point in pm.points:
        placed.setdefault(point.role, []).append(point.text)
        assert pm.source[: point.span.start].count(b"\n") + 1 == point.line
    assert placed.get("factor", []) == list(pm.factors)
    for name in ("went_well", "went_wrong", "lucky", "other"):
        assert placed.get(name, []) == list(getattr(pm.lessons, name))
    assert ", ".join(placed["authors"]) == ", ".join(pm.authors)
