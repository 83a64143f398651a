"""The places that documents come from: listing them, hiding what came from one, and deleting it for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, NotFound
from tracker.services.events import new_batch, record
from tracker.store import search
from tracker.store.models import (
    ActionItem,
    Blob,
    Incident,
    ItemOwner,
    ItemTicket,
    Mention,
    Person,
    Place,
    Question,
    Revision,
    Source,
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as it is listed; `files` are those that were there when it was last read."""

    name: str
    kind: str
    location: str
    files: int
    writes: str
    removed_at: datetime | None

    @property
    def where(self) -> str:
        return in_words(self.location)


def in_words(location: str) -> str:
    """A source's location as a person says it: a clone of a folder on this machine by that folder's path.

    `location` itself is how the source is known, so it stays as it is.
    """
    if not location.startswith("file:"):
        return location
    folder, _, below = location.removeprefix("file:").rpartition("//")
    return f"{folder}/{below}" if below else folder


def listing(session: Session) -> list[SourceRow]:
    """Every source by name, removed ones last; one statement."""
    files = sa.func.count(sa.case((Place.present.is_(True), 1)))
    rows = session.execute(
        sa.select(Source.name, Source.kind, Source.location, files, Source.writes, Source.removed_at)
        .outerjoin(Place, Place.source_id == Source.id)
        .group_by(Source.id)
        .order_by(Source.removed_at.is_not(None), Source.name)
    )
    return [SourceRow(*row) for row in rows]


def find(session: Session, name: str) -> Source:
    """The source of that name, or at that location. Raises `NotFound`."""
    known = session.scalars(sa.select(Source).order_by(Source.id)).all()
    by_place = [one for one in known if name in (one.location, in_words(one.location))]
    found = next(iter([one for one in known if one.name == name] or by_place), None)
    if found is None:
        raise NotFound(f"There is no source called {name}. `tracker source list` prints them.")
    return found


def remove(session: Session, source: Source, *, by: Person | None, at: datetime) -> int:
    """Hide what came from `source` and from nowhere else; `restore` brings it back. Returns how many incidents it hid.

    Raises `Conflict` if it is removed already, and for uploads, which are no place that could be left.
    """
    if source.kind == "upload":
        raise Conflict("Uploads are no folder, so they cannot be removed as one.")
    if source.removed_at is not None:
        raise Conflict(f"{source.name} is removed already. `tracker source restore {source.name}` brings it back.")
    source.removed_at = at
    _told(session, "source removed", source, by, at)
    return show_and_hide(session, at=at)


def restore(session: Session, source: Source, *, by: Person | None, at: datetime) -> int:
    """Show again what came from `source`. Returns how many incidents came back; raises `Conflict` if it is not removed."""
    if source.removed_at is None:
        raise Conflict(f"{source.name} is not removed.")
    source.removed_at = None
    _told(session, "source restored", source, by, at)
    return show_and_hide(session, at=at)


def set_writes(session: Session, source: Source, writes: str, *, by: Person | None, at: datetime) -> None:
    """Whether decisions are written into documents from there: "always" or "never"."""
    if source.writes != writes:
        old, source.writes = source.writes, writes
        record(
            session, "source changed", by=by, at=at, batch=new_batch(),
            old={"source": source.name, "writes": old}, new={"source": source.name, "writes": writes},
        )  # fmt: skip
    session.flush()


def show_and_hide(session: Session, *, at: datetime) -> int:
    """Let incidents be hidden exactly while all their sources are removed. Returns how many changed.

    What was written here has no source, and is never hidden by this.
    """
    session.flush()
    has_place = sa.exists().where(Place.incident_id == Incident.id)
    living = sa.exists().where(Place.incident_id == Incident.id, Place.source_id == Source.id, Source.removed_at.is_(None))
    hide = sa.update(Incident).where(Incident.hidden_at.is_(None), has_place, ~living).values(hidden_at=at)
    show = sa.update(Incident).where(Incident.hidden_at.is_not(None), sa.or_(living, ~has_place)).values(hidden_at=None)
    changed = sum(_count(session, change) for change in (hide, show))
    session.expire_all()
    return changed


def purge(session: Session, source: Source, *, by: Person | None, at: datetime) -> int:
    """Delete a removed source, and every incident that came from nowhere else, with its history and its items.

    Cannot be undone. Returns how many incidents it deleted; raises `Conflict` for a source that is not removed.
    """
    if source.removed_at is None:
        raise Conflict(
            f"{source.name} is not removed. `tracker source remove {source.name}` hides it; then it can be purged."
        )
    doomed = session.scalars(sa.select(Incident.id).where(_only_from(source))).all()
    _told(session, "source purged", source, by, at)
    for start in range(0, len(doomed), 500):
        _delete_incidents(session, doomed[start : start + 500])
    session.execute(sa.delete(Source).where(Source.id == source.id))
    _delete_what_nothing_needs(session)
    session.expire_all()
    return len(doomed)


def would_purge(session: Session, source: Source) -> int:
    """How many incidents `purge` would delete."""
    return session.scalar(sa.select(sa.func.count()).select_from(Incident).where(_only_from(source))) or 0


def _only_from(source: Source) -> sa.ColumnElement[bool]:
    elsewhere = sa.exists().where(Place.incident_id == Incident.id, Place.source_id != source.id)
    return sa.and_(sa.exists().where(Place.incident_id == Incident.id, Place.source_id == source.id), ~elsewhere)


def _delete_incidents(session: Session, ids: Sequence[int]) -> None:
    search.forget(session, ids)
    session.execute(sa.update(Incident).where(Incident.id.in_(ids)).values(head_id=None))
    session.execute(sa.delete(Incident).where(Incident.id.in_(ids)))  # revisions, readings, mentions … go with it


def _delete_what_nothing_needs(session: Session) -> None:
    """Items that no document asks for any more, and bytes that no revision, place or question names."""
    unasked = sa.select(ActionItem.id).where(~sa.exists().where(Mention.action_item_id == ActionItem.id))
    joined = sa.select(ActionItem.joined_to).where(ActionItem.joined_to.is_not(None), ActionItem.id.not_in(unasked))
    gone = session.scalars(unasked.where(ActionItem.id.not_in(joined))).all()
    for start in range(0, len(gone), 500):
        ids = gone[start : start + 500]
        session.execute(sa.update(ActionItem).where(ActionItem.joined_to.in_(ids)).values(joined_to=None))
        session.execute(sa.delete(Question).where(Question.action_item_id.in_(ids)))
        for table in (ItemOwner, ItemTicket):
            session.execute(sa.delete(table).where(table.action_item_id.in_(ids)))
        session.execute(sa.delete(ActionItem).where(ActionItem.id.in_(ids)))
    used = (
        sa.exists().where(Revision.sha == Blob.sha),
        sa.exists().where(Place.base_sha == Blob.sha),
        sa.exists().where(Question.sha == Blob.sha),
    )
    session.execute(sa.delete(Blob).where(*(~one for one in used)))


def _told(session: Session, verb: str, source: Source, by: Person | None, at: datetime) -> None:
    record(session, verb, by=by, at=at, batch=new_batch(), new={"source": source.name, "location": source.location})


def _count(session: Session, change: sa.Update) -> int:
    done: Any = session.execute(change.execution_options(synchronize_session=False))
    return int(done.rowcount)
