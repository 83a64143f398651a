"""A context for one check, as the gate makes one: a policy of two stages, read by the real loader's model."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tracker.policy.kinds import Context, redact
from tracker.policy.kinds.context import CouldNotFindOut
from tracker.policy.model import policy_from
from tracker.policy.values import Change, Facts, Human, Observation

NOW = datetime(2018, 2, 1, 20, 0, tzinfo=UTC)
ADA = Human(name="Ada", role="admin", logins=frozenset({"github:ada", "ada@example.org"}))
BOB = Human(name="Bob", role="admin", logins=frozenset({"github:bob"}))
EVE = Human(name="Eve", role="reader", logins=frozenset({"github:eve"}))
CHANGE = Change(
    deployment="hub",
    stage="prod",
    ref="refs/heads/prod",
    new="a" * 40,
    content_id="c0ffee" + "0" * 34,
    author="Bob <bob@example.org>",
    author_login="bob",
    actor="ada",
    actor_forge="github",
)


def policy(check: Mapping[str, Any], url: str = "https://staging.example.org", **more: Any) -> Any:
    stages = [
        {"id": "staging", "url": url},
        {"id": "prod", "url": "https://hub.example.org", "promotes_from": "staging", "protected": True},
    ]
    return policy_from(
        {
            "apiVersion": "policy/v1",
            "name": "acme",
            "timezone": "America/Los_Angeles",
            "deployments": [{"id": "hub", "stages": stages}],
            "checks": [{"id": "the-check", **check}],
            **more,
        }
    )


def context(kind: str, params: Mapping[str, Any], *, url: str = "https://staging.example.org", **given: Any) -> Context:
    """`seconds` is the time that the check has; `check` more keys of it; `more` more keys of the policy."""
    seconds, check, more = given.pop("seconds", 5.0), given.pop("check", {}), given.pop("more", {})
    made = policy({"kind": kind, "with": dict(params), **check}, url, **more)
    deployment = made.deployments[0]
    given = {"change": CHANGE, "facts": Facts(people=(ADA, BOB, EVE)), "now": NOW} | given
    return Context(
        policy=made,
        deployment=deployment,
        stage=deployment.stages[1],
        check=made.checks[0],
        deadline=time.monotonic() + seconds,
        **given,
    )


def run(ctx: Context) -> Observation:
    """Evaluate the check as whoever runs it does: what it could not find out is an error, secrets are hidden."""
    from tracker.policy.kinds import KINDS, could_not_find_out

    try:
        found = KINDS[ctx.check.kind].run(ctx, ctx.check.with_)
    except CouldNotFindOut as error:
        found = could_not_find_out(str(error))
    return Observation(found.outcome, redact(found.summary, ctx.revealed), redact(found.evidence, ctx.revealed), found.took)
