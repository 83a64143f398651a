"""Timelines in tables: the columns for day, time and end, and the text of the others."""

from collections.abc import Sequence

from tracker.domain.postmortem import Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.vocabulary import columns
from tracker.postmortem.when import leading
from tracker.postmortem.when_tokens import When

Row = tuple[Block, When | None, str, Span | None]


def table_rows(table: Block) -> list[Row]:
    """The rows of a table that holds times, else nothing: a table of measurements is no timeline."""
    head = [cell.text for cell in table.children[0].children]
    body = list(table.children[1:])
    if (
        head
        and not any(columns(text) for text in head)
        and any((when := leading(_flat(text))) and when.has_clock for text in head[:2])
    ):
        body = list(table.children)  # a table whose first row is taken for its header
    timed = _time_columns(head, body)
    if not timed:
        return []
    rows: list[Row] = []
    for row in body:
        cells = row.children
        when, span = _when(cells, timed)
        text = " | ".join(t for i, cell in enumerate(cells) if i not in timed and (t := cell.text.strip()))
        if when is None and cells and cells[0].text.strip().casefold() in ("total", "sum", "duration", "gesamt", "summe"):
            continue
        if text or when is not None:
            rows.append((row, when, text, span))
    return rows


def _flat(text: str) -> str:
    """A cell's text on one line, character for character: a break inside a cell does not end its time."""
    return text.replace("\n", " ")


def _time_columns(head: list[str], body: Sequence[Block]) -> list[int]:
    """The columns that hold times: named so and a third of them are, or nearly all are and hold little else."""
    found: list[int] = []
    clocks = days = False
    for i, title in enumerate(head):
        cells = [text for row in body[:30] if i < len(row.children) and (text := _flat(row.children[i].text)).strip(" -–—")]
        named = "time" in (names := columns(title)) or "end" in names
        whens = _times(cells, 0.3 if named else 0.8)
        short = sum(1 for size, when in whens if size - when.stop <= 20)
        if whens and (named or short * 2 >= len(cells)):
            found.append(i)
            clocks = clocks or any(w.has_clock or w.blank or w.relative for _, w in whens)
            days = days or any(w.has_day for _, w in whens)
        if len(found) == 3:
            break
    if not found and "time" in columns(head[0]) and any("event" in columns(title) for title in head[1:]):
        return [0]  # called so, and typed in a way that cannot be read
    return found if clocks or days else []


def _times(cells: list[str], share: float) -> list[tuple[int, When]]:
    """The times of cells with the sizes of their texts; nothing as soon as it is clear that a smaller share has one."""
    found: list[tuple[int, When]] = []
    for seen, text in enumerate(cells, 1):
        if (when := leading(text)) is not None:
            found.append((len(text), when))
        elif (len(cells) - seen + len(found)) / len(cells) < share:
            return []
    return found


def _when(cells: Sequence[Block], timed: list[int]) -> tuple[When | None, Span | None]:
    """The time of a row: its day and its clock time may stand in two cells, its end in a third."""
    whole: When | None = None
    span: Span | None = None
    for i in timed:
        if i >= len(cells):
            continue
        cell = cells[i]
        read = leading(_flat(cell.text))
        if read is None:
            continue
        when = read if len(timed) == 1 else read.moved(0, read.rest)  # a copy: what was read is shared
        here = Span(cell.byte(when.start), cell.byte_end(when.stop))
        if whole is None:
            whole, span = when, here
        elif not whole.has_clock and not whole.blank and (when.has_clock or when.blank) and not when.has_day:
            when.year, when.month, when.day, when.ambiguous = whole.year, whole.month, whole.day, whole.ambiguous
            whole, span = when, Span(span.start if span else here.start, here.end)
        elif whole.end is None and when.has_clock and whole.has_clock:
            whole.end = when
    return whole, span
