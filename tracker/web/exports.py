"""A list in another shape than a page: JSON, CSV, Markdown."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from tracker.services.shapes import Columns, to_csv, to_json, to_markdown

SHAPES = {"json": "application/json", "csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8"}


def as_shape(shape: str, name: str, columns: Columns, rows: Iterable[Any], **more: Any) -> Response:
    """`rows` as one of SHAPES; `more` goes into the JSON beside them. CSV is offered as a file called `name`."""
    if shape == "json":
        body = to_json(columns, rows, **more)
    else:
        body = to_csv(columns, rows) if shape == "csv" else to_markdown(columns, rows)
    answer = Response(body, content_type=SHAPES[shape])
    if shape == "csv":
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
