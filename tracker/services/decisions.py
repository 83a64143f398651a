"""What every decision about items has in common: the newest values under the lock, the change, and the event that tells."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Invalid
from tracker.services import evidence_decisions
from tracker.services.events import record
from tracker.services.item_values import set_values, values_of
from tracker.services.new_items import Act
from tracker.services.statements import FIELDS, PRIORITIES, named
from tracker.store.models import ActionItem, Mention, Person, Question


def fresh(session: Session, items: Sequence[ActionItem]) -> list[ActionItem]:
    """The items as they are now that the lock is held, in the order given, each once."""
    ids = list(dict.fromkeys(one.id for one in items))
    session.flush()
    found = sa.select(ActionItem).where(ActionItem.id.in_(ids)).execution_options(populate_existing=True)
    by_id = {one.id: one for one in session.scalars(found)}
    return [by_id[one] for one in ids]


def change(session: Session, item: ActionItem, changes: dict[str, Any], owners: Sequence[str]) -> dict[str, Any]:
    """Set the item's values; returns what they were."""
    values = values_of(item, owners)
    set_values(session, item, changes)
    return {name: values[name] for name in changes}


def decided(session: Session, act: Act, item: ActionItem, old: dict[str, Any], new: dict[str, Any], because: str) -> None:
    """Tell it, and close what was asked about these values."""
    record(session, "decided", by=act.by, at=act.at, batch=act.batch, item_id=item.id, old=old, new=new, because=because)
    if "claim" in new:
        evidence_decisions.decided(session, [item.id], at=act.at)
    settle(session, item.id, new, by=act.by, at=act.at)


def checked(changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` as an item's values; raises `Invalid`."""
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name == "owner":
            values["owners"] = named(value)
        elif name == "due":
            values["due"] = value.isoformat() if value else None
        elif name == "priority":
            if value and value not in PRIORITIES:
                raise Invalid("A priority is P0, P1, P2 or P3.", "priority")
            values["priority"] = value or None
        else:
            raise Invalid(f"An item has no {name} that could be set.", name)
    return values


def knows(**values: Any) -> Callable[[Mention], None]:
    """Mark that a mention's document has taken the item's new value into account."""

    def mark(mention: Mention) -> None:
        mention.known = {**mention.known, **values}

    return mark


def settle(session: Session, item_id: int, decided: dict[str, Any], *, by: Person | None, at: datetime) -> None:
    """Close what was asked about values that somebody has decided now."""
    if not any(name in FIELDS for name in decided):
        return
    waiting = sa.select(Question).where(
        Question.kind == "value", Question.action_item_id == item_id, Question.answered_at.is_(None)
    )
    for question in session.scalars(waiting):
        if question.detail["field"] in decided:
            question.answered_at, question.answer = at, "decided"
            question.by_id = by.id if by is not None else None
