"""Revisions of a document: adding one, and moving an incident's head to it by compare-and-set (DESIGN §6)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from tracker.domain.errors import NotFound
from tracker.services.new_items import Act
from tracker.store.blobs import keep
from tracker.store.keys import lock_documents
from tracker.store.models import Blob, Event, Incident, Revision

BORN_HERE = ("form", "text")  # `via` of a first revision that was written here, not brought


def revision_bytes(session: Session, revision_id: int) -> bytes:
    """The exact bytes of a revision. Raises `NotFound`."""
    found = session.scalar(sa.select(Blob.bytes).join(Revision, Revision.sha == Blob.sha).where(Revision.id == revision_id))
    if found is None:
        raise NotFound("There is no such revision.")
    return found


def born_here(session: Session, incident_id: int) -> bool:
    """Whether the document was written here from its first revision on, and not brought from a file."""
    first = sa.select(Revision.via).where(Revision.incident_id == incident_id).order_by(Revision.id).limit(1)
    return session.scalar(first) in BORN_HERE


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a revision; `day` is when its text was written, where that is known."""

    act: Act
    message: str
    via: str
    day: date | None


def head_of(session: Session, incident_id: int) -> tuple[int, bytes]:
    """By columns, so that what another transaction committed meanwhile is seen."""
    row = session.execute(
        sa.select(Incident.head_id, Blob.bytes)
        .join(Revision, Revision.id == Incident.head_id)
        .join(Blob, Blob.sha == Revision.sha)
        .where(Incident.id == incident_id)
    ).one_or_none()
    if row is None or row.head_id is None:
        raise NotFound("There is no such incident any more.")
    return row.head_id, row.bytes


def move_head(
    session: Session,
    incident: Incident,
    head_id: int,
    text: bytes,
    said: Said,
    *,
    theirs: tuple[int, bytes] | None = None,
    merged_id: int | None = None,
) -> Revision | None:
    """Make `text` the head if it is still `head_id` (compare and set); None where it has moved, and nothing is kept.

    A merge names the other text: revision `merged_id`, or `theirs`, its parent and bytes, which becomes a revision.
    """
    lock_documents(session)
    with session.begin_nested() as attempt:
        if theirs is not None:
            merged_id = add_revision(session, incident, *theirs, said).id
        revision = add_revision(session, incident, head_id, text, said, merged_id=merged_id)
        moved = session.execute(
            sa.update(Incident).where(Incident.id == incident.id, Incident.head_id == head_id).values(head_id=revision.id),
            execution_options={"synchronize_session": False},
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            attempt.rollback()
            return None
    set_committed_value(incident, "head_id", revision.id)
    told: dict[str, Any] = {"old": {"revision": head_id}, "new": {"revision": revision.id}, "because": said.message}
    told |= {"incident_id": incident.id, "revision_id": revision.id}
    session.add(Event(**said.act.event("merged" if merged_id else "edited", **told)))
    return revision


def add_revision(
    session: Session, incident: Incident, parent_id: int, data: bytes, said: Said, merged_id: int | None = None
) -> Revision:
    revision = Revision(
        incident_id=incident.id,
        parent_id=parent_id,
        merged_id=merged_id,
        sha=keep(session, [data])[0],
        by_id=said.act.by.id if said.act.by is not None else None,
        at=said.act.at,
        message=said.message,
        via=said.via,
    )
    session.add(revision)
    session.flush()
    return revision
