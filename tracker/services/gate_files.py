"""Gates that are asked otherwise: what would it say (nothing is stored), and what was asked while this server was away."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.errors import Invalid
from tracker.domain.policy import Outcome
from tracker.policy import model, values
from tracker.policy.decide import decide as weigh
from tracker.policy.kinds import KINDS
from tracker.policy.wire import from_json, to_json
from tracker.services import gate_runs, observations
from tracker.services.gate_requests import GateRequest, Prepared, prepare
from tracker.services.gate_verdicts import decide
from tracker.services.server_checks import Surroundings, evaluate, not_here, of_the_server, reads_facts_only
from tracker.store.models import GateRun, Token


def simulate(
    session: Session, request: GateRequest, *, token: Token | None = None, at: datetime, around: Surroundings | None = None
) -> tuple[Prepared, values.Decision]:
    """What the gate would say, now or at `request.at`, for that change. Stores nothing and uses nothing up.

    What only the command line can find out (files of the change, programs) is skipped; so is, for another time than now,
    what only the network can tell.
    """
    prepared = prepare(session, replace(request, dry_run=True), token=token, at=at)
    now = request.at is None
    asked = [one for one in prepared.checks if _can_be_simulated(one, now=now)]
    answers = {
        one.check: one
        for one in evaluate(asked, prepared.place, prepared.facts, now=prepared.at, around=around or Surroundings())
    }
    skipped = "only the command line can tell, in a clone" if now else "cannot be found out for another time"
    results = [answers.get(one.id) or not_here(one, Outcome.SKIP, skipped) for one in prepared.checks]
    place = prepared.place
    decision = weigh(
        results,
        protected=place.stage.protected,
        where=f"{place.deployment.id}/{place.stage.id}",
        relaxed=prepared.relaxed,
        waivers=prepared.waivers,
        override=prepared.override,
    )
    return prepared, decision


def hand_in(
    session: Session, file: Mapping[str, Any], *, token: Token | None, at: datetime
) -> tuple[GateRun, values.Decision]:
    """Take a run that was made while this server was away, up to 30 days ago; the same file twice is one run.

    The checks that only the server can judge are judged now, by what it knows of that time; what would have had to ask the
    network then stays as it was: not found out.
    """
    told = from_json(HandedIn, file, "file")
    if told.version != 1:
        raise Invalid(f"This server reads files of version 1, and this is one of version {told.version}.", "version")
    observations.check_time(told.at, at=at, by_file=True)
    key = hashlib.sha256(json.dumps(to_json(told), sort_keys=True).encode()).hexdigest()
    request = replace(told.request, key=told.request.key or key, at=None)
    prepared = prepare(session, request, token=token, at=told.at)
    run = gate_runs.known_run(session, prepared, token)
    if run is None:
        mine = [one for one in prepared.checks if one in of_the_server(prepared.checks) and reads_facts_only(one)]
        answers = evaluate(mine, prepared.place, prepared.facts, now=told.at, around=Surroundings())
        run = gate_runs.store(session, prepared, answers, token=token, at=told.at, received_at=at)
    return run, decide(session, run, told.results, at=at)


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """What the file of a run holds that was made without the server (`tracker gate sync FILE`)."""

    version: int
    request: GateRequest
    results: tuple[values.Result, ...]
    at: datetime


def _can_be_simulated(check: model.Check, *, now: bool) -> bool:
    kind = KINDS.get(check.kind)
    if kind is None or kind.needs & {"git", "exec"}:
        return False
    return now or reads_facts_only(check)
