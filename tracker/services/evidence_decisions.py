"""What a person decides about an item's evidence: “holds again, seen”.

Any decision about the claim counts as one too (services.decisions); a break that is older than it lists the item no more.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict
from tracker.services.events import new_batch, record
from tracker.store.keys import lock_documents
from tracker.store.models import ActionItem, Event, Evidence, Person, Proof, Waiver


def seen(session: Session, item: ActionItem, *, by: Person | None, at: datetime) -> str:
    """A person has seen that it broke: it is listed no more until it breaks again. Returns the batch id, to undo it.

    Raises `Conflict` where there is nothing to be seen.
    """
    lock_documents(session)
    evidence = session.get(Evidence, item.id, populate_existing=True)
    if evidence is None or evidence.broke_at is None:
        raise Conflict(f"Nothing that proves {item.key} has broken.")
    if evidence.decided_at is not None and evidence.decided_at >= evidence.broke_at:
        raise Conflict(f"Somebody has decided about {item.key} since it broke.")
    batch = new_batch()
    because = evidence.broke_because
    record(session, "seen", by=by, at=at, batch=batch, item_id=item.id, new={"seen": at.isoformat()}, because=because)
    evidence.decided_at = at
    session.flush()
    return batch


def decided(session: Session, item_ids: Collection[int], *, at: datetime) -> None:
    """A person has decided about the claims of these items."""
    session.execute(sa.update(Evidence).where(Evidence.action_item_id.in_(item_ids)).values(decided_at=at))


def recount(session: Session, item_ids: Collection[int]) -> None:
    """Find the last decision about each item anew, after something was undone."""
    session.flush()
    wanted = sa.select(Evidence).where(Evidence.action_item_id.in_(item_ids)).execution_options(populate_existing=True)
    for evidence in session.scalars(wanted).all():
        evidence.decided_at = max(
            filter(None, (_last_word(session, evidence.action_item_id), _last_waiver(session, evidence.action_item_id))),
            default=None,
        )
    session.flush()


def _last_word(session: Session, item_id: int) -> datetime | None:
    told = sa.select(Event.batch_id, Event.at, Event.verb, Event.new, Event.because)
    events = session.execute(
        told.where(Event.action_item_id == item_id, Event.verb.in_(("decided", "seen", "unproved"))).order_by(Event.id)
    ).all()
    undone = _undone(session, {event.batch_id for event in events})
    words = [
        event.at
        for event in events
        if event.because != "undone"
        and event.batch_id not in undone
        and (event.verb != "decided" or "claim" in (event.new or {}))
    ]
    return max(words, default=None)


def _undone(session: Session, batches: set[str]) -> set[str]:
    """Those of the batches that were taken back; taking back can be taken back too."""
    rows = sa.select(Event.batch_id, Event.new).where(Event.verb == "undone", Event.batch_id.in_(batches))
    undone: set[str] = set()
    for batch_id, new in session.execute(rows.order_by(Event.id.desc())):
        if batch_id not in undone:
            undone.add(str((new or {}).get("batch")))
    return undone


def _last_waiver(session: Session, item_id: int) -> datetime | None:
    of_item = sa.and_(Proof.check_id == Waiver.check_id, Proof.stage_id == Waiver.stage_id, Proof.action_item_id == item_id)
    last: datetime | None = session.scalar(sa.select(sa.func.max(Waiver.from_)).join(Proof, of_item))
    return last
