"""An item's current values as the plain data that events, mentions and questions keep, and back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.services.statements import day_of
from tracker.store.models import ActionItem, ItemOwner, Person


def owners_of(session: Session, item_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of the owners of each item, in order; an item without one is not in it until it is asked for."""
    owners: defaultdict[int, list[str]] = defaultdict(list)
    rows = sa.select(ItemOwner.action_item_id, ItemOwner.name).where(ItemOwner.action_item_id.in_(list(item_ids)))
    for item_id, name in session.execute(rows.order_by(ItemOwner.action_item_id, ItemOwner.n)):
        owners[item_id].append(name)
    return owners


def values_of(item: ActionItem, owners: Sequence[str]) -> dict[str, Any]:
    """What `set_values` takes, as it is now."""
    return {
        "claim": item.claim.value,
        "reason": item.reason,
        "closed_on": item.closed_on.isoformat() if item.closed_on else None,
        "owners": list(owners),
        "due": item.due.isoformat() if item.due else None,
        "priority": item.priority,
        "hidden": item.hidden_at.isoformat() if item.hidden_at else None,
        "joined_to": item.joined_to,
    }


def set_values(session: Session, item: ActionItem, changes: dict[str, Any], people: dict[str, int] | None = None) -> None:
    """Give `item` the values of `changes` and leave the others. `people` (see `people_by_name`) links owners to persons."""
    if "claim" in changes:
        item.claim = Claim(changes["claim"])
    if "reason" in changes:
        item.reason = changes["reason"]
    for day in ("closed_on", "due"):
        if day in changes:
            setattr(item, day, day_of(changes[day]))
    if "priority" in changes:
        item.priority = changes["priority"]
    if "hidden" in changes:
        item.hidden_at = datetime.fromisoformat(changes["hidden"]).astimezone(UTC) if changes["hidden"] else None
    if "joined_to" in changes:
        item.joined_to = changes["joined_to"]
    if "owners" in changes:
        session.execute(sa.delete(ItemOwner).where(ItemOwner.action_item_id == item.id))
        rows = owner_rows(item.id, changes["owners"], people_by_name(session) if people is None else people)
        if rows:
            session.execute(sa.insert(ItemOwner), rows)
        item.owner = changes["owners"][0] if changes["owners"] else None


def owner_rows(item_id: int, owners: Sequence[str], people: dict[str, int]) -> list[dict[str, Any]]:
    """Rows of item_owner in this order; a name that a person of the team goes by is linked to them."""
    return [
        {"action_item_id": item_id, "name": name, "n": n, "person_id": people.get(name.removeprefix("@").casefold())}
        for n, name in enumerate(owners)
    ]


def people_by_name(session: Session) -> dict[str, int]:
    """Ids of people by name, by e-mail address and by what stands before its @, casefolded."""
    found: dict[str, int] = {}
    for person_id, name, email in session.execute(sa.select(Person.id, Person.name, Person.email).order_by(Person.id)):
        for known_as in (name, email, (email or "").partition("@")[0]):
            if known_as:
                found.setdefault(known_as.casefold(), person_id)
    return found
