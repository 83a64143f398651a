"""What was understood of a document, value by value, in the order of its bytes."""

import re
from dataclasses import dataclass

from tracker.domain.postmortem import Passage, Postmortem, Read, Span

_POINTS = re.compile(r" \(\+\d[^)]*\)")  # what a rule's signs weigh: for who works on the reader, not for who reads the page
_TWICE = re.compile(r"^under (“[^”]*”), \1")


@dataclass(frozen=True, slots=True)
class Understood:
    """One value: where it stands, what it is, which rule read it and why."""

    span: Span
    line: int
    # title, date, timezone, severity, status, authors, summary, impact, entry, cause, factor, lesson, item, unread
    role: str
    value: str
    rule: str
    because: str


def explain(postmortem: Postmortem) -> list[Understood]:
    """Every value that the reader gives, and every block that it could not place; ordered by where they begin."""
    pm = postmortem
    found: list[Understood] = []
    for role, read in (
        ("title", pm.title),
        ("date", pm.date),
        ("timezone", pm.timezone),
        ("severity", pm.severity),
        ("status", pm.status),
    ):
        if read is not None:
            found.append(_value(pm, role, read))
    for role, passage in (("summary", pm.summary), ("impact", pm.impact), ("cause", pm.root_cause)):
        if passage is not None:
            found.append(_passage(role, passage))
    for entry in pm.timeline:
        value = f"{entry.start.local or 'no time'} {entry.text}"
        found.append(Understood(entry.span, entry.line, "entry", value, entry.rule, in_words(entry.because)))
    for item in pm.items:
        found.append(Understood(item.span, item.line, "item", item.text, item.rule, in_words(item.because)))
    for point in pm.points:
        role = point.role if point.role in ("authors", "factor") else "lesson"
        rule = "labelled line" if role == "authors" else "section"
        found.append(Understood(point.span, point.line, role, point.text, rule, in_words(point.because)))
    for block in pm.unread:
        found.append(
            Understood(
                block.span, block.line, "unread", block.text, "nothing claimed it", "no heading above it says what it is"
            )
        )
    return sorted(found, key=lambda u: (u.span.start, -u.span.end))


def _value(pm: Postmortem, role: str, read: Read[str]) -> Understood:
    line = pm.source[: read.span.start].count(b"\n") + 1
    return Understood(read.span, line, role, read.value, read.rule, in_words(read.because))


def _passage(role: str, passage: Passage) -> Understood:
    because = in_words(passage.because) + (" (inferred)" if passage.inferred else "")
    return Understood(passage.span, passage.line, role, passage.text, passage.rule, because)


def in_words(because: str) -> str:
    """A reason as a person wants it: `“Cause” (+3 name)` is what stands under the heading “Cause”."""
    plain = _TWICE.sub(r"under \1", _POINTS.sub("", because))
    return f"under {plain}" if plain.startswith("“") else plain
