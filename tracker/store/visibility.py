"""Who may see what: one function, and everything that shows or counts goes through it (DESIGN §6)."""

import sqlalchemy as sa

from tracker.domain.claims import Role, Visibility
from tracker.store.models import Incident, IncidentReader, Mention, Person


def visible_to(person: Person | None) -> sa.ColumnElement[bool]:
    """Condition on `Incident`: `person` may see it, and it is not hidden. None is somebody who is not signed in.

    Restricted incidents show to the people they name, and to admins, who say who that is.
    """
    shown = Incident.hidden_at.is_(None)
    if person is None:
        return sa.and_(shown, Incident.visibility == Visibility.PUBLIC)
    if person.role is Role.ADMIN:
        return shown
    named = sa.exists().where(IncidentReader.incident_id == Incident.id, IncidentReader.person_id == person.id)
    return sa.and_(shown, sa.or_(Incident.visibility != Visibility.RESTRICTED, named))


def mentions_visible_to(person: Person | None) -> sa.Select[Mention]:
    """The mentions in incidents that `person` may see. An item without one does not exist for them."""
    return sa.select(Mention).join(Incident, Incident.id == Mention.incident_id).where(visible_to(person))
