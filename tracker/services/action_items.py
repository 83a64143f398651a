"""What people decide about action items. Each act has one batch id, by which it is undone (services.history)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.postmortem import edit
from tracker.postmortem.reader import read
from tracker.services import documents
from tracker.services.decisions import change, checked, decided, fresh
from tracker.services.events import new_batch
from tracker.services.item_values import owners_of, values_of
from tracker.services.new_items import Act
from tracker.services.not_items import hide, join
from tracker.services.revisions import head_of
from tracker.services.writing_back import claim_edit, field_edit, write_back
from tracker.store.keys import lock_documents
from tracker.store.models import ActionItem, Incident, Mention, Person
from tracker.store.visibility import mentions_visible_to

__all__ = ["add", "find", "hide", "join", "set_claim", "set_fields"]

MAX_TEXT = 2000  # characters of an item's text that is added here


def find(session: Session, key: str, person: Person | None) -> ActionItem:
    """The item of that key, or the one that it was joined to. Raises `NotFound` also where `person` may see none of it."""
    seen = mentions_visible_to(person).where(Mention.action_item_id == ActionItem.id).exists()
    wanted = sa.select(ActionItem, seen.label("seen"))
    row = session.execute(wanted.where(ActionItem.key == key.strip().upper())).first()
    while row is not None and row.ActionItem.joined_to is not None:
        row = session.execute(wanted.where(ActionItem.id == row.ActionItem.joined_to)).first()
    if row is None or not row.seen:
        raise NotFound(f"There is no action item {key}.")
    found: ActionItem = row.ActionItem
    return found


def set_claim(
    session: Session,
    items: Sequence[ActionItem],
    claim: Claim,
    *,
    by: Person | None,
    at: datetime,
    today: date,
    reason: str | None = None,
    triage: bool = False,
) -> str:
    """Claim `claim` of `items`; their documents say so too, where they may. Returns the batch id.

    With `triage` a done item gets no closing day, since nobody knows it, and its document no day; calling an item real
    (open, where nothing was stated) writes nothing. What has that claim already is left. Raises `Invalid` for won't do
    without a reason, and for "not stated", which nobody can say.
    """
    reason = _reason(claim, reason)
    act = Act(by, at, new_batch())
    lock_documents(session)
    items = [one for one in fresh(session, items) if (one.claim, one.reason) != (claim, reason)]
    closed_on = today.isoformat() if claim.is_closed and not triage else None
    changes = {"claim": claim.value, "reason": reason, "closed_on": closed_on}
    was_stated = {one.id for one in items if one.claim is not Claim.NOT_STATED}
    old = {one.id: change(session, one, changes, []) for one in items}
    written = write_back(
        session,
        [one for one in items if claim is not Claim.OPEN or one.id in was_stated],  # real writes nothing
        {"claim": claim_edit(claim, day=None if triage else today, reason=reason)},
        act,
        lambda ones: f"{_keys(ones)}: {claim.label}",
    )
    for item in items:
        because = written[item.id].because if item.id in written else ""
        decided(session, act, item, old[item.id], changes, because)
    return act.batch


def _reason(claim: Claim, reason: str | None) -> str | None:
    reason = " ".join((reason or "").split()) or None
    if claim is Claim.NOT_STATED:
        raise Invalid("Say what stands of the item: open, in progress, blocked, done or won’t do.", "claim")
    if claim is Claim.WONT_DO and not reason:
        raise Invalid("Say why it won’t be done; the reason is written into its document.", "reason")
    return reason if claim is Claim.WONT_DO else None


def set_fields(session: Session, item: ActionItem, changes: dict[str, Any], *, by: Person | None, at: datetime) -> str:
    """Set of `owner` ("Ada, Edith"), `due` (a date) and `priority` (P0–P3) those that `changes` names; None takes away.

    The document says so too where it has a place for it, or was written here. Raises `Invalid` naming the field.
    """
    wanted = checked(changes)
    act = Act(by, at, new_batch())
    lock_documents(session)
    [item] = fresh(session, [item])
    owners = owners_of(session, [item.id])[item.id]
    values = values_of(item, owners)
    wanted = {name: value for name, value in wanted.items() if value != values[name]}
    old = change(session, item, wanted, owners)
    edits = {name: field_edit(session, name, value) for name, value in wanted.items()}
    written = write_back(session, [item], edits, act, lambda _: f"{item.key}: {', '.join(map(_said, changes.items()))}")
    if wanted:
        decided(session, act, item, old, wanted, written[item.id].because)
    return act.batch


def add(
    session: Session,
    incident: Incident,
    text: str,
    *,
    by: Person | None,
    at: datetime,
    owner: str | None = None,
    due: date | None = None,
    priority: str | None = None,
) -> ActionItem:
    """Add an item to the incident's document, in its own habit. It is born here, and so it is open. Raises `Invalid`."""
    text = " ".join(text.split())
    if not text or len(text) > MAX_TEXT:
        raise Invalid(f"Say what will be done, in at most {MAX_TEXT} characters.", "text")
    wanted = checked({"owner": owner, "due": due, "priority": priority})
    act = Act(by, at, new_batch())
    lock_documents(session)
    head_id, head = head_of(session, incident.id)
    before = set(session.scalars(sa.select(Mention.id).where(Mention.incident_id == incident.id)))
    data = edit.add_item(
        read(head, incident.name),
        text,
        owner=", ".join(wanted["owners"]) or None,
        due=wanted["due"],
        priority=wanted["priority"],
    )
    documents.save(session, incident, head_id, data, by=by, at=at, message=f"Add: {text}", via="form", batch=act.batch)
    new = sa.select(Mention).where(Mention.incident_id == incident.id, Mention.id.not_in(before))
    mention = session.scalar(new.order_by(Mention.n))
    if mention is None:
        raise Conflict("The document has no place where an action item would be read; add a heading “Action items” to it.")
    item = session.get_one(ActionItem, mention.action_item_id)
    _born(session, act, item, mention, wanted)
    return item


def _born(session: Session, act: Act, item: ActionItem, mention: Mention, wanted: dict[str, Any]) -> None:
    """What the document could not take the tracker holds."""
    owners = owners_of(session, [item.id])[item.id]
    values = values_of(item, owners)
    changes = {name: value for name, value in wanted.items() if value and value != values[name]}
    if item.claim is Claim.NOT_STATED:
        changes["claim"] = Claim.OPEN.value
        mention.known = {**mention.known, "claim": Claim.OPEN.value}
    if changes:
        decided(session, act, item, change(session, item, changes, owners), changes, "added here")
    session.flush()


def _said(change: tuple[str, Any]) -> str:
    name, value = change
    return f"{name} {value}" if value else f"no {name}"


def _keys(items: Sequence[ActionItem]) -> str:
    """A1, A2, A3 and 4 more."""
    keys = [one.key for one in items]
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
