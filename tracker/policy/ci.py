"""Which CI runs us, and what it says of the change: GitHub Actions, GitLab CI, Travis CI, or nobody (a terminal, a hook).

Whoever controls the job controls what is said here; the defence against that is elsewhere (required checks, `gate history`).
The variables are those of docs.github.com "Variables reference", docs.gitlab.com "Predefined CI/CD variables reference" and
docs.travis-ci.com "Default environment variables".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.domain.remotes import normal_remote
from tracker.policy.git import is_zero

EVENT_AT_MOST = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ci:
    """What a CI job knows of its change; None where it does not say. `ref` is where the change goes, not where it is from.

    `old` may be a commit that the clone lacks, or that a force push has taken away.
    """

    name: str = ""  # github, gitlab, travis; "" by hand
    repo: str | None = None  # github.com/owner/name
    ref: str | None = None
    old: str | None = None
    new: str | None = None
    actor: str | None = None
    actor_forge: str | None = None
    author_login: str | None = None  # who proposes the change
    url: str | None = None
    pull_request: str | None = None
    fork: bool = False


def read(environ: Mapping[str, str]) -> Ci:
    """What the environment says; an empty `Ci` where no CI is known."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ)
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ)
    if environ.get("TRAVIS") == "true":
        return _travis(environ)
    return Ci()


def _github(environ: Mapping[str, str]) -> Ci:
    event, kind = _event(environ.get("GITHUB_EVENT_PATH")), environ.get("GITHUB_EVENT_NAME", "")
    server, slug = environ.get("GITHUB_SERVER_URL", "https://github.com"), environ.get("GITHUB_REPOSITORY", "")
    ref, old, new = environ.get("GITHUB_REF"), _text(event, "before"), environ.get("GITHUB_SHA")
    pull, fork, author = None, False, None
    if request := _part(event, "pull_request"):
        pull, ref = _text(request, "number"), _branch(_text(request, "base", "ref") or environ.get("GITHUB_BASE_REF"))
        old = _text(request, "base", "sha")
        author = _text(request, "user", "login")
        # Absent where the fork is gone: whatever is not known to be of this repo comes from a fork.
        fork = (_text(request, "head", "repo", "full_name") or "").lower() != slug.lower()
        if kind == "pull_request_target":  # its GITHUB_SHA is the base's
            new = _text(request, "head", "sha")
    elif group := _part(event, "merge_group"):
        ref, old, new = _text(group, "base_ref"), _text(group, "base_sha"), _text(group, "head_sha") or new
    return Ci(
        name="github",
        repo=normal_remote(f"{server}/{slug}") if slug else None,
        ref=ref,
        old=_commit(old),
        new=_commit(new),
        actor=environ.get("GITHUB_TRIGGERING_ACTOR") or environ.get("GITHUB_ACTOR"),
        actor_forge="github",
        author_login=author,
        url=f"{server}/{slug}/actions/runs/{environ['GITHUB_RUN_ID']}" if slug and environ.get("GITHUB_RUN_ID") else None,
        pull_request=pull,
        fork=fork,
    )


def _gitlab(environ: Mapping[str, str]) -> Ci:
    say = environ.get
    pull = say("CI_MERGE_REQUEST_IID") or None
    ref, old = _branch(say("CI_COMMIT_BRANCH")), say("CI_COMMIT_BEFORE_SHA")
    if tag := say("CI_COMMIT_TAG"):
        ref = f"refs/tags/{tag}"
    if pull:
        ref = _branch(say("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"))
        old = say("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") or say("CI_MERGE_REQUEST_DIFF_BASE_SHA")
    host, slug = say("CI_SERVER_HOST", "gitlab.com"), say("CI_PROJECT_PATH", "")
    return Ci(
        name="gitlab",
        repo=normal_remote(f"https://{host}/{slug}") if slug else None,
        ref=ref,
        old=_commit(old),
        new=_commit(say("CI_COMMIT_SHA")),
        actor=say("GITLAB_USER_LOGIN") or None,
        actor_forge="gitlab",
        url=say("CI_JOB_URL") or None,
        pull_request=pull,
        fork=bool(pull) and say("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") != say("CI_MERGE_REQUEST_PROJECT_ID"),
    )


def _travis(environ: Mapping[str, str]) -> Ci:
    say, asked = environ.get, environ.get("TRAVIS_PULL_REQUEST", "false")
    pull = asked if asked.isdigit() else None
    slug = say("TRAVIS_REPO_SLUG", "")
    ref = f"refs/tags/{say('TRAVIS_TAG')}" if say("TRAVIS_TAG") else _branch(say("TRAVIS_BRANCH"))
    return Ci(
        name="travis",
        repo=normal_remote(f"https://github.com/{slug}") if slug else None,
        ref=ref,
        old=_commit(say("TRAVIS_COMMIT_RANGE", "").partition(".")[0]),
        new=_commit(say("TRAVIS_COMMIT")),
        actor_forge="github",  # Travis does not say who
        url=say("TRAVIS_JOB_WEB_URL") or say("TRAVIS_BUILD_WEB_URL") or None,
        pull_request=pull,
        fork=pull is not None and say("TRAVIS_PULL_REQUEST_SLUG", "").lower() != slug.lower(),
    )


def _event(path: str | None) -> dict[str, Any]:
    """The event that began a job on GitHub; empty where the file cannot be read."""
    try:
        file = Path(path or "")
        if not path or file.stat().st_size > EVENT_AT_MOST:
            return {}
        event = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _part(event: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    part = event.get(name)
    return part if isinstance(part, dict) else None


def _text(event: Any, *path: str) -> str | None:
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return str(event) if isinstance(event, str | int) and not isinstance(event, bool) else None


def _branch(name: str | None) -> str | None:
    return f"refs/heads/{name}" if name else None


def _commit(commit: str | None) -> str | None:
    return commit if commit and not is_zero(commit) else None
