"""What a document lists and is no action item, and what is the same item as another."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict
from tracker.domain.folding import folded
from tracker.services import evidence
from tracker.services.decisions import change, decided, fresh
from tracker.services.events import new_batch, record
from tracker.services.new_items import Act
from tracker.store.keys import lock_documents
from tracker.store.models import ActionItem, Mention, NotAnItem, Person, Proof


def hide(session: Session, items: Sequence[ActionItem], *, everywhere: bool, by: Person | None, at: datetime) -> str:
    """Say that `items` are none ("write this report"): they are hidden, and no document is written.

    With `everywhere` so is every item with the same text, known or still to come.
    """
    act = Act(by, at, new_batch())
    lock_documents(session)
    items = fresh(session, items)
    if everywhere:
        texts = {folded(text) for text in _texts(session, items)}
        new = texts - set(session.scalars(sa.select(NotAnItem.folded)))
        session.add_all(NotAnItem(folded=text, by_id=by.id if by else None, at=at) for text in sorted(new))
        for text in sorted(new):
            record(session, "hidden_everywhere", by=by, at=at, batch=act.batch, new={"folded": text})
        ids = {
            one for one, text in session.execute(sa.select(Mention.action_item_id, Mention.text)) if folded(text) in texts
        }
        ids -= {one.id for one in items}
        items = [*items, *session.scalars(sa.select(ActionItem).where(ActionItem.id.in_(ids)).order_by(ActionItem.id))]
    changes = {"hidden": at.isoformat()}
    for item in items:
        if item.hidden_at is None:
            decided(session, act, item, change(session, item, changes, []), changes, "not an action item")
    return act.batch


def join(session: Session, item: ActionItem, into: ActionItem, *, by: Person | None, at: datetime) -> str:
    """Say that `item` is the same as `into`: one claim, one owner, all its mentions. Both keys lead to it from now on."""
    lock_documents(session)
    item, into = fresh(session, [item, into]) if item.id != into.id else (item, item)
    if item.id == into.id or item.joined_to is not None:
        raise Conflict(f"{item.key} is the same item already.")
    if into.joined_to is not None:
        raise Conflict(f"{into.key} was joined to another item itself; join to that one.")
    act = Act(by, at, new_batch())
    join_in(session, item, into, act)
    return act.batch


def join_in(session: Session, item: ActionItem, into: ActionItem, act: Act) -> Sequence[Mention]:
    """The same as a part of another act; returns the mentions that are `into`'s now."""
    changes = {"joined_to": into.id}
    old = change(session, item, changes, [])
    mentions = session.scalars(sa.select(Mention).where(Mention.action_item_id == item.id)).all()
    for mention in mentions:
        mention.action_item_id = into.id
    moved = {"mentions": [mention.id for mention in mentions]}
    if proofs := session.scalars(sa.select(Proof).where(Proof.action_item_id == item.id)).all():
        moved["proofs"] = [proof.id for proof in proofs]
        for proof in proofs:
            proof.action_item_id = into.id
    decided(session, act, item, {**old, **moved}, {**changes, **moved}, f"the same as {into.key}")
    session.flush()
    if proofs:
        evidence.refresh(session, items=[item, into], at=act.at)
    return mentions


def _texts(session: Session, items: Sequence[ActionItem]) -> list[str]:
    return list(session.scalars(sa.select(Mention.text).where(Mention.action_item_id.in_([one.id for one in items]))))
