"""Lists and tables whose parts are labels: each part a section of its own."""

from tracker.postmortem.blocks import Block
from tracker.postmortem.labels import bold_label
from tracker.postmortem.section import FIELDS, LABEL, Piece, Section
from tracker.postmortem.vocabulary import label_meaning, meaning


def sections_of_list(block: Block) -> list[Section]:
    """A list whose items are labels, most of them known, is a list of sections; else nothing."""
    found = []
    known = 0
    for item in block.children:
        first = item.children[0] if item.children else None
        if first is None or first.kind != "para":
            return []
        label = bold_label(first) or _named_item(first, item)
        if label is None:
            return []
        known += bool(label_meaning(label[0])) or meaning(label[0])[0] in ("well", "wrong", "lucky")
        lead = Piece(first, label[1], len(first.text))
        found.append(Section(label[0], "item", LABEL, first, lead=lead, blocks=list(item.children[1:])))
    alone = len(found) == 1 and label_meaning(found[0].title) in FIELDS
    return found if (known >= 2 or alone) and known * 2 >= len(found) else []


def _named_item(first: Block, item: Block) -> tuple[str, int] | None:
    """A bullet that is a section's name over a list of its own: `- What went well`."""
    bare = first.text.strip().rstrip(":").strip()
    if len(bare) > 40 or "\n" in bare or not any(child.kind == "list" for child in item.children[1:]):
        return None
    role, sure = meaning(bare)
    return (bare, len(first.text)) if sure >= 2 and role in _OF_BULLETS else None


_OF_BULLETS = ("well", "wrong", "lucky", "timeline", "actions", "cause", "summary", "impact", "lessons")


def sections_of_table(block: Block) -> list[Section]:
    """A table of two columns whose first holds known labels: metadata, or questions and answers; else nothing."""
    head = block.children[0]
    if across := _across(block):
        return across
    blank = not any(cell.text.strip() for cell in head.children)
    if len(head.children) != 2 and not (len(head.children) == 3 and blank):
        return []
    rows = [row.children for row in block.children if len(row.children) >= 2]
    rows = [cells for cells in rows if cells is not head.children or label_meaning(cells[0].text)]
    known = sum(1 for cells in rows if label_meaning(cells[0].text))
    if known < 2 or known * 3 < len(rows):
        return []
    return [
        _of_cell(block, cells[0], cells[1])
        for cells in rows
        if cells[0].text.strip() and (cells[1].text.strip() or label_meaning(cells[0].text))
    ]


def _across(block: Block) -> list[Section]:
    """A table of one row under a header of known labels: `| Date | Authors | Status |`."""
    head = block.children[0].children
    if len(block.children) != 2 or not all(label_meaning(cell.text) for cell in head):
        return []
    if sum(1 for cell in head if label_meaning(cell.text) in FIELDS) < 2:
        return []
    if any(label_meaning(cell.text) == "actions" for cell in head):
        return []  # a table of items that has one: its owner and priority are the item's
    return [_of_cell(block, label, cell) for label, cell in zip(head, block.children[1].children, strict=False)]


def _of_cell(block: Block, label: Block, cell: Block) -> Section:
    return Section(label.text.strip(), "table", LABEL, block, lead=Piece(cell, 0, len(cell.text)))
