"""What happened, in words: an event of the history as a sentence, whose subject is a person or a document."""

from collections.abc import Mapping
from typing import Any

from tracker.domain.claims import Claim

SIMPLE = {
    "created": "brought the document in",
    "edited": "changed the document",
    "merged": "merged the document",
    "found": "asks for it",
    "vanished": "no longer has it",
    "returned": "has it again",
    "asked": "found something to decide",
    "answered": "answered a question",
    "undone": "took something back",
    "resolved": "said that it is over",
    "declared": "said that it is going on",
    "proved": "tied it to a check",
    "unproved": "took a proof away",
    "seen": "has seen that it broke",
}
BY_NOBODY = {  # what the checks found
    "broke": "No longer in force",
    "holds_again": "Holds again",
}
BY_DOCUMENT = ("found", "vanished", "returned", "stated", "reworded")  # read in a document, whoever brought it
BROUGHT = {"import": "imported by", "upload": "imported by", None: "through"}
FIELDS = {"owners": "owner", "owner": "owner", "due": "due date", "priority": "priority", "closed_on": "", "reason": ""}


def event_sentence(event: Any) -> str:
    """The whole sentence, without its place: `event` is a row of `queries.events.events_of_item`."""
    if event.verb == "found" and event.via == "form" and event.by:
        return f"{event.by} added it"
    if event.verb == "told":
        owners = ", ".join((event.new or {}).get("owners", []))
        return f"Told {owners}" if owners else "It has no owner who could be told"
    if event.verb in BY_NOBODY:
        return BY_NOBODY[event.verb]
    if event.verb not in BY_DOCUMENT:
        nobody = "The policy" if event.verb == "proved" else "The import"
        return f"{event.by or nobody} {event_words(event)}"
    brought = f", {BROUGHT.get(event.via, 'saved by')} {event.by}" if event.by else ""
    return f"Its document {event_words(event)}{brought}"


def event_words(event: Any) -> str:
    """The end of its sentence: `event` has verb, old and new as `services.events.event_row` lists them."""
    old: Mapping[str, Any] = event.old or {}
    new: Mapping[str, Any] = event.new or {}
    if event.verb in ("decided", "stated"):
        parts = [part for name, value in new.items() if (part := _change(name, old.get(name), value, new))]
        return ", ".join(parts) or "changed it"
    if event.verb in ("proved", "unproved"):
        proof = new.get("proof") or old.get("proof")
        return f"proves it by {proof}" if event.verb == "proved" else f"took away its proof by {proof}"
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
