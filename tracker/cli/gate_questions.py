"""What a gate is asked, put together: the clone, the CI, the policy of the protected side, the change, the banner's head."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.cli.server import NotReached, Server, segment
from tracker.domain.errors import Invalid, NotFound, Unavailable
from tracker.domain.policy import ChangeType
from tracker.policy import ci as ci_of
from tracker.policy.banner import Heading, heading
from tracker.policy.change import Asked, change_of, moves, place_in
from tracker.policy.git import Repo
from tracker.policy.protected import AUTO, Moves, PolicyText, policy_text
from tracker.policy.values import Change

if TYPE_CHECKING:
    from tracker.policy.model import Check, Deployment, Policy, Stage


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a person, a CI job or a hook asks. Names as they were typed; None and "" where nothing was said."""

    deployment: str
    stage: str
    ref: str | None = None
    old: str | None = None
    new: str | None = None
    change_type: ChangeType = ChangeType.NORMAL
    reason: str = ""
    actor: str | None = None
    actor_forge: str | None = None
    policy: str | None = None
    policy_ref: str | None = None
    phase: str = "check"
    dry_run: bool = False
    at: datetime | None = None
    break_glass: str | None = None
    named: bool = True
    folder: Path = field(default_factory=Path.cwd)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    deadline: float = field(default_factory=lambda: time.monotonic() + 300)
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A question and all that can be known before the server is asked. `text` None: the policy is the server's copy."""

    question: Question
    server: Server | None
    repo: Repo | None
    policy: "Policy"
    text: PolicyText | None
    digest: str
    deployment: "Deployment"
    stage: "Stage"
    change: Change

    @cached_property
    def heading(self) -> Heading:
        at = self.question.at or self.question.now
        return heading(self.policy, self.digest, self.deployment, self.stage, self.change, at=at)

    @property
    def where(self) -> str:
        return f"{self.deployment.id}/{self.stage.id}"

    @property
    def checks(self) -> "list[Check]":
        """The checks that are for this change."""
        change = self.change
        return self.policy.applicable(
            change.deployment,
            change.stage,
            ref=change.ref,
            changed_paths=change.changed_paths,
            change_type=change.change_type,
        )

    def confirmed(self, answer: bool | None) -> "Prepared":
        """With what a person at a terminal answered when asked to type the deployment's id."""
        return replace(self, change=replace(self.change, confirmed=answer))


def prepare(question: Question) -> Prepared:
    """Raises `Invalid` and `NotFound` for what cannot be asked, `Unavailable` where nobody has a policy."""
    ci = ci_of.read(question.environ)
    # A fork's job is shown no secrets, so it has no token: it is undecided, not wrong.
    blind = ci.fork and not question.environ.get("TRACKER_TOKEN")
    server = None if blind else Server.of(question.environ)
    repo = Repo.around(question.folder, question.environ)
    asked = _asked(question, repo, ci)
    moved = moves(repo, asked, ci)
    policy, text, digest = _policy(question, server, repo, moved)
    again = moves(repo, asked, ci, _stage(policy, question))
    if again != moved:  # only the policy says which branch is deployed there, and that branch has a policy of its own
        moved = again
        policy, text, digest = _policy(question, server, repo, moved)
    change = change_of(repo, asked, ci, moved, policy, text)
    deployment, stage = place_in(policy, change.deployment, change.stage)
    return Prepared(
        question=question,
        server=server,
        repo=repo,
        policy=policy,
        text=text,
        digest=digest,
        deployment=deployment,
        stage=stage,
        change=change,
    )


def _stage(policy: "Policy", question: Question) -> "Stage | None":
    """The stage that is asked about; of `auto` one that stands for all, where all are deployed from the same branch."""
    if question.deployment != AUTO:
        return place_in(policy, question.deployment, question.stage)[1]
    stages = [stage for one in policy.deployments if (stage := one.stage(question.stage))]
    return stages[0] if len({stage.refs for stage in stages}) == 1 else None


