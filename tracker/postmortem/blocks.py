"""Pass 2: the parser's events into a tree of blocks, each with its bytes and, where it holds text, its plain text.

Everything after this pass works on plain text and asks a block for bytes only where a value needs its span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import pyromark

from tracker.domain.postmortem import Span

_O = pyromark.Options
OPTIONS = _O.ENABLE_TABLES | _O.ENABLE_FOOTNOTES | _O.ENABLE_STRIKETHROUGH | _O.ENABLE_TASKLISTS
_PARSER = pyromark.Markdown(options=OPTIONS)
DEPTH_LIMIT = 100  # nesting deeper than this stays text of the block around it

# A mark inside a block's text: kind, plain start, plain end, byte start, byte end, payload (a link's target).
Mark = tuple[str, int, int, int, int, str]

_CONTAINERS = {
    "List": "list", "Item": "item", "BlockQuote": "quote", "Table": "table", "TableRow": "row", "TableHead": "head",
    "FootnoteDefinition": "foot",
}  # fmt: skip
_LEAVES = {"Paragraph": "para", "TableCell": "cell", "HtmlBlock": "html", "Heading": "heading", "CodeBlock": "code"}
_INLINE = {"Strong": "strong", "Emphasis": "em", "Strikethrough": "strike", "Link": "link", "Image": "image"}


class Block:
    """One block. `text` is plain, soft and hard breaks are newlines; `children` are blocks, never inline marks."""

    level = 0  # of a heading, 1 to 6
    info: Any = None  # list: its first number; item: the box's span and whether it is ticked; code: the language
    text = ""
    children: Sequence["Block"] = ()
    segs: Sequence[tuple[int, int, int]] = ()  # plain start, byte start, byte end: in order
    marks: Sequence[Mark] = ()

    def __init__(self, kind: str, start: int, end: int, parent: "Block | None", order: int) -> None:
        self.kind = kind  # doc, heading, para, list, item, quote, code, html, table, head, row, cell, rule, foot
        self.start = start
        self.end = end
        self.parent = parent
        self.order = order  # its number in document order

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}-{self.end} {self.text[:40]!r}>"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def byte(self, at: int) -> int:
        """The byte where the plain text's character `at` begins."""
        if not self.segs:
            return self.start
        i = max(bisect_right(self.segs, (at, 1 << 60, 0)) - 1, 0)
        plain, begin, end = self.segs[i]
        return begin if at <= plain else min(begin + len(self.text[plain:at].encode()), end)

    def byte_end(self, at: int) -> int:
        """The byte after the plain text's character before `at`: the end of a piece that stops there."""
        if not self.segs or at <= 0:
            return self.byte(0)
        i = max(bisect_left(self.segs, (at, -1, 0)) - 1, 0)
        plain, begin, end = self.segs[i]
        whole = at >= (self.segs[i + 1][0] if i + 1 < len(self.segs) else len(self.text))
        return end if whole else min(begin + len(self.text[plain:at].encode()), end)

    def leaves(self) -> Iterator["Block"]:
        """Itself or the blocks under it that hold text, in document order."""
        stack = [self]
        while stack:
            block = stack.pop()
            if block.children:
                stack.extend(reversed(block.children))
            elif block.kind not in ("list", "item", "quote", "doc"):
                yield block


