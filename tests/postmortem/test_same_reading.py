"""The same document written otherwise says the same: heading levels, markers, line ends, synonyms, order of sections."""

from collections.abc import Callable

import pytest

from tests.postmortem.test_cases import said
from tracker.postmortem.reader import read

DOCUMENT = """# Orders were lost at the till

**Date:** 2023-05-04

## Summary

Three tills stopped sending orders.

## Timeline

- 14:05 UTC: till 3 shows an error
- 14:30 UTC: all tills are restarted
- 15:10 UTC: orders arrive

## Root cause

The queue was full.

## Lessons learned

### What went well

- The shop went on

### What went wrong

- The alert came late

## Action items

### Process

- Watch the length of the queue (@ana)
- Describe the restart

### Tools

- Restart by one command [ticket](https://tickets.example/7)
"""


def meant(text: str) -> list[str]:
    """What is read, without the lines that it stands on, in one order."""
    lines = said(read(text.encode())).splitlines()
    return sorted(" ".join(word for word in line.split(" ") if not word.rstrip(":").isdigit()) for line in lines)


def deeper(text: str) -> str:
    return "\n".join("#" + line if line.startswith("##") else line for line in text.split("\n"))


def section_order(text: str) -> str:
    head, *sections = text.split("\n## ")
    return "\n## ".join([head, *reversed(sections)])


def with_words(words: dict[str, str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        for old, new in words.items():
            text = text.replace(old, new)
        return text

    return change


OTHER_NAMES = {
    "## Summary": "## What happened?",
    "## Timeline": "## Chronology of events",
    "Root cause": "Why did this happen?",
    "What went well": "Things that worked well",
    "What went wrong": "What could have gone better",
    "Action items": "Next steps",
}
GERMAN_NAMES = {
    "## Summary": "## Zusammenfassung",
    "## Timeline": "## Zeitlicher Ablauf",
    "Root cause": "Ursache",
    "What went well": "Was lief gut?",
    "What went wrong": "Was lief schlecht?",
    "Action items": "Maßnahmen",
}
TABLE = {
    "- 14:05 UTC: ": "| Time (UTC) | Event |\n|---|---|\n| 14:05 | ",
    "- 14:30 UTC: ": "| 14:30 | ",
    "- 15:10 UTC: ": "| 15:10 | ",
}
TEMPLATE = "## Timeline\n\n<!-- 10:00 an example\n- 11:00 another -->\n"

CHANGES: dict[str, Callable[[str], str]] = {
    "deeper headings": deeper,
    "closing marks": lambda t: "\n".join(f"{line} ###" if line.startswith("##") else line for line in t.split("\n")),
    "stars": with_words({"\n- ": "\n* "}),
    "carriage returns": with_words({"\n": "\r\n"}),
    "a byte order mark": lambda t: "\ufeff" + t,
    "no final newline": lambda t: t.rstrip("\n"),
    "loose lists": with_words({"\n- ": "\n\n- "}),
    "numbered sections": with_words({"\n## ": "\n## 1. "}),
    "other names": with_words(OTHER_NAMES),
    "German names": with_words(GERMAN_NAMES),
    "sections in another order": section_order,
    "bold lines for the groups": with_words({"### Process": "**Process**", "### Tools": "**Tools:**"}),
    "dashes behind the times": with_words({" UTC: ": " UTC – "}),
    "bold times": with_words({"- 1": "- **1", " UTC: ": " UTC:** "}),
    "a table": with_words(TABLE),
    "front matter": lambda t: "---\nlayout: page\ndate: 2023-05-04\n---\n" + t,
    "a comment of the template": with_words({"## Timeline\n": TEMPLATE}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_document_written_otherwise_says_the_same(change: str) -> None:
    other = CHANGES[change](DOCUMENT)
    assert other != DOCUMENT
    assert meant(other) == meant(DOCUMENT)


def test_the_document_says_something() -> None:
    """Without this the test above would hold for a reader that reads nothing."""
    assert len(meant(DOCUMENT)) == 13
