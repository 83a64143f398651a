"""Timelines in tables: the columns for day, time and end, and the text of the others."""

from tracker.domain.postmortem import Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.vocabulary import columns
from tracker.postmortem.when import When, leading

Row = tuple[Block, When | None, str, Span | None]


def table_rows(table: Block) -> list[Row]:
    """The rows of a table that holds times, else nothing: a table of measurements is no timeline."""
    head = [cell.text for cell in table.children[0].children]
    body = [row for row in table.children[1:] if row.kind == "row"]
    timed = _time_columns(head, body)
    if not timed:
        return []
    rows: list[Row] = []
    for row in body:
        cells = row.children
        when, span = _when(cells, timed)
        text = " | ".join(t for i, cell in enumerate(cells) if i not in timed and (t := cell.text.strip()))
        if text or when is not None:
            rows.append((row, when, text, span))
    return rows


def header_zone_text(table: Block) -> str:
    return " ".join(cell.text for cell in table.children[0].children)


def _flat(text: str) -> str:
    """A cell's text on one line, character for character: a break inside a cell does not end its time."""
    return text.replace("\n", " ")


def _time_columns(head: list[str], body: list[Block]) -> list[int]:
    found = []
    for i, title in enumerate(head):
        cells = [row.children[i].text for row in body[:30] if i < len(row.children)]
        filled = [c for c in cells if c.strip(" -–—")]
        share = sum(1 for c in filled if leading(_flat(c))) / len(filled) if filled else 0.0
        named = set(columns(title)) & {"time", "end"}
        short = sum(1 for c in filled if (w := leading(_flat(c))) and len(c) - w.stop <= 20)
        if filled and ((named and share >= 0.3) or (share >= 0.8 and short * 2 >= len(filled))):
            found.append(i)
        if len(found) == 3:
            break
    if not any(_has_clock(body, i) for i in found) and not any(_has_day(body, i) for i in found):
        return []
    return found


def _has_clock(body: list[Block], i: int) -> bool:
    return any((w := leading(_flat(row.children[i].text))) and (w.has_clock or w.blank or w.relative) for row in body[:30] if i < len(row.children))


def _has_day(body: list[Block], i: int) -> bool:
    return any((w := leading(_flat(row.children[i].text))) and w.has_day for row in body[:30] if i < len(row.children))


def _when(cells: list[Block], timed: list[int]) -> tuple[When | None, Span | None]:
    """The time of a row: its day and its clock time may stand in two cells, its end in a third."""
    whole: When | None = None
    span: Span | None = None
    for i in timed:
        if i >= len(cells):
            continue
        cell = cells[i]
        when = leading(_flat(cell.text))
        if when is None:
            continue
        here = Span(cell.byte(when.start), cell.byte_end(when.stop))
        if whole is None:
            whole, span = when, here
        elif not whole.has_clock and not whole.blank and (when.has_clock or when.blank) and not when.has_day:
            when.year, when.month, when.day, when.ambiguous = whole.year, whole.month, whole.day, whole.ambiguous
            whole, span = when, Span(span.start if span else here.start, here.end)
        elif whole.end is None and when.has_clock and whole.has_clock:
            whole.end = when
    return whole, span
