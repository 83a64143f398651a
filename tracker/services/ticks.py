"""What happens by itself: scheduled checks, forges that are asked, evidence that goes with time, old observations swept.

`tracker tick` from cron, or a thread in `tracker serve`: any number of them, on any number of machines. A job is a row, and
whoever moves its time by compare-and-set has it; nobody holds a transaction open while a check asks the network. One that
dies half-way loses one observation, and the next one is due as usual.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker.domain.policy import RunsOn
from tracker.policy import model, values
from tracker.services import evidence, forge_watches, gate_facts, observations
from tracker.services.policies_in_force import InForce, all_in_force
from tracker.services.policy_rows import runs_on_schedule
from tracker.services.server_checks import Place, Surroundings, evaluate
from tracker.services.sweeping import sweep
from tracker.store.engine import Sessions
from tracker.store.models import Beat, Check, CheckState, Deployment, Gap, Stage
from tracker.store.queries.policies import locked_stage

log = logging.getLogger(__name__)
AT_ONCE = 200  # checks that one tick takes; the rest are due at the next
BEAT_EVERY = timedelta(minutes=1)
SILENT_FOR = 3  # so many expected ticks that did not come are a gap
FOLD_EVERY, SWEEP_EVERY = timedelta(minutes=5), timedelta(days=1)
SERVER, FOLDED, SWEPT = "server", "folded", "swept"


@dataclass(frozen=True)
class Due:
    """A check of one stage that this tick has claimed."""

    check_id: int
    stage_id: int
    rule: model.Check
    place: Place


Clock = Callable[[], datetime]


def tick(
    sessions: Sessions,
    *,
    at: datetime,
    clock: Clock | None = None,
    around: Surroundings | None = None,
    tick_minutes: int = 5,
) -> list[str]:
    """Do what is due at `at`; a line for each thing done. `clock` says when each part of it is done, `at` where it is None.

    Without `around` nobody outside is asked. What fails is logged and does not keep the rest.
    """
    clock = clock or (lambda: at)
    said = list(_safely(lambda: beat(sessions, at=at, tick_minutes=tick_minutes)))
    said += _safely(lambda: run_checks(sessions, at=at, clock=clock, around=around or Surroundings()))
    forges = around.forges if around is not None else None
    if forges is not None:
        said += _safely(lambda: forge_watches.run_due(sessions, forges=forges, at=clock()))
    said += _safely(lambda: _fold(sessions, at=clock()))
    said += _safely(lambda: _sweep(sessions, at=clock()))
    return said


def beat(sessions: Sessions, *, at: datetime, tick_minutes: int = 5) -> list[str]:
    """Say that the server is up. A silence of more than three times `tick_minutes` is kept as a gap: who was away knows
    nothing of what happened meanwhile, and must not call it broken."""
    with sessions.reading() as session:
        last = session.scalar(sa.select(Beat.at).where(Beat.name == SERVER))
    if last is not None and at - last < BEAT_EVERY:
        return []
    silent = last is not None and at - last > SILENT_FOR * timedelta(minutes=tick_minutes)
    with sessions.writing() as session:
        if not _claim(session, SERVER, last, at):
            return []
        if silent:
            assert last is not None
            session.add(Gap(start=last, end=at))
        session.commit()
    return [f"this server was away from {last:%Y-%m-%d %H:%M} to {at:%Y-%m-%d %H:%M} UTC"] if silent and last else []


def run_checks(sessions: Sessions, *, at: datetime, clock: Clock, around: Surroundings) -> list[str]:
    """Evaluate the scheduled checks that are due, those of one stage side by side."""
    with sessions.reading() as session:
        if session.scalar(_due(at).with_only_columns(sa.func.count())) == 0:
            return []
    with sessions.writing() as session:
        due = claim(session, at=at)
        session.commit()
    places: dict[int, list[Due]] = defaultdict(list)
    for one in due:
        places[one.stage_id].append(one)
    said: list[str] = []
    for stage_id, several in places.items():
        said += _safely(partial(_run_stage, sessions, stage_id, several, clock, around))
    return said


def claim(session: Session, *, at: datetime) -> list[Due]:
    """The checks that are due, each now this caller's alone: its next time is moved by compare-and-set."""
    rows = session.execute(
        _due(at).with_only_columns(
            CheckState.check_id, CheckState.stage_id, CheckState.next_run_at, Check.slug, Check.policy_id,
            Stage.slug.label("stage"), Deployment.slug.label("deployment"),
        )
        .order_by(CheckState.next_run_at)
        .limit(AT_ONCE)
    ).all()  # fmt: skip
    policies = {one.row.id: one for one in all_in_force(session)}
    mine = []
    for row in rows:
        found = _rule(policies.get(row.policy_id), row)
        schedule = found[0].schedule if found is not None else None
        if not _move(session, row, at + schedule if schedule is not None else None):
            continue
        if found is not None:
            rule, place = found
            mine.append(Due(row.check_id, row.stage_id, rule, place))
    return mine


