"""A document's text on its way through a text area, which knows no BOM and sends every line end as CRLF.

What was not touched keeps its very bytes, mixed line ends included; what is new gets the line end that the document has
most.
"""

import re
from collections import Counter

from tracker.postmortem.alignment import align
from tracker.postmortem.source import BOM

LINE_END = re.compile(r"\r\n|\r|\n")


def for_text_area(data: bytes) -> str:
    """The document as a text area shows it. Raises `UnicodeDecodeError` for what is not UTF-8, which no document is."""
    return data.removeprefix(BOM).decode()


def from_text_area(text: str, before: bytes = b"") -> bytes:
    """What was typed, as bytes of the document that was `before` (nothing, for a new one, which gets plain LF)."""
    bom = BOM if before.startswith(BOM) else b""
    old, old_ends = _lines(for_text_area(before))
    new, _ = _lines(text.removeprefix("\ufeff"))
    usual = next((end for end, _ in Counter(old_ends[:-1]).most_common(1)), "\n")
    ends = [usual] * len(new)
    for i, j in align(old, new):
        ends[j] = old_ends[i] or usual
    ends[-1] = ""
    for j in range(1, len(new)):  # what is new must not make one line end of two that were kept
        if not new[j] and (ends[j - 1], ends[j]) == ("\r", "\n"):
            ends[j] = "\r"
    return bom + "".join(line + end for line, end in zip(new, ends, strict=True)).encode()


def _lines(text: str) -> tuple[list[str], list[str]]:
    """Lines and the end of each; the last one, perhaps empty, has none."""
    ends = LINE_END.findall(text)
    return LINE_END.split(text), [*ends, ""]