def place_of(question: Question) -> "tuple[Repo, Deployment, Stage, str | None]":
    """The clone, the place, and the one branch that is deployed there: None where there are several."""
    repo = Repo.around(question.folder, question.environ)
    if repo is None:
        raise NotFound("There is no git clone here: run it where the deployment's repo is.")
    server = Server.of(question.environ)
    asked = _asked(question, repo, ci_of.Ci())
    policy, _, _ = _policy(question, server, repo, moves(repo, asked, ci_of.Ci()))
    deployment, stage = place_in(policy, question.deployment, question.stage)
    return repo, deployment, stage, moves(repo, asked, ci_of.Ci(), stage).ref


def must_confirm(prepared: Prepared) -> bool:
    """Whether a check wants the deployment's id typed, where there is somebody to type it."""
    wanted = (getattr(one.with_, "confirm", "never") for one in prepared.checks if one.kind == "target")
    return any(one in ("interactive", "always") for one in wanted)


def confirm(prepared: Prepared, ask: Callable[[str], str] | None) -> Prepared:
    """Let the person type it; `ask` None: nobody is there."""
    if ask is None or not must_confirm(prepared):
        return prepared
    typed = ask(f"Type {prepared.deployment.id} to go on")
    return prepared.confirmed(typed.strip() == prepared.deployment.id)


def _asked(question: Question, repo: Repo | None, ci: ci_of.Ci) -> Asked:
    actor, forge = question.actor or question.environ.get("TRACKER_ACTOR") or None, question.actor_forge
    if actor is None and not ci.name and question.phase != "hook":
        actor, forge = _person(repo, question.environ), None
    return Asked(
        deployment=question.deployment,
        stage=question.stage,
        ref=question.ref,
        old=question.old,
        new=question.new,
        repo=question.environ.get("TRACKER_REPO") or None,
        actor=actor,
        actor_forge=forge or (ci.actor_forge if ci.name else None),
        change_type=question.change_type,
        reason=question.reason,
        named=question.named,
    )


def _person(repo: Repo | None, environ: Mapping[str, str]) -> str | None:
    """Who sits at the terminal: by the e-mail that their commits have, else by their name on this machine."""
    mail = repo.ask_or_none("config", "--get", "user.email") if repo else None
    return (mail or b"").decode("utf-8", "replace").strip() or environ.get("USER") or None


def _policy(
    question: Question, server: Server | None, repo: Repo | None, moved: Moves
) -> "tuple[Policy, PolicyText | None, str]":
    """The protected side's text, else what is in force on the server."""
    text = None
    if repo is not None:
        first = moved.ref is None
        text = policy_text(repo, question.policy, question.deployment, moved, question.policy_ref, for_the_branch=first)
    if text is not None:
        return text.policy, text, text.digest
    if question.policy_ref is not None:
        raise Invalid(f"There is no policy under policy/ at {question.policy_ref}.")
    if server is None:
        raise Unavailable(
            "There is no policy here (policy/*.yaml on the protected branch), and TRACKER_SERVER does not say whose to use."
        )
    if question.deployment == AUTO:
        raise Invalid("Without a policy in this repo the deployment cannot be worked out: name it with -d.")
    path = f"/api/v1/deployments/{segment(question.deployment)}/{segment(question.stage)}"
    told: dict[str, Any] = server.get(path, deadline=question.deadline)["policy"]
    if question.policy is not None and told["name"] != question.policy:
        raise NotFound(f"{question.deployment} belongs to the policy {told['name']}, not to {question.policy}.")
    return policy_of(told["yaml"]), None, told["digest"]


def policy_of(yaml: str) -> "Policy":
    """The server's copy. Raises `NotReached` where this version cannot read it."""
    from tracker.policy.load import load

    loaded = load(yaml.encode(), "the server's policy")
    if loaded.policy is None:
        raise NotReached("The server's policy is not one that this version of the tracker understands: update it.")
    return loaded.policy
