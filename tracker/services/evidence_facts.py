"""What evidence is folded from, read from the tables: of one stage, and of what happened since the fold was carried.

Reading is bounded. A fold is carried two days behind (`ProofState.carried`), so that a refresh reads two days of a stage,
each table by its index; a report that comes later than that, found by its id, has the stage read anew from the beginning.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.policy import Outcome
from tracker.policy import model
from tracker.policy.coverage import HOOK, SKEW, Earlier, Passage, Reached, Run, Said, Span, passages
from tracker.policy.definitions import Push
from tracker.policy.states import Seen
from tracker.store.models import DeploymentRecord, PolicyVersion, RefUpdate
from tracker.store.queries import evidence_facts as queries

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
Text = tuple[str, str | None]  # what an observation says, and where it is shown


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
    texts: Mapping[int, Text] = field(default_factory=dict)  # by observation
    latest: Mapping[int, Text] = field(default_factory=dict)  # by watched check


def newest_ids(session: Session) -> dict[str, int]:
    """The last id of each table that only grows; one statement."""
    row = session.execute(queries.NEWEST_IDS).one()
    return {name: value or 0 for name, value in row._mapping.items()}


def came_late(session: Session, stage_id: int, after: datetime, seen: Mapping[str, int]) -> bool:
    """Whether something that happened until `after` was told only after the ids `seen`; one statement."""
    ids = {kind.__tablename__: seen.get(kind.__tablename__, 0) for kind in queries.WHEN}
    return bool(session.scalar(queries.CAME_LATE, {"stage": stage_id, "after": after, **ids}))


def load(
    session: Session, stage_id: int, *, after: datetime | None, guards: Collection[int], watched: Collection[int]
) -> StageFacts:
    """About ten statements. `guards` are the checks whose results in runs count, `watched` those whose states do."""
    here = {"stage": stage_id, "after": after or BEGINNING}
    reached, moved, earlier, running = _reached(session, here)
    runs = _runs(session, here, [*reached, *moved], guards) if guards else []
    gaps = [Span(start=one.start, end=one.end) for one in session.execute(queries.GAPS, here)] if guards else []
    waived, decided = _waivers(session, here)
    seen, texts, latest = _observations(session, here, watched)
    found = passages(reached, runs, gaps, earlier=earlier, running=running) if guards else []
    found += _past_the_hook(session, here, moved, runs, gaps, beside=(found, running)) if guards and moved else []
    by_itself = any(run.phase in ("hook", "exec") for run in runs)
    return StageFacts(
        after=after,
        passages=sorted(found, key=lambda one: (one.change.at, one.change.id)),
        runs=runs,
        reported=bool(reached) or running is not None or by_itself,
        waived=waived,
        decided_at=decided,
        seen=seen,
        texts=texts,
        latest=latest,
    )


def _reached(
    session: Session, here: Mapping[str, Any]
) -> tuple[list[Reached], list[Reached], dict[str, Earlier], str | None]:
    """What reached the stage: its deployment records from the first on, ref updates before that; and what ran before.

    Once deploys are recorded these say what reached the stage, and a merge alone does not. What the branch's hook told
    of since then is the second list (see `_past_the_hook`).
    """
    first = session.execute(queries.FIRST_RECORD, here).first()
    reached: list[Reached] = []
    if first is not None:
        reached += map(_recorded, session.execute(queries.RECORDS, here))
    told = session.execute(queries.UPDATES, here).all()
    reached += [_updated(row) for row in told if first is None or _before_records(row, first)]
    moved = [_updated(row) for row in told if first is not None and row.source == HOOK and row.at >= first.started_at]
    if here["after"] == BEGINNING:
        return reached, moved, {}, None
    table = DeploymentRecord if first is not None and first.started_at <= here["after"] else RefUpdate
    return reached, moved, *_before(session, here, table, {one.content for one in reached})


def _past_the_hook(
    session: Session,
    here: Mapping[str, Any],
    moved: Sequence[Reached],
    runs: Sequence[Run],
    gaps: Sequence[Span],
    *,
    beside: tuple[Sequence[Passage], str | None],
) -> list[Passage]:
    """Moves of a branch whose hook asks the gate, which no gate let through: past it, whether they were deployed or not.

    Where the hook never asked, a merge alone reaches nothing: the gate stands before the deploy. Nor does a move count that
    brings nothing but what runs there (`beside`: the passages of deploys, and what ran before them).
    """
    since = session.scalar(queries.FIRST_HOOK_RUN, here)
    if since is None:
        return []
    earlier, running = _before(session, here, RefUpdate, {one.content for one in moved})
    deploys, ran_first = beside

    def runs_already(change: Reached) -> bool:
        before = [one.change.content for one in deploys if one.change.at <= change.at]
        return change.content == (before[-1] if before else ran_first)

    return [
        one
        for one in passages(moved, runs, gaps, earlier=earlier, running=running)
        if one.change.at >= since and not (one.let_through or one.repeats or runs_already(one.change))
    ]


def _before_records(row: Any, first: Any) -> bool:
    """Before the first record, and not the merge that it belongs to."""
    same = (row.commit == first.commit, row.content_id is not None and row.content_id == first.content_id)
    return bool(row.at < first.started_at) and not any(same)


def _recorded(row: Any) -> Reached:
    return Reached(
        id=f"record:{row.id}",
        at=row.at,
        content_id=row.content_id,
        commit=row.commit,
        subject=row.subject,
        author=row.author,
        source="record",
        run_id=row.gate_run_id,
    )


def _updated(row: Any) -> Reached:
    return Reached(
        id=f"update:{row.id}",
        at=row.at,
        by=row.received_at if row.source == "history" else None,
        content_id=row.content_id,
        commit=row.commit,
        pull_request=row.pull_request,
        subject=row.subject,
        author=row.author,
        url=row.url,
        source=row.source,
        confirmed=row.confirmed_at is not None,
    )


def _before(
    session: Session, here: Mapping[str, Any], table: Any, contents: Collection[str]
) -> tuple[dict[str, Earlier], str | None]:
    """When these contents ran on the stage until `after`, and what was there last."""
    last = session.execute(queries.RAN_LAST[table], here).first()
    if last is None:
        return {}, None
    found: dict[str, Earlier] = {}
    if contents:
        for row in session.execute(queries.RAN_BEFORE[table], {**here, "contents": list(contents)}).all():
            other = {**here, "content": row.content_id, "since": row.at}
            found[row.content_id] = Earlier(row.at, session.scalar(queries.REPLACED[table], other))
    return found, last.content_id or f"commit {last.commit or last.id}"


def _runs(session: Session, here: Mapping[str, Any], reached: Sequence[Reached], checks: Collection[int]) -> list[Run]:
    """The stage's runs since then, and older ones about what reached it since; each with what `checks` said."""
    every = here["after"] == BEGINNING
    asked: dict[str, Any] = {
        "contents": [] if every else list({one.content_id for one in reached if one.content_id}),
        "commits": [] if every else list({one.commit for one in reached if one.commit}),
        "pulls": [] if every else list({one.pull_request for one in reached if one.pull_request}),
        "ids": [] if every else list({one.run_id for one in reached if one.run_id}),
        "stage": here["stage"],
        "after": here["after"] - SKEW,
    }
    said: defaultdict[int, dict[int, Said]] = defaultdict(dict)
    for row in session.execute(queries.RESULTS, {**asked, "checks": list(checks)}):
        said[row.gate_run_id][row.check_id] = Said(row.blocking, row.summary, row.outcome is Outcome.SKIP)
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
        for row in session.execute(queries.RUNS, asked)
    ]


