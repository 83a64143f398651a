"""The implicit policy of a repo that has no policy file: one deployment, one stage, and two checks for each context.

It is a text like any other, made here and stored by its digest, so that all that reads policies reads it. `staging-online`
is a guard (a `commit_status`), `staging-online-required` says whether the forge requires it (a `branch_rules`).
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Invalid
from tracker.policy import model
from tracker.policy.forge import GITHUB, GITLAB
from tracker.services.policy_rows import keep_in_step
from tracker.store.models import Check, Deployment, ForgeWatch, Policy, PolicyPush, PolicyVersion, Stage
from tracker.store.queries import policies as queries

LONGEST_ID = 50
ADDRESS = re.compile(r"^([a-z+]+://)?([^@/]+@)?")
NAMES = {GITHUB: "GitHub", GITLAB: "GitLab"}


@dataclass(frozen=True)
class Target:
    """What a person names: a repo's branch, and the statuses or checks that must be green before a change gets in."""

    forge: str  # github, gitlab
    repo: str  # OWNER/NAME
    branch: str
    contexts: tuple[str, ...]

    @property
    def place(self) -> str:
        return f"{self.repo} on {NAMES[self.forge]}, branch {self.branch}"


def target_of(repo: str, branch: str, contexts: Iterable[str], forge: str | None = None) -> Target:
    """From what a person typed: OWNER/NAME, or the repo's address as browsers and git have it. Raises `Invalid`."""
    plain = ADDRESS.sub("", repo.strip()).removesuffix("/").removesuffix(".git")
    first, _, rest = plain.replace(":", "/", 1).partition("/")
    host, path = (first.lower(), rest) if "." in first and "/" in rest else ("", plain)
    wanted = tuple(dict.fromkeys(one.strip() for one in contexts))
    named = forge or (GITLAB if "gitlab" in host else GITHUB)
    target = Target(named, path, branch.strip().removeprefix("refs/heads/"), wanted)
    _checked(target)
    return target


@dataclass(frozen=True)
class Watched:
    """The rows of a watched branch. `guards` and `required` are its checks by context."""

    watch: ForgeWatch
    policy: model.Policy
    stage: Stage
    guards: dict[str, Check]
    required: dict[str, Check]


def ensure(session: Session, target: Target, *, since: datetime, by: str, at: datetime) -> Watched:
    """The rows for that target, made where there are none; a further context makes a new version.

    The forge judged by a context before anybody said so here: `since` is when that is known to have begun. A version is
    never put before the last one.
    """
    _checked(target)
    row, watch = _policy(session, target)
    contexts = list(dict.fromkeys([*(watch.contexts if watch else []), *target.contexts]))
    if watch is None:
        watch = ForgeWatch(policy_id=row.id, forge=target.forge, repo=target.repo, branch=target.branch, etags={})
        session.add(watch)
    watch.contexts = contexts
    policy = policy_of(Target(watch.forge, watch.repo, watch.branch, tuple(contexts)))
    _put_in_force(session, row, policy, since=since, by=by, at=at)
    session.flush()
    return rows_of(session, watch)


def rows_of(session: Session, watch: ForgeWatch) -> Watched:
    """The rows of a watch that is there."""
    target = Target(watch.forge, watch.repo, watch.branch, tuple(watch.contexts))
    policy = policy_of(target)
    checks = {one.slug: one for one in session.scalars(sa.select(Check).where(Check.policy_id == watch.policy_id))}
    stage = session.scalars(
        sa.select(Stage)
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .where(Deployment.policy_id == watch.policy_id)
    ).one()
    names = ids(target.contexts)
    return Watched(
        watch=watch,
        policy=policy,
        stage=stage,
        guards={context: checks[name] for context, name in names.items()},
        required={context: checks[f"{name}-required"] for context, name in names.items()},
    )


