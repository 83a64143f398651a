"""The row of each check that a text of a policy names, whatever the check is called in the version in force.

A check keeps its row when it is renamed (`was:`). The text that judges at a gate may be older than what is in force, or
newer and not pushed yet: in both cases what the gate says has to be said of the one check, or its proofs seem to break.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.policy import model
from tracker.services.policies_in_force import parsed
from tracker.store.models import Check, Policy, PolicyVersion
from tracker.store.queries import policies as queries


def rows_by_name(session: Session, policy_id: int, rules: model.Policy, *, at: datetime) -> dict[str, Check]:
    """By the name that each check of `rules` has there; a check that was never in force gets a row that is removed."""
    known = {one.slug: one for one in session.scalars(queries.checks_of(policy_id))}
    names = {check.id for check in rules.checks}
    later: dict[str, str] | None = None
    found: dict[str, Check] = {}
    for check in rules.checks:
        row = known.get(check.id)
        if row is None or row.removed_at is not None:
            later = _renamed_since(session, policy_id) if later is None else later
            other = [name for name in (check.was, later.get(check.id)) if name and name not in names]
            row = next((known[name] for name in other if name in known and known[name].removed_at is None), row)
        found[check.id] = row or _seen_only(session, policy_id, check, at)
    session.flush()
    return found


def _renamed_since(session: Session, policy_id: int) -> dict[str, str]:
    """What checks of the version in force were called before: the earlier name, and the one of now."""
    query = sa.select(PolicyVersion).join(Policy, Policy.version_id == PolicyVersion.id).where(Policy.id == policy_id)
    version = session.scalar(query)
    return {check.was: check.id for check in parsed(version).checks if check.was} if version is not None else {}


def _seen_only(session: Session, policy_id: int, check: model.Check, at: datetime) -> Check:
    row = Check(policy_id=policy_id, slug=check.id, kind=check.kind, title=check.title or check.id, removed_at=at)
    row.enforcement, row.mode = check.enforcement, check.mode
    session.add(row)
    return row
