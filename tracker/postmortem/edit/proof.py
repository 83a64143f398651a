"""Prove before you write: a splice counts only where reading its result finds the wanted change, and no other."""

from collections.abc import Callable, Iterable
from typing import Any

from tracker.domain.errors import Invalid, Unreadable
from tracker.domain.postmortem import Entry, Item, Passage, Postmortem, Read, Span
from tracker.postmortem.reader import read

Splice = tuple[Span, bytes]
Candidate = list[Splice]


def splice(source: bytes, splices: Iterable[Splice]) -> bytes:
    """Return `source` with each span replaced. Spans must not overlap; two insertions at one place keep their order."""
    out: list[bytes] = []
    at = 0
    for span, new in sorted(splices, key=lambda one: one[0]):
        out += [source[at : span.start], new]
        at = span.end
    return b"".join([*out, source[at:]])


def first_proven(
    pm: Postmortem, candidates: Iterable[Candidate], proves: Callable[[Postmortem], bool], cannot: str
) -> bytes:
    """Return the document after the first of `candidates` whose result reads back as wanted.

    Raises `Invalid` with `cannot` where none does: the caller then keeps the value beside the document.
    """
    for candidate in candidates:
        text = splice(pm.source, candidate)
        try:
            after = read(text, pm.name)
        except Unreadable:
            continue
        if proves(after):
            return text
    raise Invalid(cannot)


def item_values(item: Item) -> dict[str, Any]:
    """What an item says, without where it stands and why it was read so."""
    return {
        "text": item.text,
        "group": item.group,
        "state": item.state,
        "stated": item.stated,
        "owners": item.owners,
        "priority": item.priority,
        "due": item.due,
        "kind": item.kind,
        "links": item.links,
        "reason": item.reason,
        "closed_on": item.closed_on,
    }


def document_values(pm: Postmortem) -> dict[str, Any]:
    """What a document says besides its items, for comparison before and after."""
    return {
        **{name: _value(getattr(pm, name)) for name in ("title", "date", "timezone", "severity", "status")},
        **{name: _passage(getattr(pm, name)) for name in ("summary", "impact", "root_cause")},
        "authors": pm.authors,
        "timeline": [entry_values(entry) for entry in pm.timeline],
        "factors": pm.factors,
        "lessons": pm.lessons,
        "unread": [one.text for one in pm.unread],
        "notes": pm.notes,
    }


def entry_values(entry: Entry) -> tuple[Any, ...]:
    return entry.start, entry.end, entry.text, entry.milestone


def _value(read_value: Read[str] | None) -> str | None:
    return None if read_value is None else read_value.value


def _passage(passage: Passage | None) -> tuple[str | None, str] | None:
    return None if passage is None else (passage.heading, passage.text)


def only_item_changed(before: Postmortem, after: Postmortem, n: int, changes: dict[str, Any]) -> bool:
    """Whether item `n` has the values of `changes`, its other values as before, and all else is as before.

    A value of `changes` may be a function that says whether the new value will do.
    """
    if len(before.items) != len(after.items) or document_values(before) != document_values(after):
        return False
    for i, (old, new) in enumerate(zip(before.items, after.items, strict=True)):
        was, now = item_values(old), item_values(new)
        if i != n:
            if was != now:
                return False
            continue
        for name, value in now.items():
            wanted = changes.get(name, was[name])
            if not (wanted(value) if callable(wanted) else value == wanted):
                return False
    return True
