"""A document as a page: pyromark reads it, Python-Markdown and Pygments write it, nh3 lets through what is harmless."""

import hashlib
import html
import re
import threading
import xml.etree.ElementTree as etree
from collections import OrderedDict

import markdown
import pyromark
from markdown.blockparser import BlockParser
from markdown.extensions.toc import TocExtension, slugify_unicode

from tracker.domain.errors import Unreadable
from tracker.postmortem.events import OPTIONS
from tracker.postmortem.html.code import ColoursExtension
from tracker.postmortem.html.finish import finish
from tracker.postmortem.html.safe import clean
from tracker.postmortem.html.tree import build
from tracker.postmortem.source import open_source

MAX_BYTES = 256 * 1024  # a longer document is shown as its source
MOST_ANCHORS = 1_000  # headings; where there are more nobody links to them, and the page would be many times the document
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
KEPT_CHARACTERS = 32_000_000
CONTROL = re.compile("[\x00\x02\x03]")  # Python-Markdown's placeholders begin and end with two of these
PERMALINKS = {"permalink": "#", "permalink_title": "Link to this place"}


class _Events(BlockParser):
    """Stands where Python-Markdown's own parser does: its dialect is not the one that these documents are written in."""

    def parseDocument(self, lines: list[str]) -> "etree.ElementTree[etree.Element]":  # type: ignore[override]
        events = pyromark.events("\n".join(lines), options=OPTIONS)
        tree = build(events, self.md.htmlStash.store)
        if sum(element.tag in HEADINGS for element in tree.iter()) > MOST_ANCHORS:
            self.md.treeprocessors.deregister("toc", strict=False)
        return etree.ElementTree(tree)


def _markdown(anchors: bool) -> markdown.Markdown:
    """A `Markdown` with pyromark's tree in front, and of its own steps only the ones for headings, code and writing."""
    extensions: list[markdown.Extension] = [ColoursExtension()]
    if anchors:
        extensions.append(TocExtension(marker="", toc_depth=0, slugify=slugify_unicode, **PERMALINKS))
    md = markdown.Markdown(extensions=extensions)
    md.parser = _Events(md)
    for name in ("normalize_whitespace", "html_block"):
        md.preprocessors.deregister(name)
    for name in ("inline", "prettify", "unescape"):
        md.treeprocessors.deregister(name)
    return md


def convert(text: str, *, anchors: bool) -> str:
    """Render Markdown without the size limit and the cache; `text` has no front matter. Linear in its length."""
    return clean(finish(_markdown(anchors).convert(CONTROL.sub("\ufffd", text))))


def render(data: bytes, *, anchors: bool = True) -> str:
    """Return safe HTML of a whole document, its front matter left out; `anchors` gives headings ids and permalinks.

    A document over 256 KB is shown as its source in a `<pre>`. The same bytes are rendered once, while memory for it lasts.
    """
    key = (hashlib.sha256(data).digest(), anchors)
    if (known := _cache.get(key)) is None:
        _cache.put(key, known := _render(data, anchors))
    return known


def _render(data: bytes, anchors: bool) -> str:
    text = body(data)
    if len(data) > MAX_BYTES:
        return f"<pre>{html.escape(CONTROL.sub(chr(0xFFFD), text))}</pre>"
    return convert(text, anchors=anchors)


def body(data: bytes) -> str:
    """The document's Markdown, without BOM and front matter; of bytes that are no document, what can be shown."""
    try:
        return open_source(data).body
    except Unreadable:
        return data.decode("utf-8", errors="replace")


def render_inline(text: str) -> str:
    """Return safe HTML of one line of Markdown, such as an item's text: marks, links and code, and never a block.

    The bracket in front makes anything a paragraph, and is taken away again.
    """
    line = " ".join(text.split())
    page = convert(f"({line}", anchors=False).strip()
    return page.removeprefix("<p>").removesuffix("</p>").removeprefix("(").strip()


class _Cache:
    """The pages asked for last, up to a number of characters; threads of one process share it."""

    def __init__(self, characters: int) -> None:
        self.left = characters
        self.pages: OrderedDict[tuple[bytes, bool], str] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: tuple[bytes, bool]) -> str | None:
        with self.lock:
            if key in self.pages:
                self.pages.move_to_end(key)
            return self.pages.get(key)

    def put(self, key: tuple[bytes, bool], page: str) -> None:
        with self.lock:
            self.left -= len(page) - len(self.pages.pop(key, ""))
            self.pages[key] = page
            while self.left < 0 and self.pages:
                self.left += len(self.pages.popitem(last=False)[1])


_cache = _Cache(KEPT_CHARACTERS)
