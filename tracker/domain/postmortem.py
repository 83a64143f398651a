"""What a document is understood to say. Every value knows the bytes it came from and why it was read that way.

Spans are byte offsets into `Postmortem.source` and true for that text and this reader only; they are never stored.
"""

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from tracker.domain.claims import Claim, Milestone

T = TypeVar("T")


class Span(NamedTuple):
    """Half-open range of bytes [start, end)."""

    start: int
    end: int


class Read(NamedTuple, Generic[T]):
    """A value, where it stands, which rule read it, and why in words (shown by --explain and the preview)."""

    value: T
    span: Span
    rule: str
    because: str


class Moment(NamedTuple):
    """A time as written: local wall clock in ISO form, never converted.

    `local` is `2018-01-25T14:30`, `…T14:30:57` with seconds when written, `2018-01-25` for a day only, `T14:30` where no
    day is known, None where the document has an entry without a time. `precision` is exact, approximate, day or unknown.
    """

    local: str | None
    precision: str = "exact"
    zone: str | None = None


class Entry(NamedTuple):
    """A timeline entry; `text` is without its time. `span` is the whole entry, body included."""

    start: Moment
    end: str | None
    text: str
    line: int
    span: Span
    time_span: Span | None
    rule: str
    because: str
    milestone: Milestone | None = None
    markdown: str = ""  # the entry's text as Markdown, without its time, for the page


class Passage(NamedTuple):
    """A section's text with its heading as written (None where only its place or words made it one)."""

    heading: str | None
    text: str
    line: int
    span: Span
    rule: str
    because: str
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Lessons:
    went_well: tuple[str, ...] = ()
    went_wrong: tuple[str, ...] = ()
    lucky: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class Point(NamedTuple):
    """Where one of the plain texts stands: `role` is authors, factor, or the field of `Lessons` that has it."""

    role: str
    text: str
    span: Span
    line: int
    because: str


class Slots(NamedTuple):
    """Where an item's values go in its own document: what reader and writer share, so that they cannot disagree.

    `habit` says how state is written here (DESIGN §2, "What closing writes"):
      task         a task-list line; `mark` is the box with its brackets, `[ ]`, `[]` or `[x]`
      status_cell  a table row with a status column; `mark` is the cell's content (may be empty: start == end)
      row          a table row without one; `end` is the end of the action's cell's content
      text         anything else; `end` is the end of its first own block, before hard-break spaces or a closing `##`
      heading      a heading that is an item; `end` is in its first paragraph, else before the closing `##`
    `mark` is also the bytes of an inline mark that says done or open: `(DONE)`, an emoji, both `~~` with what they strike,
    ` (done 2026-11-24)`; None where nothing in the item itself says so. `ours` is true where we wrote that mark.
    `by_group` is true where the state comes from the group's heading or a sub-bullet, which a splice does not touch.
    `closed_word` and `open_word` are the words this document's status column uses, `document_mark` the inline mark that
    the document's other items use for done (with its leading or trailing place), None where there is none.
    """

    habit: str
    end: int
    mark: Span | None = None
    ours: bool = False
    by_group: bool = False
    closed_word: str | None = None
    open_word: str | None = None
    document_mark: str | None = None
    owner: Span | None = None
    due: Span | None = None
    priority: Span | None = None
    ticket: Span | None = None


class Item(NamedTuple):
    """An action item as one document has it. `text` is plain: without marker, done mark, owner label and our marks."""

    text: str
    group: str | None
    state: Claim  # OPEN with stated=False where the document says nothing
    stated: bool
    owners: tuple[str, ...]
    priority: str | None  # P0, P1, P2, P3
    due: str | None  # ISO day
    kind: str | None  # mitigate, prevent, process, detect … as written in a Type column
    links: tuple[str, ...]  # absolute or as written; reference links resolved
    reason: str | None  # why it is not done, where the document says so
    closed_on: str | None  # ISO day, where the document gives one
    line: int
    span: Span
    slots: Slots
    rule: str
    because: str
    markdown: str = ""  # as written on one line, with its inline marks, for the page


class Unread(NamedTuple):
    """A block that nobody claimed: listed, so that nothing is dropped in silence."""

    line: int
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Postmortem:
    """Everything that the reader understands of one document; `source` is its exact bytes."""

    source: bytes
    name: str
    title: Read[str] | None = None
    date: Read[str] | None = None  # ISO day
    timezone: Read[str] | None = None  # as written: "PST", "CEST", "US/Pacific", "UTC+2"
    authors: tuple[str, ...] = ()
    severity: Read[str] | None = None
    status: Read[str] | None = None
    summary: Passage | None = None
    impact: Passage | None = None
    timeline: tuple[Entry, ...] = ()
    root_cause: Passage | None = None
    factors: tuple[str, ...] = ()
    lessons: Lessons = field(default_factory=Lessons)
    items: tuple[Item, ...] = ()
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()  # what a person should look at: times running backwards, dates that contradict
    timeline_end: int | None = None  # where a new timeline entry would be inserted, in bytes
    items_end: int | None = None  # where a new action item would be inserted, in bytes
    points: tuple[Point, ...] = ()  # where `authors`, `factors` and `lessons` stand, each kind in its own order

    @property
    def is_one(self) -> bool:
        """Whether this page is a postmortem at all: it has a timeline or action items."""
        return bool(self.timeline or self.items)
