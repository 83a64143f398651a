"""Action items in tables: which column holds what, by its header, and one item per row."""

import re
from collections import Counter
from collections.abc import Sequence

from tracker.domain.claims import Claim
from tracker.domain.postmortem import Slots, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.extract.dates import day_first_of
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.item_build import Draft, build, place_of_mark
from tracker.postmortem.extract.item_marks import links_of, priority_of
from tracker.postmortem.extract.item_people import split_names
from tracker.postmortem.extract.item_states import claim_of
from tracker.postmortem.extract.text import one_line
from tracker.postmortem.vocabulary import columns
from tracker.postmortem.when_lines import find_date

_ADDRESS = re.compile(r"https?://\S+")
_AT_END = re.compile(r"(?:^|\s)(?P<word>DONE|TODO|COMPLETED|FIXED|MERGED|CLOSED|WIP|IN PROGRESS)\W*$", re.I)
ORDER = ("text", "owner", "status", "due", "priority", "kind", "ticket", "closed")


def rows(doc: Document, table: Block, group: str | None, state: Claim | None, because: str) -> list[Draft]:
    """One draft per row; a table without a column for the action itself has its longest column for it."""
    head = table.children[0].children
    body = [row for row in table.children[1:] if row.kind == "row"]
    at = _columns_of(head, body)
    if "text" not in at:
        return []
    closed, opened = _words(body, at.get("status"))
    found = []
    for row in body:
        cells = row.children
        if at["text"] >= len(cells) or is_placeholder(cells[at["text"]].text):
            continue
        draft = _row(doc, row, at, group, because)
        _values(doc, draft, cells, at, closed, opened)
        if draft.state is None and state is not None:
            draft.state, draft.by_group = state, True
        found.append(draft)
    return found


def _columns_of(head: Sequence[Block], body: Sequence[Block]) -> dict[str, int]:
    at: dict[str, int] = {}
    for wanted in ORDER:
        for i, cell in enumerate(head):
            names = columns(cell.text)
            if i not in at.values() and wanted in names and (names[0] == wanted or wanted not in at):
                at.setdefault(wanted, i)
    if "text" not in at and body:
        sizes = [
            (sum(len(r.children[i].text) for r in body[:20] if i < len(r.children)), -i)
            for i in range(len(head))
            if i not in at.values()
        ]
        if sizes:
            at["text"] = -max(sizes)[1]
    return at


def _words(body: Sequence[Block], column: int | None) -> tuple[str | None, str | None]:
    """The words that this table's status column uses for done and for open, as written."""
    if column is None:
        return None, None
    done: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    for row in body:
        text = row.children[column].text.strip() if column < len(row.children) else ""
        claim = claim_of(text) if text and len(text) <= 24 else None
        if claim is Claim.DONE:
            done[text] += 1
        elif claim is Claim.OPEN:
            opened[text] += 1
    return (done.most_common(1)[0][0] if done else None), (opened.most_common(1)[0][0] if opened else None)


def _row(doc: Document, row: Block, at: dict[str, int], group: str | None, because: str) -> Draft:
    cell = row.children[at["text"]]
    draft = build(doc, cell, 0, row, group, "table row", because)
    if not draft.text:
        draft.text = one_line(cell.text)
    draft.line, draft.span, draft.item_end, draft.end = doc.source.line(row.start), row.span, row.end, place_of_mark(cell)
    return draft


def _values(
    doc: Document, draft: Draft, cells: Sequence[Block], at: dict[str, int], closed: str | None, opened: str | None
) -> None:
    """What the other cells of a row say, and where."""
    marks = draft.marks
    spans: dict[str, Span] = {}
    for name, i in at.items():
        if name != "text" and i < len(cells):
            spans[name] = content(doc, cells[i])
            _value(doc, draft, name, cells[i].text.strip(), at)
    for i, cell in enumerate(cells):
        if i != at["text"]:
            links_of(cell, 0, marks)
    if draft.group is None and marks.kind is not None:
        draft.group = marks.kind
    has_status = "status" in spans
    draft.slots = Slots(
        habit="status_cell" if has_status else "row",
        end=draft.end,
        mark=spans.get("status") if has_status else draft.mark_span(),
        ours=marks.ours and not has_status,
        closed_word=closed,
        open_word=opened,
        owner=spans.get("owner"),
        due=spans.get("due"),
        priority=spans.get("priority"),
        ticket=spans.get("ticket"),
    )


def _value(doc: Document, draft: Draft, name: str, text: str, at: dict[str, int]) -> None:
    marks = draft.marks
    if name == "owner":
        marks.owners = [] if is_placeholder(text) else split_names(text)
    elif name == "due":
        marks.due = marks.due or find_date(text, _day_first(doc, text))
    elif name == "priority":
        marks.priority = priority_of(text) or marks.priority
    elif name == "kind" and not is_placeholder(text):
        marks.kind = one_line(text)
    elif name == "closed" and not is_placeholder(text):
        marks.closed_on = find_date(text, _day_first(doc, text))
        _elsewhere(draft, Claim.DONE if marks.closed_on else claim_of(text))
    elif name == "status":
        _status(draft, "done" if text.rstrip("% ") == "100" else text)
    elif name == "ticket" and "status" not in at and (found := _AT_END.search(text)):
        _elsewhere(draft, claim_of(found["word"]))


def _elsewhere(draft: Draft, state: Claim | None) -> None:
    """A state that another cell than a status column gives: nothing that a splice may touch."""
    if state is not None and draft.state is None:
        draft.state, draft.by_group = state, True


def _day_first(doc: Document, text: str) -> bool:
    return day_first_of(doc) if "/" in text or "-" in text else False


def _status(draft: Draft, text: str) -> None:
    """What a status cell says; a link that stands there as well says nothing, before the word or behind it."""
    bare = _ADDRESS.sub("", text).strip()
    claim = claim_of(bare) or claim_of(bare.rsplit(maxsplit=1)[-1]) if bare else None
    if claim is not None:
        draft.state = claim
        draft.marks.closed_on = draft.marks.closed_on or (find_date(text) if claim is Claim.DONE else None)
        if claim is Claim.WONT_DO:
            draft.marks.reason = draft.marks.reason or "stated in the document"


def content(doc: Document, cell: Block) -> Span:
    """The bytes of a cell's content without the spaces around it; empty where there is none."""
    raw = doc.source.data[cell.start : cell.end]
    text = raw.strip(b"|")
    left = cell.start + raw.find(text) if text else cell.start
    bare = text.strip()
    if not bare:
        return Span(left + min(1, len(text)), left + min(1, len(text)))
    start = left + text.find(bare)
    return Span(start, start + len(bare))
