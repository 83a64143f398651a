"""One action item from its first block: text, values, and the slots that the splicer uses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.domain.claims import Claim
from tracker.domain.postmortem import Item, Slots, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.item_marks import links_of, read_marks
from tracker.postmortem.extract.item_states import OURS, Marks, Part, claim_of, take_ours
from tracker.postmortem.extract.text import markdown, one_line

_SHORTCODE = re.compile(r":[a-z0-9_+-]{2,40}:$")  # an emoji by its name, such as `:tada:`
_HANDLE = re.compile(r"@[\w.-]{1,40}")
_EMPTIED = re.compile(r"\s?[(（\[][\s,;、，：:]*[)）\]]")  # brackets that held only what was cut
_EDGES = re.compile(r"^[\s,;:–—-]+|[\s,;:–—(\[-]+$")


_STATUS = re.compile(r"\s*(?:status|state|progress|estado|statut|stand)\s*[:：]\s*(?P<word>[^\n]{1,60})", re.I)


@dataclass(slots=True)
class Draft:
    """An item while it is read: what its words say, to which its group and its sub-bullets may add."""

    text: str
    block: Block
    begin: int
    group: str | None
    rule: str
    because: str
    marks: Marks
    state: Claim | None
    line: int
    habit: str = "text"
    end: int = 0
    span: Span = Span(0, 0)
    by_group: bool = False
    inline_mark: str | None = None
    box: Span | None = None
    paragraph: Block | None = None  # of a heading item: the one that holds our mark
    item_end: int = 0
    slots: Slots | None = None
    extra: dict[str, Span | None] = field(default_factory=dict)

    def item(self, doc: Document, document_mark: str | None) -> Item:
        """The item as it is kept; `document_mark` is how the document's other items are marked done."""
        marks, block = self.marks, self.block
        slots = self.slots or Slots(
            habit=self.habit,
            end=self.end,
            mark=self.box or self.mark_span(),
            ours=marks.ours,
            by_group=self.by_group,
            document_mark=document_mark,
            owner=_span(block, marks.owner),
            due=_span(block, marks.due_part),
            priority=_span(block, marks.priority_part),
            ticket=_span(block, marks.ticket),
        )
        if slots.by_group != self.by_group or slots.document_mark != document_mark:
            slots = slots._replace(by_group=self.by_group, document_mark=document_mark)
        source = markdown(doc.source.data, start_of(block, self.begin), end_of(block))
        return Item(
            text=self.text,
            group=self.group,
            state=self.state or Claim.OPEN,
            stated=self.state is not None,
            owners=tuple(marks.owners),
            priority=marks.priority,
            due=marks.due,
            kind=marks.kind,
            links=tuple(marks.links),
            reason=marks.reason,
            closed_on=marks.closed_on,
            line=self.line,
            span=self.span,
            slots=slots,
            rule=self.rule,
            because=self.because,
            markdown=_without_marks(source, self),
        )

    def mark_span(self) -> Span | None:
        part, block = self.marks.mark, self.paragraph or self.block
        if part is None:
            return None
        begin, stop = block.byte(part[0]), block.byte_end(part[1])
        if self.marks.ours:
            begin -= 1  # the space before our mark is ours too
        for kind, start, end, first, last, _ in block.marks:
            if (
                kind in ("strong", "em", "strike")
                and start <= part[0]
                and part[1] <= end
                and end - start <= part[1] - part[0] + 2
            ):
                begin, stop = min(begin, first), max(stop, last)
        return Span(begin, stop)


def _without_marks(source: str, draft: Draft) -> str:
    return OURS.sub("", source) if draft.marks.ours else source


def _span(block: Block, part: Part | None) -> Span | None:
    return Span(block.byte(part[0]), block.byte_end(part[1])) if part is not None else None


def start_of(block: Block, begin: int) -> int:
    """The byte at which the text from character `begin` on starts, the signs of marks that open there included: without
    them `**Alert** somebody` would be shown as `Alert** somebody`."""
    opens = [first for _, start, stop, first, _, _ in block.marks if start == begin < stop]
    return min(opens, default=block.byte(begin))


def end_of(block: Block) -> int:
    """The byte after a block's last visible sign, closing marks included, before hard-break spaces."""
    size = len(block.text.rstrip())
    end = block.byte_end(size)
    for _, _, stop, _, last, _ in block.marks:
        if stop >= size:
            end = max(end, last)
    return end


