"""Owner, due date, priority, ticket and text of an item, where the document has a place for them."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from tracker.domain.errors import Invalid
from tracker.domain.postmortem import Item, Postmortem, Span
from tracker.postmortem.edit.cells import escaped, fill, is_cell
from tracker.postmortem.edit.claims import item_start, our_mark
from tracker.postmortem.edit.proof import Candidate, first_proven, only_item_changed

Field = Literal["owner", "due", "priority", "ticket"]
TARGET = re.compile(rb"\]\((?P<url>[^)\s]*)\)")
AROUND = ((b"**", b"**"), (b"`", b"`"), (b"*", b"*"), (b"_", b"_"), (b"[", b"]"), (b"(", b")"))
NAMES = re.compile(r"\s*[,;]\s*")
CANNOT = "The document cannot take this {field} without changing something else. The tracker holds it; or edit the text."
CANNOT_TEXT = (
    "This text cannot be put in the old one's place without changing something else. Edit the document's text instead."
)
BEHIND = {
    "owner": (" (owner: {})", " (Owner: {})", " – Owner: {}"),
    "due": (" (due: {})", " (due {})", " – due: {}"),
    "priority": (" ({})", " (priority: {})"),
    "ticket": (" ({})", " {}"),
}


def set_field(pm: Postmortem, n: int, field: Field, value: str | None, *, born_here: bool = False) -> bytes | None:
    """Return the document with `field` of item `n` set to `value` (owners separated by commas, an ISO day, P0 to P3, a URL).

    None takes the value away. Returns None where the document has no place for it, unless the document was born here: then
    the value goes behind the item's text. Raises `Invalid` where the place cannot take it.
    """
    item = pm.items[n]
    wanted = _wanted(item, field, value)
    if all(getattr(item, name) == one for name, one in wanted.items() if not callable(one)) and field != "ticket":
        return pm.source
    slot: Span | None = getattr(item.slots, field)
    if slot is None and not born_here:
        return None
    new = escaped(value or "", is_cell(item))
    candidates = _in_place(pm, item, slot, new) if slot is not None else _behind(pm, item, field, new)
    cannot = CANNOT.format(field={"due": "due date"}.get(field, field))
    return first_proven(pm, candidates, lambda after: only_item_changed(pm, after, n, wanted), cannot)


def _wanted(item: Item, field: Field, value: str | None) -> dict[str, Any]:
    same_words = {"text": lambda now: _edges(now) == _edges(item.text)}  # what stood around the value goes with it
    if field == "owner":
        return {"owners": tuple(name for name in NAMES.split(value or "") if name), **same_words}
    if field == "ticket":
        old, text = set(item.links), _without_addresses(item.text)
        return {
            "links": (lambda links: value in links) if value else (lambda links: set(links) <= old),
            "text": lambda now: _without_addresses(now) == text,  # an address may be part of the text
        }
    return {field: value, **same_words}


def _in_place(pm: Postmortem, item: Item, slot: Span, new: bytes) -> Iterator[Candidate]:
    if is_cell(item) and not _within_text(item, slot):
        yield [fill(pm.source, slot, new)]
        return
    old = pm.source[slot.start : slot.end]
    if slot == item.slots.ticket and (target := TARGET.match(pm.source, slot.end)):
        yield [(Span(*target.span("url")), new)] if new else [(Span(target.start(), target.end()), b"]")]
        return
    if new:
        for left, right in AROUND:  # the old value's own emphasis or brackets
            if old.startswith(left) and old.endswith(right) and len(old) > len(left + right):
                yield [(slot, left + new + right)]
        if old.startswith(b"@") and not new.startswith(b"@"):
            yield [(slot, b"@" + new)]
        yield [(slot, new)]
        return
    yield from _taken_away(pm.source, item, slot)


def _without_addresses(text: str) -> str:
    return re.sub(r"[\s()\[\].]", "", re.sub(r"https?://[^\s)\]]+", "", text))


def _within_text(item: Item, slot: Span) -> bool:
    """Whether a value stands in the action's own cell rather than in one of its own."""
    return (
        slot.end <= item.slots.end
        and slot in (item.slots.owner, item.slots.due, item.slots.priority)
        and (item.slots.end - slot.end < 2)
    )


