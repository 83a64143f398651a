"""From what a CI, a hook or a person says, and a clone, to the change that the gate is asked about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from tracker.domain.errors import Invalid, NotFound
from tracker.domain.policy import ChangeType
from tracker.policy.ci import Ci
from tracker.policy.git import SHALLOW, GitFailed, Repo, is_zero
from tracker.policy.protected import AUTO, Moves, PolicyText, edits_policy
from tracker.policy.values import Change

if TYPE_CHECKING:
    from tracker.policy.git import Commit
    from tracker.policy.model import Deployment, Policy, Stage

NO_REPLY = re.compile(r"(?:\d+\+)?([A-Za-z0-9-]+)@users\.noreply\.github\.com")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What whoever asks says: names, and what they know better than the CI. `named` False: by no person, but worked out."""

    deployment: str
    stage: str
    ref: str | None = None
    old: str | None = None
    new: str | None = None
    repo: str | None = None
    actor: str | None = None
    actor_forge: str | None = None
    change_type: ChangeType = ChangeType.NORMAL
    reason: str = ""
    confirmed: bool | None = None
    named: bool = True


def moves(repo: Repo | None, asked: Asked, ci: Ci, stage: "Stage | None" = None) -> Moves:
    """From where to where. What is stated wins over the CI, the CI over what the clone is on.

    Where nobody says what the branch was on, it is where the branch is now; and if that is the change itself, since a merge
    deploys and the job runs after it, then the first parent of the change.
    """
    ref = _full(asked.ref) or ci.ref or _only_ref(stage)
    if repo is None:
        return Moves(ref=ref, old=asked.old or ci.old, new=asked.new or ci.new, problems=("There is no git clone here.",))
    problems: list[str] = []
    new = _commit(repo, asked.new or ci.new or "HEAD", "the change's commit", problems)
    stated = asked.old or ci.old
    if stated and is_zero(stated):
        old = None  # git's word for a branch that is made by this
    else:
        old = _old(repo, ci, stated, new, problems) if stated else _tip_before(repo, ref, new)
    return Moves(ref=ref, old=old, new=new, problems=tuple(problems))


def place_in(policy: "Policy", deployment: str, stage: str) -> "tuple[Deployment, Stage]":
    """Raises `NotFound`, naming what there is."""
    found = policy.deployment(deployment)
    if found is None:
        names = ", ".join(one.id for one in policy.deployments)
        raise NotFound(f"There is no deployment {deployment}: there is {names}.")
    there = found.stage(stage)
    if there is None:
        raise NotFound(f"{found.id} has no stage {stage}: it has {', '.join(one.id for one in found.stages)}.")
    return found, there


def change_of(repo: Repo | None, asked: Asked, ci: Ci, moved: Moves, policy: "Policy", text: PolicyText | None) -> Change:
    """Everything about the change that can be found out; what cannot is in its `problems`. Raises `NotFound`, `Invalid`."""
    paths, commits, problems = _compared(repo, ci, moved)
    asked, touched = _named(policy, asked, paths)
    deployment, stage = place_in(policy, asked.deployment, asked.stage)
    change = Change(
        deployment=deployment.id,
        stage=stage.id,
        ref=moved.ref,
        repo=asked.repo or ci.repo or (repo_name(repo) if repo else None),
        old=moved.old,
        new=moved.new,
        commits=commits,
        changed_paths=paths,
        deployments_touched=tuple(touched if touched is not None else touched_by(policy, deployment.repo, paths or ())),
        actor=asked.actor or ci.actor,
        actor_forge=asked.actor_forge if asked.actor else ci.actor_forge,
        author_login=ci.author_login,
        ci_url=ci.url,
        pull_request=ci.pull_request,
        fork=ci.fork,
        change_type=asked.change_type,
        reason=asked.reason,
        named=asked.named,
        confirmed=asked.confirmed,
        problems=(*moved.problems, *problems),
    )
    return change if repo is None or moved.new is None else _from_clone(repo, change, moved, deployment, text)


def _from_clone(repo: Repo, change: Change, moved: Moves, deployment: "Deployment", text: PolicyText | None) -> Change:
    from tracker.policy.paths import spec

    owns = cache(spec(deployment).match_file)  # asked for the same paths commit after commit
    assert moved.new is not None
    about = repo.about(moved.new)
    told = repo.about(about.parents[1]) if change.pull_request and len(about.parents) > 1 else about  # the forge merged it
    edits, after = edits_policy(repo, moved.new, text)
    return replace(
        change,
        tree=about.tree,
        content_id=repo.content_id(moved.new, owns),
        old_content_id=repo.content_id(moved.old, owns) if moved.old else None,
        subject=told.subject,
        author=f"{told.author} <{told.email}>",
        author_login=change.author_login or _login(told),
        edits_policy=edits,
        policy_digest_after=after,
    )


