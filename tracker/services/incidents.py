"""What is said of an incident beside its document: who may see it, how far its writing is, whose it is, what it hit."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Status, Visibility
from tracker.domain.errors import Invalid, NotFound
from tracker.services import events
from tracker.store.models import Incident, IncidentDeployment, IncidentReader, Person
from tracker.store.visibility import visible_to

MAX_DEPLOYMENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a person may say of an incident. `readers` are ids of people, used while it is restricted."""

    visibility: Visibility
    readers: tuple[int, ...]
    status: Status
    owner_id: int | None
    due: date | None  # when the postmortem is to be finished
    severity: str | None
    deployments: tuple[str, ...]


def find(session: Session, slug: str, person: Person | None) -> Incident:
    """The incident of that slug. Raises `NotFound` if there is none or `person` may not see it: the two answer alike."""
    incident = session.scalar(sa.select(Incident).where(Incident.slug == slug, visible_to(person)))
    if incident is None:
        raise NotFound("There is no such incident.")
    return incident


def facts(session: Session, incident: Incident) -> Facts:
    """What is said of it now; one statement."""
    named = sa.select(sa.cast(IncidentReader.person_id, sa.String).label("reader"), sa.null().label("deployment"))
    hit = sa.select(sa.null(), IncidentDeployment.name)
    both: sa.CompoundSelect[Any] = sa.union_all(
        named.where(IncidentReader.incident_id == incident.id), hit.where(IncidentDeployment.incident_id == incident.id)
    )
    rows = session.execute(both).all()
    readers = sorted(int(row.reader) for row in rows if row.reader is not None)
    deployments = sorted(row.deployment for row in rows if row.deployment is not None)
    return Facts(
        visibility=incident.visibility,
        readers=tuple(readers),
        status=incident.status,
        owner_id=incident.owner_id,
        due=incident.due,
        severity=incident.severity,
        deployments=tuple(deployments),
    )


def known_deployments(session: Session, person: Person | None) -> list[str]:
    """Names used in incidents that `person` may see, to choose from instead of spelling them anew."""
    return list(
        session.scalars(
            sa.select(IncidentDeployment.name)
            .join(Incident, Incident.id == IncidentDeployment.incident_id)
            .where(visible_to(person))
            .distinct()
            .order_by(IncidentDeployment.name)
        )
    )


def set_facts(session: Session, incident: Incident, new: Facts, *, by: Person | None, at: datetime) -> str | None:
    """Say this of the incident from now on; the document stays as it is. Returns the batch, None where nothing changed.

    While it is restricted its owner, and whoever restricts it, are always among those who may see it: nobody shuts
    themselves out by mistake, and nobody owns what they cannot open. Raises `Invalid` for a value.
    """
    new = _tidy(session, new, by)
    old = facts(session, incident)
    batch, before, after = events.new_batch(), _plain(old), _plain(new)
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        return None
    incident.visibility, incident.status, incident.owner_id = new.visibility, new.status, new.owner_id
    incident.due, incident.severity = new.due, new.severity
    _replace_readers(session, incident, old.readers, new.readers)
    _replace_deployments(session, incident, old.deployments, new.deployments)
    events.record(
        session,
        "incident changed",
        by=by,
        at=at,
        batch=batch,
        incident_id=incident.id,
        old={name: before[name] for name in changed},
        new={name: after[name] for name in changed},
    )
    session.flush()
    return batch


def deployment_names(text: str) -> tuple[str, ...]:
    """What somebody typed, one name a line or between commas, as names."""
    names = (" ".join(part.split()) for line in text.splitlines() for part in line.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _tidy(session: Session, new: Facts, by: Person | None) -> Facts:
    severity = " ".join((new.severity or "").split()) or None
    if severity is not None and (len(severity) > 40 or not severity.isprintable()):
        raise Invalid("A severity has at most 40 letters, such as SEV 2.", "severity")
    deployments = tuple(sorted(set(deployment_names("\n".join(new.deployments)))))
    if len(deployments) > MAX_DEPLOYMENTS or any(len(name) > 80 or not name.isprintable() for name in deployments):
        raise Invalid(f"At most {MAX_DEPLOYMENTS} deployments, each with at most 80 letters.", "deployments")
    readers: set[int] = set()
    if new.visibility is Visibility.RESTRICTED:
        readers = {*new.readers, *((new.owner_id,) if new.owner_id else ()), *((by.id,) if by else ())}
    _known_people(session, {*readers, *((new.owner_id,) if new.owner_id else ())})
    changes: dict[str, Any] = {"severity": severity, "deployments": deployments, "readers": tuple(sorted(readers))}
    return Facts(**{**{one.name: getattr(new, one.name) for one in fields(new)}, **changes})


def _known_people(session: Session, ids: set[int]) -> None:
    if not ids:
        return
    known = set(session.scalars(sa.select(Person.id).where(Person.id.in_(ids))))
    if ids - known:
        raise Invalid("One of the people chosen is not there any more. Choose again.", "readers")


def _plain(facts: Facts) -> dict[str, Any]:
    """As JSON keeps it in an event."""
    values = asdict(facts)
    return {
        **values,
        "due": facts.due.isoformat() if facts.due else None,
        "readers": list(facts.readers),
        "deployments": list(facts.deployments),
    }


def _replace_readers(session: Session, incident: Incident, old: Sequence[int], new: Iterable[int]) -> None:
    for person_id in set(old) - set(new):
        session.execute(
            sa.delete(IncidentReader).where(IncidentReader.incident_id == incident.id, IncidentReader.person_id == person_id)
        )
    session.add_all(IncidentReader(incident_id=incident.id, person_id=one) for one in sorted(set(new) - set(old)))


def _replace_deployments(session: Session, incident: Incident, old: Sequence[str], new: Iterable[str]) -> None:
    for name in set(old) - set(new):
        session.execute(
            sa.delete(IncidentDeployment).where(
                IncidentDeployment.incident_id == incident.id, IncidentDeployment.name == name
            )
        )
    session.add_all(IncidentDeployment(incident_id=incident.id, name=one) for one in sorted(set(new) - set(old)))
