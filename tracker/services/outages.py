"""Whether an incident is going on. Its document says what happened; this says what happens, which a gate asks (POLICY §2.7).

Written here it goes on until somebody says that it is over; taken in from a file it is over.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, Invalid
from tracker.postmortem.template import new_document
from tracker.services import documents, events
from tracker.services.incidents import facts, set_facts
from tracker.store.models import Incident, Person

MAX_TITLE = 200


def declare(
    session: Session,
    title: str,
    *,
    deployments: Sequence[str],
    severity: str | None = None,
    by: Person | None,
    at: datetime,
    today: date,
) -> Incident:
    """Begin an incident that is going on, with an empty document that names what it hit. Raises `Invalid`."""
    words = " ".join(title.split())
    if not words or len(words) > MAX_TITLE:
        raise Invalid(f"Say what is wrong, in at most {MAX_TITLE} characters.", "title")
    data = new_document(title=words, day=today, severity=severity)
    saved = documents.create(session, data, f"{today}-incident.md", by=by, at=at, message="Declared", via="form")
    known = facts(session, saved.incident)
    new = replace(known, deployments=tuple(deployments), severity=severity or known.severity)
    set_facts(session, saved.incident, new, by=by, at=at)
    return saved.incident


def resolve(session: Session, incident: Incident, *, by: Person | None, at: datetime) -> None:
    """It is over: nothing is a recovery from it any more. Raises `Conflict` where it is over already."""
    if incident.resolved_at is not None:
        raise Conflict("This incident is over already.")
    incident.resolved_at = at
    _record(session, "resolved", incident, by, at)


def reopen(session: Session, incident: Incident, *, by: Person | None, at: datetime) -> None:
    """It is going on, again or after all. Raises `Conflict` where it is."""
    if incident.resolved_at is None:
        raise Conflict("This incident is going on already.")
    incident.declared_at, incident.resolved_at = at, None
    _record(session, "declared", incident, by, at)


def _record(session: Session, verb: str, incident: Incident, by: Person | None, at: datetime) -> None:
    events.record(session, verb, by=by, at=at, batch=events.new_batch(), incident_id=incident.id)
    session.flush()
