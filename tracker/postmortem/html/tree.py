"""The tree that Python-Markdown serialises, built from pyromark's events: one understanding of the document (DESIGN §9).

Raw HTML and every `&` go in as Python-Markdown's own placeholders: its serialiser takes `&lt;` in a text for an entity.
"""

import html
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterable
from typing import Any

from markdown.util import AMP_SUBSTITUTE, AtomicString

from tracker.postmortem.html.raw import canonical

MAX_DEPTH = 100  # deeper nesting stays text: the sanitiser is quadratic in depth
PLAIN = {
    "Paragraph": "p",
    "Item": "li",
    "TableRow": "tr",
    "Emphasis": "em",
    "Strong": "strong",
    "Strikethrough": "del",
}
BLOCKS = frozenset(
    ["p", "li", "tr", "thead", "table", "ul", "ol", "pre", "hr", "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6"]
)


def build(events: Iterable[Any], stash: Callable[[str], str]) -> etree.Element:
    """Return the `<div>` that holds the document; `stash` takes raw HTML and gives the placeholder that stands for it."""
    return _Builder(stash).run(events)


class _Builder:
    def __init__(self, stash: Callable[[str], str]) -> None:
        self.stash = stash
        self.root = etree.Element("div")
        self.stack: list[etree.Element | None] = [self.root]  # None: left out, its text goes to the one around it
        self.last: etree.Element | None = None  # the closed element whose tail takes text
        self.text: list[str] = []
        self.raw: list[str] | None = None  # the lines of the HTML block that is being read
        self.alt: list[str] | None = None  # the text of the image that is being read
        self.images: list[Any] = []  # images within images
        self.aligns: list[tuple[str, ...]] = []
        self.column = 0
        self.in_head = False
        self.footnotes: dict[str, int] = {}

    def run(self, events: Iterable[Any]) -> etree.Element:
        for event in events:
            if isinstance(event, str):
                self._bare(event)
                continue
            [(kind, value)] = event.items()
            getattr(self, f"_{kind.lower()}")(value)
        self._flush(self.root)
        return self.root

    # what the events say

    def _start(self, tag: Any) -> None:
        name, data = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        if self.alt is not None:
            if name == "Image":
                self.images.append(data)
            return
        if name in PLAIN:
            self._open(PLAIN[name])
        else:
            getattr(self, f"_start_{name.lower()}")(data)

    def _end(self, tag: Any) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if self.alt is not None:
            if name == "Image":
                self._end_image()
            return
        if name == "HtmlBlock":
            self._write_raw("".join(self.raw or []))
            self.raw = None
        elif name == "TableHead":
            self._close()
            self._close()
            self.in_head = False
            self._open("tbody")
        else:
            if name == "Table":
                self.aligns.pop()
                self._close()
            self._close()

    def _text(self, text: str) -> None:
        if self.alt is not None:
            self.alt.append(text)
        else:
            self.text.append(text.replace("&", AMP_SUBSTITUTE + "amp;"))

    def _code(self, text: str) -> None:
        if self.alt is not None:
            self.alt.append(text)
            return
        self._open("code")
        self._text(text)
        self._close()

    def _html(self, text: str) -> None:
        if self.raw is not None:
            self.raw.append(text)
        else:
            self._write_raw(text)

    def _inlinehtml(self, text: str) -> None:
        if self.alt is None:
            self._write_raw(text)

    def _tasklistmarker(self, done: bool) -> None:
        item = next((element for element in reversed(self.stack[-3:]) if element is not None and element.tag == "li"), None)
        if item is not None:
            item.set("class", "task-list-item")
        look, says = ("task done", "done") if done else ("task", "open")
        self._open("span", {"class": look, "role": "img", "aria-label": says})
        self._text("☑" if done else "☐")
        self._close()
        self._text(" ")

    def _footnotereference(self, name: str) -> None:
        if self.alt is not None:
            return
        self._open("sup", {"class": "footnote-reference"})
        self._open("a", {"href": f"#note-{name}"})
        self._text(str(self._footnote(name)))
        self._close()
        self._close()

    def _bare(self, event: str) -> None:
        if event == "SoftBreak":
            self._text("\n")
        elif self.alt is not None:
            self.alt.append("\n")
        else:
            self._open("br" if event == "HardBreak" else "hr")
            self._close()
            self._text("\n")

    # the tags with something of their own

    def _start_heading(self, data: Any) -> None:
        self._open(data["level"].lower())

    def _start_blockquote(self, _kind: Any) -> None:
        self._open("blockquote")

    def _start_codeblock(self, data: Any) -> None:
        words = "" if data == "Indented" else data["Fenced"]
        language = words.split(maxsplit=1)[0] if words.strip() else ""
        self._open("pre", {"lang": language.strip("{}.")} if language else {})

    def _start_htmlblock(self, _data: Any) -> None:
        self.raw = []

    def _start_list(self, first: int | None) -> None:
        if first is None:
            self._open("ul")
        else:
            self._open("ol", {} if first == 1 else {"start": str(first)})

    def _start_footnotedefinition(self, name: str) -> None:
        self._open("div", {"class": "footnote-definition", "id": f"note-{name}"})
        self._open("sup", {"class": "footnote-label"})
        self._text(str(self._footnote(name)))
        self._close()

    def _start_table(self, aligns: tuple[str, ...]) -> None:
        self.aligns.append(aligns)
        self._open("table")

    def _start_tablehead(self, _data: Any) -> None:
        self._open("thead")
        self._open("tr")
        self.in_head = True

    def _start_tablecell(self, _data: Any) -> None:
        aligns = self.aligns[-1] if self.aligns else ()
        row = self.stack[-1]
        column = len(row) if row is not None else 0
        align = aligns[column] if column < len(aligns) else "None"
        self._open("th" if self.in_head else "td", {} if align == "None" else {"class": f"align-{align.lower()}"})

    def _start_link(self, data: Any) -> None:
        url = f"mailto:{data['dest_url']}" if data["link_type"] == "Email" else data["dest_url"]
        self._open("a", {"href": url} | ({"title": data["title"]} if data["title"] else {}))

    def _start_image(self, data: Any) -> None:
        self.alt = []
        self.images.append(data)

    def _end_image(self) -> None:
        data = self.images.pop()
        if self.images:  # an image within an image's text: its text is part of the outer one's
            return
        alt, self.alt = "".join(self.alt or []), None
        self._open("img", {"src": data["dest_url"], "alt": alt})
        self._close()

    def _footnote(self, name: str) -> int:
        return self.footnotes.setdefault(name, len(self.footnotes) + 1)

    # the tree itself

    def _write_raw(self, markup: str) -> None:
        self.text.append(self.stash(canonical(markup)))

    def _open(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        parent = self.stack[-1]
        if parent is None or len(self.stack) >= MAX_DEPTH:
            self.stack.append(None)
            self.text.append("\n" if tag in BLOCKS else "")
            return
        self._flush(parent)
        self.last = None
        safe = {name: value.replace("&", AMP_SUBSTITUTE + "amp;") for name, value in (attributes or {}).items()}
        self.stack.append(etree.SubElement(parent, tag, safe))

    def _close(self) -> None:
        element = self.stack.pop()
        if element is None:
            return
        self._flush(element)
        if element.tag == "pre":
            _wrap_code(element)
        self.last = element
        self.text.append("\n" if element.tag in BLOCKS else "")

    def _flush(self, parent: etree.Element) -> None:
        """Put the gathered text into `parent`: once for each place, since appending to a text copies it each time."""
        text = "".join(self.text)
        self.text = []
        if text and self.last is not None:
            self.last.tail = AtomicString(text)
        elif text:
            parent.text = AtomicString(text)


def _wrap_code(pre: etree.Element) -> None:
    """`<pre><code>`, its text escaped as Python-Markdown's code processors expect it."""
    text = (pre.text or "").replace(AMP_SUBSTITUTE + "amp;", "&")
    pre.text = None
    code = etree.SubElement(pre, "code")
    code.text = AtomicString(html.escape(text, quote=False))
