"""The policy that judges a change comes from the protected side, never from the change itself.

That is the commit that the branch is on before the change, else the branch that all began with. Where neither has one, the
server's copy is used.
"""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tracker.domain.errors import Invalid, NotFound
from tracker.policy.git import Repo

if TYPE_CHECKING:
    from tracker.policy.model import Policy

FOLDER = "policy"
IS_POLICY = re.compile(rb"^\s*[\"']?apiVersion[\"']?\s*:\s*[\"']?policy/", re.MULTILINE)
AUTO = "auto"  # the deployment that the change touches


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Which commits a change is from and to, and where it goes: all that can be known before there is a policy."""

    ref: str | None = None
    old: str | None = None
    new: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PolicyText:
    """The policy's file on the protected side; `path` and `commit` where it is from."""

    data: bytes
    path: str
    commit: str
    policy: "Policy"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def policy_text(
    repo: Repo, name: str | None, deployment: str, moved: Moves, ref: str | None, *, for_the_branch: bool = False
) -> PolicyText | None:
    """The policy that has this deployment, as the protected side has it; `ref` names another commit to take it from.

    `for_the_branch` wants it only to learn which branch is deployed there, since nobody said: there the change's own will do
    where nothing else has one. None where no file under policy/ is one. Raises `Invalid` for a text that cannot be read, or
    where two would do.
    """
    if ref is not None:
        commit = repo.commit_id(ref)
        if commit is None:
            raise Invalid(f"--policy-ref {ref} is no commit of this clone.")
        found = _policies(repo, commit)
    else:
        found = policies_before(repo, moved)
    if for_the_branch and not found and moved.new is not None:
        with suppress(Invalid):  # one that cannot be read may be what this change is about
            found = _policies(repo, moved.new)
    fitting = [one for one in found if name in (None, one.policy.name)]
    having = [one for one in fitting if one.policy.deployment(deployment) is not None]
    if len(having) > 1:
        raise Invalid(f"{' and '.join(one.path for one in having)} both have a {deployment}: say --policy NAME.")
    if having:
        return having[0]
    if deployment == AUTO and len(fitting) == 1:
        return fitting[0]
    if fitting:
        known = sorted({one.id for text in fitting for one in text.policy.deployments})
        raise NotFound(f"There is no deployment {deployment} in {fitting[0].path}: there is {', '.join(known)}.")
    return None


def policies_before(repo: Repo, moved: Moves) -> list[PolicyText]:
    """All policies of the protected side, whatever they deploy. Raises `Invalid` for one that cannot be read."""
    commits = [moved.old, repo.default_branch if repo.default_branch != moved.new else None]
    return next((texts for commit in commits if commit and (texts := _policies(repo, commit))), [])


def _policies(repo: Repo, commit: str) -> list[PolicyText]:
    """Every policy under policy/ at a commit. Raises `Invalid` for one that cannot be read, with the lines."""
    found = []
    for path in repo.files(commit, FOLDER):
        if path.endswith((".yaml", ".yml")):
            data = repo.show(commit, path)
            if data is not None and IS_POLICY.search(data):
                found.append(PolicyText(data=data, path=path, commit=commit, policy=_loaded(data, path)))
    return found


@lru_cache(maxsize=8)  # asked for twice where only the policy says which branch is protected
def _loaded(data: bytes, path: str) -> "Policy":
    from tracker.policy.load import load

    loaded = load(data, path)
    if loaded.policy is None:
        lines = "\n".join(f"  {one.file}:{one.line}: {one.message} {one.fix}".rstrip() for one in loaded.errors)
        raise Invalid(f"{path} is no policy that can be followed:\n{lines}")
    return loaded.policy


def edits_policy(repo: Repo, new: str, text: PolicyText | None) -> tuple[bool, str | None]:
    """Whether the change has another policy than the one that judges it, and that one's digest. Raises `Invalid` where the
    change would leave a text that nobody can follow: every later change would be stuck behind it."""
    if text is None:
        return False, None
    after = repo.show(new, text.path)
    if after is None:
        return True, None
    if after != text.data:
        _loaded(after, f"{text.path} (as this change has it)")
    return after != text.data, hashlib.sha256(after).hexdigest()
