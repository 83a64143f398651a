"""What the reader makes of an incident's head, projected into tables: reading, entries, search, items (DESIGN §6).

All but the items is disposable and made anew at will. Items outlive any reading: services.mentions finds them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.postmortem import Postmortem
from tracker.domain.zones import instant
from tracker.postmortem.as_json import as_json
from tracker.postmortem.reader import READER_VERSION, read
from tracker.services.events import new_batch
from tracker.services.item_values import owners_of, values_of
from tracker.services.mentions import NOTHING, Decided, Found, knowing, place_items
from tracker.services.new_items import Act
from tracker.services.statements import day_of
from tracker.store import search
from tracker.store.bulk import insert_rows
from tracker.store.keys import lock_documents
from tracker.store.models import ActionItem, Blob, Entry, Event, Incident, Mention, Person, Question, Reading, Revision


def project(
    session: Session,
    incident: Incident,
    revision: Revision,
    postmortem: Postmortem,
    *,
    by: Person | None,
    at: datetime,
    batch: str,
    day: date | None = None,
    here: bool = False,
    decided: Decided = NOTHING,
) -> None:
    """Make the tables say what `postmortem`, read from the incident's new head `revision`, says.

    Items are matched to the known ones; what their document states now and did not before is taken over or asked.
    `day` is when it was written, where that is known (the day of the commit): the closing day of what it states as done.
    What is edited `here` asks nothing; `decided` are values that it was edited to say, and so are not taken from it.
    """
    act = Act(by, at, batch)
    _replace_reading(session, incident, revision.id, postmortem)
    opened_on = read_date(postmortem)
    place_items(session, incident, postmortem.items, act, opened_on=opened_on, day=day, here=here, decided=decided)


def seen(session: Session, incident_ids: Sequence[int]) -> None:
    """The files of these incidents were read or written just now, and say what they said: their base has moved.

    So what they say next is said after what is decided by now, and is no contradiction to it.
    """
    for start in range(0, len(incident_ids), 500):
        changed = sa.exists().where(Event.action_item_id == Mention.action_item_id, Event.verb.in_(("decided", "stated")))
        of = Mention.incident_id.in_(incident_ids[start : start + 500])
        mentions = session.scalars(sa.select(Mention).where(of, changed)).all()
        items = {one.action_item_id for one in mentions}
        by_id = {one.id: one for one in session.scalars(sa.select(ActionItem).where(ActionItem.id.in_(items)))}
        owners = owners_of(session, items)
        waiting = sa.select(Question).where(
            Question.action_item_id.in_(items), Question.kind == "value", Question.answered_at.is_(None)
        )
        asked = {(one.action_item_id, one.detail["field"]) for one in session.scalars(waiting)}
        for mention in mentions:
            values = values_of(by_id[mention.action_item_id], owners.get(mention.action_item_id, ()))
            waits = {name for item_id, name in asked if item_id == mention.action_item_id}
            mention.known = knowing(mention.known, values, waits)
    session.flush()


@dataclass(frozen=True, slots=True)
class Reread:
    """What a newer reader made of a document; keys of items. `changed` is whether any value is read differently."""

    slug: str
    changed: bool
    appeared: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)  # claims that were not stated and now are


def outdated(session: Session) -> Sequence[int]:
    """Ids of the incidents whose reading is by an older reader, or missing."""
    newest = sa.and_(Reading.incident_id == Incident.id, Reading.reader_version >= READER_VERSION)
    return session.scalars(sa.select(Incident.id).where(~sa.exists().where(newest)).order_by(Incident.id)).all()


def reproject(
    session: Session, incident: Incident, *, by: Person | None = None, at: datetime, batch: str | None = None
) -> Reread:
    """Read the incident's head again with the reader of today, and change projections only.

    No value that somebody decided or a document stated changes: a claim that is still not stated may be filled, as may an
    owner, a due date, a priority that is unset. Items that appear, vanish or split are returned, for an admin to look at.
    """
    lock_documents(session)
    head = session.execute(
        sa.select(Revision.id, Blob.bytes).join(Blob, Blob.sha == Revision.sha).where(Revision.id == incident.head_id)
    ).one()
    postmortem = read(head.bytes, incident.name)
    before = session.scalar(sa.select(Reading.json).where(Reading.incident_id == incident.id))
    _replace_reading(session, incident, head.id, postmortem)
    act = Act(by, at, batch or new_batch())
    placed: Found = place_items(
        session, incident, postmortem.items, act, opened_on=read_date(postmortem), day=None, upgrade=True
    )
    changed = before != session.scalar(sa.select(Reading.json).where(Reading.incident_id == incident.id))
    return Reread(incident.slug, changed, placed.appeared, placed.vanished, placed.filled)


def reading_row(postmortem: Postmortem, name: str) -> dict[str, Any]:
    """A row of `reading`, without its ids."""
    return {
        "reader_version": READER_VERSION,
        "title": title_of(postmortem, name),
        "date": read_date(postmortem),
        "zone": postmortem.timezone.value if postmortem.timezone else None,
        "json": as_json(postmortem, name),
    }


def entry_rows(postmortem: Postmortem) -> list[dict[str, Any]]:
    """Rows of `entry`, without the incident's id."""
    return [
        {
            "n": n,
            "start": entry.start.local,
            "end": entry.end,
            "precision": entry.start.precision,
            "zone": entry.start.zone,
            "utc": instant(entry.start.local, entry.start.zone),
            "milestone": entry.milestone,
            "line": entry.line,
            "text": entry.text,
        }
        for n, entry in enumerate(postmortem.timeline)
    ]


def title_of(postmortem: Postmortem, name: str) -> str:
    """The document's title, or its file's name where it has none."""
    if postmortem.title and postmortem.title.value.strip():
        return postmortem.title.value.strip()
    return PurePosixPath(name).stem or "Untitled"


def read_date(postmortem: Postmortem) -> date | None:
    return day_of(postmortem.date.value) if postmortem.date else None


def body_of(postmortem: Postmortem) -> str:
    """The words of the whole document, for the search."""
    return postmortem.source.decode("utf-8", "replace")


def _replace_reading(session: Session, incident: Incident, revision_id: int, postmortem: Postmortem) -> None:
    row = {"revision_id": revision_id, **reading_row(postmortem, incident.name)}
    reading = session.get(Reading, incident.id)
    if reading is None:
        session.add(Reading(incident_id=incident.id, **row))
    else:
        if postmortem.severity and incident.severity == reading.json.get("severity"):
            incident.severity = postmortem.severity.value  # unless a person said otherwise
        for name, value in row.items():
            setattr(reading, name, value)
    session.flush()
    session.execute(sa.delete(Entry).where(Entry.incident_id == incident.id))
    entries = [{"incident_id": incident.id, **entry} for entry in entry_rows(postmortem)]
    insert_rows(session, Entry.__table__, entries)
    search.index(session, incident.id, row["title"], body_of(postmortem))
