"""What evidence is folded from, read from the tables: of one stage, and of what happened since the fold was carried.

Reading is bounded. A fold is carried two days behind (`ProofState.carried`), so that a refresh reads two days of a stage,
each table by its index; a report that comes later than that, found by its id, has the stage read anew from the beginning.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.policy import Outcome
from tracker.policy import model
from tracker.policy.coverage import SKEW, Earlier, Passage, Reached, Run, Said, Span, passages
from tracker.policy.definitions import Push
from tracker.policy.states import Seen
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

APPENDED = (GateRun, RefUpdate, DeploymentRecord, Observation)
WHEN: Mapping[type[Any], Any] = {
    GateRun: GateRun.at,
    RefUpdate: RefUpdate.at,
    DeploymentRecord: DeploymentRecord.started_at,
    Observation: Observation.observed_at,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFacts:
    """What happened on one stage after `after` (None: ever)."""

    after: datetime | None
    passages: Sequence[Passage]
    runs: Sequence[Run]
    reported: bool
    waived: Mapping[int, Sequence[Span]]  # by check
    decided_at: Mapping[int, datetime]  # by check: when it was last waived, which is a decision about what it proves
    seen: Mapping[int, Sequence[Seen]] = field(default_factory=dict)  # by watched check
    texts: Mapping[int, tuple[str, str | None]] = field(default_factory=dict)  # by observation
    latest: Mapping[int, tuple[str, str | None]] = field(default_factory=dict)  # by watched check


def newest_ids(session: Session) -> dict[str, int]:
    """The last id of each table that only grows; one statement."""
    row = session.execute(
        sa.select(*(sa.select(sa.func.max(kind.id)).scalar_subquery().label(kind.__tablename__) for kind in APPENDED))
    ).one()
    return {name: value or 0 for name, value in row._mapping.items()}


def came_late(session: Session, stage_id: int, after: datetime, seen: Mapping[str, int]) -> bool:
    """Whether something that happened until `after` was told only after the ids `seen`; one statement."""
    late = [
        sa.exists().where(kind.stage_id == stage_id, kind.id > seen.get(kind.__tablename__, 0), WHEN[kind] <= after)
        for kind in APPENDED
    ]
    return bool(session.scalar(sa.select(sa.or_(*late))))


def load(
    session: Session, stage_id: int, *, after: datetime | None, guards: Collection[int], watched: Collection[int]
) -> StageFacts:
    """About eight statements. `guards` are the checks whose results in runs count, `watched` those whose states do."""
    reached, earlier, running = _reached(session, stage_id, after)
    runs = _runs(session, stage_id, after, reached, guards) if guards else []
    gaps = [
        Span(start=one.start, end=one.end)
        for one in session.execute(sa.select(Gap.start, Gap.end).where(_ends_after(after)))
    ]
    waived, decided = _waivers(session, stage_id)
    seen, texts, latest = _observations(session, stage_id, after, watched)
    by_itself = any(run.phase in ("hook", "exec") for run in runs)
    return StageFacts(
        after=after,
        passages=passages(reached, runs, gaps, earlier=earlier, running=running) if guards else (),
        runs=runs,
        reported=bool(reached) or running is not None or by_itself,
        waived=waived,
        decided_at=decided,
        seen=seen,
        texts=texts,
        latest=latest,
    )


def _ends_after(after: datetime | None) -> sa.ColumnElement[bool]:
    return Gap.end > after if after is not None else sa.true()


def _reached(
    session: Session, stage_id: int, after: datetime | None
) -> tuple[list[Reached], dict[str, Earlier], str | None]:
    """What reached the stage: its deployment records from the first on, ref updates before that; and what ran before."""
    first = session.execute(
        sa.select(DeploymentRecord.started_at, DeploymentRecord.commit, DeploymentRecord.content_id)
        .where(DeploymentRecord.stage_id == stage_id)
        .order_by(DeploymentRecord.started_at, DeploymentRecord.id)
        .limit(1)
    ).first()
    every = sa.union_all(_records(stage_id), _updates(stage_id, first)).subquery()
    rows = session.execute(sa.select(every).where(every.c.at > after) if after is not None else sa.select(every))
    reached = [_change(row) for row in rows]
    if after is None:
        return reached, {}, None
    return reached, *_before(session, stage_id, after, first, {one.content for one in reached})


def _records(stage_id: int) -> sa.Select[*tuple[Any, ...]]:
    nothing = sa.null()
    return sa.select(
        sa.literal("record").label("source"), DeploymentRecord.id, DeploymentRecord.started_at.label("at"),
        DeploymentRecord.started_at.label("by"), DeploymentRecord.content_id, DeploymentRecord.commit,
        sa.cast(nothing, sa.String).label("pull_request"), DeploymentRecord.subject, DeploymentRecord.author,
        sa.cast(nothing, sa.String).label("url"), DeploymentRecord.gate_run_id.label("run_id"),
        sa.literal(0).label("confirmed"),
    ).where(DeploymentRecord.stage_id == stage_id)  # fmt: skip


def _updates(stage_id: int, first: Any) -> sa.Select[*tuple[Any, ...]]:
    """Ref updates; once deploys are recorded these say what reached the stage, and a merge alone does not."""
    by = sa.case((RefUpdate.source == "history", RefUpdate.received_at), else_=RefUpdate.at)
    found = sa.select(
        RefUpdate.source, RefUpdate.id, RefUpdate.at.label("at"), by.label("by"), RefUpdate.content_id, RefUpdate.commit,
        RefUpdate.pull_request, RefUpdate.subject, RefUpdate.author, RefUpdate.url,
        sa.cast(sa.null(), sa.Integer).label("run_id"),
        sa.case((RefUpdate.confirmed_at.is_not(None), 1), else_=0).label("confirmed"),
    ).where(RefUpdate.stage_id == stage_id)  # fmt: skip
    if first is None:
        return found
    found = found.where(RefUpdate.at < first.started_at)
    for column, value in ((RefUpdate.commit, first.commit), (RefUpdate.content_id, first.content_id)):
        if value is not None:  # the merge that the first recorded deploy belongs to
            found = found.where(sa.or_(column.is_(None), column != value))
    return found


def _change(row: Any) -> Reached:
    return Reached(
        id=f"{'record' if row.source == 'record' else 'update'}:{row.id}",
        at=row.at,
        by=row.by,
        content_id=row.content_id,
        commit=row.commit,
        pull_request=row.pull_request,
        subject=row.subject,
        author=row.author,
        url=row.url,
        source=row.source,
        run_id=row.run_id,
        confirmed=bool(row.confirmed),
    )


def _before(
    session: Session, stage_id: int, after: datetime, first: Any, contents: Collection[str]
) -> tuple[dict[str, Earlier], str | None]:
    """When these contents ran on the stage until `after`, and what was there last."""
    recorded = first is not None and first.started_at <= after
    table: Any = DeploymentRecord if recorded else RefUpdate
    at = WHEN[table]
    there = (table.stage_id == stage_id, at <= after)
    last = session.execute(
        sa.select(table.content_id, table.commit, table.id).where(*there).order_by(at.desc(), table.id.desc()).limit(1)
    ).first()
    if last is None:
        return {}, None
    again = sa.select(table.content_id, sa.func.max(at).label("at")).where(*there, table.content_id.in_(contents))
    found: dict[str, Earlier] = {}
    for row in session.execute(again.group_by(table.content_id)).all() if contents else ():
        other = sa.or_(table.content_id != row.content_id, table.content_id.is_(None))
        replaced = session.scalar(sa.select(sa.func.min(at)).where(*there, at > row.at, other))
        found[row.content_id] = Earlier(row.at, replaced)
    return found, last.content_id or f"commit {last.commit or last.id}"


def _runs(
    session: Session, stage_id: int, after: datetime | None, reached: Sequence[Reached], checks: Collection[int]
) -> list[Run]:
    """The stage's runs since then, and older ones about what reached it since; each with what `checks` said."""
    wanted = sa.and_(GateRun.stage_id == stage_id, GateRun.dry_run.is_(False))
    if after is not None:
        wanted = sa.and_(wanted, _since_or_about(after, reached))
    said: defaultdict[int, dict[int, Said]] = defaultdict(dict)
    results = sa.select(
        GateResult.gate_run_id, GateResult.check_id, GateResult.blocking, GateResult.summary, GateResult.outcome
    ).join(GateRun, GateRun.id == GateResult.gate_run_id)
    for row in session.execute(results.where(wanted, GateResult.check_id.in_(checks))):
        said[row.gate_run_id][row.check_id] = Said(row.blocking, row.summary, row.outcome is Outcome.SKIP)
    columns = (
        GateRun.id, GateRun.at, GateRun.verdict, GateRun.content_id, GateRun.new_commit, GateRun.commits,
        GateRun.pull_request, GateRun.phase, GateRun.subject, GateRun.public_id,
    )  # fmt: skip
    return [
        Run(
            id=row.id,
            at=row.at,
            verdict=row.verdict,
            content_id=row.content_id,
            commits=frozenset(filter(None, (row.new_commit, *row.commits))),
            pull_request=row.pull_request,
            phase=row.phase,
            said=said.get(row.id, {}),
            subject=row.subject,
            url=f"/gates/{row.public_id}",
        )
        for row in session.execute(sa.select(*columns).where(wanted))
    ]


