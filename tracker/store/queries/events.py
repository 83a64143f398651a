"""What happened, as pages tell it."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.store.models import Event, Incident, Mention, Person, Reading, Revision
from tracker.store.queries import Rows
from tracker.store.visibility import mentions_visible_to, visible_to


def events_of_item(action_item_id: int, person: Person | None) -> Rows:
    """What happened to an item, newest first, as far as the person may see the incident it happened in.

    Columns: id, at, by (a name or None), verb, old, new, because, batch_id, incident_slug, incident_title, via (how the
    same act saved that incident's document; None where it did not).
    """
    beside = aliased(Event)
    via = (
        sa.select(Revision.via)
        .join(beside, beside.revision_id == Revision.id)
        .where(beside.incident_id == Event.incident_id, beside.batch_id == Event.batch_id)
        .order_by(Revision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(
            Event.id,
            Event.at,
            Person.name.label("by"),
            Event.verb,
            Event.old,
            Event.new,
            Event.because,
            Event.batch_id,
            Incident.slug.label("incident_slug"),
            Reading.title.label("incident_title"),
            via.label("via"),
        )
        .outerjoin(Person, Person.id == Event.by_id)
        .outerjoin(Incident, Incident.id == Event.incident_id)
        .outerjoin(Reading, Reading.incident_id == Incident.id)
        .where(Event.action_item_id == action_item_id, sa.or_(Event.incident_id.is_(None), visible_to(person)))
        .order_by(Event.id.desc())
    )


def hidden_parts_of_batch(batch_id: str, person: Person | None) -> sa.Select[int]:
    """The events of a batch on what the person may not see; where there is one it is not theirs to undo."""
    incidents = sa.select(Incident.id).where(visible_to(person))
    items = mentions_visible_to(person).with_only_columns(Mention.action_item_id)
    hidden_incident = sa.and_(Event.incident_id.is_not(None), Event.incident_id.not_in(incidents))
    hidden_item = sa.and_(Event.action_item_id.is_not(None), Event.action_item_id.not_in(items))
    return sa.select(Event.id).where(Event.batch_id == batch_id, sa.or_(hidden_incident, hidden_item))


def last_batch_of_item(action_item_id: int) -> sa.Select[str]:
    """The batch of what happened last to an item, by which it is undone."""
    return sa.select(Event.batch_id).where(Event.action_item_id == action_item_id).order_by(Event.id.desc()).limit(1)