class _Walk:
    """The state of one walk over a document's events. One method per kind of event."""

    def __init__(self, root: Block) -> None:
        self.current = root
        self.leaf: Block | None = None
        self.order = 0
        self.depth = 0
        self.too_deep = 0  # containers beyond the limit that are open
        self.kids: list[list[Block]] = [[]]  # the children of every open container
        self.pieces: list[str] = []
        self.segs: list[tuple[int, int, int]] = []
        self.marks: list[Mark] = []
        self.plain = 0
        self.open_marks: list[tuple[str, int, int, str]] = []

    def open_leaf(self, kind: str, start: int, end: int) -> Block:
        self.order += 1
        leaf = self.leaf = Block(kind, start, end, self.current, self.order)
        self.kids[-1].append(leaf)
        self.pieces, self.segs, self.marks, self.plain = [], [], [], 0
        return leaf

    def close_leaf(self) -> None:
        leaf = self.leaf
        if leaf is not None:
            leaf.text = "".join(self.pieces)
            leaf.segs = self.segs
            if self.marks:
                leaf.marks = self.marks
            if self.segs:
                leaf.end = max(leaf.end, self.segs[-1][2])
            self.leaf = None

    def text(self, value: str, start: int, end: int) -> None:
        if self.leaf is None:
            self.open_leaf("para", start, end)
        self.pieces.append(value)
        self.segs.append((self.plain, start, end))
        self.plain += len(value)

    def started(self, kind: str, payload: Any, start: int, end: int) -> None:
        if kind in _INLINE:
            if self.leaf is None:
                self.open_leaf("para", start, end)
            self.open_marks.append((_INLINE[kind], self.plain, start, payload["dest_url"] if payload else ""))
            return
        self.close_leaf()
        self.open_marks.clear()
        if kind in _LEAVES:
            leaf = self.open_leaf(_LEAVES[kind], start, end)
            if kind == "Heading":
                leaf.level = int(payload["level"][1])
            elif kind == "CodeBlock":
                leaf.info = payload["Fenced"] if payload.__class__ is dict else ""
        elif self.depth >= DEPTH_LIMIT:
            self.too_deep += 1
        else:
            self.depth += 1
            self.order += 1
            block = Block(_CONTAINERS.get(kind, "quote"), start, end, self.current, self.order)
            block.info = payload if kind == "List" else None
            self.kids[-1].append(block)
            self.kids.append([])
            self.current = block

    def ended(self, kind: str, end: int) -> None:
        if kind in _INLINE:
            if self.open_marks and self.leaf is not None:
                what, at, begin, target = self.open_marks.pop()
                self.marks.append((what, at, self.plain, begin, end, target))
            return
        self.close_leaf()
        if kind in _LEAVES:
            return
        if self.too_deep:
            self.too_deep -= 1
        elif self.current.parent is not None:
            self.current.children = self.kids.pop()
            self.current = self.current.parent
            self.depth -= 1

    def other(self, name: str, value: Any, start: int, end: int) -> None:
        if name == "Text" or name == "Html":
            self.text(value, start, end)
        elif name == "Code":
            if self.leaf is None:
                self.open_leaf("para", start, end)
            self.marks.append(("code", self.plain, self.plain + len(value), start, end, ""))
            self.text(value, start, end)
        elif name == "InlineHtml":
            if self.leaf is None:
                self.open_leaf("para", start, end)
            self.marks.append(("html", self.plain, self.plain, start, end, value))
            if value[:3].lower() == "<br":
                self.text("\n", start, end)
        elif name == "TaskListMarker":
            self.current.info = (start, end, bool(value))


def parse(body: str, base: int) -> Block:
    """The document as a tree; `base` is added to every offset. Steps grow linearly with the text."""
    root = Block("doc", base, base + len(body), None, 0)
    walk = _Walk(root)
    event: Any
    for event, where in _PARSER.events_with_range(body):
        start, end = where["start"] + base, where["end"] + base
        if event.__class__ is str:
            if walk.leaf is not None:
                walk.text("\n", start, end)
            elif event == "Rule":
                walk.open_leaf("rule", start, end)
                walk.leaf = None
            continue
        for name, value in event.items():  # there is always one
            if name == "Text" and walk.leaf is not None:  # the most frequent of all: without a call
                walk.pieces.append(value)
                walk.segs.append((walk.plain, start, end))
                walk.plain += len(value)
            elif name == "Start":
                if value.__class__ is str:
                    walk.started(value, None, start, end)
                else:
                    for kind, payload in value.items():
                        walk.started(kind, payload, start, end)
            elif name == "End":
                walk.ended(value if value.__class__ is str else next(iter(value)), end)
            else:
                walk.other(name, value, start, end)
    root.children = walk.kids[0]
    return root


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


def references(body: str) -> dict[str, Any]:
    """The document's link reference definitions, keyed by label; each with its target and where it stands."""
    return pyromark.reference_definitions(body, options=OPTIONS)
