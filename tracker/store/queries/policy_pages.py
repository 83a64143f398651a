"""What the pages of policies, stages and gates show. Rows are plain; who may see an item is part of the query."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.store.models import (
    Acknowledgement,
    ActionItem,
    Check,
    CheckState,
    Deployment,
    GateRun,
    Mention,
    Observation,
    Override,
    Person,
    Policy,
    PolicyPush,
    PolicyText,
    PolicyVersion,
    Proof,
    Stage,
    Waiver,
)
from tracker.store.queries import Rows
from tracker.store.visibility import mentions_visible_to


def policies_in_force() -> Rows:
    """A row a policy: `id`, `name`, `title`, `digest`, `parsed`; of its last push `since`, `author`, `commit`, `by`."""
    push = aliased(PolicyPush)
    last = sa.select(sa.func.max(push.id)).where(push.policy_id == Policy.id).scalar_subquery()
    return (
        sa.select(
            Policy.id,
            Policy.name,
            Policy.title,
            PolicyVersion.digest,
            PolicyVersion.parsed,
            PolicyPush.at.label("since"),
            PolicyPush.author,
            PolicyPush.commit,
            PolicyPush.by,
        )
        .join(PolicyVersion, PolicyVersion.id == Policy.version_id)
        .outerjoin(PolicyPush, PolicyPush.id == last)
        .order_by(sa.case((Policy.name.like("forge:%"), 1), else_=0), Policy.name)
    )


def stages_in_force(since: datetime) -> Rows:
    """Stages that are in a file now, in its order.

    Columns: `id`, `slug`, `protected`, `url`, `promotes_from`, `deployment_id`,
    `deployment`, `title`, `repo`, `policy_id`; `verdict`, `asked_at`, `run` of the last question at its gate;
    `overrides`, `waivers`: how many were used and begun since then.
    """
    run = aliased(GateRun)
    last = sa.select(sa.func.max(run.id)).where(run.stage_id == Stage.id, run.dry_run.is_(False)).scalar_subquery()
    return (
        sa.select(
            Stage.id,
            Stage.slug,
            Stage.protected,
            Stage.url,
            Stage.promotes_from,
            Deployment.id.label("deployment_id"),
            Deployment.slug.label("deployment"),
            Deployment.title,
            Deployment.repo,
            Deployment.policy_id,
            GateRun.verdict,
            GateRun.at.label("asked_at"),
            GateRun.public_id.label("run"),
            _number(Override, Override.used_at >= since).label("overrides"),
            _number(Waiver, Waiver.from_ >= since).label("waivers"),
        )
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .outerjoin(GateRun, GateRun.id == last)
        .where(Stage.removed_at.is_(None), Deployment.removed_at.is_(None))
        .order_by(Deployment.id, Stage.n)
    )


def _number(model: type[Override] | type[Waiver], condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    query = sa.select(sa.func.count()).select_from(model).where(model.stage_id == Stage.id, condition)
    return query.correlate(Stage).scalar_subquery()


def _waived(at: datetime) -> sa.Subquery:
    """The waivers in force; `rank` 1 is the one of a check on a stage that ends last."""
    return (
        sa.select(
            Waiver.check_id,
            Waiver.stage_id,
            Waiver.until,
            Waiver.reason,
            Person.name,
            sa.func.row_number()
            .over(partition_by=(Waiver.check_id, Waiver.stage_id), order_by=(Waiver.until.desc(), Waiver.id))
            .label("rank"),
        )
        .join(Person, Person.id == Waiver.person_id)
        .where(Waiver.from_ <= at, Waiver.until > at, sa.or_(Waiver.ended_at.is_(None), Waiver.ended_at > at))
        .subquery("waived")
    )


def states(person: Person | None, *, stage_id: int | None = None, at: datetime) -> Rows:
    """Checks as they stand on stages.

    Columns: `check_id`, `slug`, `stage_id`, `state`, `since`, `errors`, `fresh_until`, `next_run_at`, `keys`; `outcome`,
    `summary`, `seen_at` of the last observation; `waived_until`, `waived_because`, `waived_by`.
    """
    waived = _waived(at)
    query = (
        sa.select(
            Check.id.label("check_id"),
            Check.slug,
            Stage.id.label("stage_id"),
            CheckState.state,
            CheckState.since,
            CheckState.errors,
            CheckState.fresh_until,
            CheckState.next_run_at,
            Observation.outcome,
            Observation.summary,
            Observation.observed_at.label("seen_at"),
            waived.c.until.label("waived_until"),
            waived.c.reason.label("waived_because"),
            waived.c.name.label("waived_by"),
            _keys_proven(person).label("keys"),
        )
        .select_from(Check)
        .join(Deployment, Deployment.policy_id == Check.policy_id)
        .join(Stage, Stage.deployment_id == Deployment.id)
        .outerjoin(CheckState, sa.and_(CheckState.check_id == Check.id, CheckState.stage_id == Stage.id))
        .outerjoin(Observation, Observation.id == CheckState.last_id)
        .outerjoin(waived, sa.and_(waived.c.check_id == Check.id, waived.c.stage_id == Stage.id, waived.c.rank == 1))
        .where(Check.removed_at.is_(None))
    )
    return query.where(Stage.id == stage_id) if stage_id is not None else query


def _keys_proven(person: Person | None) -> sa.ScalarSelect[str]:
    """The keys of the items that a check proves on a stage, as far as the person may see them, a line each."""
    seen = mentions_visible_to(person).where(Mention.action_item_id == ActionItem.id).exists()
    return (
        sa.select(sa.func.aggregate_strings(ActionItem.key, "\n"))
        .join(Proof, Proof.action_item_id == ActionItem.id)
        .where(Proof.check_id == Check.id, Proof.stage_id == Stage.id, Proof.until.is_(None), seen)
        .correlate(Check, Stage)
        .scalar_subquery()
    )


def observations_of(check_id: int, stage_id: int) -> Rows:
    """The history of a check on a stage, newest first."""
    return (
        sa.select(
            Observation.id,
            Observation.outcome,
            Observation.summary,
            Observation.evidence,
            Observation.observed_at,
            Observation.source,
            GateRun.public_id.label("run"),
        )
        .outerjoin(GateRun, GateRun.id == Observation.gate_run_id)
        .where(Observation.check_id == check_id, Observation.stage_id == stage_id)
        .order_by(Observation.observed_at.desc(), Observation.id.desc())
    )


def texts_of(policy_id: int, path: str) -> Rows:
    """The texts of a document that people acknowledge, newest first."""
    return (
        sa.select(PolicyText.id, PolicyText.sha256, PolicyText.body, PolicyText.at)
        .where(PolicyText.policy_id == policy_id, PolicyText.path == path)
        .order_by(PolicyText.at.desc(), PolicyText.id.desc())
    )


def readers_of(policy_id: int, path: str, sha256: str) -> Rows:
    """Everybody who may sign in, and when they last acknowledged this very text: `name`, `role`, `at`, `term`."""
    said = (
        sa.select(Acknowledgement.person_id, sa.func.max(Acknowledgement.id).label("id"))
        .where(Acknowledgement.policy_id == policy_id, Acknowledgement.path == path, Acknowledgement.sha256 == sha256)
        .group_by(Acknowledgement.person_id)
        .subquery("said")
    )
    return (
        sa.select(Person.id, Person.name, Person.role, Acknowledgement.at, Acknowledgement.term)
        .outerjoin(said, said.c.person_id == Person.id)
        .outerjoin(Acknowledgement, Acknowledgement.id == said.c.id)
        .where(Person.disabled_at.is_(None))
        .order_by(Acknowledgement.at.is_(None), Person.name)
    )


def waivers_of(stage_id: int, at: datetime) -> Rows:
    """Waivers in force on a stage, and the ones of the last ninety days that ended: newest first."""
    return (
        sa.select(
            Waiver.id,
            Check.slug,
            Waiver.reason,
            Waiver.from_,
            Waiver.until,
            Waiver.ended_at,
            Waiver.used_at,
            Person.name.label("by"),
        )
        .join(Check, Check.id == Waiver.check_id)
        .join(Person, Person.id == Waiver.person_id)
        .where(Waiver.stage_id == stage_id, Waiver.until > at)
        .order_by(Waiver.id.desc())
    )
