"""Blocks: what pass 2 makes of a document, each with its bytes and, where it holds text, its plain text.

Everything after pass 2 works on plain text and asks a block for bytes only where a value needs its span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from tracker.domain.postmortem import Span

# A mark inside a block's text: kind, plain start, plain end, byte start, byte end, payload (a link's target).
Mark = tuple[str, int, int, int, int, str]


class Run:
    """The pieces of text of a whole document and where they stand; a leaf is some of them in a row. And its containers."""

    __slots__ = ("base", "containers", "pieces", "ranges")

    def __init__(self, base: int) -> None:
        self.base = base  # what a range's offsets lack
        self.pieces: list[str] = []
        self.ranges: list[dict[str, int]] = []
        self.containers: list[Block] = []


class Block:
    """One block. `text` is plain, soft and hard breaks are newlines; `children` are blocks, never inline marks."""

    __slots__ = (
        "_first", "_run", "_segs", "_stop", "children", "end", "info", "kind", "level", "marks", "order", "parent", "start",
        "text",
    )  # fmt: skip

    def __init__(
        self, kind: str, start: int, end: int, parent: "Block | None", order: int, run: "Run | None" = None, first: int = 0
    ) -> None:
        self.kind = kind  # doc, heading, para, list, item, quote, code, html, table, head, row, cell, rule, foot
        self.start = start
        self.end = end
        self.parent = parent
        self.order = order  # its number in document order
        self.level = 0  # of a heading, 1 to 6
        self.info: Any = None  # list: its first number; item: the box's span and whether it is ticked; code: the language
        self.text = ""
        self.children: Sequence[Block] = ()
        self.marks: Sequence[Mark] = ()
        self._run = run  # a leaf's own pieces are those from `_first` to `_stop`
        self._first = self._stop = first
        self._segs: Sequence[tuple[int, int, int]] | None = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}-{self.end} {self.text[:40]!r}>"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def segs(self) -> Sequence[tuple[int, int, int]]:
        """Its pieces in order: plain start, byte start, byte end. Made when first asked for: most leaves never are."""
        if self._segs is None:
            run = self._run
            if run is None:
                return ()
            ranges, base = run.ranges[self._first : self._stop], run.base
            plain = accumulate(map(len, run.pieces[self._first : self._stop]), initial=0)
            self._segs = [(at, r["start"] + base, r["end"] + base) for at, r in zip(plain, ranges, strict=False)]
        return self._segs

    @segs.setter
    def segs(self, segs: Sequence[tuple[int, int, int]]) -> None:
        self._segs, self._run = segs, None

    def byte(self, at: int) -> int:
        """The byte where the plain text's character `at` begins."""
        if at <= 0 and (run := self._run) is not None and self._stop > self._first:
            return run.ranges[self._first]["start"] + run.base  # as nearly always
        segs = self.segs
        if not segs:
            return self.start
        i = max(bisect_right(segs, (at, 1 << 60, 0)) - 1, 0) if len(segs) > 1 else 0
        plain, begin, end = segs[i]
        return begin if at <= plain else min(begin + self._size(plain, at), end)

    def byte_end(self, at: int) -> int:
        """The byte after the plain text's character before `at`: the end of a piece that stops there."""
        if at >= len(self.text) > 0 and (run := self._run) is not None and run.pieces[self._stop - 1]:
            return run.ranges[self._stop - 1]["end"] + run.base
        segs = self.segs
        if not segs or at <= 0:
            return self.byte(0)
        i = max(bisect_left(segs, (at, -1, 0)) - 1, 0) if len(segs) > 1 else 0
        plain, begin, end = segs[i]
        whole = at >= (segs[i + 1][0] if i + 1 < len(segs) else len(self.text))
        return end if whole else min(begin + self._size(plain, at), end)

    def _size(self, begin: int, stop: int) -> int:
        """How many bytes some characters of its text are in UTF-8."""
        text = self.text
        return min(stop, len(text)) - begin if text.isascii() else len(text[begin:stop].encode())

    @property
    def first_text(self) -> str:
        """The text of the first leaf."""
        if not self.children:
            return self.text
        first = self.children[0]
        return first.text if first.kind == "para" else next((leaf.text for leaf in self.leaves()), "")

    def leaves(self) -> Iterator["Block"]:
        """Itself or the blocks under it that hold text, in document order."""
        if not self.children:
            if self.kind not in ("list", "item", "quote", "doc"):
                yield self
            return
        stack = [self]
        while stack:
            block = stack.pop()
            if block.children:
                stack.extend(reversed(block.children))
            elif block.kind not in ("list", "item", "quote", "doc"):
                yield block


def release(root: Block) -> None:
    """Let go of all children: without circles the whole tree is freed at once, and the collector has nothing to do."""
    if root._run is not None:
        for block in root._run.containers:
            block.children = ()
        root._run.containers.clear()
    root.children = ()


def part_of(block: Block, begin: int, stop: int) -> Block:
    """A block of its own for some characters of another, with the same bytes."""
    text = block.text[begin:stop].rstrip()
    stop = begin + len(text)
    part = Block(block.kind, block.byte(begin), block.byte_end(stop), block.parent, block.order)
    part.text = text
    part.segs = [
        (max(p, begin) - begin, block.byte(max(p, begin)), e) for p, _, e in block.segs if p < stop and e > part.start
    ]
    part.marks = [
        (k, max(a, begin) - begin, b - begin, s, e, t) for k, a, b, s, e, t in block.marks if a >= begin and b <= stop
    ]
    return part
