"""A context's run on a forge, kept as a run of the gate: the forge was asked "may this change go there?", and answered."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.policy import Enforcement, Outcome, Verdict
from tracker.policy.forge.values import Ended, Ran, Request
from tracker.policy.values import Change, Observation
from tracker.policy.wire import to_json
from tracker.services import observations
from tracker.services.forge_policies import Watched
from tracker.store.models import Deployment, GateResult, GateRun, Policy

LATE = timedelta(days=29)  # an older run is kept as a run of the gate only: nobody needs the state that a check had then


@dataclass(frozen=True)
class _Meant:
    verdict: Verdict
    outcome: Outcome
    words: str


MEANT = {
    Ended.SUCCESS: _Meant(Verdict.ALLOW, Outcome.PASS, "succeeded"),
    Ended.FAILURE: _Meant(Verdict.DENY, Outcome.FAIL, "failed"),
    Ended.SKIPPED: _Meant(Verdict.UNDECIDED, Outcome.SKIP, "was skipped, which is not success"),
    Ended.STOPPED: _Meant(Verdict.UNDECIDED, Outcome.ERROR, "was stopped before it had judged"),
}


def keep_run(session: Session, there: Watched, run: Ran, request: Request | None, *, at: datetime) -> GateRun | None:
    """Keep a run that has ended, once; None for one that has not."""
    meant, check = MEANT.get(run.ended), there.guards.get(run.context)
    if meant is None or check is None:
        return None
    key = f"forge:{there.watch.policy_id}:{run.id}"
    known = session.scalar(sa.select(GateRun).where(GateRun.idempotency_key == key))
    if known is not None:
        return known
    row = _row(session, there, run, request, meant, key, at)
    session.add(row)
    session.flush()
    summary, evidence = row.because, {"run": run.id, "url": run.url, "commit": run.commit}
    session.add(
        GateResult(
            gate_run_id=row.id,
            check_id=check.id,
            n=0,
            outcome=meant.outcome,
            enforcement=Enforcement.SOFT,
            summary=summary,
            blocking=not meant.verdict.lets_through,
            evidence=evidence,
        )
    )
    if at - row.at < LATE:
        seen = Observation(meant.outcome, summary, evidence)
        observed = observations.add(
            session, check, there.stage, seen, observed_at=row.at, at=at, source="forge", run=row, by_file=True
        )
        observations.refold(session, check, there.stage, observed, at=at)
    return row


def _row(
    session: Session, there: Watched, run: Ran, request: Request | None, meant: _Meant, key: str, at: datetime
) -> GateRun:
    change, when = _change(session, there, run, request), min(run.at, at)
    return GateRun(
        public_id=secrets.token_urlsafe(12),
        stage_id=there.stage.id,
        version_id=session.get_one(Policy, there.watch.policy_id).version_id,
        at=when,
        received_at=at,
        decided_at=when,
        verdict=meant.verdict,
        because=f"{run.context} {meant.words}",
        phase="forge",
        ref=change.ref,
        new_commit=run.commit,
        pull_request=change.pull_request,
        commits=[run.commit],
        subject=change.subject,
        author=change.author,
        ci_url=run.url,
        context=to_json(change),
        idempotency_key=key,
    )


def _change(session: Session, there: Watched, run: Ran, request: Request | None) -> Change:
    deployment = session.get_one(Deployment, there.stage.deployment_id)
    host = "github.com" if there.watch.forge == "github" else "gitlab.com"
    return Change(
        deployment=deployment.slug,
        stage=there.stage.slug,
        ref=f"refs/heads/{there.watch.branch}",
        repo=f"{host}/{there.watch.repo}",
        new=run.commit,
        subject=request.title if request else "",
        author=request.author if request else "",
        ci_url=run.url,
        pull_request=request.number if request else None,
    )
