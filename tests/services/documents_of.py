"""Documents and short ways to keep them, for the tests of the services."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from tracker.services import documents
from tracker.store.models import ActionItem, Event, ItemOwner, Mention, Question

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)

HEAD = """# Hub is down

**Date:** 2024-03-05

## Timeline

- 14:30 the hub stops answering
- 15:10 it answers again

## Action items

"""


def document(*items, head=HEAD, tail=""):
    """A report that lists `items` (each a line, or several, without the bullet), as bytes."""
    return (head + "".join(f"- {item}\n" for item in items) + tail).encode()


def create(session, data, name="2024-03-05-hub.md", via="import", **how):
    how = {"by": None, "at": NOW, "message": "Import", "via": via} | how
    return documents.create(session, data, name, **how)


def save(session, incident, data, base=None, via="import", **how):
    """Save `data` as made from the head, or from revision `base`."""
    how = {"by": None, "at": NOW, "message": "Save", "via": via} | how
    return documents.save(session, incident, base or incident.head_id, data, **how)


def items(session):
    """Items by key."""
    found = sa.select(ActionItem).order_by(ActionItem.id).execution_options(populate_existing=True)
    return {one.key: one for one in session.scalars(found)}


def mentions(session, key=None):
    found = sa.select(Mention).join(ActionItem).order_by(Mention.incident_id, Mention.n, Mention.id)
    return session.scalars(found if key is None else found.where(ActionItem.key == key)).all()


def texts(session):
    """What stands now, by key."""
    return {one.key: mention.text for one in items(session).values() for mention in mentions(session, one.key)}


def owners(session, key):
    rows = sa.select(ItemOwner.name).join(ActionItem).where(ActionItem.key == key).order_by(ItemOwner.n)
    return list(session.scalars(rows))


def verbs(session, batch=None):
    found = sa.select(Event.verb).order_by(Event.id)
    return list(session.scalars(found if batch is None else found.where(Event.batch_id == batch)))


def waiting(session):
    return session.scalars(sa.select(Question).where(Question.answered_at.is_(None)).order_by(Question.id)).all()
