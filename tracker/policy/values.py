"""What the gate and the checks speak of, as plain values. Instants are aware UTC; lengths of time are `timedelta`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tracker.domain.policy import ChangeType, Enforcement, Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change on its way to one stage of one deployment, as far as whoever asks could find out.

    Commits are full ids in hex; None where there is none (a new branch has no `old`). `content_id` is the hash over the
    deployment's own files (tracker.policy.git), the same for a merge commit and for what it merges. Texts come from
    commits and CI, so they are hostile: outputs make them harmless.
    """

    deployment: str
    stage: str
    ref: str | None = None  # refs/heads/prod
    repo: str | None = None  # github.com/owner/name
    old: str | None = None
    new: str | None = None
    tree: str | None = None
    content_id: str | None = None
    old_content_id: str | None = None
    commits: tuple[str, ...] = ()  # old..new, newest first, 1,000 at most
    changed_paths: tuple[str, ...] | None = None  # None: could not find out
    deployments_touched: tuple[str, ...] = ()
    subject: str = ""
    author: str = ""
    author_login: str | None = None
    actor: str | None = None  # who merges or deploys, as the CI names them
    actor_forge: str | None = None  # github, gitlab; None: a person of this tracker, by e-mail or name
    ci_url: str | None = None
    pull_request: str | None = None
    change_type: ChangeType = ChangeType.NORMAL
    reason: str = ""
    named: bool = True  # deployment and stage were named, not guessed
    confirmed: bool | None = None  # somebody at a terminal typed the deployment's id; None: nobody was asked
    edits_policy: bool = False
    policy_digest_after: str | None = None  # of the policy's text as the change has it; None: it has none, or nobody looked
    problems: tuple[str, ...] = ()  # what could not be found out ("a shallow clone: use fetch-depth: 0")
    fork: bool = False  # the change comes from a fork's pull request: no command, no secret


@dataclass(frozen=True, slots=True)
class Observation:
    """One evaluation of a check. `summary` is at most 300 characters of one line, `evidence` at most 16 KiB as JSON."""

    outcome: Outcome
    summary: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    took: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check's observation as the gate weighs it. `waived` says why it does not block, None where it counts in full."""

    check: str
    title: str
    kind: str
    outcome: Outcome
    summary: str
    enforcement: Enforcement
    on_error_fails: bool = True
    fix: str = ""
    waived: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    observed_at: datetime | None = None
    took: timedelta = timedelta(0)
    by_server: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A rule suspended until a date, for one check on one stage."""

    check: str
    until: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Break-glass: a person's reason, used once."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """What a rollback or recovery may leave out; `refused` says why it may not be one, None where it may."""

    change_type: ChangeType
    checks: frozenset[str] = frozenset()
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    verdict: Verdict
    results: tuple[Result, ...]  # with `waived` filled in
    blocking: tuple[str, ...]  # ids of checks
    because: str  # one line: "3 checks block datahub/prod"


# What the server knows and checks ask for. Each list is newest first.


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A successful deployment: this content ran on that stage from then."""

    commit: str | None
    tree: str | None
    content_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    name: str
    role: str  # reader, editor, admin
    logins: frozenset[str] = frozenset()  # "github:octocat"; and their e-mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    check: str
    content_id: str
    by: Human
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    document: str
    sha256: str
    term: str | None
    by: Human
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A document that people acknowledge, as it stands now."""

    path: str
    sha256: str
    since: datetime  # when this text was first seen
    earlier: bool = False  # there was another text before it


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    key: str
    priority: str | None
    due: date | None
    regressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    slug: str
    severity: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the server tells of one deployment; a command line that cannot reach it has none, which is an error there."""

    ran: Mapping[str, Sequence[Ran]] = field(default_factory=dict)  # by stage
    attested: Sequence[Attested] = ()
    acknowledged: Sequence[Acknowledged] = ()
    texts: Mapping[str, Text] = field(default_factory=dict)
    people: Sequence[Human] = ()
    items: Sequence[OpenItem] = ()
    incidents: Sequence[OpenIncident] = ()
