"""The gate: a question is opened, the server's checks answer, the command line's answers come, and a verdict is given.

Three steps, so that no transaction is open while checks ask the network: `gate_requests.prepare` reads, `evaluate` asks,
`store` writes. `open` does all three in one session, for whoever has nothing to wait for.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, NotFound
from tracker.policy import values
from tracker.policy.plain_text import one_line
from tracker.policy.wire import texts_are_whole, to_json
from tracker.services import policies, policy_rows, tokens
from tracker.services.check_rows import rows_by_name
from tracker.services.gate_requests import GateRequest, Prepared, prepare
from tracker.services.gate_verdicts import place_of, result_row, results_of
from tracker.services.server_checks import Surroundings, of_the_server
from tracker.services.server_checks import evaluate as evaluate_checks
from tracker.store.models import GateRun, Policy, PolicyVersion, Token
from tracker.store.queries import policies as queries

LONG = 500  # characters of a subject, an author, an actor that are kept


@dataclass(frozen=True, slots=True)
class GateOpened:
    """A question that waits for the command line's answers. `results` are those of the server's own checks."""

    run: GateRun
    prepared: Prepared
    results: Sequence[values.Result]


def open(
    session: Session,
    request: GateRequest,
    *,
    token: Token | None = None,
    at: datetime,
    around: Surroundings | None = None,
    received_at: datetime | None = None,
) -> GateOpened:
    """Ask: what is known is gathered, the server's checks are evaluated, the run is stored. Raises what `prepare` raises."""
    prepared = prepare(session, request, token=token, at=at)
    run = known_run(session, prepared, token)
    if run is not None:
        return GateOpened(run, prepared, results_of(session, run, by_server=True))
    results = evaluate(prepared, around or Surroundings())
    run = store(session, prepared, results, token=token, at=at, received_at=received_at)
    return GateOpened(run, prepared, results)


def evaluate(prepared: Prepared, around: Surroundings) -> list[values.Result]:
    """The answers of the checks that are the server's; needs no session."""
    return evaluate_checks(of_the_server(prepared.checks), prepared.place, prepared.facts, now=prepared.at, around=around)


def known_run(session: Session, prepared: Prepared, token: Token | None) -> GateRun | None:
    """The run that was stored for this question before. Raises `Conflict` where its key was used for another one."""
    key = _key(prepared.request.key, token)
    run = session.scalar(sa.select(GateRun).where(GateRun.idempotency_key == key)) if key else None
    if run is not None and (run.stage_id, run.new_commit) != (prepared.stage_id, prepared.change.new):
        raise Conflict("That idempotency key was used for another gate: use a new one for each.")
    return run


def store(
    session: Session,
    prepared: Prepared,
    results: Sequence[values.Result],
    *,
    token: Token | None,
    at: datetime,
    received_at: datetime | None = None,
) -> GateRun:
    """Write the run down with the server's results. Of two who ask with one key at once both get the same run."""
    version, stage_id = _version_and_stage(session, prepared, at=at)
    run = _run_of(prepared, version, stage_id, token, at, received_at or at)
    try:
        with session.begin_nested():
            session.add(run)
            session.flush()
    except IntegrityError:
        known = known_run(session, prepared, token)
        if known is None:
            raise
        return known
    rows = rows_by_name(session, version.policy_id, prepared.policy, at=at)
    order = {check.id: n for n, check in enumerate(prepared.checks)}
    session.add_all(result_row(run, rows[one.check].id, order[one.check], one) for one in results)
    session.flush()
    return run


def _run_of(
    prepared: Prepared, version: PolicyVersion, stage_id: int, token: Token | None, at: datetime, received_at: datetime
) -> GateRun:
    request, change = prepared.request, prepared.change
    return GateRun(
        public_id=secrets.token_urlsafe(12),
        stage_id=stage_id,
        version_id=version.id,
        at=at,
        received_at=received_at,
        dry_run=request.dry_run,
        phase=request.phase,
        change_type=change.change_type,
        reason=change.reason[:LONG],
        incident_id=prepared.incident_id,
        override_id=prepared.override_id,
        ref=change.ref,
        old_commit=change.old,
        new_commit=change.new,
        content_id=change.content_id,
        pull_request=change.pull_request,
        commits=list(change.commits),
        subject=one_line(change.subject, LONG),
        author=one_line(change.author, LONG),
        actor=change.actor,
        person_id=prepared.person_id,
        ci_url=change.ci_url,
        context=_context(prepared),
        token_id=token.id if token else None,
        idempotency_key=_key(request.key, token),
    )


def find(session: Session, public_id: str) -> GateRun:
    """Raises `NotFound`."""
    run = session.scalar(sa.select(GateRun).where(GateRun.public_id == public_id))
    if run is None:
        raise NotFound("There is no such gate run.")
    return run


def _version_and_stage(session: Session, prepared: Prepared, *, at: datetime) -> tuple[PolicyVersion, int]:
    """The rows of what judged; a text that was not seen before is kept, with what it names, and is not in force by that."""
    place = prepared.place
    if prepared.text.loaded is None and prepared.stage_id is not None:
        query = sa.select(PolicyVersion).join(Policy, Policy.id == PolicyVersion.policy_id)
        query = query.where(Policy.name == prepared.policy.name, PolicyVersion.digest == prepared.text.digest)
        return session.scalars(query).one(), prepared.stage_id
    row = queries.locked_policy(session, prepared.policy.name)
    version = policies.find_version(session, row, prepared.text.digest)
    if version is None:
        assert prepared.text.loaded is not None
        version = policies.store(session, row, prepared.text.loaded, prepared.text.yaml, at=at)
    policy_rows.add_missing(session, row, prepared.policy, at=at)
    _, stage = session.execute(queries.places(row.id, place.deployment.id, place.stage.id)).one()
    return version, stage.id


def _context(prepared: Prepared) -> dict[str, Any]:
    """The change as it was asked, and what it was judged by, so that the verdict does not depend on when it is given."""
    context: dict[str, Any] = texts_are_whole(
        {
            **to_json(prepared.change),
            "checks": [check.id for check in prepared.checks],
            "waivers": to_json(prepared.waivers),
            "relaxed": to_json(prepared.relaxed),
            "in_force": prepared.text.in_force,
            "same": prepared.text.same,
            "now": to_json(prepared.now),
        },
        "change",
    )
    return context


def _key(key: str | None, token: Token | None) -> str | None:
    """Bound to the token, so that nobody's key is somebody else's answer."""
    return f"{token.id if token else 0}:{key[:200]}" if key else None


def token_may(session: Session, token: Token, run: GateRun, scope: str = tokens.GATE) -> None:
    """Raise `Forbidden` where the run is of a place that `token` is not for."""
    policy, deployment, stage = place_of(session, run)
    tokens.allow(session, token, scope, policy.name, deployment.slug, stage.slug)