def _taken_away(source: bytes, item: Item, slot: Span) -> Iterator[Candidate]:
    """The value with its brackets, its label and the space before it; then less and less of that."""
    line = source[item.span.start : slot.start]
    label = re.search(rb"[ \t]*(?:[-,;|]|\xe2\x80[\x93\x94])?[ \t]*[(\[]?[*_]*[A-Za-z ]{2,14}:[*_]*[ \t]*\Z", line)
    bracket = re.search(rb"[ \t]*[(\[]\Z", line)
    word = re.search(rb"(?i)[ \t]*(?:[-,;|]|\xe2\x80[\x93\x94])?[ \t]*[(\[]?\b(?:due|by|until|bis)(?: on)?[ \t]+\Z", line)
    dash = re.search(rb"[ \t]+(?:[-|]|\xe2\x80[\x93\x94])[ \t]+[*_]*\Z", line)
    closing = re.compile(rb"[)\]]").match(source, slot.end)
    end = closing.end() if closing else slot.end
    stop = re.compile(rb"[ \t]*[.;,](?=[ \t])").match(source, slot.end)  # `Owner: Ada. Due …`: the label's own full stop
    for found in (label, word, bracket, dash):
        if found:
            start = item.span.start + found.start()
            opened = source[start : slot.start].count(b"(") + source[start : slot.start].count(b"[")
            yield [(Span(start, end if opened else slot.end), b"")]
            if stop and found is label:
                yield [(Span(start, stop.end()), b"")]
    spaced = slot.start
    while spaced > item.span.start and source[spaced - 1 : spaced] in b" \t,;":
        spaced -= 1
    yield [(Span(spaced, slot.end), b"")]
    yield [(slot, b"")]


def _behind(pm: Postmortem, item: Item, field: Field, new: bytes) -> Iterator[Candidate]:
    """Behind the item's text and before our mark; what is not there needs no taking away."""
    if not new:
        return
    mark = our_mark(pm, item)
    end = mark.start if mark else item.slots.end
    for form in BEHIND[field]:
        yield [(Span(end, end), form.encode().replace(b"{}", new))]


def set_text(pm: Postmortem, n: int, text: str) -> bytes:
    """Return the document with item `n` saying `text` (one line of Markdown); its marks, owner and dates stay as they are.

    Raises `Invalid` where the text is empty, or cannot be put in without changing something else.
    """
    item = pm.items[n]
    words = " ".join(text.split())
    if not words:
        raise Invalid("Say what is to be done.", "text")
    if words in (item.text, item.markdown):
        return pm.source
    new = escaped(words, is_cell(item))
    wanted = {"text": lambda now: says(now, words), "links": lambda _: True, "kind": lambda _: True}
    candidates = ([(span, new)] for span in _text_spans(pm, item))
    return first_proven(pm, candidates, lambda after: only_item_changed(pm, after, n, wanted), CANNOT_TEXT)


def says(now: str, words: str) -> bool:
    """Whether a text that was read is what was written: `words` as they are, or without the marks and addresses in them."""
    plain = re.sub(r"\\(?=[!-/:-@\[-`{-~])|[*_`~]|\]\([^)\s]*\)|\[", "", words)
    return _edges(now) in (_edges(words), _edges(plain))


def _edges(text: str) -> str:
    return " ".join(text.split()).strip("-–—:;,. ")


def _text_spans(pm: Postmortem, item: Item) -> Iterator[Span]:
    """Where the item's words stand: its text as written, else from its first word to its last."""
    mark = our_mark(pm, item)
    start = _cell_start(pm, item) if is_cell(item) else item_start(pm.source, item)
    if item.slots.habit == "task" and item.slots.mark:
        start = item.slots.mark.end + 1
    end = mark.start if mark else item.slots.end
    raw = pm.source[start:end]
    if (at := raw.find(item.text.encode())) >= 0:
        yield Span(start + at, start + at + len(item.text.encode()))
    words = item.text.split()
    if not words:
        return
    first, last = raw.find(words[0].encode()), raw.rfind(words[-1].encode())
    if 0 <= first <= last:
        last += len(words[-1].encode())
        yield Span(start + first, start + last)
        while first and raw[first - 1 : first] in b"*_`[~":
            first -= 1
        closing = re.compile(rb"(?:[*_`~]|\]\([^)\s]*\)|\]\[[^\]]*\]|\])*").match(raw, last)
        yield Span(start + first, start + (closing.end() if closing else last))
    yield Span(start, end)


def _cell_start(pm: Postmortem, item: Item) -> int:
    """Where the action's cell begins."""
    row = pm.source[item.span.start : item.slots.end]
    pipes = [m.end() for m in re.finditer(rb"(?<!\\)\|[ \t]*", row)]
    return item.span.start + (pipes[-1] if pipes else 0)
