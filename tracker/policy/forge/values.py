"""What a forge tells, in one form for all forges. What it did not tell is None, which is never a no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tracker.policy.kinds.context import CouldNotFindOut


class ForgeSilent(CouldNotFindOut):
    """The forge could not be asked, or would not say. Never a no."""


class OutOfRequests(ForgeSilent):
    """As many requests as are allowed have been made; `until` is when there are more, where the forge says it."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class NotThere(ForgeSilent):
    """The forge says 404: it is not there, or may not be seen."""


class Ended(StrEnum):
    """How a status or a check run ended. Only success is success; a skipped one has judged nothing."""

    SUCCESS = "success"
    FAILURE = "failure"  # it judged, and said no
    SKIPPED = "skipped"
    STOPPED = "stopped"  # cancelled, broken, timed out: it did not judge
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the forge enforces on a branch. Each None: it did not tell.

    `required` has the contexts that must succeed before a change gets in, and the app that must report each (None: any
    app). `all_known`: there are no others. `any_pipeline`: every job that may not fail is required, whatever its name.
    """

    required: Mapping[str, int | None] = field(default_factory=dict)
    all_known: bool = False
    any_pipeline: bool | None = False
    pull_request: bool | None = None
    no_force_push: bool | None = None
    bypass: tuple[str, ...] | None = None  # who is let past: () is nobody
    url: str | None = None  # where people look at them
    because: str = ""  # why something is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run of one context on one commit."""

    id: str  # of the forge's own: "run 123", "status 45"
    context: str
    commit: str
    ended: Ended
    at: datetime  # when it ended; of one that runs when it began
    app: int | None = None
    url: str | None = None
    may_fail: bool = False  # its failing stops nothing (GitLab's allow_failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A pull request, or a merge request."""

    number: str
    base: str  # the branch that it is for
    title: str
    author: str
    head: str
    url: str
    merged_at: datetime | None
    merge_commit: str | None
    updated_at: datetime
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit of a branch's own line: what the branch stood on, one after the other."""

    id: str
    parent: str | None
    at: datetime
    subject: str
    author: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A branch was moved: pushed, merged into, forced; `at` is the forge's own clock."""

    before: str | None
    after: str
    at: datetime
    by: str