def _since_or_about(after: datetime, reached: Sequence[Reached]) -> sa.ColumnElement[bool]:
    asked = (
        (GateRun.content_id, {one.content_id for one in reached}),
        (GateRun.new_commit, {one.commit for one in reached}),
        (GateRun.pull_request, {one.pull_request for one in reached}),
        (GateRun.id, {one.run_id for one in reached}),
    )
    about = [column.in_(values - {None}) for column, values in asked if values - {None}]
    return sa.or_(GateRun.at > after - SKEW, *about)


def _waivers(session: Session, stage_id: int) -> tuple[dict[int, list[Span]], dict[int, datetime]]:
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    decided: dict[int, datetime] = {}
    rows = sa.select(Waiver.check_id, Waiver.from_, Waiver.until, Waiver.ended_at).where(Waiver.stage_id == stage_id)
    for row in session.execute(rows.order_by(Waiver.from_)):
        end = row.until if row.ended_at is None else min(row.until, row.ended_at)
        spans[row.check_id].append(Span(start=row.from_, end=end))
        decided[row.check_id] = row.from_
    return spans, decided


def _observations(
    session: Session, stage_id: int, after: datetime | None, checks: Collection[int]
) -> tuple[dict[int, list[Seen]], dict[int, tuple[str, str | None]], dict[int, tuple[str, str | None]]]:
    """Observations by check, what the fails among them say, and what the last one of each check says."""
    seen: defaultdict[int, list[Seen]] = defaultdict(list)
    texts: dict[int, tuple[str, str | None]] = {}
    latest: dict[int, tuple[str, str | None]] = {}
    if not checks:
        return seen, texts, latest
    wanted = (Observation.stage_id == stage_id, Observation.check_id.in_(checks))
    columns = (Observation.id, Observation.check_id, Observation.outcome, Observation.observed_at, Observation.summary)
    rows = sa.select(*columns).where(*wanted)
    for row in session.execute(rows if after is None else rows.where(Observation.observed_at > after)):
        seen[row.check_id].append(Seen(row.observed_at, row.id, row.outcome))
        if row.outcome is Outcome.FAIL:
            texts[row.id] = (row.summary, None)
    last = sa.select(CheckState.check_id, Observation.summary).join(Observation, Observation.id == CheckState.last_id)
    for check_id, summary in session.execute(last.where(*wanted)):
        latest[check_id] = (summary, None)
    return seen, texts, latest


