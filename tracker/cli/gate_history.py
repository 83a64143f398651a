"""`tracker gate history` and `tracker gate sync`: what reached a stage's branch, and runs that the server did not see."""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import gate_options as options
from tracker.cli.server import Server, segment
from tracker.domain.errors import Invalid, NotFound, TrackerError, Unreadable
from tracker.policy.wire import to_json

if TYPE_CHECKING:
    from tracker.policy.git import Commit, Repo
    from tracker.policy.model import Deployment

AT_MOST = 100
IN_ONE = 500  # updates in one request
LARGEST_FILE = 16 * 1024 * 1024


@click.command("history")
@options.named
@click.option("--ref", help="The branch; else the stage's.")
@click.option("--policy", help="The policy's name, where several have such a deployment.")
@click.option("--most", default=AT_MOST, show_default=True, help="How many commits to look back, along first parents.")
@click.option("--timeout", default="5m", help="The most time that it may take in all.", show_default=True)
def history(deployment: str, stage: str, ref: str | None, policy: str | None, most: int, timeout: str) -> None:
    """Report to the tracker what reached a stage's branch, so that it can tell what went past the gate.

    Run it where there is a clone, from CI or a timer; what is known already counts once. A full clone is needed.

    \b
    Example:
      tracker gate history -d datahub -s prod
    """
    given = {"deployment": deployment, "stage": stage, "ref": ref, "policy": policy, "timeout": timeout}
    question = options.question({**dict.fromkeys(["old", "new", "actor", "policy_ref"]), **given}, phase="check")
    server = server_of(question.environ)
    repo, place, branch, tip = _branch(question)
    if repo.is_shallow:
        from tracker.policy.git import SHALLOW

        raise NotFound(SHALLOW)
    commits = repo.first_parents(tip, at_most=max(1, most))
    updates = list(_updates(repo, place, branch, commits))
    new = 0
    for n in range(0, len(updates), IN_ONE):
        part = updates[n : n + IN_ONE]
        new += len(send(server, place.id, question.stage, part, "history", deadline=question.deadline)["new"])
    many = f"{len(updates)} {'change' if len(updates) == 1 else 'changes'}"
    click.echo(f"{many} of {place.id} reached {branch} in {len(commits)} commits; {new} the tracker did not know.")


@click.command("sync")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--timeout", default="2m", help="The most time that it may take in all.", show_default=True)
def sync(files: Sequence[Path], timeout: str) -> None:
    """Hand in runs that were made while the tracker could not be reached, with the deployments that followed.

    The same file twice counts once; a run may be 30 days old.

    \b
    Example:
      tracker gate sync tracker-gate-20180126T002900Z-1f0c9a2b.json
    """
    import os

    server = server_of(os.environ)
    deadline = time.monotonic() + options.seconds(timeout, "--timeout")
    wrong = 0
    for path in files:
        try:
            said = server.post("/api/v1/gates:hand-in", _file(path), deadline=deadline)
        except TrackerError as error:
            click.echo(f"tracker: {path}: {error}", err=True)
            wrong = max(wrong, error.exit_code)
        else:
            click.echo(f"{path}: {said['verdict']}: {said['because']} {said.get('url') or ''}".rstrip())
    raise SystemExit(wrong)


def send(
    server: Server, deployment: str, stage: str, updates: Sequence[dict[str, Any]], source: str, *, deadline: float
) -> Any:
    """Report updates; the answer says which were new."""
    path = f"/api/v1/deployments/{segment(deployment)}/{segment(stage)}/reached"
    told = {"updates": list(updates), "source": source, "sent_at": to_json(datetime.now(UTC))}
    return server.post(path, told, deadline=deadline)


def update_of(
    repo: "Repo", deployment: "Deployment", ref: str, new: str, old: str | None, *, at: datetime
) -> dict[str, Any] | None:
    """One move of a branch as the server takes it; None where it changes nothing of this deployment."""
    from tracker.policy.paths import spec

    owns = cache(spec(deployment).match_file)  # asked for the same paths commit after commit
    content = repo.content_id(new, owns)
    if old is not None and repo.commit_id(old) is not None and repo.content_id(old, owns) == content:
        return None
    return _told(repo.about(new), ref, old, content, at)


def server_of(environ: Any) -> Server:
    server = Server.of(environ)
    if server is None:
        raise Invalid("TRACKER_SERVER has to say where the tracker is, such as https://tracker.example.org.")
    return server


def _branch(question: Any) -> "tuple[Repo, Deployment, str, str]":
    """The clone, the deployment, its branch and the commit that is on."""
    from tracker.cli.gate_questions import place_of

    repo, deployment, stage, ref = place_of(question)
    if ref is None:
        raise Invalid(f"{deployment.id}/{stage.id} is deployed from several branches: say which with --ref.")
    tip = repo.tip(ref)
    if tip is None:
        raise NotFound(f"{ref} is not in this clone: fetch it.")
    return repo, deployment, ref, tip


def _updates(repo: "Repo", deployment: "Deployment", ref: str, commits: "Sequence[Commit]") -> Iterator[dict[str, Any]]:
    """The commits that changed the deployment's own files, oldest first. The last one's parent may lie beyond them."""
    from tracker.policy.paths import spec

    owns = cache(spec(deployment).match_file)  # asked for the same paths commit after commit
    before: str | None = None
    if commits and commits[-1].parents:
        before = repo.content_id(commits[-1].parents[0], owns)
    for commit in reversed(commits):
        content = repo.content_id(commit.id, owns)
        if content != before:
            yield _told(commit, ref, commit.parents[0] if commit.parents else None, content, commit.at)
        before = content


def _told(commit: "Commit", ref: str, old: str | None, content: str, at: datetime) -> dict[str, Any]:
    return {
        "ref": ref,
        "commit": commit.id,
        "parent": old,
        "content_id": content,
        "subject": commit.subject,
        "author": f"{commit.author} <{commit.email}>",
        "at": to_json(min(at, datetime.now(UTC))),
        "pull_request": None,
    }


def _file(path: Path) -> Any:
    if path.stat().st_size > LARGEST_FILE:
        raise Unreadable(f"{path} is too large to be a run of the gate.")
    try:
        kept = json.loads(path.read_bytes())
    except ValueError:
        raise Unreadable(f"{path} is no JSON: it has to be a file that `tracker gate` wrote.") from None
    if not isinstance(kept, dict) or "request" not in kept:
        raise Unreadable(f"{path} is no run of the gate: it has to be a file that `tracker gate` wrote.")
    return kept
