"""New incidents with their first revision and what is read of it, in bulk inserts: an import brings hundreds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Status, Visibility
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.reader import read
from tracker.services import readings
from tracker.services.new_items import Act, Rows
from tracker.services.revisions import BORN_HERE
from tracker.services.slugs import free_slugs, slug_of
from tracker.store.blobs import keep
from tracker.store.bulk import allocate
from tracker.store.keys import lock_documents
from tracker.store.models import Event, Incident, Revision


@dataclass(frozen=True, slots=True)
class New:
    """A document that becomes an incident; `name` is its file's name or path. `postmortem` may be what was read of it."""

    data: bytes
    name: str
    postmortem: Postmortem | None = None
    visibility: Visibility = Visibility.INTERNAL


def add_incidents(
    session: Session, new: Sequence[New], act: Act, *, message: str, via: str
) -> list[tuple[Incident, Revision]]:
    """An incident and its head for each of `new`, in order; keys of items follow it. Raises `Unreadable`."""
    if not new:
        return []
    first = [one.postmortem or read(one.data, one.name) for one in new]
    lock_documents(session)
    readings_of_new = [
        readings.FirstReading(incident_id, revision_id, postmortem, one.name)
        for one, postmortem, incident_id, revision_id in zip(
            new,
            first,
            allocate(session, Incident.__table__, len(new)),
            allocate(session, Revision.__table__, len(new)),
            strict=True,
        )
    ]
    rows = Rows()
    _add_rows(session, rows, new, readings_of_new, act, message, via)
    readings.project_new(session, rows, readings_of_new, act)
    rows.insert(session)
    readings.index_new(session, readings_of_new)
    return _as_objects(session, readings_of_new)


def _add_rows(
    session: Session,
    rows: Rows,
    new: Sequence[New],
    first: Sequence[readings.FirstReading],
    act: Act,
    message: str,
    via: str,
) -> None:
    shas = keep(session, [one.data for one in new])
    slugs = free_slugs(session, [slug_of(readings.read_date(one.postmortem), one.title) for one in first])
    said = {"by_id": act.by.id if act.by is not None else None, "at": act.at, "message": message, "via": via}
    for one, read_first, slug, sha in zip(new, first, slugs, shas, strict=True):
        ids = {"incident_id": read_first.incident_id, "revision_id": read_first.revision_id}
        rows.add(Incident, _incident_row(one, read_first, slug, act.at, born_here=via in BORN_HERE))
        rows.add(Revision, {"id": read_first.revision_id, "incident_id": read_first.incident_id, "sha": sha, **said})
        rows.add(Event, act.event("created", **ids, new={"revision": read_first.revision_id}, because=message))


def _incident_row(new: New, first: readings.FirstReading, slug: str, at: datetime, *, born_here: bool) -> dict[str, object]:
    return {
        "id": first.incident_id,
        "slug": slug,
        "name": new.name,
        "severity": first.postmortem.severity.value if first.postmortem.severity else None,
        "declared_at": at if born_here else None,
        "resolved_at": None if born_here else at,  # by then at the latest: when, the document may say
        "status": Status.DRAFT if born_here else Status.PUBLISHED,
        "visibility": new.visibility,
    }


def _as_objects(session: Session, new: Sequence[readings.FirstReading]) -> list[tuple[Incident, Revision]]:
    """Let the new revisions be heads (each refers to the other, so one comes after), and give both as objects."""
    only = sa.select(Revision.id).where(Revision.incident_id == Incident.id).scalar_subquery()
    these = Incident.id.between(new[0].incident_id, new[-1].incident_id)
    headless = sa.update(Incident).where(these, Incident.head_id.is_(None)).values(head_id=only)
    session.execute(headless, execution_options={"synchronize_session": False})
    incidents = {one.id: one for one in session.scalars(sa.select(Incident).where(these))}
    theirs = Revision.id.between(new[0].revision_id, new[-1].revision_id)
    revisions = {one.id: one for one in session.scalars(sa.select(Revision).where(theirs))}
    return [(incidents[one.incident_id], revisions[one.revision_id]) for one in new]
