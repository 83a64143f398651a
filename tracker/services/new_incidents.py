"""New incidents with their first revision and what is read of it, in bulk inserts: an import brings hundreds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Status, Visibility
from tracker.services.first_readings import FirstReading, add_readings
from tracker.services.new_items import Act, Rows
from tracker.services.revisions import BORN_HERE
from tracker.services.slugs import free_slugs, slug_of
from tracker.store import search
from tracker.store.blobs import keep
from tracker.store.bulk import allocate
from tracker.store.keys import lock_documents
from tracker.store.models import Event, Incident, Revision


@dataclass(frozen=True, slots=True)
class NewIncident:
    """A document that becomes an incident, and what was read of it."""

    data: bytes
    first: FirstReading
    visibility: Visibility = Visibility.INTERNAL


@dataclass(frozen=True, slots=True)
class Made:
    """What it became."""

    incident_id: int
    revision_id: int
    slug: str


def add_incidents(session: Session, new: Sequence[NewIncident], act: Act, *, message: str, via: str) -> list[Made]:
    """An incident and its head for each of `new`, in order; keys of items follow it."""
    if not new:
        return []
    lock_documents(session)
    incidents, revisions = (allocate(session, model.__table__, len(new)) for model in (Incident, Revision))
    slugs = free_slugs(session, [slug_of(one.first.day, one.first.title) for one in new])
    made = [Made(*one) for one in zip(incidents, revisions, slugs, strict=True)]
    rows = Rows()
    _add_rows(session, rows, new, made, act, message, via)
    ids = [(one.incident_id, one.revision_id) for one in made]
    add_readings(session, rows, [one.first for one in new], ids, act)
    rows.insert(session)
    _let_be_heads(session, made)
    words = [(one.incident_id, of.first.words) for one, of in zip(made, new, strict=True)]
    search.index_new(session, words)
    return made


def _add_rows(
    session: Session, rows: Rows, new: Sequence[NewIncident], made: Sequence[Made], act: Act, message: str, via: str
) -> None:
    shas = keep(session, [one.data for one in new])
    said = {"by_id": act.by.id if act.by is not None else None, "at": act.at, "message": message, "via": via}
    for one, its, sha in zip(new, made, shas, strict=True):
        ids = {"incident_id": its.incident_id, "revision_id": its.revision_id}
        rows.add(Incident, _incident_row(one, its, act.at, born_here=via in BORN_HERE))
        rows.add(Revision, {"id": its.revision_id, "incident_id": its.incident_id, "sha": sha, **said})
        rows.add(Event, act.event("created", **ids, new={"revision": its.revision_id}, because=message))


def _incident_row(new: NewIncident, made: Made, at: datetime, *, born_here: bool) -> dict[str, Any]:
    return {
        "id": made.incident_id,
        "slug": made.slug,
        "name": new.first.name,
        "severity": new.first.severity,
        "declared_at": at if born_here else None,
        "resolved_at": None if born_here else at,  # by then at the latest: when, the document may say
        "status": Status.DRAFT if born_here else Status.PUBLISHED,
        "visibility": new.visibility,
    }


def _let_be_heads(session: Session, made: Sequence[Made]) -> None:
    """An incident and its first revision refer to each other, so one of the two comes after."""
    only = sa.select(Revision.id).where(Revision.incident_id == Incident.id).scalar_subquery()
    these = Incident.id.between(made[0].incident_id, made[-1].incident_id)
    headless = sa.update(Incident).where(these, Incident.head_id.is_(None)).values(head_id=only)
    session.execute(headless, execution_options={"synchronize_session": False})
