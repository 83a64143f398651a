"""The server's own evaluation of checks: at a gate, on a schedule, in a simulation. No session is open meanwhile."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tracker.config import Settings
from tracker.domain.policy import Outcome
from tracker.policy import model
from tracker.policy.addresses import Allowed
from tracker.policy.forge import Forges
from tracker.policy.http_client import Client
from tracker.policy.kinds import KINDS, Context, where
from tracker.policy.running import run_checks
from tracker.policy.values import Change, Facts, Result
from tracker.services.forges import forges_of

SECRET = "TRACKER_SECRET_"  # a policy's ${secret:NAME} is the environment's TRACKER_SECRET_NAME, and nothing else of it
PATIENCE = timedelta(minutes=2)  # for all checks of one gate; the command line waits for the answer
OF_FACTS = frozenset({"server"})


@dataclass(frozen=True)
class Surroundings:
    """What checks that the server runs may use: a client that asks only where it may, and the secrets meant for policies."""

    http: Any = field(default_factory=Client)
    secrets: Mapping[str, str] = field(default_factory=dict)
    forges: Forges | None = None


def surroundings(settings: Settings, environ: Mapping[str, str] = os.environ) -> Surroundings:
    secrets = {name.removeprefix(SECRET): value for name, value in environ.items() if name.startswith(SECRET)}
    client = Client(Allowed.parse(settings.allowed_hosts, only=settings.allowed_hosts_only))
    return Surroundings(client, secrets, forges_of(settings))


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is judged: a stage of a deployment, and the change that is on its way there, if any."""

    policy: model.Policy
    deployment: model.Deployment
    stage: model.Stage
    change: Change | None = None
    phase: str = "exec"  # check, exec, hook: before a merge nobody deploys yet


def of_the_server(checks: Sequence[model.Check]) -> list[model.Check]:
    """Those of the checks that are the server's at a gate."""
    return [check for check in checks if where(check, online=True) == "server"]


def evaluate(
    checks: Sequence[model.Check],
    place: Place,
    facts: Facts,
    *,
    now: datetime,
    around: Surroundings,
    patience: timedelta = PATIENCE,
    run: Callable[..., list[Result]] = run_checks,
) -> list[Result]:
    """Each check's answer, in order. A check that cannot be run here is an error that says so; none outlives `patience`."""
    deadline = time.monotonic() + patience.total_seconds()

    def context(check: model.Check) -> Context:
        return Context(
            policy=place.policy,
            deployment=place.deployment,
            stage=place.stage,
            check=check,
            now=now,
            deadline=deadline,
            change=place.change,
            phase=place.phase,
            facts=facts,
            http=around.http,
            secrets=around.secrets,
            forges=around.forges,
        )

    known = [check for check in checks if check.kind in KINDS]
    found = {result.check: result for result in run(known, context, deadline=deadline)} if known else {}
    return [by_server(found.get(check.id) or not_here(check), now) for check in checks]


def by_server(result: Result, now: datetime) -> Result:
    return replace(result, by_server=True, observed_at=result.observed_at or now)


def not_here(check: model.Check, outcome: Outcome = Outcome.ERROR, summary: str = "") -> Result:
    """The answer of a check that nobody could run."""
    return Result(
        check=check.id,
        title=check.title or check.id,
        kind=check.kind,
        outcome=outcome,
        summary=summary or f"this server does not run checks of the kind {check.kind}",
        enforcement=check.enforcement,
        on_error_fails=check.on_error == "fail",
        fix=check.fix,
    )


def reads_facts_only(check: model.Check) -> bool:
    """Whether it is judged by what is stored and by the clock, so that it can be judged for another time as well."""
    kind = KINDS.get(check.kind)
    return kind is not None and kind.needs <= OF_FACTS
