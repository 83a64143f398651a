"""Keeping documents: the first revision of an incident, later ones, and what happens when two save at once.

The document is the record (DESIGN §2). Saving over a newer revision, importing a file that changed while we edited and
undoing are one merge, which loses no word; what cannot be merged keeps both texts and asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.domain.errors import Conflict
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.merge import merge
from tracker.postmortem.reader import read
from tracker.services import readings
from tracker.services.events import new_batch
from tracker.services.first_readings import first_reading
from tracker.services.mentions import NOTHING, Decided
from tracker.services.new_incidents import NewIncident, add_incidents
from tracker.services.new_items import Act
from tracker.services.revisions import BORN_HERE, Said, add_revision, head_of, move_head, revision_bytes
from tracker.store.blobs import sha_of
from tracker.store.models import Event, Incident, Person, Question, Revision

__all__ = ["New", "Saved", "create", "create_many", "head_bytes", "revision_bytes", "save", "settle_merge", "undo_revision"]

BROUGHT = ("import", "upload")  # `via` of what came from a source; anything else was edited here
TRIES = 3  # to save over a head that moves; then a person is asked


@dataclass(frozen=True, slots=True)
class New:
    """A document that becomes an incident; `name` is its file's name or path. `postmortem` may be what was read of it."""

    data: bytes
    name: str
    postmortem: Postmortem | None = None
    visibility: Visibility = Visibility.INTERNAL


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving came to. `revision` is None where nothing changed, or where `question` asks what to do."""

    incident: Incident
    revision: Revision | None
    merged: bool
    question: Question | None
    batch: str


def create(
    session: Session,
    data: bytes,
    name: str,
    *,
    by: Person | None,
    at: datetime,
    message: str,
    via: str,
    visibility: Visibility = Visibility.INTERNAL,
    batch: str | None = None,
    postmortem: Postmortem | None = None,
) -> Saved:
    """A new incident whose document is `data`. Raises `Unreadable` for bytes that are no text."""
    new = New(data, name, postmortem, visibility)
    return create_many(session, [new], by=by, at=at, message=message, via=via, batch=batch)[0]


def create_many(
    session: Session,
    new: Sequence[New],
    *,
    by: Person | None,
    at: datetime,
    message: str,
    via: str,
    batch: str | None = None,
) -> list[Saved]:
    """New incidents, many at once, in bulk inserts: keys of items follow the order given; one `Saved` for each, in order.

    `via` is how they came (form, text, import, upload). What is imported is over and published; what is written here is a
    draft. The caller adds their places, by `incident.id`, and commits; some hundred at a time is a good measure.
    """
    act = Act(by, at, batch or new_batch())
    made = add_incidents(session, [_read_first(one) for one in new], act, message=message, via=via)
    of, its = [one.incident_id for one in made], [one.revision_id for one in made]
    incidents = {one.id: one for one in session.scalars(sa.select(Incident).where(Incident.id.in_(of)))}
    revisions = {one.id: one for one in session.scalars(sa.select(Revision).where(Revision.id.in_(its)))}
    return [Saved(incidents[one.incident_id], revisions[one.revision_id], False, None, act.batch) for one in made]


def _read_first(new: New) -> NewIncident:
    postmortem = new.postmortem or read(new.data, new.name)
    return NewIncident(new.data, first_reading(postmortem, new.name), new.visibility)


def save(
    session: Session,
    incident: Incident,
    base_revision_id: int,
    data: bytes,
    *,
    by: Person | None,
    at: datetime,
    message: str,
    via: str,
    batch: str | None = None,
    day: date | None = None,
    postmortem: Postmortem | None = None,
    decided: Decided = NOTHING,
) -> Saved:
    """Save `data`, which was made from revision `base_revision_id`, over whatever is the head by now.

    Where the head has moved, the two are merged; a merge keeps `data` as a revision too. Where they clash, or the head
    moves three times meanwhile, nothing changes, `data` is kept as a revision beside the head, and a question asks.
    `day` is when `data` was written, where that is known (the day of a commit); what is edited here is written now.
    `postmortem` may be what was read of `data` already; `decided` are the values that it was edited to say, which were
    decided and are not taken from it. Raises `Unreadable` for bytes that are no text.
    """
    said = Said(Act(by, at, batch or new_batch()), message, via, day or (at.date() if via in BORN_HERE else None))
    base = revision_bytes(session, base_revision_id)
    for _ in range(TRIES):
        head_id, head = head_of(session, incident.id)
        merged = merge(base, head, data)
        if merged.conflicts:
            break
        if merged.text == head:
            return Saved(incident, None, False, None, said.act.batch)
        if postmortem is None or postmortem.source != merged.text:
            postmortem = read(merged.text, incident.name)
        theirs = (base_revision_id, data) if merged.text != data else None
        if (revision := move_head(session, incident, head_id, merged.text, said, theirs=theirs)) is not None:
            _project(session, incident, revision, postmortem, said, decided)
            return Saved(incident, revision, theirs is not None, None, said.act.batch)
    return Saved(incident, None, False, _ask(session, incident, base_revision_id, data, said), said.act.batch)


def _project(
    session: Session, incident: Incident, revision: Revision, postmortem: Postmortem, said: Said, decided: Decided = NOTHING
) -> None:
    how: dict[str, Any] = {"by": said.act.by, "at": said.act.at, "batch": said.act.batch, "day": said.day}
    how |= {"here": said.via not in BROUGHT, "decided": decided}
    readings.project(session, incident, revision, postmortem, **how)


def settle_merge(
    session: Session,
    incident: Incident,
    head_id: int,
    text: bytes,
    theirs_id: int,
    *,
    by: Person | None,
    at: datetime,
    message: str,
    batch: str,
) -> Revision | None:
    """Save what a person made of two texts that clashed: a merge of the head and `theirs_id`. None if nothing changes."""
    if text == head_of(session, incident.id)[1]:
        return None
    said = Said(Act(by, at, batch), message, "merge", at.date())
    postmortem = read(text, incident.name)
    revision = move_head(session, incident, head_id, text, said, merged_id=theirs_id)
    if revision is None:
        raise Conflict("Somebody saved this document just now; look at it again.")
    _project(session, incident, revision, postmortem, said)
    return revision


def undo_revision(
    session: Session,
    revision: Revision,
    *,
    by: Person | None,
    at: datetime,
    batch: str | None = None,
    decided: Decided = NOTHING,
) -> Saved:
    """Take back what `revision` changed in its document: later edits stay, and without any its parent's bytes come back.

    Raises `Conflict` for the first revision, and where later edits changed the same words.
    """
    if revision.parent_id is None:
        raise Conflict("This is the first revision; there is nothing before it.")
    incident = session.get_one(Incident, revision.incident_id)
    before, after = revision_bytes(session, revision.parent_id), revision_bytes(session, revision.id)
    said = Said(Act(by, at, batch or new_batch()), f"Undo: {revision.message}", "undo", at.date())
    for _ in range(TRIES):
        head_id, head = head_of(session, incident.id)
        merged = merge(after, head, before)
        if merged.conflicts:
            raise Conflict(
                "The same words were changed again later, so this cannot be undone by itself: edit the document,"
                " or undo the later change first."
            )
        if merged.text == head:
            return Saved(incident, None, False, None, said.act.batch)
        postmortem = read(merged.text, incident.name)
        if (undone := move_head(session, incident, head_id, merged.text, said)) is not None:
            _project(session, incident, undone, postmortem, said, decided)
            return Saved(incident, undone, False, None, said.act.batch)
    raise Conflict("Somebody is saving this document over and over; try again in a moment.")


def head_bytes(session: Session, incident: Incident) -> bytes:
    """The exact bytes of the incident's document."""
    return head_of(session, incident.id)[1]


def _ask(session: Session, incident: Incident, base_revision_id: int, data: bytes, said: Said) -> Question:
    """Keep the other text as a revision that is nobody's head, and ask which of the two it shall be; once for one text."""
    read(data, incident.name)  # raises for what is no text, before it is kept
    head_id, head = head_of(session, incident.id)
    asked = (
        sa.select(Question)
        .join(Revision, Revision.id == Question.revision_id)
        .where(Question.incident_id == incident.id, Question.answered_at.is_(None), Revision.sha == sha_of(data))
    )
    if (before := session.scalar(asked.limit(1))) is not None:
        return before
    theirs = add_revision(session, incident, base_revision_id, data, said)
    lines = [one.line for one in merge(revision_bytes(session, base_revision_id), head, data).conflicts]
    question = Question(
        kind="merge",
        incident_id=incident.id,
        revision_id=theirs.id,
        detail={"base": base_revision_id, "ours": head_id, "lines": lines},
        asked_at=said.act.at,
    )
    session.add(question)
    session.flush()
    told = {"question": question.id, "kind": "merge"}
    values = said.act.event("asked", incident_id=incident.id, revision_id=theirs.id, new=told, because=said.message)
    session.add(Event(**values))
    return question
