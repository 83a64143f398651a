"""What a check is given while it runs, and the observations that it answers with."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import TrackerError
from tracker.domain.policy import Outcome
from tracker.policy.values import Change, Facts, Observation

if TYPE_CHECKING:
    from tracker.policy.git import Repo
    from tracker.policy.model import Check, Deployment, Policy, Stage


class CouldNotFindOut(TrackerError):
    """Neither yes nor no: the forge did not answer, the clone is shallow, a variable is not set. Says what to do."""

    exit_code = 3


@dataclass(kw_only=True)
class Context:
    """What a check may look at while it runs. What is None could not be had, and a kind that needs it says so.

    `deadline` is a `time.monotonic()` value that no check outlives. `http` is what tracker.policy.http_client makes.
    `revealed` collects the values of variables and secrets that were looked up, so that evidence never shows them.
    """

    policy: "Policy"
    deployment: "Deployment"
    stage: "Stage"
    check: "Check"
    now: datetime
    deadline: float
    change: Change | None = None
    phase: str = "exec"  # check, exec, hook: a `check` of a pull request asks before the merge, when nobody deploys yet
    facts: Facts | None = None
    http: Any = None
    forges: Any = None  # tracker.policy.forge.Forges, on the server
    git: "Repo | None" = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    revealed: set[str] = field(default_factory=set)

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def given_facts(self) -> Facts:
        """What the server knows. Raises `CouldNotFindOut` where it was not reached."""
        if self.facts is None:
            raise CouldNotFindOut("The tracker's server was not reached, and only it knows this.")
        return self.facts

    def given_change(self) -> Change:
        """The change at the gate. Raises `CouldNotFindOut` where the check runs without one (on a schedule)."""
        if self.change is None:
            raise CouldNotFindOut("This check judges a change, and there is none.")
        return self.change


def passed(summary: str, **evidence: Any) -> Observation:
    return Observation(Outcome.PASS, summary, evidence)


def failed(summary: str, **evidence: Any) -> Observation:
    return Observation(Outcome.FAIL, summary, evidence)


def could_not_find_out(summary: str, **evidence: Any) -> Observation:
    return Observation(Outcome.ERROR, summary, evidence)


def skipped(summary: str, **evidence: Any) -> Observation:
    return Observation(Outcome.SKIP, summary, evidence)


def timed(seconds: float) -> timedelta:
    """A length measured with `time.monotonic()`, to the millisecond."""
    return timedelta(milliseconds=round(seconds * 1000))