_POLICIES: "OrderedDict[str, model.Policy]" = OrderedDict()
KEPT = 256


def pushes(session: Session, policy_id: int) -> list[Push]:
    """Every push of a policy, oldest first. What a text says is read once in a process: a version never changes."""
    rows = session.execute(
        sa.select(
            PolicyPush.id, PolicyPush.at, PolicyPush.commit, PolicyPush.author, PolicyPush.by,
            PolicyPush.version_id, PolicyVersion.digest,
        )
        .join(PolicyVersion, PolicyVersion.id == PolicyPush.version_id)
        .where(PolicyPush.policy_id == policy_id)
        .order_by(PolicyPush.at, PolicyPush.id)
    ).all()  # fmt: skip
    unknown = {row.version_id for row in rows if row.digest not in _POLICIES}
    if unknown:
        wanted = sa.select(PolicyVersion.digest, PolicyVersion.parsed).where(PolicyVersion.id.in_(unknown))
        for digest, values in session.execute(wanted):
            _POLICIES[digest] = model.policy_from(values)
    found = [
        Push(id=row.id, at=row.at, policy=_POLICIES[row.digest], commit=row.commit, author=row.author or row.by)
        for row in rows
    ]
    while len(_POLICIES) > KEPT:
        _POLICIES.popitem(last=False)
    return found
