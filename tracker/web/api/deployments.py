"""What was deployed, what reached a branch, and how a stage stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.policy.wire import from_json
from tracker.services import deployments, policies, stage_reports, tokens
from tracker.services.policy_places import stage_row
from tracker.store.models import GateRun, Stage
from tracker.web.api.asked import address_of_run, body_as, idempotency_key, reading, token_required, writing

bp = Blueprint("deployments", __name__)


@dataclass(frozen=True, kw_only=True)
class Reached:
    updates: tuple[deployments.Update, ...]
    source: str = "hook"
    sent_at: datetime | None = None  # what the clock of whoever tells says now


@bp.post("/deployments/<deployment>/<stage>/records")
@token_required
def record(deployment: str, stage: str) -> ResponseReturnValue:
    """A deploy that began, or ended; the same one again is the same record."""
    told = body_as(deployments.Deployed)
    with writing() as session:
        place = place_for(session, deployment, stage, tokens.RECORD)
        row = deployments.record(session, place, told, by=g.token.name, key=_key(), at=g.at)
        return {"id": row.id, "status": row.status}, 201


@bp.post("/deployments/<deployment>/<stage>/reached")
@token_required
def reached(deployment: str, stage: str) -> ResponseReturnValue:
    """What reached the stage's branch, as a hook or the history tells; the same again is nothing new."""
    told = body_as(Reached)
    with writing() as session:
        place = place_for(session, deployment, stage, tokens.RECORD)
        updates = told.updates
        if told.source == "hook":  # the times of a history are those of its commits
            updates = tuple(deployments.by_our_clock(updates, sent_at=told.sent_at, at=g.at))
        new = deployments.reached(session, place, updates, source=told.source, at=g.at)
        return {"new": [one.commit for one in new], "known": len(told.updates) - len(new)}


@bp.get("/deployments/<deployment>/<stage>")
@token_required
def show(deployment: str, stage: str) -> ResponseReturnValue:
    """How a stage stands: what runs there, its checks, windows, the last deployments, changes past the gate."""
    with reading() as session:
        place_for(session, deployment, stage, tokens.GATE)
        there, row = policies.of_deployment(session, deployment)
        return stage_reports.report(session, there, row, stage_row(session, row, stage), at=g.at, run_url=address_of_run)


def place_for(session: Session, deployment: str, stage: str, scope: str) -> Stage:
    """The stage of that name, if the token may do that there. Raises `NotFound`, `Forbidden`."""
    there, row = policies.of_deployment(session, deployment, g.token.policy)
    tokens.allow(session, g.token, scope, there.policy.name, row.slug, stage)
    return stage_row(session, row, stage)


def take_records(session: Session, stage: Stage, records: list[Any], *, run: GateRun) -> None:
    """The deployments that a handed-in file tells of, as that run's."""
    for n, one in enumerate(records):
        told = replace(from_json(deployments.Deployed, one, f"records[{n}]"), gate=run.public_id)
        deployments.record(session, stage, told, by=g.token.name, at=g.at)


def _key() -> str | None:
    key = idempotency_key()
    return f"{g.token.id}:{key}" if key else None
