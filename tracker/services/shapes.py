"""One list in several shapes: JSON, CSV, a Markdown table, a table for terminals. Each says exactly what the rows say."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

Columns = Sequence[tuple[str, str]]  # attribute of a row, heading
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


def to_json(columns: Columns, rows: Iterable[Any], **more: Any) -> str:
    """`{"rows": [{attribute: value}], …more}`; days are ISO, enums their values, None is null."""
    plain = [{name: _plain(getattr(row, name)) for name, _ in columns} for row in rows]
    return json.dumps({**more, "rows": plain}, ensure_ascii=False, indent=1) + "\n"


def to_csv(columns: Columns, rows: Iterable[Any]) -> str:
    """RFC 4180, with a heading. A cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading for _, heading in columns])
    for row in rows:
        writer.writerow([_harmless(getattr(row, name)) for name, _ in columns])
    return out.getvalue()


def to_markdown(columns: Columns, rows: Iterable[Any]) -> str:
    """A table in GitHub's Markdown; what a cell's text would start is escaped."""
    lines = ["| " + " | ".join(heading for _, heading in columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_escaped(_short(getattr(row, name))) for name, _ in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def to_table(columns: Columns, rows: Iterable[Any], *, width: int = 0) -> str:
    """Columns side by side for a terminal; with `width` the widest column is cut so that a line fits. "" without rows."""
    cells = [[_one_line(_short(getattr(row, name))) for name, _ in columns] for row in rows]
    if not cells:
        return ""
    headings = [heading for _, heading in columns]
    widths = [max(map(_width, column)) for column in zip(headings, *cells, strict=True)]
    too_wide = sum(widths) + 2 * (len(widths) - 1) - width
    if width and too_wide > 0:
        widest = widths.index(max(widths))
        widths[widest] = max(widths[widest] - too_wide, 12)
    lines = [
        "  ".join(_fit(cell, wide) for cell, wide in zip(line, widths, strict=True)).rstrip() for line in (headings, *cells)
    ]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _text(value: Any) -> str:
    return "" if value is None else str(_plain(value))


def _short(value: Any) -> str:
    """As `_text`, but enums in words and a moment without its seconds and offset: a table is read, not computed with."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    return _text(value).replace("_", " ") if isinstance(value, Enum) else _text(value)


def _harmless(value: Any) -> str:
    text = _text(value)
    return "'" + text if text.startswith(FORMULA) and not isinstance(value, (int, float)) else text


def _escaped(text: str) -> str:
    for character in "\\`*_[]<|":
        text = text.replace(character, "\\" + character)
    return _one_line(text)


def _one_line(text: str) -> str:
    """No line ends, and nothing that would steer a terminal."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def _fit(text: str, width: int) -> str:
    if _width(text) > width:
        while _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _width(text))
