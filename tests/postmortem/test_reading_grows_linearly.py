"""No input makes reading slow: twice the text takes about twice the steps. Steps are calls, counted, not seconds."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tracker.postmortem.reader import read

SIZE = 12_000  # bytes of the smaller text

TEXTS: dict[str, Callable[[int], str]] = {
    "deep quotes": lambda n: ">" * n,
    "deep lists": lambda n: "".join(" " * min(i, 300) + "- a\n" for i in range(n // 80)),
    "open brackets": lambda n: "[" * n,
    "open links": lambda n: "[a](" * (n // 4),
    "stars": lambda n: "*a " * (n // 3),
    "strikes": lambda n: "## Actions\n\n- " + "~~a~~ " * (n // 6),
    "backticks": lambda n: " ".join("`" * (i % 50) for i in range(n // 25)),
    "pipes": lambda n: "|" * n,
    "rows": lambda n: "|a|b|\n|-|-|\n" + "|1|2|\n" * (n // 6),
    "headings": lambda n: "# a\n" * (n // 4),
    "unknown headings": lambda n: "## foo\n\n- add it\n\n" * (n // 17),
    "groups": lambda n: "## Action items\n" + "".join("#" * (2 + i % 4) + " x\n\n- do it\n\n" for i in range(n // 14)),
    "bold lines": lambda n: "**a**\n\nb\n\n" * (n // 10),
    "labels": lambda n: "**Date**: x\n" * (n // 12),
    "digits": lambda n: "## Timeline\n\n- " + "1" * n,
    "dates": lambda n: "2020-01-02 " * (n // 11),
    "colons": lambda n: ":" * n,
    "entries": lambda n: "## Timeline\n\n" + "- 10:00 a\n" * (n // 10),
    "lines of entries": lambda n: "## Timeline\n\n" + "10:00 a\n" * (n // 8),
    "headings that are entries": lambda n: "## Timeline\n\n### 10:00\n\na\n\n" + "### b\n\nc\n\n" * (n // 10),
    "items": lambda n: "## Action items\n\n" + "- [ ] a b c @bob (due 2024-01-02)\n" * (n // 34),
    "loose items": lambda n: "## a\n\n- [ ] b\n- [x] c\n\n" * (n // 24),
    "paragraphs that are items": lambda n: "# T\n\n" + "TODO a\n\n" * (n // 8),
    "owners": lambda n: "## Actions\n\n- " + "Owner: a, " * (n // 10),
    "won't do": lambda n: "## Actions\n\n- x (won't do: " + "(" * n,
    "gaps": lambda n: "A#\n\n\n" + "b\n\n\n" * (n // 4),
    "comments": lambda n: "<!-- a " * (n // 7),
    "front matter": lambda n: "---\n" + "a: b\n" * (n // 5) + "---\nx",
}


def calls(text: str) -> int:
    count = 0

    def counted(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        read(text.encode())
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", TEXTS)
def test_twice_the_text_takes_about_twice_the_steps(name: str) -> None:
    few, many = calls(TEXTS[name](SIZE)), calls(TEXTS[name](2 * SIZE))
    assert many < 2.5 * few + 500
