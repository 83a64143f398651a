"""Keeping what checks found. Observations are never changed; a check's state on a stage is a fold over all of them."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, Invalid
from tracker.domain.policy import Outcome, State
from tracker.policy import model, values
from tracker.policy.states import CheckStanding, Seen, fold
from tracker.policy.wire import texts_are_whole, to_json
from tracker.services import evidence
from tracker.services.policies_in_force import InForce, parsed
from tracker.store.models import Check, CheckState, GateRun, Observation, Policy, PolicyVersion, Stage, Token
from tracker.store.queries.policies import locked_stage

LONGEST_SUMMARY = 300  # characters
LARGEST_EVIDENCE = 16 * 1024  # bytes as JSON
EARLY, LATE, LATE_BY_FILE = timedelta(minutes=5), timedelta(hours=24), timedelta(days=30)


def record(
    session: Session,
    check: Check,
    stage: Stage,
    observation: values.Observation,
    *,
    observed_at: datetime,
    at: datetime,
    source: str,
    token: Token | None = None,
    run: GateRun | None = None,
    key: str | None = None,
    by_file: bool = False,
) -> Observation:
    """Keep one observation, and fold the check's state and what it proves. With a `key` that is known: that one, as it was.

    Raises `Invalid` for a time more than 5 minutes ahead or 24 hours back (30 days in a run that is handed in, `by_file`),
    and `Conflict` where the key was used for another check or answer. A long summary is cut, large evidence left out.
    """
    known = session.scalar(sa.select(Observation).where(Observation.idempotency_key == key)) if key else None
    if known is not None:
        if (known.check_id, known.stage_id, known.outcome) != (check.id, stage.id, observation.outcome):
            raise Conflict("That idempotency key was used for another observation: use a new one for each.")
        return known
    locked_stage(session, stage.id)
    row = add(
        session, check, stage, observation, observed_at=observed_at, at=at, source=source, token=token, run=run, key=key,
        by_file=by_file,
    )  # fmt: skip
    refold(session, check, stage, row, at=at)
    evidence.refresh(session, stages=[stage], check=check, at=at)
    return row


def add(
    session: Session,
    check: Check,
    stage: Stage,
    observation: values.Observation,
    *,
    observed_at: datetime,
    at: datetime,
    source: str,
    token: Token | None = None,
    run: GateRun | None = None,
    key: str | None = None,
    by_file: bool = False,
) -> Observation:
    """Only the row; the caller folds."""
    check_time(observed_at, at=at, by_file=by_file)
    row = row_of(check, stage, observation, observed_at=observed_at, at=at, source=source, token=token, run=run, key=key)
    session.add(row)
    session.flush()
    return row


def row_of(
    check: Check,
    stage: Stage,
    observation: values.Observation,
    *,
    observed_at: datetime,
    at: datetime,
    source: str,
    token: Token | None = None,
    run: GateRun | None = None,
    key: str | None = None,
) -> Observation:
    """An observation as it is kept, not added yet."""
    tidied = tidy(observation)
    return Observation(
        check_id=check.id,
        stage_id=stage.id,
        outcome=tidied.outcome,
        summary=tidied.summary,
        evidence=dict(tidied.evidence),
        observed_at=observed_at,
        received_at=at,
        took_ms=round(tidied.took.total_seconds() * 1000),
        source=source,
        token_id=token.id if token else None,
        gate_run_id=run.id if run else None,
        idempotency_key=key,
    )


def check_time(observed_at: datetime, *, at: datetime, by_file: bool = False) -> None:
    """Raise `Invalid` for what was seen in the future, or too long ago to be told now."""
    if observed_at > at + EARLY:
        raise Invalid("It was observed in the future: set the clock of the machine that says so.", "observed_at")
    if observed_at < at - (LATE_BY_FILE if by_file else LATE):
        limit = "30 days" if by_file else "24 hours"
        raise Invalid(f"It was observed more than {limit} ago, which is too late to tell.", "observed_at")


def tidy(observation: values.Observation) -> values.Observation:
    """As it is kept: a summary of one line, evidence that is JSON and not too large."""
    summary = " ".join("".join(c if c.isprintable() else " " for c in observation.summary).split())
    if len(summary) > LONGEST_SUMMARY:
        summary = f"{summary[: LONGEST_SUMMARY - 1]}…"
    kept: dict[str, Any] = texts_are_whole(to_json(observation.evidence), "evidence")
    size = len(json.dumps(kept, ensure_ascii=False).encode())
    if size > LARGEST_EVIDENCE:
        kept = {"left_out": f"{size} bytes, more than the {LARGEST_EVIDENCE} that are kept"}
    return values.Observation(observation.outcome, summary, kept, observation.took)


def refold(session: Session, check: Check, stage: Stage, row: Observation | None, *, at: datetime) -> CheckState:
    """Bring the state up to date: from where it stood if `row` is the newest, else from the first observation on."""
    return refold_all(session, stage, [(check, row)], at=at)[0]


def refold_all(
    session: Session, stage: Stage, rows: Sequence[tuple[Check, Observation | None]], *, at: datetime
) -> list[CheckState]:
    """The same for several checks of one policy on one stage, each with its new observation; four statements in all."""
    if not rows:
        return []
    ids = [check.id for check, _ in rows]
    wanted = sa.select(CheckState).where(CheckState.stage_id == stage.id, CheckState.check_id.in_(ids))
    known = {one.check_id: one for one in session.scalars(wanted.order_by(CheckState.check_id).with_for_update())}
    rules, newest = _rules(session, rows[0][0].policy_id), _newest_of(session, stage.id, ids)
    states = []
    for check, row in rows:
        state = known.get(check.id)
        if state is None:
            state = known[check.id] = CheckState(check_id=check.id, stage_id=stage.id, state=State.UNKNOWN)
            session.add(state)
        rule = rules.check(check.slug) if rules is not None else None
        if row is not None and newest.get(check.id) == row.id and state.last_id is not None and row.id > state.last_id:
            _go_on(state, row, rule, at=at)
        else:
            _fold_into(session, state, rule, at=at)
        states.append(state)
    session.flush()
    return states


def _newest_of(session: Session, stage_id: int, check_ids: Sequence[int]) -> dict[int, int]:
    """By check: the id of the observation that was seen last, where it alone was seen then."""
    last = (
        sa.select(Observation.check_id, sa.func.max(Observation.observed_at).label("at"))
        .where(Observation.stage_id == stage_id, Observation.check_id.in_(check_ids))
        .group_by(Observation.check_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Observation.check_id, sa.func.max(Observation.id), sa.func.count())
        .join(last, sa.and_(last.c.check_id == Observation.check_id, last.c.at == Observation.observed_at))
        .where(Observation.stage_id == stage_id)
        .group_by(Observation.check_id)
    )
    return {check_id: newest for check_id, newest, several in rows if several == 1}


def _go_on(state: CheckState, row: Observation, rule: model.Check | None, *, at: datetime) -> None:
    """Fold one observation more, from where the state stands: a year of a check is not read again at each gate."""
    fresh_for = rule.fresh_for if rule is not None else None
    stood = CheckStanding(
        state=state.state, since=state.since, fails=state.fails, passes=state.passes, errors=state.errors,
        fresh_at=state.fresh_until - fresh_for if state.fresh_until is not None and fresh_for is not None else None,
    )  # fmt: skip
    _set(state, _folded([Seen(row.observed_at, row.id, row.outcome)], rule, at, carried=stood), row.id)


def fold_again(session: Session, there: InForce, *, at: datetime) -> None:
    """Fold every state of a policy anew, since its thresholds may have changed."""
    rules = {check.id: check for check in there.policy.checks}
    query = sa.select(CheckState, Check.slug).join(Check, Check.id == CheckState.check_id)
    for state, slug in session.execute(query.where(Check.policy_id == there.row.id)).all():
        _fold_into(session, state, rules.get(slug), at=at)
    session.flush()


def _rules(session: Session, policy_id: int) -> model.Policy | None:
    """The policy as it is in force; None where no version is."""
    query = sa.select(PolicyVersion).join(Policy, Policy.version_id == PolicyVersion.id).where(Policy.id == policy_id)
    version = session.scalar(query)
    return parsed(version) if version is not None else None


def _fold_into(session: Session, state: CheckState, rule: model.Check | None, *, at: datetime) -> None:
    rows = session.execute(
        sa.select(Observation.observed_at, Observation.id, Observation.outcome)
        .where(Observation.check_id == state.check_id, Observation.stage_id == state.stage_id)
        .order_by(Observation.observed_at, Observation.id)
    ).all()
    if not rows:
        return
    _set(state, _folded([Seen(*row) for row in rows], rule, at), rows[-1].id)


def _folded(seen: list[Seen], rule: model.Check | None, at: datetime, carried: CheckStanding | None = None) -> CheckStanding:
    if rule is None:
        return fold(seen, now=at, carried=carried)
    how = {"fail_after": rule.fail_after, "pass_after": rule.pass_after}
    return fold(seen, fresh_for=rule.fresh_for, now=at, carried=carried, **how)


def _set(state: CheckState, standing: CheckStanding, last_id: int) -> None:
    state.state, state.since = standing.state, standing.since
    state.fails, state.passes, state.errors = standing.fails, standing.passes, standing.errors
    state.last_id, state.fresh_until = last_id, standing.fresh_until


def newest(session: Session, check_id: int, stage_id: int) -> Observation | None:
    """The observation of a check on a stage that was made last."""
    return session.scalar(
        sa.select(Observation)
        .where(Observation.check_id == check_id, Observation.stage_id == stage_id)
        .order_by(Observation.observed_at.desc(), Observation.id.desc())
        .limit(1)
    )


def pushed_outcome(word: object) -> Outcome:
    """What may be pushed: pass, fail or error. Raises `Invalid`."""
    if word in (Outcome.PASS, Outcome.FAIL, Outcome.ERROR):
        return Outcome(str(word))
    raise Invalid("status has to be pass, fail or error.", "status")
