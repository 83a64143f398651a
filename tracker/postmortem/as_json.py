"""The fixed form in which `tracker read --json` prints what is understood (DESIGN §5)."""

from typing import Any

from tracker.domain.claims import Claim
from tracker.domain.postmortem import Entry, Item, Passage, Postmortem


def as_json(postmortem: Postmortem, file: str = "") -> dict[str, Any]:
    """Plain values, ready for `json.dumps`; `file` is the path as it was given."""
    pm = postmortem
    return {
        "file": file or pm.name,
        "title": pm.title.value if pm.title else None,
        "date": pm.date.value if pm.date else None,
        "timezone": pm.timezone.value if pm.timezone else None,
        "authors": list(pm.authors),
        "severity": pm.severity.value if pm.severity else None,
        "status": pm.status.value if pm.status else None,
        "summary": pm.summary.text if pm.summary else None,
        "impact": pm.impact.text if pm.impact else None,
        "timeline": [_entry(entry) for entry in pm.timeline],
        "root_cause": _passage(pm.root_cause),
        "factors": list(pm.factors),
        "lessons": {
            "went_well": list(pm.lessons.went_well),
            "went_wrong": list(pm.lessons.went_wrong),
            "lucky": list(pm.lessons.lucky),
            "other": list(pm.lessons.other),
        },
        "action_items": [_item(item) for item in pm.items],
        "unread": [{"line": block.line, "text": block.text} for block in pm.unread],
        "notes": list(pm.notes),
        "because": {
            name: read.because for name in ("title", "date", "timezone", "severity", "status") if (read := getattr(pm, name))
        },
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "start": entry.start.local,
        "end": entry.end,
        "precision": entry.start.precision,
        "zone": entry.start.zone,
        "text": entry.text,
        "line": entry.line,
        "milestone": entry.milestone.value if entry.milestone else None,
        "because": entry.because,
    }


def _passage(passage: Passage | None) -> dict[str, Any] | None:
    if passage is None:
        return None
    return {
        "heading": passage.heading,
        "text": passage.text,
        "line": passage.line,
        "inferred": passage.inferred,
        "because": passage.because,
    }


def _item(item: Item) -> dict[str, Any]:
    state = Claim.OPEN if item.state is Claim.NOT_STATED else item.state
    return {
        "group": item.group,
        "text": item.text,
        "state": state.value,
        "stated": item.stated,
        "owner": ", ".join(item.owners) or None,
        "priority": item.priority,
        "due": item.due,
        "kind": item.kind,
        "links": list(item.links),
        "line": item.line,
        "because": item.because,
    }
