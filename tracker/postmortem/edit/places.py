"""Where new lines go in a document, and how its lines end and its headings look."""

import re
from collections import Counter

from tracker.domain.postmortem import Span
from tracker.postmortem.edit.proof import Splice

HEADING = re.compile(rb"(?m)^(#{1,6})[ \t]+[^\n]*?(?P<closed>[ \t]+#+)?[ \t]*\r?$")


def line_end(source: bytes) -> bytes:
    """The line end that most of the document has."""
    return b"\r\n" if source.count(b"\r\n") * 2 > source.count(b"\n") else b"\n"


def line_start(source: bytes, at: int) -> int:
    return source.rfind(b"\n", 0, at) + 1


def text_end(source: bytes, at: int) -> int:
    """The end of the last line with text before `at`: new text goes behind it, and blank lines stay where they are."""
    return len(source[:at].rstrip()) if source[:at].strip() else at


def blank_before(source: bytes, at: int) -> bool:
    """Whether an empty line stands above the line of `at`."""
    begin = line_start(source, at)
    return begin > 1 and not source[line_start(source, begin - 1) : begin].strip()


def heading(source: bytes, title: str) -> bytes:
    """A heading for a new section, at the level and with the closing signs that the document's sections have."""
    found = [match for match in HEADING.finditer(source) if len(match[1]) > 1] or list(HEADING.finditer(source))
    levels = Counter(len(match[1]) for match in found)
    marks = b"#" * (min(levels, key=lambda level: (-levels[level], level)) if levels else 2)
    closed = sum(match["closed"] is not None for match in found) * 2 > len(found)
    return marks + b" " + title.encode() + (b" " + marks if closed else b"")


def new_section(source: bytes, head: bytes, body: bytes) -> Splice:
    """A section at the document's end."""
    eol = line_end(source)
    at = len(source.rstrip())
    return Span(at, len(source)), eol * 2 + head + eol * 2 + body + eol
