"""Results of checks that something else evaluates."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from tracker.domain.errors import Forbidden
from tracker.domain.policy import RunsOn
from tracker.policy import values
from tracker.services import observations, policies, tokens
from tracker.services.policy_places import check_row, stage_row
from tracker.web.api.asked import body_as, idempotency_key, token_required, writing

bp = Blueprint("checks", __name__)


@dataclass(frozen=True, kw_only=True)
class Pushed:
    deployment: str
    stage: str
    status: str
    summary: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    observed_at: datetime | None = None


@bp.post("/checks/<policy>/<check>/observations")
@token_required
def observe(policy: str, check: str) -> ResponseReturnValue:
    """One result: pass, fail or error. A check that the server evaluates takes none from outside."""
    sent, key = body_as(Pushed), idempotency_key()
    with writing() as session:
        there, deployment = policies.of_deployment(session, sent.deployment, policy)
        tokens.allow(session, g.token, tokens.OBSERVE, policy, deployment.slug, sent.stage)
        row = check_row(session, there, check)
        rule = there.policy.check(check)
        if rule is not None and rule.runs_on is RunsOn.SERVER:
            raise Forbidden(f"{check} is evaluated by the server itself (runs_on: server), and by nobody else.")
        seen = values.Observation(observations.pushed_outcome(sent.status), sent.summary, sent.evidence)
        kept = observations.record(
            session,
            row,
            stage_row(session, deployment, sent.stage),
            seen,
            observed_at=sent.observed_at or g.at,
            at=g.at,
            source="person" if g.token.kind == tokens.PERSON else "ci",
            token=g.token,
            key=f"{g.token.id}:{key}" if key else None,
        )
        said = {"id": kept.id, "status": kept.outcome.value}
    return said, 201
