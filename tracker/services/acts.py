"""What a person did last and could take back."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.store.models import ActionItem, Event, Person

DECISIONS = ("decided", "hidden_everywhere", "seen")


@dataclass(frozen=True, slots=True)
class Act:
    """One batch, in words: `A47: done`."""

    batch: str
    text: str


def last_decision(session: Session, person: Person) -> Act | None:
    """The newest decision of `person` that was not undone yet; None where there is none. Undoing is no decision."""
    undoings = session.scalars(sa.select(Event).where(Event.verb == "undone")).all()
    passed_over = {event.batch_id for event in undoings} | {str((event.new or {}).get("batch")) for event in undoings}
    batches = session.scalars(
        sa.select(Event.batch_id)
        .where(Event.by_id == person.id, Event.verb.in_(DECISIONS))
        .group_by(Event.batch_id)
        .order_by(sa.func.max(Event.id).desc())
    )
    batch = next((one for one in batches if one not in passed_over), None)
    return Act(batch, _in_words(session, batch)) if batch else None


def _in_words(session: Session, batch: str) -> str:
    rows = session.execute(
        sa.select(ActionItem.key, Event.new)
        .join(ActionItem, ActionItem.id == Event.action_item_id)
        .where(Event.batch_id == batch, Event.verb.in_(("decided", "seen")))
        .order_by(Event.id)
    ).all()
    changes = {name: value for _, new in rows for name, value in (new or {}).items()}
    words = [
        "holds again, seen"
        if name == "seen"
        else Claim(value).label
        if name == "claim"
        else "not an item"
        if name == "hidden"
        else f"{name} {_plain(value)}"
        for name, value in changes.items()
        if name in ("seen", "claim", "hidden", "owners", "due", "priority", "joined_to")
    ]
    return f"{', '.join(dict.fromkeys(key for key, _ in rows))}: {', '.join(words)}"


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "none")
