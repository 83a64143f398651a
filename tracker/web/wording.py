"""What happened, in words: an event of the history as the end of a sentence that begins with a name."""

from collections.abc import Mapping
from typing import Any

from tracker.domain.claims import Claim

SIMPLE = {
    "created": "brought the document in",
    "edited": "changed the document",
    "merged": "merged the document",
    "found": "found it in a document",
    "vanished": "took it out of its document",
    "returned": "brought it back into its document",
    "asked": "found something to decide",
    "answered": "answered a question",
    "undone": "took something back",
}
FIELDS = {"owners": "owner", "owner": "owner", "due": "due date", "priority": "priority", "closed_on": "", "reason": ""}


def event_words(event: Any) -> str:
    """`event` has verb, old and new as `services.events.event_row` lists them; an unknown verb is said as it is."""
    old: Mapping[str, Any] = event.old or {}
    new: Mapping[str, Any] = event.new or {}
    if event.verb in ("decided", "stated"):
        parts = [part for name, value in new.items() if (part := _change(name, old.get(name), value, new))]
        what = ", ".join(parts) or "changed it"
        return f"read in the document: {what}" if event.verb == "stated" else what
    if event.verb == "reworded":
        return f"reworded it, from “{_short(old.get('text'))}”"
    return SIMPLE.get(event.verb, str(event.verb))


def _change(name: str, old: Any, value: Any, new: Mapping[str, Any]) -> str:
    if name == "claim":
        said = f"claimed it {Claim(value).label}"
        return f"{said}: {new['reason']}" if new.get("reason") else said
    if name == "hidden":
        return "hid it as no action item" if value else "brought it back as an action item"
    if name == "joined_to":
        return "joined it to another item" if value else "parted it from another item"
    if name in ("closed_on", "reason"):
        return ""
    shown = ", ".join(value) if isinstance(value, list) else value
    return f"set the {FIELDS.get(name, name)} to {shown}" if shown else f"took the {FIELDS.get(name, name)} away"


def _short(text: Any) -> str:
    words = str(text or "")
    return words if len(words) <= 80 else words[:79] + "…"
