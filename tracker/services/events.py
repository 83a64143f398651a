"""Writing down what happens. Events of one batch are one act, and are undone together (services.history)."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.store.models import Event, Person


def new_batch() -> str:
    """An id for one act of one person, nowhere used before."""
    return secrets.token_hex(8)


def event_row(
    verb: str,
    *,
    by: Person | None,
    at: datetime,
    batch: str,
    incident_id: int | None = None,
    revision_id: int | None = None,
    item_id: int | None = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    because: str = "",
) -> dict[str, Any]:
    """A row of `event` for a bulk insert.

    Verbs, and what `old` and `new` hold:
      created, edited, merged   an incident's document: {"revision": id}
      found                     an item's first mention: new is the item's values
      decided, stated           an item's values, by a person or by a document: of claim, reason, closed_on, owners, due,
                                priority, hidden, joined_to those that changed
      reworded                  a mention's text: {"text": …}
      vanished, returned        a mention that left its document, or came back
      asked, answered           a question: {"question": id, …}
      undone                    new is {"batch": the batch that was undone}
      proved, unproved, seen    a proof of an item: {"proof": "check on deployment/stage"}; it broke, seen: {"seen": when}
      broke, holds_again, told  an item's evidence, by nobody: {"at", "cause", "url"}, {"since"}, {"owners"}
    """
    return {
        "at": at,
        "by_id": by.id if by is not None else None,
        "batch_id": batch,
        "incident_id": incident_id,
        "revision_id": revision_id,
        "action_item_id": item_id,
        "verb": verb,
        "old": old,
        "new": new,
        "because": because,
    }


def record(session: Session, verb: str, **values: Any) -> None:
    """One event, in the session's transaction; `values` as `event_row` takes them."""
    session.add(Event(**event_row(verb, **values)))
