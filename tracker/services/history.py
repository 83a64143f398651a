"""What happened, and taking it back. An act is a batch of events; undoing it is an act, so that it can be undone too."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Role
from tracker.domain.errors import Conflict, NotFound
from tracker.services.undoing import Undoing
from tracker.store.keys import lock_documents
from tracker.store.models import ActionItem, Event, Incident, Mention, Person, Reading, Revision
from tracker.store.visibility import visible_to


def undo(session: Session, batch_id: str, *, by: Person | None, at: datetime) -> str:
    """Take back what the batch did, where it still stands; returns the batch id of the undoing, by which it is redone.

    An item's value goes back where it is still the one that the batch gave it; a document by merge(r, head, parent of r),
    so that later edits stay and without any the bytes of before come back; an item that came with it is hidden.
    Raises `NotFound` for an unknown batch, `Conflict` where nothing of it is left or an import would have to be unmade.
    """
    lock_documents(session)
    events = session.scalars(sa.select(Event).where(Event.batch_id == batch_id).order_by(Event.id.desc())).all()
    if not events:
        raise NotFound("There is nothing like that to undo.")
    if any(event.verb == "created" for event in events):
        raise Conflict("This brought new incidents, which are not taken back by undo: remove the source they came from.")
    undoing = Undoing(session, by, at)
    undoing.items(events)
    undoing.documents(events)
    undoing.newcomers(events)
    undoing.questions(events)
    if not undoing.anything:
        raise Conflict(undoing.why_not or "It was changed again since, so there is nothing left to undo.")
    undoing.tell(batch_id)
    session.flush()
    return undoing.act.batch


def revisions(session: Session, incident: Incident) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """The incident's revisions, newest first.

    Rows of id, at, by (a name or None), message, via, parent_id, merged_id, sha, is_head.
    """
    return session.execute(
        sa.select(
            *(Revision.id, Revision.at, Person.name.label("by"), Revision.message, Revision.via, Revision.parent_id),
            *(Revision.merged_id, Revision.sha, (Revision.id == Incident.head_id).label("is_head")),
        )
        .join(Incident, Incident.id == Revision.incident_id)
        .outerjoin(Person, Person.id == Revision.by_id)
        .where(Revision.incident_id == incident.id)
        .order_by(Revision.id.desc())
    ).all()


def events(
    session: Session,
    person: Person | None,
    *,
    incident: Incident | None = None,
    item: ActionItem | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """What happened, newest first: of an incident and its items, of an item, or at all; `before` that event for a next page.

    Rows of id, at, by (a name or None), verb, old, new, because, batch_id, revision_id, key (of the item), incident_slug,
    incident_title. Only what `person` may see: an event of an item shows with the item, one that is about neither an
    incident nor an item (who was invited) to admins.
    """
    wanted = [_may_see(person)]
    if incident is not None:
        mentioned = sa.select(Mention.action_item_id).where(Mention.incident_id == incident.id)
        its_items = sa.and_(Event.incident_id.is_(None), Event.action_item_id.in_(mentioned))
        wanted.append(sa.or_(Event.incident_id == incident.id, its_items))
    if item is not None:
        wanted.append(Event.action_item_id == item.id)
    if before is not None:
        wanted.append(Event.id < before)
    return session.execute(
        sa.select(
            *(Event.id, Event.at, Person.name.label("by"), Event.verb, Event.old, Event.new, Event.because),
            *(Event.batch_id, Event.revision_id, ActionItem.key),
            *(Incident.slug.label("incident_slug"), Reading.title.label("incident_title")),
        )
        .outerjoin(Person, Person.id == Event.by_id)
        .outerjoin(ActionItem, ActionItem.id == Event.action_item_id)
        .outerjoin(Incident, Incident.id == Event.incident_id)
        .outerjoin(Reading, Reading.incident_id == Event.incident_id)
        .where(*wanted)
        .order_by(Event.id.desc())
        .limit(limit)
    ).all()


def _may_see(person: Person | None) -> sa.ColumnElement[bool]:
    seen = sa.select(Incident.id).where(visible_to(person))
    seen_items = sa.select(Mention.action_item_id).where(Mention.incident_id.in_(seen))
    of_item = sa.and_(Event.incident_id.is_(None), Event.action_item_id.in_(seen_items))
    may = [Event.incident_id.in_(seen), of_item]
    if person is not None and person.role is Role.ADMIN:
        may.append(sa.and_(Event.incident_id.is_(None), Event.action_item_id.is_(None)))
    return sa.or_(*may)
