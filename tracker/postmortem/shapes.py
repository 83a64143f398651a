"""What a section contains: how many of its parts begin with a time, hold owners, tell what to do."""

import re
from collections.abc import Iterator

from tracker.postmortem.blocks import Block
from tracker.postmortem.section import Section
from tracker.postmortem.verbs import IMPERATIVE
from tracker.postmortem.vocabulary import columns
from tracker.postmortem.when import entry_time
from tracker.postmortem.when_lines import trailing
from tracker.postmortem.when_tokens import When

LESSONS = frozenset(("lessons", "well", "wrong", "lucky"))
_WILL = re.compile(
    r"(?:we|i|the team|they)(?:[’']ll| will|[’']re going to| are going to| plan to| intend to| should"
    r"| need to| want to)\b|https?://|\[",
    re.I,
)
REPORT_CHORE = re.compile(
    r"\b(?:incident has been dealt with|sections above|after-action report|this (?:document|report"
    r"|post-?mortem)|action(?:able)? items above"
    r"|postmortem (?:meeting|review)|publish (?:the|this) post-?mortem)\b",
    re.I,
)
_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAM = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def units(section: Section) -> list[Block]:
    """The parts of a section that could each be an entry: list items, table rows, paragraphs."""
    found: list[Block] = []
    for block in section.blocks:
        if block.kind in ("list", "table"):
            if block.kind == "list" or tells(block):
                found.extend(child for child in block.children if child.kind != "head")
        elif block.kind == "para":
            found.append(block)
    return found


def _of_row(row: Block) -> When | None:
    """The time of a row whose first cell has none: a number or a phase may stand before it."""
    return next((when for cell in row.children[1:3] if (when := entry_time(cell.text))), None)


FIRST_PARTS = 8
PARTS_LIMIT = 60


def _timed(parts: list[Block]) -> Iterator[bool]:
    """Whether each part begins with a clock time. A time without a colon makes the next one without a colon likelier."""
    military = False
    for part in parts:
        text = part.first_text
        when = entry_time(text, military=military) or (_of_row(part) if part.kind == "row" else trailing(text))
        timed = when is not None and (when.has_clock or when.blank) and not when.relative
        if when is not None and timed:
            military = when.form == "military"
        yield timed


def timed_share(section: Section) -> float:
    """Which share of a section's parts begins with a clock time. Where none of the first few does, no other is looked at."""
    if section.timed_share is None:
        parts = units(section)[:PARTS_LIMIT]
        count = sum(_timed(parts[:FIRST_PARTS]))
        if count and len(parts) > FIRST_PARTS:
            count = sum(_timed(parts))
        section.timed_share = count / len(parts) if parts else 0.0
    return section.timed_share


def is_timed_section(section: Section) -> bool:
    """Whether three parts or more, and three of five, begin with a clock time. Most sections have lost after two looks."""
    if not section.blocks:
        return False
    parts = units(section)[:PARTS_LIMIT]
    left = len(parts) - max(3, (3 * len(parts) + 4) // 5)  # so many may be without
    return left >= 0 and _are_timed(parts, left)


def are_both_timed(section: Section) -> bool:
    """Whether a section has two parts, which both begin with a clock time."""
    parts = units(section)
    return len(parts) == 2 and _are_timed(parts, 0)


def _are_timed(parts: list[Block], left: int) -> bool:
    """Whether no more than `left` of the parts are without a clock time, and not all of the first few."""
    none = True
    for i, timed in enumerate(_timed(parts), start=1):
        none = none and not timed
        left -= not timed
        if left < 0 or (none and i == FIRST_PARTS):
            return False
    return True


def is_item_table(table: Block) -> bool:
    found = [columns(cell.text) for cell in table.children[0].children]
    first = {column[0] for column in found if column}
    return "text" in first and bool(first & {"owner", "status", "due"}) and not first & {"time", "end"}


def tells(table: Block) -> bool:
    """Whether a table's rows hold words behind their first cell: one of measurements does not."""
    if any("event" in columns(cell.text) for cell in table.children[0].children):
        return True
    rows = table.children[1:31]
    wanted = 10 * max(len(rows), 1)  # letters
    for row in rows:
        for cell in row.children:
            wanted -= len(_LETTER.findall(cell.text, 0, 200))
        if wanted <= 0:
            return True
    return any(_IDEOGRAM.search(cell.text) for row in rows[:3] for cell in row.children[1:])


def has_list(section: Section) -> bool:
    return any(b.kind in ("list", "table") for b in section.blocks)


def _begins_with_link(part: Block) -> bool:
    leaf = next(part.leaves(), None)
    return leaf is not None and any(mark[0] == "link" and mark[1] == 0 for mark in leaf.marks)


def tells_what_to_do(section: Section) -> bool:
    """Whether most parts of a section begin as a task does: an imperative, `We will …`, a box, a ticket."""
    parts = [p for p in units(section)[:40] if p.kind != "row"]
    told = sum(
        1
        for p in parts
        if p.info is not None or IMPERATIVE.match(t := p.first_text.strip()) or _WILL.match(t) or _begins_with_link(p)
    )
    return bool(parts) and told * 2 >= len(parts)


def is_boxed(block: Block) -> bool:
    boxed = [item for item in block.children if item.info is not None]
    return (
        len(boxed) * 2 >= len(block.children)
        and bool(boxed)
        and not any(REPORT_CHORE.search(item.first_text) for item in boxed)
    )
