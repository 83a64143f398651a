"""Done, won't do, open again: what DESIGN §2 ("What closing writes") puts into the document, by the item's own habit."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from tracker.domain.claims import Claim
from tracker.domain.errors import Invalid
from tracker.domain.postmortem import Item, Postmortem, Span
from tracker.postmortem.edit.cells import escaped, is_cell, status_cell
from tracker.postmortem.edit.proof import Candidate, Splice, first_proven, only_item_changed

OURS = re.compile(rb" \((?:done(?: \d{4}-\d\d-\d\d)?|won(?:'|\xe2\x80\x99)t do: [^\n]*|open)\)$")
SIGN = re.compile(r"[(\[]\w[^()\[\]]*[)\]]|~~|[^\w\s]+|:[a-z_]+:")
MARKER = re.compile(rb"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
SPECIAL = re.compile(r"([\\`*_\[\]<>~#&])")
CANNOT = (
    "The document has no place for this: writing it there would change something else as well. "
    "The tracker holds it; to have it in the document, edit the text."
)


def set_claim(pm: Postmortem, n: int, claim: Claim, *, day: date | None, reason: str | None = None) -> bytes:
    """Return the document with item `n` said to be `claim`, `pm.source` itself where nothing is to be written.

    `day` is the closing day, None where none is known (triage); `reason` is needed for won't do. Raises `Invalid` where the
    document cannot take it without changing something else.
    """
    item = pm.items[n]
    if claim is Claim.WONT_DO and not (reason and reason.strip()):
        raise Invalid("Say why this will not be done.", "reason")
    reason = " ".join(reason.split()) if reason else None
    candidates, wanted = _plan(pm, item, claim, day, reason)
    if not wanted:
        return pm.source
    return first_proven(pm, candidates, lambda after: only_item_changed(pm, after, n, wanted), CANNOT)


def _plan(
    pm: Postmortem, item: Item, claim: Claim, day: date | None, reason: str | None
) -> tuple[Iterator[Candidate], dict[str, Any]]:
    """The ways to write it, best first, and the values that must then be read; no values: nothing is to be written."""
    closed = item.stated and item.state.is_closed
    if claim is Claim.DONE:
        if item.stated and item.state is Claim.DONE:
            return iter(()), {}
        days = (day.isoformat() if day else None, item.closed_on, None)
        return _done(pm, item, day), {
            "state": claim,
            "stated": True,
            "closed_on": lambda value: value in days,
            "reason": None,
        }
    if claim is Claim.WONT_DO and reason:
        if item.stated and item.state is claim and item.reason == reason:
            return iter(()), {}
        reasons = (reason, _bracketed(reason))
        wanted = {"state": claim, "stated": True, "reason": lambda value: value in reasons, "closed_on": _anything}
        return _wont_do(pm, item, reason), wanted
    if item.slots.habit == "status_cell" and claim is not Claim.NOT_STATED:
        if item.state is claim and (item.stated or claim is Claim.OPEN):
            return iter(()), {}
        wanted = {"state": claim, "stated": True, "closed_on": _anything, "reason": None}
        return ([way, *_without_ours(pm, item)] for way in status_cell(pm, item, claim)), wanted
    if not closed:
        return iter(()), {}
    return _reopened(pm, item), {
        "state": lambda state: not state.is_closed,
        "stated": _anything,
        "closed_on": _anything,
        "reason": None,
    }


def _bracketed(reason: str) -> str:
    """Without round brackets, since our mark ends at one."""
    return reason.replace("(", "[").replace(")", "]")


def _anything(_: object) -> bool:
    return True


def _done(pm: Postmortem, item: Item, day: date | None) -> Iterator[Candidate]:
    slots = item.slots
    if slots.habit == "task" and slots.mark:
        yield [(slots.mark, _ticked(pm)), *_without_ours(pm, item)]
        return
    if slots.habit == "status_cell":
        yield from ([way, *_without_ours(pm, item)] for way in status_cell(pm, item, Claim.DONE))
        return
    if our_mark(pm, item):
        yield _without_ours(pm, item)  # its group says that it is done
    if slots.document_mark and not our_mark(pm, item):
        yield from _as_the_document(pm, item, slots.document_mark)
    yield [_ours(pm, item, f"done {day.isoformat()}" if day else "done")]


def _wont_do(pm: Postmortem, item: Item, reason: str) -> Iterator[Candidate]:
    plain = _bracketed(reason)
    for written in (reason, SPECIAL.sub(r"\\\1", reason), plain, SPECIAL.sub(r"\\\1", plain)):
        mark = _ours(pm, item, f"won't do: {written}")
        if item.slots.habit == "status_cell":
            yield from ([way, mark] for way in status_cell(pm, item, Claim.WONT_DO))
        elif item.slots.habit == "task" and item.slots.mark:
            yield [(item.slots.mark, b"[ ]"), mark]
        else:
            yield [mark]


def _reopened(pm: Postmortem, item: Item) -> Iterator[Candidate]:
    slots = item.slots
    if slots.habit == "task" and slots.mark:
        yield [(slots.mark, b"[ ]"), *_without_ours(pm, item)]
        yield [(slots.mark, b"[ ]"), _ours(pm, item, "open")]
        return
    if our_mark(pm, item):
        yield _without_ours(pm, item)
    elif slots.mark and _is_habit(pm, item, slots.mark):
        yield from _without_mark(pm.source, item, slots.mark)
    yield [_ours(pm, item, "open")]


def our_mark(pm: Postmortem, item: Item) -> Span | None:
    """The bytes of the mark that we wrote at the end of the item, with the space before it."""
    if not item.slots.ours:
        return None
    found = OURS.search(pm.source, item.span.start, item.slots.end)
    return Span(*found.span()) if found else None


def _without_ours(pm: Postmortem, item: Item) -> Candidate:
    mark = our_mark(pm, item)
    return [(mark, b"")] if mark else []


def _ours(pm: Postmortem, item: Item, words: str) -> Splice:
    """Our mark, in the place of one that stands there already."""
    new = b" (" + escaped(words, is_cell(item)) + b")"
    return our_mark(pm, item) or Span(item.slots.end, item.slots.end), new


def _ticked(pm: Postmortem) -> bytes:
    """`[x]`, or `[X]` where the document ticks its boxes so."""
    boxes = [pm.source[one.slots.mark.start : one.slots.mark.end] for one in pm.items if one.slots.mark]
    return b"[X]" if boxes.count(b"[X]") > boxes.count(b"[x]") else b"[x]"


def item_start(source: bytes, item: Item) -> int:
    """Where an item's own words begin: after its list marker."""
    marker = MARKER.match(source, item.span.start, item.span.end)
    return marker.end() if marker and marker.end() <= item.slots.end else item.span.start


