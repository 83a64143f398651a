"""Pass 2: the parser's events into a tree of blocks."""

from collections.abc import Iterator
from typing import Any

import pyromark

from tracker.postmortem.blocks import Block, Mark, Run

_O = pyromark.Options
OPTIONS = _O.ENABLE_TABLES | _O.ENABLE_FOOTNOTES | _O.ENABLE_STRIKETHROUGH | _O.ENABLE_TASKLISTS
_PARSER = pyromark.Markdown(options=OPTIONS)
DEPTH_LIMIT = 100  # nesting deeper than this stays text of the block around it

_CONTAINERS = {
    "List": "list", "Item": "item", "BlockQuote": "quote", "Table": "table", "TableRow": "row", "TableHead": "head",
    "FootnoteDefinition": "foot",
}  # fmt: skip
_LEAVES = {"Paragraph": "para", "TableCell": "cell", "HtmlBlock": "html", "Heading": "heading", "CodeBlock": "code"}
_INLINE = {"Strong": "strong", "Emphasis": "em", "Strikethrough": "strike", "Link": "link", "Image": "image"}
_OPENS_TEXT = ("Start", "Code", "InlineHtml", "Html")


class _Tree:
    """What is open while a document's events pass: containers, and the marks of a leaf."""

    __slots__ = ("current", "kids", "marks", "opened", "order", "run", "too_deep")

    def __init__(self, root: Block, run: Run) -> None:
        self.current = root
        self.run = run
        self.order = 0
        self.too_deep = 0  # containers beyond the limit that are open
        self.kids: list[list[Block]] = [[]]  # the children of every open container
        self.opened: list[tuple[int, Any]] = []  # inline marks of the leaf: their plain start and how they began
        self.marks: list[Mark] = []  # those of the leaf that ended

    def open(self, kind: str, value: Any, where: dict[str, int]) -> Block | None:
        """A container begins. Returns the leaf that is open then: none."""
        if len(self.kids) > DEPTH_LIMIT:
            self.too_deep += 1
            return None
        run, self.order = self.run, self.order + 1
        start, end = where["start"] + run.base, where["end"] + run.base
        block = Block(_CONTAINERS.get(kind, "quote"), start, end, self.current, self.order)
        self.kids[-1].append(block)
        run.containers.append(block)
        self.current = block
        if kind == "List":
            block.info = value["List"]
        self.kids.append([])
        return None

    def close(self, leaf: Block | None) -> Block | None:
        """A container ends, and with it the leaf of a tight item. Returns the leaf that is open then: none."""
        if leaf is not None:
            self.cut(leaf)
        if self.too_deep:
            self.too_deep -= 1
        elif self.current.parent is not None:
            self.current.children = self.kids.pop()
            self.current = self.current.parent
        return None

    def leaf(self, kind: str, value: Any, where: dict[str, int]) -> Block:
        run, self.order = self.run, self.order + 1
        start, end = where["start"] + run.base, where["end"] + run.base
        leaf = Block(kind, start, end, self.current, self.order, run, len(run.pieces))
        self.kids[-1].append(leaf)
        if kind == "heading":
            leaf.level = int(value["Heading"]["level"][1])
        elif kind == "code":
            how = value["CodeBlock"]
            leaf.info = how["Fenced"] if how.__class__ is dict else ""
        return leaf

    def ended(self, leaf: Block) -> Block | None:
        """Give the leaf that was open its text and its marks. Returns the leaf that is open then: none."""
        pieces, first = self.run.pieces, leaf._first
        leaf._stop = stop = len(pieces)
        if stop - first == 1:  # as in most
            leaf.text = pieces[first]
        elif stop > first:
            leaf.text = "".join(pieces[first:stop])
        if self.marks:
            leaf.marks, self.marks = self.marks, []
        return None

    def cut(self, leaf: Block) -> Block | None:
        """End a leaf of a tight item, which has no events for its begin and end: it is as long as what stood in it."""
        self.ended(leaf)
        self.opened.clear()
        if leaf._stop > leaf._first:
            leaf.end = max(leaf.end, self.run.ranges[-1]["end"] + self.run.base)
        return None

    def inline(self, name: str, value: Any, where: dict[str, int], plain: int) -> str:
        """An inline event other than text at character `plain`: a mark's end, code, HTML, a box. Returns its text."""
        base = self.run.base
        start, end = where["start"] + base, where["end"] + base
        if name == "Start":
            self.opened.append((plain, value))
        elif name == "End":
            if self.opened:
                first, begun = self.opened.pop()
                target = "" if begun.__class__ is str else begun[value]["dest_url"]
                self.marks.append((_INLINE[value], first, plain, start, end, target))
        elif name == "Code":
            self.marks.append(("code", plain, plain + len(value), start, end, ""))
            return str(value)
        elif name == "InlineHtml":
            self.marks.append(("html", plain, plain, start, end, value))
            return "\n" if value[:3].lower() == "<br" else ""
        elif name == "Html":
            return str(value)
        elif name == "TaskListMarker":
            self.current.info = (start, end, bool(value))
        return ""


def parse(body: str, base: int) -> Block:
    """The document as a tree; `base` is added to every offset. Steps grow linearly with the text."""
    run = Run(base)
    root = Block("doc", base, base + len(body), None, 0, run)
    tree = _Tree(root, run)
    _grow(tree, _PARSER.events_with_range(body))
    root.children = tree.kids[0]
    return root


def _grow(tree: _Tree, events: Iterator[Any]) -> None:
    """Every event in its turn; the hot loop, which therefore does itself what is done most often."""
    add_piece, add_range = tree.run.pieces.append, tree.run.ranges.append
    leaf: Block | None = None
    plain = 0  # characters of the leaf so far
    text: Any
    for event, where in events:
        if event.__class__ is str:
            if event == "Rule":
                leaf = leaf and tree.cut(leaf)
                tree.leaf("rule", event, where)
            if leaf is None:
                continue
            name, text = "Text", "\n"  # a soft or a hard break
        else:
            name, text = event.popitem()
        if name != "Text":  # as most are
            kind = next(iter(text)) if text.__class__ is dict else text
            if name == "End" and kind not in _INLINE:
                leaf = tree.ended(leaf) if leaf is not None and kind in _LEAVES else tree.close(leaf)
                continue
            if name == "Start" and kind not in _INLINE:
                leaf = leaf and tree.cut(leaf)
                leaf = tree.leaf(_LEAVES[kind], text, where) if kind in _LEAVES else tree.open(kind, text, where)
                plain = 0
                continue
            if leaf is None and name in _OPENS_TEXT:
                leaf, plain = tree.leaf("para", text, where), 0
            if not (text := tree.inline(name, text, where, plain)):
                continue
        elif leaf is None:
            leaf, plain = tree.leaf("para", text, where), 0  # in a tight item: it has no event for its paragraph
        add_piece(text)
        add_range(where)
        plain += len(text)