def _due(at: datetime) -> sa.Select[CheckState]:
    return (
        sa.select(CheckState)
        .join(Check, Check.id == CheckState.check_id)
        .join(Stage, Stage.id == CheckState.stage_id)
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .where(CheckState.next_run_at <= at)
    )


def _rule(there: InForce | None, row: Any) -> tuple[model.Check, Place] | None:
    """The check as it is in force now; None where it is gone, or runs by itself no more."""
    if there is None:
        return None
    rule, deployment = there.policy.check(row.slug), there.policy.deployment(row.deployment)
    stage = deployment.stage(row.stage) if deployment is not None else None
    if rule is None or deployment is None or stage is None or not runs_on_schedule(rule) or rule.runs_on is RunsOn.CLI:
        return None
    return rule, Place(policy=there.policy, deployment=deployment, stage=stage)


def _move(session: Session, row: Any, next_run_at: datetime | None) -> bool:
    moved = cast(
        "sa.CursorResult[Any]",
        session.execute(
            sa.update(CheckState)
            .where(CheckState.check_id == row.check_id, CheckState.stage_id == row.stage_id)
            .where(CheckState.next_run_at == row.next_run_at)
            .values(next_run_at=next_run_at)
            .execution_options(synchronize_session=False)
        ),
    )
    return moved.rowcount == 1


def _run_stage(sessions: Sessions, stage_id: int, due: list[Due], clock: Clock, around: Surroundings) -> list[str]:
    """Three steps: read the facts, ask, write."""
    place = due[0].place
    with sessions.reading() as session:
        stage = session.get_one(Stage, stage_id)
        deployment = session.get_one(Deployment, stage.deployment_id)
        policy = next(one.row for one in all_in_force(session) if one.policy.name == place.policy.name)
        facts = gate_facts.facts(session, policy, deployment, at=clock())
    results = evaluate([one.rule for one in due], place, facts, now=clock(), around=around)
    at = clock()
    with sessions.writing() as session:
        stage = locked_stage(session, stage_id)
        checks = [session.get_one(Check, one.check_id) for one in due]
        rows = [
            observations.row_of(
                check,
                stage,
                values.Observation(result.outcome, result.summary, result.evidence, result.took),
                observed_at=min(result.observed_at or at, at),
                at=at,
                source="server",
            )
            for check, result in zip(checks, results, strict=True)
        ]
        session.add_all(rows)
        session.flush()
        observations.refold_all(session, stage, list(zip(checks, rows, strict=True)), at=at)
        evidence.refresh(session, stages=[stage], at=at)
        session.commit()
    where = f"{place.deployment.id}/{place.stage.id}"
    return [f"{where} {one.check}: {one.outcome.value}, {one.summary}" for one in results]


def _fold(sessions: Sessions, *, at: datetime) -> list[str]:
    """Evidence that changes by time alone: grace that ends, results that grow stale, items that have held long enough."""
    with sessions.reading() as session:
        last = session.scalar(sa.select(Beat.at).where(Beat.name == FOLDED))
    if last is not None and at - last < FOLD_EVERY:
        return []
    with sessions.writing() as session:
        if _claim(session, FOLDED, last, at):
            evidence.refresh(session, at=at)
            session.commit()
    return []


def _sweep(sessions: Sessions, *, at: datetime) -> list[str]:
    with sessions.reading() as session:
        last = session.scalar(sa.select(Beat.at).where(Beat.name == SWEPT))
    if last is not None and at - last < SWEEP_EVERY:
        return []
    with sessions.writing() as session:
        if not _claim(session, SWEPT, last, at):
            return []
        gone = sweep(session, at=at)
        session.commit()
    return [f"{gone} old observations that changed no state are swept"] if gone else []


def _claim(session: Session, name: str, last: datetime | None, at: datetime) -> bool:
    """Move a beat from `last` to `at`; False where somebody else was first."""
    if last is None:
        statement = sa.text("INSERT INTO beat (name, at) VALUES (:name, :at) ON CONFLICT (name) DO NOTHING")
        done = session.execute(statement.bindparams(sa.bindparam("at", type_=Beat.at.type)), {"name": name, "at": at})
    else:
        update = sa.update(Beat).where(Beat.name == name, Beat.at == last).values(at=at)
        done = session.execute(update.execution_options(synchronize_session=False))
    return cast("sa.CursorResult[Any]", done).rowcount == 1


def _safely(work: Callable[[], Sequence[str]]) -> Sequence[str]:
    """A part of a tick. A database that is busy or away is for the next tick; a fault of ours is logged whole."""
    try:
        return work()
    except OperationalError as error:
        log.warning("the database could not be used, the next tick tries again: %s", error.orig)
    except Exception:
        log.exception("a part of the tick failed")
    return []
