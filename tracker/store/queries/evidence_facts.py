"""What evidence is folded from. Statements of bound values, built once: they run at every gate and observation.

Each takes `stage` and `after` (instants later than it), and finds its rows by an index.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tracker.store.models import (
    CheckState,
    DeploymentRecord,
    Gap,
    GateResult,
    GateRun,
    Observation,
    PolicyPush,
    PolicyVersion,
    RefUpdate,
    Waiver,
)

STAGE: sa.BindParameter[Any] = sa.bindparam("stage")
AFTER: sa.BindParameter[Any] = sa.bindparam("after")
CHECKS: sa.BindParameter[Any] = sa.bindparam("checks", expanding=True)
WHEN: Mapping[type[Any], Any] = {  # tables that only grow, and when what they tell happened
    GateRun: GateRun.at,
    RefUpdate: RefUpdate.at,
    DeploymentRecord: DeploymentRecord.started_at,
    Observation: Observation.observed_at,
}

NEWEST_IDS = sa.select(*(sa.select(sa.func.max(kind.id)).scalar_subquery().label(kind.__tablename__) for kind in WHEN))
# What happened until `after` and has a later id than the one of its table that was seen.
CAME_LATE = sa.select(
    sa.or_(
        *(
            sa.exists().where(kind.stage_id == STAGE, kind.id > sa.bindparam(kind.__tablename__), at <= AFTER)
            for kind, at in WHEN.items()
        )
    )
)

FIRST_RECORD = (
    sa.select(DeploymentRecord.started_at, DeploymentRecord.commit, DeploymentRecord.content_id)
    .where(DeploymentRecord.stage_id == STAGE)
    .order_by(DeploymentRecord.started_at, DeploymentRecord.id)
    .limit(1)
)
RECORDS = sa.select(
    DeploymentRecord.id,
    DeploymentRecord.started_at.label("at"),
    DeploymentRecord.content_id,
    DeploymentRecord.commit,
    DeploymentRecord.subject,
    DeploymentRecord.author,
    DeploymentRecord.gate_run_id,
).where(DeploymentRecord.stage_id == STAGE, DeploymentRecord.started_at > AFTER)
# When the branch's own hook first asked this stage's gate.
FIRST_HOOK_RUN = sa.select(sa.func.min(GateRun.at)).where(
    GateRun.stage_id == STAGE, GateRun.phase == "hook", GateRun.dry_run.is_(False)
)
UPDATES = sa.select(
    RefUpdate.id,
    RefUpdate.at,
    RefUpdate.received_at,
    RefUpdate.content_id,
    RefUpdate.commit,
    RefUpdate.pull_request,
    RefUpdate.subject,
    RefUpdate.author,
    RefUpdate.url,
    RefUpdate.source,
    RefUpdate.confirmed_at,
).where(RefUpdate.stage_id == STAGE, RefUpdate.at > AFTER)


def _ran_last(table: Any) -> sa.Select[*tuple[Any, ...]]:
    columns = (table.content_id, table.commit, table.id)
    before = sa.select(*columns).where(table.stage_id == STAGE, WHEN[table] <= AFTER)
    return before.order_by(WHEN[table].desc(), table.id.desc()).limit(1)


def _ran_before(table: Any) -> sa.Select[*tuple[Any, ...]]:
    """When each of `contents` ran last until `after`: content_id, at."""
    asked = table.content_id.in_(sa.bindparam("contents", expanding=True))
    found = sa.select(table.content_id, sa.func.max(WHEN[table]).label("at"))
    return found.where(table.stage_id == STAGE, WHEN[table] <= AFTER, asked).group_by(table.content_id)


def _replaced(table: Any) -> sa.Select[*tuple[Any, ...]]:
    """When something else than `content` reached the stage after `since`, until `after`."""
    other = sa.or_(table.content_id != sa.bindparam("content"), table.content_id.is_(None))
    later = (table.stage_id == STAGE, WHEN[table] > sa.bindparam("since"), WHEN[table] <= AFTER)
    return sa.select(sa.func.min(WHEN[table])).where(*later, other)


RAN_LAST = {table: _ran_last(table) for table in (DeploymentRecord, RefUpdate)}
RAN_BEFORE = {table: _ran_before(table) for table in (DeploymentRecord, RefUpdate)}
REPLACED = {table: _replaced(table) for table in (DeploymentRecord, RefUpdate)}

# Runs since then, and older ones about what reached the stage since: by content, commit, pull request, or id.
_RUNS = (
    GateRun.stage_id == STAGE,
    GateRun.dry_run.is_(False),
    sa.or_(
        GateRun.at > AFTER,
        GateRun.content_id.in_(sa.bindparam("contents", expanding=True)),
        GateRun.new_commit.in_(sa.bindparam("commits", expanding=True)),
        GateRun.pull_request.in_(sa.bindparam("pulls", expanding=True)),
        GateRun.id.in_(sa.bindparam("ids", expanding=True)),
    ),
)
RUNS = sa.select(
    GateRun.id,
    GateRun.at,
    GateRun.verdict,
    GateRun.content_id,
    GateRun.new_commit,
    GateRun.commits,
    GateRun.pull_request,
    GateRun.phase,
    GateRun.subject,
    GateRun.public_id,
).where(*_RUNS)
RESULTS = (
    sa.select(GateResult.gate_run_id, GateResult.check_id, GateResult.blocking, GateResult.summary, GateResult.outcome)
    .join(GateRun, GateRun.id == GateResult.gate_run_id)
    .where(*_RUNS, GateResult.check_id.in_(CHECKS))
)

# Whether a change with that content, commit or pull request has reached the stage.
_COMMITS: sa.BindParameter[Any] = sa.bindparam("commits", expanding=True)
_CONTENT, _PULL = sa.bindparam("content", type_=sa.String()), sa.bindparam("pull", type_=sa.String())
IS_THERE = sa.select(
    sa.or_(
        *(
            sa.exists().where(table.stage_id == STAGE, about)
            for table in (DeploymentRecord, RefUpdate)
            for about in (table.content_id == _CONTENT, table.commit.in_(_COMMITS))
        ),
        sa.exists().where(RefUpdate.stage_id == STAGE, RefUpdate.pull_request == _PULL),
    )
)

GAPS = sa.select(Gap.start, Gap.end).where(Gap.end > AFTER)
WAIVERS = (
    sa.select(Waiver.check_id, Waiver.from_, Waiver.until, Waiver.ended_at)
    .where(Waiver.stage_id == STAGE)
    .order_by(Waiver.from_)
)
OBSERVATIONS = sa.select(
    Observation.id, Observation.check_id, Observation.outcome, Observation.observed_at, Observation.summary
).where(Observation.stage_id == STAGE, Observation.check_id.in_(CHECKS), Observation.observed_at > AFTER)
LATEST = (
    sa.select(CheckState.check_id, Observation.summary)
    .join(Observation, Observation.id == CheckState.last_id)
    .where(CheckState.stage_id == STAGE, CheckState.check_id.in_(CHECKS))
)
PUSHES = (
    sa.select(
        PolicyPush.policy_id,
        PolicyPush.id,
        PolicyPush.at,
        PolicyPush.commit,
        PolicyPush.author,
        PolicyPush.by,
        PolicyPush.version_id,
        PolicyVersion.digest,
    )
    .join(PolicyVersion, PolicyVersion.id == PolicyPush.version_id)
    .where(PolicyPush.policy_id.in_(sa.bindparam("policies", expanding=True)))
    .order_by(PolicyPush.at, PolicyPush.id)
)
