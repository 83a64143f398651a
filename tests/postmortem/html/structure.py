"""What a page says, for comparison: its block tags in order, its task boxes, its words and how they are marked."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

BLOCKS = {"p", "ul", "ol", "li", "pre", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "hr"}
BLOCKS |= {f"h{n}" for n in range(1, 7)}
MARKS = {"em", "strong", "code", "del"}
OURS = {"headerlink", "image", "task", "task done"}  # what the page adds or writes in another way


@dataclass
class Structure:
    tags: list[str] = field(default_factory=list)
    boxes: int = 0
    words: str = ""
    marks: Counter[str] = field(default_factory=Counter)  # how often each of MARKS


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Structure()
        self.text: list[str] = []
        self.skipping = ""
        self.in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self.found.tags.append(f"{tag}{given.get('start') or ''}")
            self.text.append(" ")
        if tag == "br":
            self.text.append(" ")
        if tag == "img" and self.in_link:
            self.text.append(given.get("alt") or "")
        self.in_link = self.in_link or tag == "a"
        self.found.marks[tag] += tag in MARKS
        self.found.boxes += tag == "input" or given.get("role") == "img"
        if given.get("class") in OURS:
            self.skipping = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and tag != "hr":
            self.found.tags.append(f"/{tag}")
            self.text.append(" ")
        self.in_link = self.in_link and tag != "a"
        if tag == self.skipping:
            self.skipping = ""

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.text.append(data)


def structure(page: str) -> Structure:
    """`page` as a tree builder has already mended it: both sides of a comparison go through the sanitiser first."""
    parser = _Parser()
    parser.feed(page)
    parser.close()
    parser.found.words = " ".join("".join(parser.text).split())
    return parser.found
