"""Cells of a table: writing into one changes its bytes only, and keeps the columns in line where they were."""

import re
from collections import Counter
from collections.abc import Iterator

from tracker.domain.claims import Claim
from tracker.domain.postmortem import Item, Postmortem, Span
from tracker.postmortem.edit.proof import Splice

WORDS = {
    Claim.OPEN: b"Open",
    Claim.DONE: b"Done",
    Claim.WONT_DO: b"Won't do",
    Claim.IN_PROGRESS: b"In progress",
    Claim.BLOCKED: b"Blocked",
}
EMPHASIS = re.compile(rb"([*_`~]+)(.+?)([*_`~]+)")
LINK = re.compile(rb"\]\(|\]\[|https?://|^\[.*\]$|#\d")
USUAL_OPEN = re.compile(rb"(?i)open|to ?do|pending|planned|new|offen")  # rather than FAILED, which remains open too
PLAIN_WORD = 24  # bytes; a longer cell says more than a state


def is_cell(item: Item) -> bool:
    return item.slots.habit in ("status_cell", "row")


def escaped(text: str, in_cell: bool) -> bytes:
    """One line of Markdown; within a cell `|` is escaped."""
    line = " ".join(text.split())
    return (re.sub(r"(?<!\\)\|", r"\\|", line) if in_cell else line).encode()


def fill(source: bytes, span: Span, new: bytes) -> Splice:
    """Replace a cell's content. Spaces behind it give way or are added, so that a table drawn with spaces stays drawn."""
    end = span.end
    spaces = len(source[end:]) - len(source[end:].lstrip(b" ")) if end < len(source) and source[end : end + 1] == b" " else 0
    grown = len(new) - (span.end - span.start)
    if span.start == span.end and new:
        before = b"" if source[max(span.start - 1, 0) : span.start] == b" " else b" "
        after = b"" if spaces else b" "
        taken = min(max(len(new), 0), max(spaces - 1, 0))
        return Span(span.start, end + taken), before + new + after
    if grown > 0:
        return Span(span.start, end + min(grown, max(spaces - 1, 0))), new
    return Span(span.start, end), new + b" " * (-grown if spaces > 1 else 0)


def status_words(pm: Postmortem, item: Item, claim: Claim) -> Iterator[bytes]:
    """How this document's status column says `claim`: as its other rows do, else our word in the cell's own emphasis."""
    own = Counter(
        raw
        for other in pm.items
        if other.slots.habit == "status_cell" and other.slots.mark and other.stated and other.state is claim
        for raw in [pm.source[other.slots.mark.start : other.slots.mark.end]]
        if is_plain(raw)
    )
    usual = sorted(own, key=lambda raw: (claim is Claim.OPEN and not USUAL_OPEN.search(raw), -own[raw]))
    yield from usual[:2]
    known = {Claim.DONE: item.slots.closed_word, Claim.OPEN: item.slots.open_word}.get(claim)
    if known:
        yield known.encode()
    mark = item.slots.mark
    emphasis = EMPHASIS.fullmatch(pm.source[mark.start : mark.end]) if mark else None
    word = WORDS[claim]
    if emphasis:
        yield emphasis[1] + word + emphasis[3]
    yield word


def is_plain(raw: bytes) -> bool:
    """Whether a cell holds a state and nothing else that would be lost with it."""
    return 0 < len(raw) <= PLAIN_WORD and not LINK.search(raw) and not re.search(rb"\d", raw)


def status_cell(pm: Postmortem, item: Item, claim: Claim) -> Iterator[Splice]:
    """Ways to say `claim` in the item's status cell; a link that stands there stays."""
    mark = item.slots.mark
    assert mark is not None
    raw = pm.source[mark.start : mark.end]
    for word in status_words(pm, item, claim):
        if not LINK.search(raw) and (is_plain(raw) or not raw or not item.state.is_closed):
            yield fill(pm.source, mark, word)
            continue
        for old in _words_within(pm, item):
            if raw.startswith(old) or raw.endswith(old):
                kept = raw.removeprefix(old) if raw.startswith(old) else raw.removesuffix(old)
                yield fill(pm.source, mark, word + kept if raw.startswith(old) else kept + word)
        yield fill(pm.source, mark, raw + b" " + word)
        yield fill(pm.source, mark, word + b" " + raw)


def _words_within(pm: Postmortem, item: Item) -> Iterator[bytes]:
    """The words that say the state which the cell has now: the column's own, and the cell's first and last."""
    if item.stated:
        yield from status_words(pm, item, item.state)
        mark = item.slots.mark
        words = re.findall(rb"[^\s,;:.()]+", pm.source[mark.start : mark.end]) if mark else []
        yield from {words[0], words[-1]} if words else ()
