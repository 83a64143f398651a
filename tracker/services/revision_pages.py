"""The history of one document as its page tells it: each revision with what happened to action items by it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.domain.errors import NotFound
from tracker.services import history
from tracker.store.models import ActionItem, Blob, Event, Incident, Revision

OF_DOCUMENTS = ("created", "edited", "merged")
MOST_KEYS = 8  # named in a line; the others are counted


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """`beside`: it is kept, and was never the document (the other text of a merge, or one that waits for an answer)."""

    id: int
    at: datetime
    by: str | None
    message: str
    via: str
    parent_id: int | None
    is_head: bool
    is_merge: bool
    beside: bool
    items: list[str] = field(default_factory=list)


def revision_rows(session: Session, incident: Incident) -> list[RevisionRow]:
    """Newest first; two statements, however many there are."""
    found = history.revisions(session, incident)
    parents = {row.id: row.parent_id for row in found}
    line = _ancestors(parents, incident.head_id)
    told = _items_by_revision(session, incident)
    return [
        RevisionRow(
            id=row.id,
            at=row.at,
            by=row.by,
            message=row.message,
            via=row.via,
            parent_id=row.parent_id,
            is_head=row.is_head,
            is_merge=row.merged_id is not None,
            beside=row.id not in line,
            items=told.get(row.id, []),
        )
        for row in found
    ]


def _ancestors(parents: dict[int, int | None], head: int | None) -> set[int]:
    line: set[int] = set()
    while head is not None and head not in line:
        line.add(head)
        head = parents.get(head)
    return line


def _items_by_revision(session: Session, incident: Incident) -> dict[int, list[str]]:
    """What each revision did to items, in words: events of one batch belong to the revision that the batch made."""
    batches = (
        sa.select(Event.batch_id, Event.revision_id)
        .where(Event.incident_id == incident.id, Event.verb.in_(OF_DOCUMENTS), Event.revision_id.is_not(None))
        .subquery()
    )
    events = session.execute(
        sa.select(batches.c.revision_id, Event.verb, Event.new, ActionItem.key)
        .join(batches, batches.c.batch_id == Event.batch_id)
        .join(ActionItem, ActionItem.id == Event.action_item_id)
        .where(sa.or_(Event.incident_id == incident.id, Event.incident_id.is_(None)))
        .order_by(Event.id)
    )
    told: dict[int, dict[str, list[str]]] = {}
    for row in events:
        for what in _words(row.verb, row.new or {}):
            keys = told.setdefault(row.revision_id, {}).setdefault(what, [])
            if row.key not in keys:
                keys.append(row.key)
    return {revision: [f"{what}: {_keys(keys)}" for what, keys in lines.items()] for revision, lines in told.items()}


def _words(verb: str, new: dict[str, Any]) -> Iterable[str]:
    simple = {"found": "new", "vanished": "left the document", "returned": "back in the document", "reworded": "reworded"}
    if verb in simple:
        yield simple[verb]
    if verb not in ("decided", "stated"):
        return
    if new.get("claim"):
        yield Claim(new["claim"]).label
    if "owners" in new:
        yield f"owner {', '.join(new['owners'])}" if new["owners"] else "no owner"
    if "due" in new:
        yield f"due {new['due']}" if new["due"] else "no due date"
    if "priority" in new:
        yield str(new["priority"] or "no priority")


def _keys(keys: list[str]) -> str:
    more = len(keys) - MOST_KEYS
    return ", ".join(keys[:MOST_KEYS]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two revisions to compare, as rows of `history.revisions`, with their bytes; `old` is None before the first one."""

    old: Any | None
    new: Any
    before: bytes
    after: bytes


def pair(session: Session, incident: Incident, old: int | None, new: int | None) -> Pair:
    """Those two, the older one first; by default the head, and its parent. Raises `NotFound`. Two statements."""
    rows = {row.id: row for row in history.revisions(session, incident)}
    new = new or incident.head_id or 0
    if new not in rows or (old is not None and old not in rows):
        raise NotFound("There is no such revision of this document.")
    first, last = sorted((int(old or rows[new].parent_id or 0), new))
    found = session.execute(
        sa.select(Revision.id, Blob.bytes).join(Blob, Blob.sha == Revision.sha).where(Revision.id.in_((first, last)))
    )
    texts = {row.id: row.bytes for row in found}
    return Pair(rows.get(first), rows[last], texts.get(first, b""), texts[last])


def of_incident(session: Session, incident: Incident, revision_id: int) -> Revision:
    """Raises `NotFound` for another incident's revision, like for an unknown one."""
    found = session.scalar(sa.select(Revision).where(Revision.id == revision_id, Revision.incident_id == incident.id))
    if found is None:
        raise NotFound("There is no such revision of this document.")
    return found
