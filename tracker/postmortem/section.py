"""A heading, or what acts as one, with what stands under it; and pieces of text."""

from dataclasses import dataclass, field
from typing import NamedTuple

from tracker.domain.postmortem import Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.when_tokens import When

BOLD, LABEL, LINE = 7, 8, 9  # levels below every heading
FIELDS = frozenset(("date", "start", "written", "zone", "authors", "severity", "status", "duration", "titled", "people"))


class Piece(NamedTuple):
    """A part of a block's plain text."""

    block: Block
    begin: int
    stop: int

    @property
    def text(self) -> str:
        return self.block.text[self.begin : self.stop]

    @property
    def span(self) -> Span:
        return Span(self.block.byte(self.begin), self.block.byte_end(self.stop))


@dataclass(slots=True, eq=False)
class Section:
    """A heading, or what acts as one, with the blocks under it up to the next. The root has no head."""

    title: str
    form: str  # root, heading, bold, label, line, item, table, hash, gap
    level: int
    head: Block | None
    parent: "Section | None" = None
    lead: Piece | None = None  # what stands behind a label on its own line
    when: When | None = None  # where the title begins with a time
    blocks: list[Block] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)
    role: str = ""
    sure: int = 0
    because: str = ""
    inferred: bool = False
    before: "Section | None" = None  # the sibling before it
    begun_empty: bool = False  # it goes on from a run of sections that began with a name and nothing under it
    timed_heads: tuple[int, int] | None = None  # how many of its children are headings, how many of these are times
    timed_share: float | None = None  # which share of its parts begins with a clock time; counted once

    def walk(self) -> list["Section"]:
        """Itself and everything under it, in document order."""
        if not self.children:
            return [self]
        found, stack = [], [self]
        while stack:
            section = stack.pop()
            found.append(section)
            stack.extend(reversed(section.children))
        return found

    def heads(self) -> tuple[int, int]:
        """How many of its children are headings, and how many of these begin with a time; counted once."""
        if self.timed_heads is None:
            heads = [child for child in self.children if child.form == "heading"]
            self.timed_heads = len(heads), sum(1 for child in heads if child.when is not None)
        return self.timed_heads

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.children and (self.lead is None or not self.lead.text.strip())

    @property
    def start(self) -> int:
        if self.head is not None:
            return self.head.start
        return self.blocks[0].start if self.blocks else 0
