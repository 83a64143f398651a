"""A new table row, drawn as the row that it follows."""

import itertools
import re
from collections.abc import Mapping

PIPE = re.compile(rb"(?<!\\)\|")


def cell_spans(row: bytes) -> list[tuple[int, int]]:
    """Where the cells of a row's line stand between its pipes, spaces included; from the row's first byte."""
    pipes = [match.start() for match in PIPE.finditer(row)]
    text = row.rstrip()
    edges = ([] if row[: len(row) - len(row.lstrip()) + 1].strip() == b"|" else [-1]) + pipes
    if not text.endswith(b"|") or text.endswith(b"\\|"):
        edges.append(len(text))
    return [(left + 1, right) for left, right in itertools.pairwise(edges)]


def cell_at(spans: list[tuple[int, int]], at: int) -> int | None:
    """The number of the cell that holds byte `at` of the row, or ends there."""
    return next((n for n, (start, end) in enumerate(spans) if start <= at <= end), None)


def is_drawn(source: bytes, begin: int) -> bool:
    """Whether the row that begins at `begin` is as wide as the line above it: then its columns are kept in line."""
    above = source[source.rfind(b"\n", 0, max(begin - 1, 0)) + 1 : max(begin - 1, 0)]
    end = source.find(b"\n", begin)
    return len(above.rstrip()) == len(source[begin : end if end >= 0 else len(source)].rstrip())


def new_row(row: bytes, content: Mapping[int, bytes], *, drawn: bool = False) -> bytes:
    """A row like `row` with `content` in its cells by number, the others empty; as wide where it is `drawn` with spaces."""
    spans = cell_spans(row)
    out: list[bytes] = []
    at = 0
    for n, (start, end) in enumerate(spans):
        old = row[start:end]
        left = old[: len(old) - len(old.lstrip())] if old.strip() else old[:1]
        right = len(old) - len(old.rstrip()) if old.strip() else len(old) - len(left)
        new = left + content.get(n, b"")
        if right > 1 or (drawn and right):
            new = new.ljust(len(old) - 1)
        out += [row[at:start], new + (b" " if right else b"")]
        at = end
    return b"".join([*out, row[at:].rstrip()])
