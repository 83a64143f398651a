"""Pass 2: the parser's events into a tree of blocks, each with its bytes and, where it holds text, its plain text.

Everything after this pass works on plain text and asks a block for bytes only where a value needs its span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
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


_OPENS_TEXT = ("Text", "Start", "Code", "InlineHtml", "Html")  # in a tight item: it has no event for its paragraph


class Block:
    """One block. `text` is plain, soft and hard breaks are newlines; `children` are blocks, never inline marks."""

    __slots__ = ("children", "end", "info", "kind", "level", "marks", "order", "parent", "segs", "start", "text")

    def __init__(self, kind: str, start: int, end: int, parent: "Block | None", order: int) -> None:
        self.kind = kind  # doc, heading, para, list, item, quote, code, html, table, head, row, cell, rule, foot
        self.start = start
        self.end = end
        self.parent = parent
        self.order = order  # its number in document order
        self.level = 0  # of a heading, 1 to 6
        self.info: Any = None  # list: its first number; item: the box's span and whether it is ticked; code: the language
        self.text = ""
        self.children: Sequence[Block] = ()
        self.segs: Sequence[tuple[int, int, int]] = ()  # plain start, byte start, byte end: in order
        self.marks: Sequence[Mark] = ()

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


def _fill(leaf: Block, events: Iterator[Any], base: int) -> Any:
    """Give a leaf its text, bytes and marks from the events up to the one that ends it, which is returned; the hot loop."""
    pieces: list[str] = []
    segs: list[tuple[int, int, int]] = []
    marks: list[Mark] = []
    opened: list[tuple[str, int, int, str]] = []
    plain, last = 0, None
    value: Any
    for last in events:
        event, where = last
        start, end = where["start"] + base, where["end"] + base
        if event.__class__ is str:
            if event == "Rule":
                break
            name, value = "Text", "\n"  # a soft or a hard break
        elif "Text" in event:  # most are
            name, value = "Text", event["Text"]
        else:
            name, value = next(iter(event.items()))
        if name == "Start" or name == "End":
            kind, payload = (value, None) if value.__class__ is str else next(iter(value.items()))
            if kind not in _INLINE:
                break
            if name == "Start":
                opened.append((_INLINE[kind], plain, start, payload["dest_url"] if payload else ""))
            elif opened:
                _closed(opened, marks, plain, end)
            continue
        if name != "Text" and (value := _inline(leaf, marks, name, value, plain, start, end)) is None:
            continue
        pieces.append(value)
        segs.append((plain, start, end))
        plain += len(value)
    else:
        last = None
    leaf.text, leaf.segs, leaf.marks = "".join(pieces), segs, marks
    leaf.end = max(leaf.end, segs[-1][2]) if segs else leaf.end
    return last


def _closed(opened: list[tuple[str, int, int, str]], marks: list[Mark], plain: int, end: int) -> None:
    what, at, begin, target = opened.pop()
    marks.append((what, at, plain, begin, end, target))


def _inline(leaf: Block, marks: list[Mark], name: str, value: Any, plain: int, start: int, end: int) -> str | None:
    """What an inline event other than plain text adds to the text of its leaf; code and HTML are marks as well."""
    if name == "Html":
        return str(value)
    if name == "Code":
        marks.append(("code", plain, plain + len(value), start, end, ""))
        return str(value)
    if name == "InlineHtml":
        marks.append(("html", plain, plain, start, end, value))
        return "\n" if value[:3].lower() == "<br" else None
    if name == "TaskListMarker" and leaf.parent is not None:
        leaf.parent.info = (start, end, bool(value))
    return None


class _Tree:
    """The containers that are open while a document's events pass."""

    def __init__(self, root: Block) -> None:
        self.current = root
        self.order = 0
        self.too_deep = 0  # containers beyond the limit that are open
        self.kids: list[list[Block]] = [[]]  # the children of every open container

    def add(self, kind: str, start: int, end: int) -> Block:
        self.order += 1
        block = Block(kind, start, end, self.current, self.order)
        self.kids[-1].append(block)
        return block

    def open(self, kind: str, payload: Any, start: int, end: int) -> None:
        if len(self.kids) > DEPTH_LIMIT:
            self.too_deep += 1
            return
        self.current = self.add(_CONTAINERS.get(kind, "quote"), start, end)
        self.current.info = payload if kind == "List" else None
        self.kids.append([])

    def close(self) -> None:
        if self.too_deep:
            self.too_deep -= 1
        elif self.current.parent is not None:
            self.current.children = self.kids.pop()
            self.current = self.current.parent


def parse(body: str, base: int) -> Block:
    """The document as a tree; `base` is added to every offset. Steps grow linearly with the text."""
    root = Block("doc", base, base + len(body), None, 0)
    tree = _Tree(root)
    events: Iterator[Any] = _PARSER.events_with_range(body)
    for event in events:
        last = event
        while last is not None:
            last = _take(tree, last, events, base)
    root.children = tree.kids[0]
    return root


def _take(tree: _Tree, last: Any, events: Iterator[Any], base: int) -> Any:
    """One event between leaves. Returns the event that ended a leaf without an event of its own, which comes next."""
    event, where = last
    start, end = where["start"] + base, where["end"] + base
    if event.__class__ is str:
        if event == "Rule":
            tree.add("rule", start, end)
        return None
    name, value = next(iter(event.items()))
    payload: Any
    kind, payload = next(iter(value.items())) if value.__class__ is dict else (value, None)
    if name == "End" and kind not in _INLINE:
        tree.close()
    elif name == "Start" and kind in _LEAVES:
        leaf = tree.add(_LEAVES[kind], start, end)
        if kind == "Heading":
            leaf.level = int(payload["level"][1])
        elif kind == "CodeBlock":
            leaf.info = payload["Fenced"] if payload.__class__ is dict else ""
        _fill(leaf, events, base)
    elif name == "Start" and kind not in _INLINE:
        tree.open(kind, payload, start, end)
    elif name == "TaskListMarker":
        tree.current.info = (start, end, bool(value))
    elif name in _OPENS_TEXT:
        return _fill(tree.add("para", start, end), chain((last,), events), base)
    return None


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
