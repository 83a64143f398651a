"""Reading every document again after the reader has learned something."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services import readings
from tracker.services.events import new_batch
from tracker.services.readings import Reread
from tracker.store.models import Incident, Person

Progress = Callable[[int, int], None]


def reread(
    session: Session, *, by: Person | None, at: datetime, everything: bool = False, progress: Progress | None = None
) -> list[Reread]:
    """Make the readings of an older reader anew, or all; what each came to, in the order of incidents.

    Changes projections, and fills what was not stated; nothing that a person decided (DESIGN §6). One batch. The caller
    commits.
    """
    every = sa.select(Incident.id).where(Incident.head_id.is_not(None)).order_by(Incident.id)
    ids = session.scalars(every).all() if everything else readings.outdated(session)
    batch, results = new_batch(), []
    for n, incident_id in enumerate(ids):
        incident = session.get_one(Incident, incident_id)
        results.append(readings.reproject(session, incident, by=by, at=at, batch=batch))
        if progress:
            progress(n + 1, len(ids))
    return results
