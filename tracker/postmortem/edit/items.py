"""A new action item, written as the document's own are: the next number, a box, a row of the table."""

import re
from collections.abc import Iterator
from datetime import date

from tracker.domain.claims import Claim
from tracker.domain.errors import Invalid
from tracker.domain.postmortem import Item, Postmortem, Span
from tracker.postmortem.edit.cells import escaped, is_cell, status_words
from tracker.postmortem.edit.fields import Field, says, set_field
from tracker.postmortem.edit.places import blank_before, heading, line_end, line_start, new_section, text_end
from tracker.postmortem.edit.proof import Candidate, document_values, first_proven, item_values
from tracker.postmortem.edit.rows import cell_at, cell_spans, is_drawn, new_row
from tracker.postmortem.reader import read

INDENT = re.compile(rb"[ \t>]*")
LIST_LINE = re.compile(rb"(?P<marker>[-*+]|(?P<number>\d{1,9})(?P<sign>[.)]))(?P<gap>[ \t]+)(?P<box>\[[ xX]?\][ \t]+)?")
BULLET_LINE = re.compile(rb"(?:\xe2\x80[\xa2\x93\x94\xa3]|\xe2\x97[\x8f\xa6]|\xc2\xb7|\(?\d{1,2}[.)])[ \t]+")
CANNOT = "A new action item does not fit into this document's habits. Add it by editing the text."


def add_item(
    pm: Postmortem, text: str, *, owner: str | None = None, due: date | str | None = None, priority: str | None = None
) -> bytes:
    """Return the document with one more action item, after its last one; a section for it where there is none.

    `text` is one line of Markdown. Owner, due date and priority are written where the reader finds them again; where that
    cannot be they are left out, and the caller keeps them. Raises `Invalid` where the item itself cannot be written.
    """
    words = " ".join(text.split())
    if not words:
        raise Invalid("Say what is to be done.", "text")
    values = {"owner": owner, "due": due.isoformat() if isinstance(due, date) else due, "priority": priority}
    given = {name: value for name, value in values.items() if value}
    data = first_proven(pm, _candidates(pm, words, given), lambda after: _only_added(pm, after, words) is not None, CANNOT)
    after = read(data, pm.name)
    n = _only_added(pm, after, words)
    fields: tuple[Field, ...] = ("owner", "due", "priority")
    for field in fields:
        if field in given and n is not None:
            try:
                after = read(set_field(after, n, field, given[field], born_here=True) or after.source, pm.name)
            except Invalid:
                continue
    return after.source


def _only_added(before: Postmortem, after: Postmortem, words: str) -> int | None:
    """The number of the one new item, None where anything else changed too."""
    if len(after.items) != len(before.items) + 1 or document_values(before) != document_values(after):
        return None
    old, new = ([item_values(item) for item in pm.items] for pm in (before, after))
    n = next((i for i, values in enumerate(old) if values != new[i]), len(old))
    is_new = says(after.items[n].text, words) and not after.items[n].state.is_closed
    return n if is_new and old[n:] == new[n + 1 :] else None


def _candidates(pm: Postmortem, words: str, given: dict[str, str]) -> Iterator[Candidate]:
    for item in reversed(pm.items[-6:]):
        if is_cell(item):
            yield from _row(pm, item, words, given)
        else:
            yield from _line(pm, item, words)
    eol = line_end(pm.source)
    if pm.items_end is not None:
        at = text_end(pm.source, pm.items_end)
        yield [(Span(at, at), eol + eol + b"- " + words.encode())]
        yield [(Span(at, at), eol + b"- " + words.encode())]
    if not pm.items:
        yield [new_section(pm.source, heading(pm.source, "Action items"), b"- " + words.encode())]


def _line(pm: Postmortem, item: Item, words: str) -> Iterator[Candidate]:
    """After `item`: as a list line, a line with a bullet of its own, a heading or a paragraph, as that one is."""
    source, eol = pm.source, line_end(pm.source)
    begin = line_start(source, item.span.start)
    indent = INDENT.match(source, begin)[0]  # type: ignore[index]  # it matches nothing too
    at = text_end(source, item.span.end)
    before = next((other for other in reversed(pm.items) if other.span.end <= item.span.start and not is_cell(other)), None)
    gap = eol * 2 if blank_before(source, item.span.start) and before is not None else eol
    if found := LIST_LINE.match(source, begin + len(indent)):
        marker = _next_marker(source, found, before)
        box = b"[ ]" + (found["box"][found["box"].index(b"]") + 1 :]) if found["box"] else b""
        for between in dict.fromkeys((gap, eol, eol * 2)):
            yield [(Span(at, at), between + indent + marker + found["gap"] + box + words.encode())]
    elif item.slots.habit == "heading" and (marks := re.compile(rb"#{1,6}[ \t]+").match(source, item.span.start)):
        number = re.compile(rb"(\d{1,3})([.)][ \t]+)").match(source, marks.end())
        counted = str(int(number[1]) + 1).encode() + number[2] if number else b""
        yield [(Span(at, at), eol * 2 + marks[0] + counted + words.encode())]
    else:
        bullet = BULLET_LINE.search(source, begin, item.slots.end)
        if bullet and not source[begin : bullet.start()].strip():
            yield [(Span(at, at), eol + source[begin : bullet.end()] + words.encode())]
        yield [(Span(at, at), eol * 2 + words.encode())]
    yield [(Span(at, at), eol * 2 + b"- " + words.encode())]


def _next_marker(source: bytes, found: re.Match[bytes], before: Item | None) -> bytes:
    """The same bullet, or the next number; the same number where the list repeats it."""
    if not found["number"]:
        return found["marker"]
    begin = line_start(source, before.span.start) if before else 0
    earlier = LIST_LINE.match(source, begin + len(INDENT.match(source, begin)[0])) if before else None  # type: ignore[index]
    if earlier and earlier["number"] == found["number"] and earlier["sign"] == found["sign"]:
        return found["marker"]
    return str(int(found["number"]) + 1).encode() + found["sign"]


def _row(pm: Postmortem, item: Item, words: str, given: dict[str, str]) -> Iterator[Candidate]:
    source, slots = pm.source, item.slots
    begin = line_start(source, item.span.start)
    at = text_end(source, item.span.end)
    row = source[begin:at]
    spans, drawn = cell_spans(row), is_drawn(source, begin)
    content: dict[int, bytes] = {}
    places = {"owner": slots.owner, "due": slots.due, "priority": slots.priority}
    for name, span in places.items():
        number = cell_at(spans, span.start - begin) if span else None
        if number is not None and name in given:
            content[number] = escaped(given[name], in_cell=True)
    if slots.habit == "status_cell" and slots.mark:
        number = cell_at(spans, slots.mark.start - begin)
        if number is not None and any(other.stated and other.state is Claim.OPEN for other in pm.items):
            content[number] = next(status_words(pm, item, Claim.OPEN))
    action = cell_at(spans, slots.end - begin)
    if action is None:
        return
    content[action] = escaped(words, in_cell=True)
    yield [(Span(at, at), line_end(source) + new_row(row, content, drawn=drawn))]
    yield [(Span(at, at), line_end(source) + new_row(row, {action: content[action]}, drawn=drawn))]
