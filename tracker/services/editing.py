"""Editing a document as text: what a form was made from, and keeping what came back without losing a word."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.domain.errors import Invalid, NotFound, TooLarge
from tracker.postmortem.reader import read
from tracker.postmortem.typed import from_text_area
from tracker.services import documents
from tracker.services.documents import Saved
from tracker.services.readings import read_date, title_of
from tracker.services.revisions import revision_bytes
from tracker.services.slugs import slug_of
from tracker.store.models import Incident, IncidentReader, Person, Reading, Revision


@dataclass(frozen=True, slots=True)
class Base:
    """The revision that a form was made from; `data` is its exact bytes."""

    revision_id: int
    data: bytes


def base_of(session: Session, incident: Incident, revision_id: int | None = None) -> Base:
    """The revision of that id, or the head. Raises `NotFound` where it is another incident's, like an unknown one."""
    wanted = incident.head_id if revision_id is None else revision_id
    known = sa.select(Revision.id).where(Revision.id == wanted, Revision.incident_id == incident.id)
    if wanted is None or session.scalar(known) is None:
        raise NotFound("There is no such revision of this document.")
    return Base(wanted, revision_bytes(session, wanted))


def title(session: Session, incident: Incident) -> str:
    """What the incident is called in lists; its slug where nothing was read yet."""
    return session.scalar(sa.select(Reading.title).where(Reading.incident_id == incident.id)) or incident.slug


def typed(text: str, before: bytes = b"", *, max_bytes: int) -> bytes:
    """What a text area sent, as the document's bytes. Raises `Invalid` for nothing, `TooLarge` over `max_bytes`."""
    if not text.strip():
        raise Invalid("There is no text yet. Write something first.", "text")
    data = from_text_area(text, before)
    if len(data) > max_bytes:
        raise TooLarge(
            f"The document has {len(data):,} bytes, and {max_bytes:,} are taken at most (TRACKER_MAX_DOCUMENT_BYTES)."
            " Shorten it, say by linking to long logs. Your text is still here."
        )
    return data


def create(
    session: Session, data: bytes, *, by: Person, at: datetime, message: str, visibility: Visibility = Visibility.INTERNAL
) -> Saved:
    """A new incident with this document; a restricted one names `by`. Raises `Unreadable`."""
    postmortem = read(data)
    name = f"{slug_of(read_date(postmortem), title_of(postmortem, ''))}.md"
    saved = documents.create(
        session,
        data,
        name,
        by=by,
        at=at,
        message=message or "Written",
        via="text",
        visibility=visibility,
        postmortem=postmortem,
    )
    if visibility is Visibility.RESTRICTED:
        session.add(IncidentReader(incident_id=saved.incident.id, person_id=by.id))
        session.flush()
    return saved
