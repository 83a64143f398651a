"""What is asked of policies, deployments, stages and checks."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.models import (
    Check,
    Deployment,
    DeploymentRecord,
    Incident,
    IncidentDeployment,
    Policy,
    PolicyText,
    RefUpdate,
    Stage,
    Waiver,
)

_ADD_POLICY = sa.text("INSERT INTO policy (name, title) VALUES (:name, '') ON CONFLICT (name) DO NOTHING")


def locked_policy(session: Session, name: str) -> Policy:
    """The policy of that name, made where there is none; two who push at once take turns."""
    session.execute(_ADD_POLICY, {"name": name})
    query = sa.select(Policy).where(Policy.name == name).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def locked_stage(session: Session, stage_id: int) -> Stage:
    """The stage, its row locked: whoever changes what happened on stages locks them first, in the order of their ids, and
    checks' states and evidence after them, so that no two ever wait for each other (on PostgreSQL)."""
    return session.scalars(sa.select(Stage).where(Stage.id == stage_id).with_for_update()).one()


def lock_stages_of(session: Session, policy_id: int) -> None:
    """Lock all stages of a policy, likewise."""
    of_policy = sa.select(Deployment.id).where(Deployment.policy_id == policy_id)
    session.execute(sa.select(Stage.id).where(Stage.deployment_id.in_(of_policy)).order_by(Stage.id).with_for_update())


def in_force() -> sa.Select[Policy]:
    """The policies that have a version in force, by name."""
    return sa.select(Policy).where(Policy.version_id.is_not(None)).order_by(Policy.name)


def places(policy_id: int, deployment: str | None = None, stage: str | None = None) -> sa.Select[Deployment, Stage]:
    """Deployments with their stages, those that were removed too, in the order of the file."""
    query = sa.select(Deployment, Stage).join(Stage, Stage.deployment_id == Deployment.id)
    query = query.where(Deployment.policy_id == policy_id)
    if deployment is not None:
        query = query.where(Deployment.slug == deployment)
    if stage is not None:
        query = query.where(Stage.slug == stage)
    return query.order_by(Deployment.id, Stage.n)


def checks_of(policy_id: int) -> sa.Select[Check]:
    """All checks that a policy ever had."""
    return sa.select(Check).where(Check.policy_id == policy_id).order_by(Check.id)


def records_of(stage_ids: Collection[int], *, only_success: bool = False) -> sa.Select[DeploymentRecord]:
    """Deployments of these stages, newest first."""
    query = sa.select(DeploymentRecord).where(DeploymentRecord.stage_id.in_(stage_ids))
    if only_success:
        query = query.where(DeploymentRecord.status == "success")
    return query.order_by(DeploymentRecord.started_at.desc(), DeploymentRecord.id.desc())


def updates_of(stage_ids: Collection[int]) -> sa.Select[RefUpdate]:
    """What reached the branches of these stages, newest first."""
    query = sa.select(RefUpdate).where(RefUpdate.stage_id.in_(stage_ids))
    return query.order_by(RefUpdate.at.desc(), RefUpdate.id.desc())


def texts_of(policy_id: int) -> sa.Select[PolicyText]:
    """Every text of the documents that people acknowledge, oldest first."""
    query = sa.select(PolicyText).where(PolicyText.policy_id == policy_id)
    return query.order_by(PolicyText.at, PolicyText.id)


def waivers_in_force(stage_id: int, at: datetime) -> sa.Select[Waiver]:
    """Waivers of checks on a stage that count at `at`."""
    query = sa.select(Waiver).where(Waiver.stage_id == stage_id, Waiver.from_ <= at, Waiver.until > at)
    return query.where(sa.or_(Waiver.ended_at.is_(None), Waiver.ended_at > at)).order_by(Waiver.until.desc())


def open_incidents(names: Sequence[str]) -> sa.Select[Incident]:
    """Incidents that were declared here and are not over, and that name one of these deployments; newest first.

    `names` are folded to small letters. Whoever shows them looks at who may see them.
    """
    hit = sa.exists().where(IncidentDeployment.incident_id == Incident.id, sa.func.lower(IncidentDeployment.name).in_(names))
    query = sa.select(Incident).where(hit, Incident.declared_at.is_not(None), Incident.resolved_at.is_(None))
    return query.where(Incident.hidden_at.is_(None)).order_by(Incident.declared_at.desc(), Incident.id.desc())
