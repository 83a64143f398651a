"""Pass 2: the parser's events into a tree of blocks, each with its bytes and, where it holds text, its plain text.

Everything after this pass works on plain text and asks a block for bytes only where a value needs its span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

import pyromark

from tracker.domain.postmortem import Span

_O = pyromark.Options
OPTIONS = _O.ENABLE_TABLES | _O.ENABLE_FOOTNOTES | _O.ENABLE_STRIKETHROUGH | _O.ENABLE_TASKLISTS
_PARSER = pyromark.Markdown(options=OPTIONS)
DEPTH_LIMIT = 100  # nesting deeper than this stays text of the block around it

# A mark inside a block's text: kind, plain start, plain end, byte start, byte end, payload (a link's target).
Mark = tuple[str, int, int, int, int, str]

_CONTAINERS = {"Item": "item", "BlockQuote": "quote", "TableRow": "row", "TableHead": "head"}
_LEAVES = {"Paragraph": "para", "TableCell": "cell", "HtmlBlock": "html"}
_MARKS = {"Strong": "strong", "Emphasis": "em", "Strikethrough": "strike"}


class Block:
    """One block. `text` is plain, soft and hard breaks are newlines; `children` are blocks, never inline marks."""

    __slots__ = ("children", "end", "info", "kind", "level", "marks", "order", "parent", "pieces", "segs", "start", "text")

    def __init__(self, kind: str, start: int, end: int, parent: "Block | None", order: int) -> None:
        self.kind = kind  # doc, heading, para, list, item, quote, code, html, table, head, row, cell, rule, foot
        self.start = start
        self.end = end
        self.parent = parent
        self.order = order  # its number in document order
        self.level = 0  # of a heading, 1 to 6
        self.info: Any = None  # list: its first number; item: the box's span and whether it is ticked; code: the language
        self.children: list[Block] = []
        self.text = ""
        self.pieces: list[str] = []
        self.segs: list[tuple[int, int, int]] = []  # plain start, byte start, byte end: in order
        self.marks: list[Mark] = []

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
        if i + 1 < len(self.segs):
            whole = at >= self.segs[i + 1][0]
        else:
            whole = at >= len(self.text)
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


def parse(body: str, base: int) -> Block:
    """The document as a tree; `base` is added to every offset. Steps grow linearly with the text."""
    root = Block("doc", base, base + len(body), None, 0)
    current = root
    leaf: Block | None = None
    order = 0
    deep = 0  # containers beyond the limit that are open
    depth = 0
    plain = 0
    open_marks: list[tuple[str, int, int, str]] = []
    for event, where in _PARSER.events_with_range(body):
        start, end = where["start"] + base, where["end"] + base
        if event.__class__ is str:
            if leaf is not None:
                leaf.pieces.append("\n")
                leaf.segs.append((plain, start, end))
                plain += 1
            elif event == "Rule":
                order += 1
                current.children.append(Block("rule", start, end, current, order))
            continue
        ((name, value),) = event.items()  # type: ignore[union-attr]
        if name == "Text" or name == "Code":
            if leaf is None:
                order += 1
                leaf = _open(current, "para", start, end, order)
                plain = 0
            if name == "Code":
                leaf.marks.append(("code", plain, plain + len(value), start, end, ""))
            leaf.pieces.append(value)
            leaf.segs.append((plain, start, end))
            plain += len(value)
            leaf.end = max(leaf.end, end)
        elif name == "Start":
            kind, payload = (value, None) if value.__class__ is str else next(iter(value.items()))
            if kind in _MARKS or kind == "Link" or kind == "Image":
                if leaf is None:
                    order += 1
                    leaf = _open(current, "para", start, end, order)
                    plain = 0
                target = payload["dest_url"] if payload else ""
                open_marks.append((_MARKS.get(kind) or kind.lower(), plain, start, target))
                continue
            if leaf is not None:
                _close(leaf)
                leaf = None
            open_marks.clear()
            order += 1
            if kind in _LEAVES or kind == "Heading" or kind == "CodeBlock":
                leaf = _open(current, _LEAVES.get(kind) or ("heading" if kind == "Heading" else "code"), start, end, order)
                plain = 0
                if kind == "Heading":
                    leaf.level = int(payload["level"][1])
                elif kind == "CodeBlock":
                    leaf.info = payload["Fenced"] if payload.__class__ is dict else ""
            elif depth >= DEPTH_LIMIT:
                deep += 1
            else:
                depth += 1
                block = Block(_CONTAINERS.get(kind) or _container(kind), start, end, current, order)
                block.info = payload if kind == "List" else None
                current.children.append(block)
                current = block
        elif name == "End":
            kind = value if value.__class__ is str else next(iter(value))
            if kind in _MARKS or kind == "Link" or kind == "Image":
                if open_marks and leaf is not None:
                    what, at, begin, target = open_marks.pop()
                    leaf.marks.append((what, at, plain, begin, end, target))
                continue
            if leaf is not None:
                _close(leaf)
                leaf = None
            if kind in _LEAVES or kind == "Heading" or kind == "CodeBlock":
                continue
            if deep:
                deep -= 1
            elif current.parent is not None:
                current = current.parent
                depth -= 1
        elif name == "Html" and leaf is not None:
            leaf.pieces.append(value)
            leaf.segs.append((plain, start, end))
            plain += len(value)
        elif name == "InlineHtml":
            if leaf is None:
                order += 1
                leaf = _open(current, "para", start, end, order)
                plain = 0
            leaf.marks.append(("html", plain, plain, start, end, value))
            if value[:3].lower() == "<br":
                leaf.pieces.append("\n")
                leaf.segs.append((plain, start, end))
                plain += 1
        elif name == "TaskListMarker":
            item = current
            item.info = (start, end, bool(value))
    return root


def _container(kind: str) -> str:
    return {"List": "list", "Table": "table", "FootnoteDefinition": "foot"}.get(kind, "quote")


def _open(parent: Block, kind: str, start: int, end: int, order: int) -> Block:
    block = Block(kind, start, end, parent, order)
    parent.children.append(block)
    return block


def _close(leaf: Block) -> None:
    leaf.text = "".join(leaf.pieces)
    leaf.pieces = []
    if leaf.segs and leaf.kind == "para":
        leaf.start = min(leaf.start, leaf.segs[0][1])


def part_of(block: Block, begin: int, stop: int) -> Block:
    """A block of its own for some characters of another, with the same bytes."""
    text = block.text[begin:stop].rstrip()
    stop = begin + len(text)
    part = Block(block.kind, block.byte(begin), block.byte_end(stop), block.parent, block.order)
    part.text = text
    part.segs = [(max(p, begin) - begin, block.byte(max(p, begin)), e) for p, _, e in block.segs if p < stop and e > part.start]
    part.marks = [(k, max(a, begin) - begin, b - begin, s, e, t) for k, a, b, s, e, t in block.marks if a >= begin and b <= stop]
    return part


def references(body: str) -> dict[str, Any]:
    """The document's link reference definitions, keyed by label; each with its target and where it stands."""
    return pyromark.reference_definitions(body, options=OPTIONS)
