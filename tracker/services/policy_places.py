"""Looking up the rows of a policy's deployments, stages and checks by the names that people use."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.services.policies_in_force import InForce
from tracker.store.models import Check, Deployment, Stage


def stages_of(session: Session, deployment: Deployment) -> Sequence[Stage]:
    """The stages of a deployment that are in force, in the order of promotion."""
    query = sa.select(Stage).where(Stage.deployment_id == deployment.id, Stage.removed_at.is_(None))
    return session.scalars(query.order_by(Stage.n)).all()


def stage_row(session: Session, deployment: Deployment, stage: str) -> Stage:
    """Raises `NotFound`, naming those that there are."""
    known = stages_of(session, deployment)
    found = next((one for one in known if one.slug == stage), None)
    if found is None:
        raise NotFound(f"{deployment.slug} has no stage {stage}: it has {', '.join(one.slug for one in known)}.")
    return found


def check_row(session: Session, there: InForce, check: str) -> Check:
    """A check of the policy in force. Raises `NotFound`, naming those that there are."""
    query = sa.select(Check).where(Check.policy_id == there.row.id, Check.slug == check, Check.removed_at.is_(None))
    found = session.scalar(query)
    if found is None:
        names = ", ".join(one.id for one in there.policy.checks)
        raise NotFound(f"The policy {there.policy.name} has no check {check}: it has {names}.")
    return found