def place_of_mark(block: Block) -> int:
    """Where our own mark goes: at the block's end, but before a colon. What ends in one may introduce a list, and has to
    go on doing so."""
    text = block.text.rstrip()
    colon = text.endswith(":") and not _SHORTCODE.search(text)
    if colon and not any(kind in ("code", "link") and stop >= len(text) for kind, _, stop, *_ in block.marks):
        return block.byte_end(len(text[:-1].rstrip()))
    return end_of(block)


def build(doc: Document, block: Block, begin: int, item: Block, group: str | None, rule: str, because: str) -> Draft:
    """An item whose words are `block`'s text from character `begin`; `item` is the block that holds it."""
    marks = read_marks(block, begin)
    box = item.info if item.kind == "item" else None
    draft = Draft(
        text=_text(block.text, begin, marks),
        block=block,
        begin=begin,
        group=group,
        rule=rule,
        because=because,
        marks=marks,
        state=marks.state,
        line=doc.source.line(block.byte(begin) if box is None else box[0]),
    )
    if box is not None:
        start, stop, ticked = box
        draft.box = Span(start, stop)
        draft.state = marks.state if marks.state is not None and not ticked else Claim.DONE if ticked else Claim.OPEN
    elif marks.box is not None:
        draft.box, draft.habit = _span(block, marks.box), "task"
    if draft.state is not None and marks.form in ("word", "emoji", "struck"):
        draft.inline_mark = _as_habit(block, begin, marks)
    return draft


def _text(text: str, begin: int, marks: Marks) -> str:
    """The item's words; our own mark goes without a trace, and may stand before a colon."""
    if marks.own_mark is not None:
        text = text[: marks.own_mark[0]] + text[marks.own_mark[1] :]
    return text_without(text, begin, marks.cut)


def _as_habit(block: Block, begin: int, marks: Marks) -> str | None:
    """How this item is marked, as another could be: ` (DONE)` behind, `✅ ` before, `~~` around the text."""
    if marks.form == "struck":
        return "~~"
    if marks.mark is None:
        return None
    word = block.text[marks.mark[0] : marks.mark[1]]
    if len(word) > 24 or any(c.isdigit() for c in word):
        return None
    return word + " " if not block.text[begin : marks.mark[0]].strip(" *_") else " " + word


def finish(draft: Draft, others: Sequence[Block], *, habit: str, end_block: Block, span: Span) -> Draft:
    """Add what the item's other blocks say (links, owner, due in sub-bullets) and where its marks would go."""
    draft.habit = "task" if draft.box is not None else habit
    draft.end, draft.span, draft.item_end = place_of_mark(end_block), span, span.end
    if habit == "heading" and end_block is not draft.block and (ours := OURS.search(end_block.text)):
        take_ours(draft.marks, ours)
        draft.state, draft.paragraph = draft.marks.state, end_block
    for block in others:
        for leaf in block.leaves():
            if leaf.kind == "code":
                continue
            links_of(leaf, 0, draft.marks)
            if not draft.marks.owners or not draft.marks.due:
                _from_sub_bullet(leaf, draft.marks)
            if draft.state is None and (found := _STATUS.match(leaf.text)) and (state := claim_of(found["word"])):
                draft.state, draft.by_group = state, True
    return draft


def _from_sub_bullet(leaf: Block, marks: Marks) -> None:
    """`- Owner: …` below an item. Its bytes are not the first block's, so they are values without a slot."""
    if (handle := _HANDLE.fullmatch(leaf.text.strip())) and not marks.owners:
        marks.owners = [handle[0]]
    elif ":" in leaf.text and len(leaf.text) <= 200:
        found = read_marks(leaf)
        if found.owner is not None and leaf.text[: found.owner[0]].rstrip(" *_").endswith(":"):
            marks.owners = marks.owners or found.owners
        marks.due = marks.due or found.due
        marks.priority = marks.priority or found.priority


def text_without(text: str, begin: int, cuts: list[Part]) -> str:
    """The words of an item on one line, without its marks, labels and names at the end."""
    if not cuts:
        return one_line(text[begin:])
    kept, at = [], begin
    for start, stop in sorted(cuts):
        if start >= at:
            kept.append(text[at:start])
        at = max(at, stop)
    kept.append(text[at:])
    return _EDGES.sub("", _EMPTIED.sub("", one_line(" ".join(kept))))