def _as_the_document(pm: Postmortem, item: Item, mark: str) -> Iterator[Candidate]:
    """The mark that the document's other items have: around the text, before it or behind it."""
    end = item.slots.end
    bare = mark.strip(" *_:")
    if item.slots.habit not in ("text", "row") or not (SIGN.fullmatch(bare) or bare.isupper()):
        return  # a word of prose such as “fixed” says done of one item, and makes nonsense behind another
    if mark == "~~":
        if item.slots.habit == "text":
            start = item_start(pm.source, item)
            yield [(Span(start, start), b"~~"), (Span(end, end), b"~~")]
    elif mark.endswith(" "):
        if item.slots.habit == "text":
            start = item_start(pm.source, item)
            yield [(Span(start, start), mark.encode())]
    else:
        yield [(Span(end, end), mark.encode())]


def _is_habit(pm: Postmortem, item: Item, mark: Span) -> bool:
    """Whether a mark that is not ours says done and nothing else, so that nothing is lost with it."""
    raw = pm.source[mark.start : mark.end]
    return raw.startswith(b"~~") or (len(raw) <= 24 and not re.search(rb"\d|\]\(|http", raw))


def _without_mark(source: bytes, item: Item, mark: Span) -> Iterator[Candidate]:
    if source[mark.start : mark.start + 2] == b"~~" and source[mark.end - 2 : mark.end] == b"~~":
        yield [(Span(mark.start, mark.start + 2), b""), (Span(mark.end - 2, mark.end), b"")]
        return
    before = re.search(rb"[ \t]*(?:[-:|,>=]+|\xe2\x80[\x93\x94])?[ \t]*\Z", source[item.span.start : mark.start])
    left = item.span.start + before.start() if before else mark.start
    after = re.compile(rb"[ \t]*[-:]*[ \t]*").match(source, mark.end)
    right = after.end() if after else mark.end
    if source[mark.end : item.slots.end].strip():
        yield [(Span(mark.start, right), b"")]
    spaced = mark.start
    while spaced > item.span.start and source[spaced - 1 : spaced] in b" \t":
        spaced -= 1
    yield [(Span(spaced, mark.end), b"")]
    yield [(Span(left, mark.end), b"")]
