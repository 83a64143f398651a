"""What the pages of gates show: what was asked and answered, and what reached a stage. Rows are plain."""

import sqlalchemy as sa

from tracker.store.models import (
    Check,
    Deployment,
    DeploymentRecord,
    Gap,
    GateResult,
    GateRun,
    Override,
    Person,
    Policy,
    PolicyVersion,
    RefUpdate,
    Stage,
)
from tracker.store.queries import Rows

RUN = (
    GateRun.id,
    GateRun.public_id,
    GateRun.stage_id,
    GateRun.at,
    GateRun.received_at,
    GateRun.verdict,
    GateRun.because,
    GateRun.dry_run,
    GateRun.phase,
    GateRun.change_type,
    GateRun.reason,
    GateRun.new_commit,
    GateRun.content_id,
    GateRun.commits,
    GateRun.pull_request,
    GateRun.subject,
    GateRun.author,
    GateRun.actor,
    GateRun.ci_url,
)


def runs_of(stage_id: int | None = None) -> Rows:
    """Questions at gates, newest first: the columns of `RUN`, and `deployment`, `stage`."""
    query = (
        sa.select(*RUN, Deployment.slug.label("deployment"), Stage.slug.label("stage"))
        .join(Stage, Stage.id == GateRun.stage_id)
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .order_by(GateRun.at.desc(), GateRun.id.desc())
    )
    return query.where(GateRun.stage_id == stage_id) if stage_id is not None else query


def only_of(query: Rows, where: str) -> Rows:
    """`runs_of`, of one stage by its name DEPLOYMENT/STAGE."""
    return query.where(Deployment.slug + "/" + Stage.slug == where)


def run(public_id: str) -> Rows:
    """One question: the columns of `RUN`, what it was asked about, the policy's version, and who overrode it why."""
    minted = sa.orm.aliased(Person)
    return (
        sa.select(
            *RUN,
            GateRun.context,
            GateRun.ref,
            GateRun.old_commit,
            GateRun.expires_at,
            GateRun.incident_id,
            Stage.slug.label("stage"),
            Stage.protected,
            Stage.url,
            Deployment.slug.label("deployment"),
            Deployment.title,
            Deployment.repo,
            Policy.id.label("policy_id"),
            Policy.name.label("policy"),
            PolicyVersion.digest,
            (Policy.version_id == PolicyVersion.id).label("is_in_force"),
            Person.name.label("person"),
            minted.name.label("overridden_by"),
            Override.reason.label("override_reason"),
        )
        .join(Stage, Stage.id == GateRun.stage_id)
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .join(Policy, Policy.id == Deployment.policy_id)
        .join(PolicyVersion, PolicyVersion.id == GateRun.version_id)
        .outerjoin(Person, Person.id == GateRun.person_id)
        .outerjoin(Override, Override.id == GateRun.override_id)
        .outerjoin(minted, minted.id == Override.person_id)
        .where(GateRun.public_id == public_id)
    )


def results_of(run_id: int) -> Rows:
    """What the checks said in a run, in its order."""
    return (
        sa.select(
            Check.slug,
            Check.title,
            Check.kind,
            GateResult.outcome,
            GateResult.enforcement,
            GateResult.summary,
            GateResult.fix,
            GateResult.waived,
            GateResult.blocking,
            GateResult.evidence,
            GateResult.took_ms,
        )
        .join(Check, Check.id == GateResult.check_id)
        .where(GateResult.gate_run_id == run_id)
        .order_by(GateResult.n)
    )


def changes_of(stage_id: int, limit: int) -> Rows:
    """What reached a stage, newest first: its deployments and what its branch moved to.

    Columns: `kind` (record, update), `id`, `at`, `commit`, `content_id`, `pull_request`, `subject`, `author`, `source`,
    `status`, `run_id`, `confirmed_by`, `url`, and `in_gap`: this server was away then.
    """
    both = sa.union_all(_records(stage_id), _updates(stage_id)).subquery("changes")
    away = sa.exists().where(Gap.start <= both.c.at, Gap.end > both.c.at)
    return sa.select(both, away.label("in_gap")).order_by(both.c.at.desc(), both.c.id.desc()).limit(limit)


def _records(stage_id: int) -> Rows:
    no_text = sa.cast(sa.null(), sa.String)
    return sa.select(
        sa.literal("record").label("kind"),
        DeploymentRecord.id,
        DeploymentRecord.started_at.label("at"),
        DeploymentRecord.commit,
        DeploymentRecord.content_id,
        no_text.label("pull_request"),
        DeploymentRecord.subject,
        DeploymentRecord.author,
        sa.literal("record").label("source"),
        DeploymentRecord.status,
        DeploymentRecord.gate_run_id.label("run_id"),
        no_text.label("confirmed_by"),
        no_text.label("url"),
    ).where(DeploymentRecord.stage_id == stage_id)


def _updates(stage_id: int) -> Rows:
    no_text = sa.cast(sa.null(), sa.String)
    return sa.select(
        sa.literal("update").label("kind"),
        RefUpdate.id,
        RefUpdate.at,
        RefUpdate.commit,
        RefUpdate.content_id,
        RefUpdate.pull_request,
        RefUpdate.subject,
        RefUpdate.author,
        RefUpdate.source,
        no_text.label("status"),
        sa.cast(sa.null(), sa.Integer).label("run_id"),
        RefUpdate.confirmed_by,
        RefUpdate.url,
    ).where(RefUpdate.stage_id == stage_id)
