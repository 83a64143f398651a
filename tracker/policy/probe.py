"""Ask the addresses of a policy's `http` checks, once each, so that a wrong path shows before the gate stands on it."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from tracker.policy.kinds.context import Context, CouldNotFindOut
from tracker.policy.kinds.http import problem_of
from tracker.policy.kinds.texts import expand, redact
from tracker.policy.model import Check, Deployment, Policy, Stage
from tracker.policy.parameters import HttpParams
from tracker.policy.problems import Path, Problem, Source

MOST_SECONDS = 10.0


def probed(policy: Policy, source: Source, *, now: datetime | None = None) -> Iterator[Problem]:
    """One finding for each address that does not answer as its check expects, or that could not be asked."""
    for n, check in enumerate(policy.checks):
        if not isinstance(check.with_, HttpParams):
            continue
        asked: set[str] = set()
        for deployment, stage in policy.places(check):
            context = _context(policy, check, deployment, stage, now or datetime.now(UTC))
            yield from _probe(context, check.with_, ("checks", n, "with", "url"), source, asked)


def _context(policy: Policy, check: Check, deployment: Deployment, stage: Stage, now: datetime) -> Context:
    deadline = time.monotonic() + min(check.timeout.total_seconds(), MOST_SECONDS)
    environ = dict(os.environ)
    return Context(
        policy=policy, deployment=deployment, stage=stage, check=check, now=now, deadline=deadline, environ=environ
    )


def _probe(context: Context, params: HttpParams, path: Path, source: Source, asked: set[str]) -> Iterator[Problem]:
    from tracker.policy.addresses import EVERYWHERE, AddressRefused
    from tracker.policy.http_client import Client, Unanswered

    place = f"{context.deployment.id}/{context.stage.id}"
    try:
        url = str(expand(params.url, context))
        headers = dict(expand(params.headers, context))
    except CouldNotFindOut as unknown:
        yield source.warning(path, f"{place}: {unknown}", "It was not asked.")
        return
    if url in asked:
        return
    asked.add(url)
    shown = str(redact(url, context.revealed))
    follow = params.follow_redirects
    try:
        answer = Client(EVERYWHERE).ask(
            url, deadline=context.deadline, method=params.method, headers=headers, follow_redirects=follow
        )
    except (Unanswered, AddressRefused) as nobody:
        yield source.error(path, f"{place}: {shown} did not answer: {nobody}", "Is it the right address?")
        return
    if problem := problem_of(answer, shown, params.expect, context.now):
        yield source.error(path, f"{place}: {shown} {problem}.", "Is it the right path?")