def touched_by(policy: "Policy", repo: str | None, paths: Sequence[str]) -> list[str]:
    """The deployments of that repo whose own files are among `paths`, in the policy's order."""
    from tracker.policy.paths import owners_of

    own = {name for owners in owners_of(paths, policy, repo).values() for name in owners.own}
    return [one.id for one in policy.deployments if one.id in own]


def changed_between(repo: Repo, old: str | None, new: str) -> tuple[str, ...]:
    """What a push changes; of a branch that is made, compared with the one that all began with."""
    base = _base(repo, Ci(), Moves(old=old, new=new))
    return repo.changed_paths(base, new)


def _named(policy: "Policy", asked: Asked, paths: Sequence[str] | None) -> tuple[Asked, list[str] | None]:
    """`auto` is the one deployment that the change touches; the policy's file alone decides which there are."""
    if asked.deployment != AUTO:
        return asked, None
    touched = touched_by(policy, None, paths or ())
    if len(touched) != 1:
        which = f"it touches {', '.join(touched)}" if touched else "it touches none"
        raise Invalid(f"Which deployment this change is for cannot be told, since {which}: name it with -d.")
    return replace(asked, deployment=touched[0], named=False), touched


def _base(repo: Repo, ci: Ci, moved: Moves) -> str | None:
    """What the change is compared with. Raises `GitFailed` where that takes history which is not here."""
    assert moved.new is not None
    if moved.old is None:  # a new branch is compared with the one that all began with
        begin = repo.default_branch
        return repo.merge_base(begin, moved.new) if begin and begin != moved.new else None
    if ci.pull_request and not repo.is_ancestor(moved.old, moved.new):  # what the branch got meanwhile is not its doing
        return repo.merge_base(moved.old, moved.new) or moved.old
    return moved.old


def _compared(repo: Repo | None, ci: Ci, moved: Moves) -> tuple[tuple[str, ...] | None, tuple[str, ...], list[str]]:
    """What the change does to the files of the branch that it goes to, and the commits that it brings; or why that is
    not known."""
    if repo is None or moved.new is None or moved.problems:  # the commit to compare with is not here
        return None, (), []
    try:
        base = _base(repo, ci, moved)
        if base is None and repo.is_shallow:
            return None, (), [SHALLOW]
        return repo.changed_paths(base, moved.new), repo.commits(base, moved.new), []
    except GitFailed as error:
        return None, (), [str(error)]


def _commit(repo: Repo, name: str, what: str, problems: list[str]) -> str | None:
    found = repo.commit_id(name)
    if found is None:
        hint = SHALLOW if repo.is_shallow else "fetch it."
        problems.append(f"{name[:12]}, {what}, is not in this clone: {hint}")
    return found


def _old(repo: Repo, ci: Ci, name: str, new: str | None, problems: list[str]) -> str | None:
    """What the branch was on. Of a pull request that the forge has merged for trial, its first parent is that, newer than
    what the event says."""
    if ci.pull_request and new is not None:
        parents = repo.about(new).parents
        if len(parents) > 1 and (merged_into := repo.commit_id(parents[0])):
            return merged_into
    return _commit(repo, name, "what the branch was on before", problems)


def _tip_before(repo: Repo, ref: str | None, new: str | None) -> str | None:
    tip = repo.tip(ref) if ref else None
    if tip is None or tip != new:
        return tip
    return repo.commit_id(f"{tip}^1")


def repo_name(repo: Repo) -> str | None:
    """Which repo a clone is of: what its configuration `tracker.repo` says, else its remote. A path on a disk is no name."""
    told = repo.ask_or_none("config", "--get", "tracker.repo")
    name = told.decode("utf-8", "replace").strip() if told else repo.remote
    return None if not name or name.startswith("file:") else name


def _login(commit: "Commit") -> str | None:
    match = NO_REPLY.fullmatch(commit.email)
    return match[1] if match else None


def _full(ref: str | None) -> str | None:
    """`prod` is the branch of that name."""
    return ref if ref is None or ref.startswith("refs/") else f"refs/heads/{ref}"


def _only_ref(stage: "Stage | None") -> str | None:
    if stage is None or len(stage.refs) != 1 or "*" in stage.refs[0]:
        return None
    return stage.refs[0]