def _waivers(session: Session, here: Mapping[str, Any]) -> tuple[dict[int, list[Span]], dict[int, datetime]]:
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    decided: dict[int, datetime] = {}
    for row in session.execute(queries.WAIVERS, here):
        end = row.until if row.ended_at is None else min(row.until, row.ended_at)
        spans[row.check_id].append(Span(start=row.from_, end=end))
        decided[row.check_id] = row.from_
    return spans, decided


def _observations(
    session: Session, here: Mapping[str, Any], checks: Collection[int]
) -> tuple[dict[int, list[Seen]], dict[int, Text], dict[int, Text]]:
    """Observations by check, what the fails among them say, and what the last one of each check says."""
    seen: defaultdict[int, list[Seen]] = defaultdict(list)
    texts: dict[int, Text] = {}
    latest: dict[int, Text] = {}
    if not checks:
        return seen, texts, latest
    asked = {**here, "checks": list(checks)}
    for row in session.execute(queries.OBSERVATIONS, asked):
        seen[row.check_id].append(Seen(row.observed_at, row.id, row.outcome))
        if row.outcome is Outcome.FAIL:
            texts[row.id] = (row.summary, None)
    for check_id, summary in session.execute(queries.LATEST, asked):
        latest[check_id] = (summary, None)
    return seen, texts, latest


_POLICIES: OrderedDict[str, model.Policy] = OrderedDict()
KEPT = 256


def pushes(session: Session, policy_ids: Collection[int]) -> dict[int, list[Push]]:
    """Every push of these policies, oldest first. What a text says is read once in a process: a version never changes."""
    rows = session.execute(queries.PUSHES, {"policies": list(policy_ids)}).all()
    if unknown := {row.version_id for row in rows if row.digest not in _POLICIES}:
        wanted = sa.select(PolicyVersion.digest, PolicyVersion.parsed).where(PolicyVersion.id.in_(unknown))
        for digest, values in session.execute(wanted):
            _POLICIES[digest] = model.policy_from(values)
    found: dict[int, list[Push]] = {policy_id: [] for policy_id in policy_ids}
    for row in rows:
        push = Push(id=row.id, at=row.at, policy=_POLICIES[row.digest], commit=row.commit, author=row.author or row.by)
        found[row.policy_id].append(push)
    while len(_POLICIES) > KEPT:
        _POLICIES.popitem(last=False)
    return found
