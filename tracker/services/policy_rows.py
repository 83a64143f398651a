"""The rows of a policy's deployments, stages and checks, kept in step with the version in force.

Nothing is deleted, since runs and observations refer to it: what a version drops is marked removed, and comes back with a
version that has it again. A text that was only seen at a gate adds rows that are removed from the start.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.policy import RunsOn
from tracker.policy import model
from tracker.policy.kinds import KINDS
from tracker.services.check_rows import rows_by_name
from tracker.store.models import Check, CheckState, Deployment, Policy, Stage
from tracker.store.queries import policies as queries

NOT_ON_A_SCHEDULE = frozenset({"git", "exec"})  # what the server does not have


def keep_in_step(session: Session, row: Policy, policy: model.Policy, *, at: datetime) -> None:
    """Make the rows say what the version in force says."""
    row.title, row.repo = policy.title, next((one.repo for one in policy.deployments if one.repo), None)
    _places(session, row.id, policy, in_force=True, at=at)
    _checks(session, row.id, policy.checks, at=at)
    session.flush()
    _schedule(session, row, policy, at=at)


def add_missing(session: Session, row: Policy, policy: model.Policy, *, at: datetime) -> None:
    """Rows for what a text has that is not in force; those that are there stay as they are."""
    _places(session, row.id, policy, in_force=False, at=at)
    session.flush()
    rows_by_name(session, row.id, policy, at=at)


def runs_on_schedule(check: model.Check) -> bool:
    """Whether the server evaluates it by itself: it has a schedule, and needs neither a clone nor a program."""
    kind = KINDS.get(check.kind)
    if check.schedule is None or kind is None or check.runs_on is RunsOn.CLI:
        return False
    return not kind.needs & NOT_ON_A_SCHEDULE


def _places(session: Session, policy_id: int, policy: model.Policy, *, in_force: bool, at: datetime) -> None:
    known = {one.slug: one for one in session.scalars(sa.select(Deployment).where(Deployment.policy_id == policy_id))}
    stages: dict[tuple[int, str], Stage] = {}
    if known:
        ids = [one.id for one in known.values()]
        rows = session.scalars(sa.select(Stage).where(Stage.deployment_id.in_(ids)))
        stages = {(one.deployment_id, one.slug): one for one in rows}
    kept: set[int] = set()
    for one in policy.deployments:
        there = known.get(one.id)
        if there is None:
            there = Deployment(policy_id=policy_id, slug=one.id, title=one.title or one.id)
            there.removed_at = None if in_force else at
            session.add(there)
        if in_force or there.removed_at is not None:
            there.title, there.aliases, there.repo = one.title or one.id, list(one.aliases), one.repo
        if in_force:
            there.removed_at = None
        session.flush()
        kept.add(there.id)
        for n, stage in enumerate(one.stages):
            _stage(session, stages.get((there.id, stage.id)), there.id, stage, n, in_force=in_force, at=at)
    if in_force:
        for there in known.values():
            if there.id not in kept:
                there.removed_at = there.removed_at or at
        asked = {
            (known_id, stage.id) for one in policy.deployments if (known_id := _id(known, one.id)) for stage in one.stages
        }
        for place, row in stages.items():
            if place not in asked:
                row.removed_at = row.removed_at or at


def _id(known: dict[str, Deployment], slug: str) -> int | None:
    return known[slug].id if slug in known else None


def _stage(
    session: Session, row: Stage | None, deployment_id: int, stage: model.Stage, n: int, *, in_force: bool, at: datetime
) -> None:
    if row is None:
        row = Stage(
            deployment_id=deployment_id, slug=stage.id, protected=stage.protected, removed_at=None if in_force else at
        )
        session.add(row)
    if in_force or row.removed_at is not None:
        row.n, row.protected, row.url, row.promotes_from = n, stage.protected, stage.url, stage.promotes_from
    if in_force:
        row.removed_at = None


def _checks(session: Session, policy_id: int, checks: Sequence[model.Check], *, at: datetime) -> None:
    known = {one.slug: one for one in session.scalars(queries.checks_of(policy_id))}
    for check in checks:
        row = known.get(check.id)
        if row is None and check.was in known:
            row = known.pop(check.was)  # renamed: its history and its proofs go on
            row.slug = check.id
        if row is None:
            row = Check(policy_id=policy_id, slug=check.id)
            session.add(row)
        known[check.id] = row
        row.kind, row.title = check.kind, check.title or check.id
        row.enforcement, row.mode, row.removed_at = check.enforcement, check.mode, None
    ids = {check.id for check in checks}
    for slug, row in known.items():
        if slug not in ids:
            row.removed_at = row.removed_at or at


def _schedule(session: Session, row: Policy, policy: model.Policy, *, at: datetime) -> None:
    """Scheduled checks are due now, or when they were due anyway; all others run at the gate only."""
    checks = {one.slug: one.id for one in session.scalars(queries.checks_of(row.id))}
    stages = {(deployment.slug, stage.slug): stage.id for deployment, stage in session.execute(queries.places(row.id))}
    states = {
        (one.check_id, one.stage_id): one
        for one in session.scalars(sa.select(CheckState).where(CheckState.check_id.in_(checks.values())))
    }
    due: dict[tuple[int, int], datetime] = {}
    for check in filter(runs_on_schedule, policy.checks):
        assert check.schedule is not None
        for deployment, stage in policy.places(check):
            place = (checks[check.id], stages[deployment.id, stage.id])
            planned = states[place].next_run_at if place in states else None
            due[place] = min(planned, at + check.schedule) if planned is not None else at
    for place, state in states.items():
        state.next_run_at = due.pop(place, None)
    session.add_all(
        CheckState(check_id=check_id, stage_id=stage_id, next_run_at=when) for (check_id, stage_id), when in due.items()
    )
    session.flush()
