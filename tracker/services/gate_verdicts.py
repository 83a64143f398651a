"""The verdict of a gate run: once, from what its checks said, and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict
from tracker.domain.policy import Enforcement, Verdict
from tracker.policy import model, values
from tracker.policy.decide import blocks
from tracker.policy.decide import decide as weigh
from tracker.policy.wire import from_json
from tracker.services import evidence, observations, overrides
from tracker.services.check_rows import rows_by_name
from tracker.services.policies_in_force import parsed
from tracker.services.server_checks import not_here
from tracker.store.keys import lock_documents
from tracker.store.models import (
    Check,
    Deployment,
    GateResult,
    GateRun,
    Override,
    Person,
    Policy,
    PolicyVersion,
    Stage,
    Token,
    Waiver,
)
from tracker.store.queries import policies as queries

GOOD_FOR = timedelta(minutes=10)


def place_of(session: Session, run: GateRun) -> tuple[Policy, Deployment, Stage]:
    """Where a run asked to go."""
    query = (
        sa.select(Policy, Deployment, Stage)
        .join(Deployment, Deployment.policy_id == Policy.id)
        .join(Stage, Stage.deployment_id == Deployment.id)
        .where(Stage.id == run.stage_id)
    )
    return session.execute(query).one()


def decide(session: Session, run: GateRun, results: Sequence[values.Result], *, at: datetime) -> values.Decision:
    """Give the verdict, once: asking again, whatever the results, gives the same answer.

    What weighs is the policy's word, not that of whoever sends results: enforcement, title and fix are the policy's, a
    check that the server evaluated keeps the server's answer, one that nobody answered for is an error. Raises `Conflict`
    where another gate has used the break-glass code meanwhile.
    """
    _take_turns(session, run)
    if run.verdict is not None:
        return decision_of(session, run)
    version = session.get_one(PolicyVersion, run.version_id)
    policy, deployment, stage = place_of(session, run)
    rules = parsed(version)
    checks = [rules.check(name) for name in run.context["checks"]]
    answers = {one.check: one for one in results_of(session, run)}
    given = {one.check: one for one in results}
    everything = [
        answers.get(check.id) or _by_command_line(check, given.get(check.id), at) for check in checks if check is not None
    ]
    there = rules.stage(deployment.slug, stage.slug)
    decision = weigh(
        everything,
        protected=there.protected if there else stage.protected,
        where=f"{deployment.slug}/{stage.slug}",
        relaxed=from_json(values.Relaxed, run.context["relaxed"]) if run.context["relaxed"] else None,
        waivers=[from_json(values.Waiver, one) for one in run.context["waivers"]],
        override=_override_of(session, run),
    )
    rows = rows_by_name(session, policy.id, rules, at=at)
    _keep(session, run, decision, rows, at=at)
    if not run.dry_run:
        if decision.verdict is Verdict.OVERRIDDEN:
            overrides.use(session, run, deployment, stage, rules, at=at)
        _observe(session, run, decision, rows, stage, at=at)
        _note_waivers(session, run, decision, rows, at=at)
        evidence.refresh(session, stages=[stage], run=run, at=at)
    return decision_of(session, run)  # as it was kept: in one line, without what is too large


def _take_turns(session: Session, run: GateRun) -> None:
    """Of two that decide at once the second sees the first's verdict; on SQLite it does so anyway."""
    if run.override_id is not None:
        lock_documents(session)  # before the stage: who changes items locks in this order, too
    queries.locked_stage(session, run.stage_id)
    session.refresh(run)


def decision_of(session: Session, run: GateRun) -> values.Decision:
    """The verdict that was given. Raises `Conflict` where there is none yet."""
    if run.verdict is None:
        raise Conflict("This gate has not been decided yet.")
    results = results_of(session, run)
    blocking = tuple(one.check for one in results if blocks(one))
    return values.Decision(verdict=run.verdict, results=tuple(results), blocking=blocking, because=run.because)


