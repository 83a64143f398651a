"""What the extractors share: the outline, what is known of the document as a whole, and which blocks somebody claimed."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from tracker.domain.postmortem import Point, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.clock import Habits
from tracker.postmortem.outline import Outline
from tracker.postmortem.section import Section
from tracker.postmortem.source import Source


@dataclass
class Document:
    source: Source
    outline: Outline
    title: Section | None  # the section whose heading is the title
    name: str
    habits: Habits = Habits(None, False)
    zone: str | None = None
    day_first: bool | None = None
    claimed: set[int] = field(default_factory=set)  # order numbers of blocks
    notes: list[str] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    all: list[Section] = field(default_factory=list)  # every section, the root first, in document order
    by_role: dict[str, list[Section]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.all = self.outline.all
        for section in self.all:
            self.by_role.setdefault(section.role, []).append(section)

    def sections(self, *roles: str) -> list[Section]:
        """The sections of one of these roles, in the order of the document."""
        if len(roles) == 1:
            return self.by_role.get(roles[0], [])
        return [s for s in self.all if s.role in roles]

    @cached_property
    def small_words(self) -> frozenset[str]:
        """The words that the document writes in small letters: none of them is a name."""
        return frozenset(_SMALL_WORD.findall(self.source.body))

    def claim(self, section: Section) -> None:
        if section.head is not None:
            self.claimed.add(section.head.order)
        for block in section.blocks:
            self.claimed.add(block.order)

    def claim_block(self, block: Block) -> None:
        self.claimed.add(block.order)

    def point(self, role: str, text: str, span: Span, because: str) -> None:
        self.points.append(Point(role, text, span, self.source.line(span.start), because))


_SMALL_WORD = re.compile(r"(?<!\w)[^\W\d_A-Z][^\W\d_]*")
PLACEHOLDER = re.compile(
    r"^[^\w{]*\{\{\s*(?:\w+[ _.-]?){0,4}\}\}|^[<\[{(]\s*(?:add|insert|your|name|fill|describe|todo|tbd"
    r"|e\.g|example|short|brief|link|placeholder|list|action)\b"
    r"[^>\]})]{0,120}[>\]})]?$|^(?:lorem ipsum|xxx+|yyyy|n/?a|none|nothing|tbd|tba|todo|-+|\.{2,}|…"
    r"|(?:there (?:are|were) )?no (?:further )?(?:action items?|actions?)(?: (?:required|needed|identified"
    r"|at this time))?|action item \d+|names? of people involved|describe the action|nil|keine|aucune?"
    r"|ninguna?"
    r"|なし|无|無|not applicable|to be (?:determined|defined|added|done)|coming soon|none (?:so far|yet"
    r"|at this time|identified))\W*$",
    re.I | re.S,
)
_FIRST_LETTERS = frozenset(("lo", "xx", "yy", "na", "no", "tb", "to", "th", "ac", "de", "ni", "ke", "au", "co"))


def is_placeholder(text: str) -> bool:
    """Whether a text is what a template left: `{{ summary }}`, `<add name here>`, `None.`, `TBD`."""
    bare = text.strip(" \t\n*_~`.:")
    first = bare[:2]
    if first.isalpha() and first.isascii() and first.lower() not in _FIRST_LETTERS:
        return False  # most texts
    return not bare or (len(bare) <= 200 and bool(PLACEHOLDER.match(bare)))