def policy_of(target: Target) -> model.Policy:
    """The implicit policy as a policy."""
    place = {"forge": target.forge, "repo": target.repo, "branch": target.branch}
    stage = {"id": _id(target.branch), "refs": [f"refs/heads/{target.branch}"], "protected": True}
    deployment = {"id": _id(target.repo.replace("/", ".")), "title": target.repo, "stages": [stage]}
    checks: list[dict[str, Any]] = []
    for context, name in ids(target.contexts).items():
        status = {**place, "contexts": [context]}
        rules = {**place, "required_checks": [context]}
        title = f"{context} is green before a change gets into {target.branch}"[:200]
        required = f"{NAMES[target.forge]} requires {context} on {target.branch}"[:200]
        checks.append({"id": name, "kind": "commit_status", "title": title, "with": status})
        checks.append(
            {
                "id": f"{name}-required",
                "kind": "branch_rules",
                "title": required,
                "enforcement": "advisory",
                "fresh_for": "1d",
                "with": rules,
            }
        )
    return model.policy_from(
        {
            "apiVersion": "policy/v1",
            "name": _id(f"forge-{target.repo.replace('/', '-')}"),
            "title": target.place,
            "deployments": [deployment],
            "checks": checks,
        }
    )


def ids(contexts: tuple[str, ...]) -> dict[str, str]:
    """An id for each context that stays the same when others come; a mark keeps two apart that would be alike."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for context in dict.fromkeys(contexts):
        name = _id(context)
        name = _marked(name, context) if {name, f"{name}-required"} & taken else name
        found[context] = name
        taken |= {name, f"{name}-required"}
    return found


def _id(text: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-._")
    if not plain:
        return _marked("x", text)
    return plain if len(plain) <= LONGEST_ID else _marked(plain[: LONGEST_ID - 9], text)


def _marked(name: str, text: str) -> str:
    return f"{name[: LONGEST_ID - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _policy(session: Session, target: Target) -> tuple[Policy, ForgeWatch | None]:
    """The policy's row, locked. The first branch of a repo has the plain name, others have theirs in it."""
    plain = f"forge:{'' if target.forge == GITHUB else target.forge + ':'}{target.repo.lower()}"
    for name in (plain, f"{plain}@{target.branch}"):
        row = queries.locked_policy(session, name)
        watch = session.scalar(sa.select(ForgeWatch).where(ForgeWatch.policy_id == row.id))
        if watch is None or watch.branch == target.branch:
            return row, watch
    raise AssertionError("the second name has the branch in it")


def _put_in_force(session: Session, row: Policy, policy: model.Policy, *, since: datetime, by: str, at: datetime) -> None:
    values = policy.model_dump(mode="json", by_alias=True)
    text = json.dumps(values, indent=1, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    wanted = sa.select(PolicyVersion).where(PolicyVersion.policy_id == row.id, PolicyVersion.digest == digest)
    version = session.scalar(wanted)
    if version is None:
        version = PolicyVersion(policy_id=row.id, digest=digest, yaml=text, parsed=values, received_at=at)
        session.add(version)
        session.flush()
    if row.version_id == version.id:
        return
    last = session.scalar(sa.select(sa.func.max(PolicyPush.at)).where(PolicyPush.policy_id == row.id))
    begun = min(since, at)
    session.add(PolicyPush(policy_id=row.id, version_id=version.id, at=max(last, begun) if last else begun, by=by))
    row.version_id = version.id
    session.flush()
    keep_in_step(session, row, policy, at=at)


def _checked(target: Target) -> None:
    if target.forge not in NAMES:
        raise Invalid(f"{target.forge} is no forge that is known: github or gitlab.", "forge")
    if not re.fullmatch(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+", target.repo):
        raise Invalid(f"{target.repo} is no repo: write OWNER/NAME.", "repo")
    if not re.fullmatch(r"\S+", target.branch) or not target.branch.isprintable():
        raise Invalid("Name the branch that changes are merged into.", "branch")
    if not target.contexts or not all(one.strip() and one.isprintable() and len(one) <= 200 for one in target.contexts):
        raise Invalid("Name the status or check as the forge shows it on a pull request, staging-online say.", "context")