def results_of(session: Session, run: GateRun, *, by_server: bool | None = None) -> list[values.Result]:
    """What the checks of a run said, in the policy's order; one statement and the version."""
    version = session.get_one(PolicyVersion, run.version_id)
    rules = parsed(version)
    query = sa.select(GateResult, Check.slug, Check.kind, Check.title).join(Check, Check.id == GateResult.check_id)
    query = query.where(GateResult.gate_run_id == run.id)
    if by_server is not None:
        query = query.where(GateResult.by_server.is_(by_server))
    found = []
    names = run.context["checks"]
    for row, slug, kind, title in session.execute(query.order_by(GateResult.n)):
        name = names[row.n] if row.n < len(names) else slug  # as it was called then
        rule = rules.check(name)
        found.append(
            values.Result(
                check=name,
                title=(rule.title or name) if rule else title,
                kind=rule.kind if rule else kind,
                outcome=row.outcome,
                summary=row.summary,
                enforcement=row.enforcement,
                on_error_fails=rule.on_error == "fail" if rule else True,
                fix=row.fix,
                waived=row.waived,
                evidence=row.evidence,
                observed_at=run.at,
                took=timedelta(milliseconds=row.took_ms),
                by_server=row.by_server,
            )
        )
    return found


def result_row(run: GateRun, check_id: int, n: int, result: values.Result, *, blocking: bool = False) -> GateResult:
    observation = values.Observation(result.outcome, result.summary, result.evidence, result.took)
    tidied = observations.tidy(observation)
    return GateResult(
        gate_run_id=run.id,
        check_id=check_id,
        n=n,
        outcome=tidied.outcome,
        enforcement=result.enforcement,
        summary=tidied.summary,
        fix=result.fix,
        waived=result.waived,
        blocking=blocking,
        evidence=dict(tidied.evidence),
        took_ms=max(0, round(tidied.took.total_seconds() * 1000)),
        by_server=result.by_server,
    )


def _by_command_line(check: model.Check, given: values.Result | None, at: datetime) -> values.Result:
    """The command line's answer, weighed as the policy says; a check of the server's cannot be answered from outside."""
    if given is None:
        return not_here(check, summary="the command line gave no answer")
    return replace(
        not_here(check),
        outcome=given.outcome,
        summary=given.summary,
        evidence=given.evidence,
        observed_at=given.observed_at or at,
        took=given.took,
    )


def _override_of(session: Session, run: GateRun) -> values.Override | None:
    if run.override_id is None:
        return None
    override = session.get_one(Override, run.override_id)
    return values.Override(by=session.get_one(Person, override.person_id).name, reason=override.reason)


def _keep(session: Session, run: GateRun, decision: values.Decision, rows: Mapping[str, Check], *, at: datetime) -> None:
    known = {one.check_id: one for one in session.scalars(sa.select(GateResult).where(GateResult.gate_run_id == run.id))}
    for n, result in enumerate(decision.results):
        check_id = rows[result.check].id
        row = known.get(check_id)
        if row is None:
            session.add(result_row(run, check_id, n, result, blocking=result.check in decision.blocking))
        else:
            row.waived, row.blocking = result.waived, result.check in decision.blocking
    run.verdict, run.because, run.decided_at = decision.verdict, decision.because, at
    run.expires_at = max(at, run.at) + GOOD_FOR
    session.flush()


def _observe(
    session: Session, run: GateRun, decision: values.Decision, checks: Mapping[str, Check], stage: Stage, *, at: datetime
) -> None:
    """Each answer is an observation of its check as well, made when the gate was asked."""
    observations.check_time(run.at, at=at, by_file=True)
    token = session.get(Token, run.token_id) if run.token_id is not None else None
    rows = []
    for result in decision.results:
        seen = values.Observation(result.outcome, result.summary, result.evidence, result.took)
        source = "server" if result.by_server else "ci"
        check = checks[result.check]
        rows.append(observations.row_of(check, stage, seen, observed_at=run.at, at=at, source=source, token=token, run=run))
    session.add_all(rows)
    session.flush()
    of = [checks[result.check] for result in decision.results]
    observations.refold_all(session, stage, list(zip(of, rows, strict=True)), at=at)


def _note_waivers(
    session: Session, run: GateRun, decision: values.Decision, rows: Mapping[str, Check], *, at: datetime
) -> None:
    """Which waivers let something through, so that unused ones can be listed."""
    waived = [rows[one.check].id for one in decision.results if one.waived and one.enforcement is Enforcement.SOFT]
    if not waived or not run.context["waivers"]:
        return
    in_force = {row.id for row in session.scalars(queries.waivers_in_force(run.stage_id, run.at))}
    session.execute(
        sa.update(Waiver)
        .where(Waiver.id.in_(in_force), Waiver.check_id.in_(waived))
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )
    session.flush()
