"""Rows of items, mentions and everything that refers to them, gathered for bulk inserts: an import brings thousands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.folding import folded
from tracker.domain.postmortem import Item
from tracker.services.events import event_row
from tracker.services.item_values import owner_rows, people_by_name
from tracker.services.statements import FIELDS, day_of, first_values, stated_of
from tracker.store.bulk import allocate, insert_rows
from tracker.store.keys import next_keys
from tracker.store.models import (
    ActionItem,
    Base,
    Entry,
    Event,
    Incident,
    ItemOwner,
    ItemTicket,
    Mention,
    NotAnItem,
    Person,
    Reading,
    Revision,
)


class Rows:
    """Rows by table, inserted table by table in the order in which they refer to each other."""

    ORDER: tuple[type[Base], ...] = (
        *(Incident, Revision, Reading, Entry),
        *(ActionItem, Mention, ItemOwner, ItemTicket, Event),
    )

    def __init__(self) -> None:
        self._rows: dict[type[Base], list[dict[str, Any]]] = {model: [] for model in self.ORDER}

    def add(self, model: type[Base], *rows: dict[str, Any]) -> None:
        """Rows of one table have the same columns."""
        self._rows[model] += rows

    def insert(self, session: Session) -> None:
        """One statement per table."""
        session.flush()
        for model, rows in self._rows.items():
            insert_rows(session, model.__table__, rows)
        self._rows = {model: [] for model in self.ORDER}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An item that no known mention of its incident is; `n` is its place in the reading, `opened_on` the incident's date."""

    n: int
    text: str
    group: str | None
    line: int
    stated: dict[str, Any]  # services.statements
    opened_on: date | None


def newcomers(items: Iterable[tuple[int, Item]], *, opened_on: date | None) -> list[Newcomer]:
    """Items with their places in the reading, as newcomers."""
    return [Newcomer(n, item.text, item.group, item.line, stated_of(item), opened_on) for n, item in items]


@dataclass(frozen=True, slots=True)
class Act:
    """Who does it, when, and as part of what."""

    by: Person | None
    at: datetime
    batch: str

    def event(self, verb: str, **values: Any) -> dict[str, Any]:
        return event_row(verb, by=self.by, at=self.at, batch=self.batch, **values)


def add_items(
    session: Session, rows: Rows, new_ones: Sequence[tuple[int, Newcomer]], act: Act, *, born_here: bool = False
) -> list[int]:
    """Give each newcomer, which comes with its incident's id, an item with the next key, in this order; returns their ids.

    What an item consists of is added to `rows`.
    A text that somebody said is no item, wherever it stands, is hidden at once. An item `born_here` is open.
    """
    if not new_ones:
        return []
    ids = allocate(session, ActionItem.__table__, len(new_ones))
    keys = next_keys(session, len(new_ones))
    nowhere_items = set(session.scalars(sa.select(NotAnItem.folded)))
    people = people_by_name(session)
    for item_id, key, (incident_id, new) in zip(ids, keys, new_ones, strict=True):
        stated = new.stated
        values = first_values({**stated, "claim": stated.get("claim", "open")} if born_here else stated)
        hidden = act.at if nowhere_items and folded(new.text) in nowhere_items else None
        rows.add(ActionItem, _item_row(item_id, key, new, values, hidden))
        rows.add(Mention, _mention_row(item_id, incident_id, new, values))
        for owner in owner_rows(item_id, values["owners"], people):
            rows.add(ItemOwner, owner)
        for url in stated.get("links", ()):
            rows.add(ItemTicket, {"action_item_id": item_id, "url": url})
        told = {name: value for name, value in values.items() if value} | {"text": new.text}
        rows.add(Event, act.event("found", incident_id=incident_id, item_id=item_id, new=told))
    return ids


def _item_row(item_id: int, key: str, new: Newcomer, values: dict[str, Any], hidden: datetime | None) -> dict[str, Any]:
    return {
        "id": item_id,
        "key": key,
        "claim": values["claim"],
        "reason": values["reason"],
        "owner": values["owners"][0] if values["owners"] else None,
        "due": day_of(values["due"]),
        "priority": values["priority"],
        "kind": new.stated.get("kind"),
        "opened_on": new.opened_on,
        "closed_on": day_of(values["closed_on"]),
        "hidden_at": hidden,
        "joined_to": None,
    }


def _mention_row(item_id: int, incident_id: int, new: Newcomer, values: dict[str, Any]) -> dict[str, Any]:
    stated = new.stated
    return {
        "action_item_id": item_id,
        "incident_id": incident_id,
        "n": new.n,
        "text": new.text,
        "group_": new.group,
        "line": new.line,
        "stated": stated,
        "known": {name: values[name] for name in FIELDS if name in stated or (name == "claim" and values[name] == "open")},
    }
