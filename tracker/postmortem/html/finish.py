"""One pass over the serialised page: tags balanced and not too deep, images as links, links within the document mended.

Raw HTML in a document can be open at its end, or closed where something else was opened. A browser's rules for that may
copy open tags into every paragraph that follows; so what reaches the sanitiser is always in balance.
"""

import html
import re
from collections import Counter

from tracker.postmortem.html.safe import PREFIX, VOID
from tracker.postmortem.html.tree import MAX_DEPTH

ANY_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)([^>]*)>")  # only tags of our own making come here: no `>` in an attribute
ATTRIBUTE = re.compile(r' (\S+)="([^"]*)"')
# fmt: off
CLOSES_PARAGRAPH = frozenset([
    "blockquote", "caption", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul",
])
# fmt: on
SCOPES = frozenset(["table", "td", "th", "caption"])  # HTML never closes a paragraph from inside these
SIBLINGS = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("td", "th", "tr"),
}
LONG = 4_000
CUT = re.compile(r"(?s).{4000,}?(?=[^\x00-\x7f])")
WEB = re.compile(r"(?i)(?:https?:)?//")


def finish(markup: str) -> str:
    """Return `markup` in balance. Time is linear in its length: every tag is opened and closed once."""
    return _Finisher().run(markup)


class _Finisher:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []
        self.counts: Counter[str] = Counter()

    def run(self, markup: str) -> str:
        at = 0
        for tag in ANY_TAG.finditer(markup):
            self.out.append(_cut(markup[at : tag.start()]))
            at = tag.end()
            if tag[1]:
                self._end(tag[2])
            elif tag[2] == "img":
                self._image(tag[3])
            else:
                self._start(tag[2], tag[3])
        self.out.append(_cut(markup[at:]))
        while self.open:
            self._pop()
        return "".join(self.out)

    def _start(self, name: str, attributes: str) -> None:
        if name in CLOSES_PARAGRAPH and self.counts["p"] and self._in_scope("p"):
            self._end("p")
        for sibling in SIBLINGS.get(name, ()):
            if self.open and self.open[-1] == sibling:
                self._pop()
        if name == "a":
            if self.counts["a"]:
                return  # HTML has no link within a link
            attributes = attributes.replace(' href="#', f' href="#{PREFIX}')
        if name in VOID:
            self.out.append(f"<{name}>")
            return
        if len(self.open) < MAX_DEPTH:
            self.out.append(f"<{name}{attributes}>")
        self.open.append(name)
        self.counts[name] += 1

    def _end(self, name: str) -> None:
        if not self.counts[name]:
            return
        while self.open[-1] != name:
            self._pop()
        self._pop()

    def _pop(self) -> None:
        name = self.open.pop()
        self.counts[name] -= 1
        if len(self.open) < MAX_DEPTH:
            self.out.append(f"</{name}>")

    def _in_scope(self, name: str) -> bool:
        for one in reversed(self.open):
            if one == name:
                return True
            if one in SCOPES:
                return False
        return False

    def _image(self, written: str) -> None:
        """A link in the image's place: a page asks no other host for anything, and the document's own files are not here."""
        attributes = dict(ATTRIBUTE.findall(written))
        source = html.unescape(attributes.get("src", "")).strip()
        text = (
            attributes.get("alt", "").strip()
            or html.escape(source.split("?")[0].rstrip("/").rsplit("/", 1)[-1][:80])
            or "image"
        )
        if self.counts["a"] or source.startswith("#") or not source:
            self.out.append(text)
            return
        title = "Image on another site" if WEB.match(source) else "Image beside the document"
        self._start("a", f' class="image" href="{html.escape(source)}" title="{title}"')
        self.out.append(text)
        self._end("a")


def _cut(text: str) -> str:
    """Comments, which the sanitiser takes away again, in a long text: its writer is quadratic where such characters as © are
    many. None goes into a character reference, which is ASCII."""
    return text if len(text) < LONG or text.isascii() else CUT.sub(r"\g<0><!---->", text)
