"""What each CI says of its change, from the variables that it really sets."""

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.policy.ci import Ci, read

OLD, NEW, HEAD, ZERO = "1" * 40, "2" * 40, "3" * 40, "0" * 40
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "Team/hubs",
    "GITHUB_RUN_ID": "77",
    "GITHUB_ACTOR": "octocat",
    "GITHUB_SHA": NEW,
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_SERVER_HOST": "gitlab.example.org",
    "CI_PROJECT_PATH": "team/hubs",
    "CI_COMMIT_SHA": NEW,
    "CI_COMMIT_BEFORE_SHA": OLD,
    "CI_JOB_URL": "https://gitlab.example.org/team/hubs/-/jobs/5",
    "GITLAB_USER_LOGIN": "ada",
}
TRAVIS = {
    "TRAVIS": "true",
    "TRAVIS_REPO_SLUG": "team/hubs",
    "TRAVIS_BRANCH": "prod",
    "TRAVIS_COMMIT": NEW,
    "TRAVIS_COMMIT_RANGE": f"{OLD}...{NEW}",
    "TRAVIS_PULL_REQUEST": "false",
    "TRAVIS_JOB_WEB_URL": "https://app.travis-ci.com/team/hubs/jobs/9",
}


def event(tmp_path: Path, data: Any) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return {"GITHUB_EVENT_PATH": str(path)}


def pull(head_repo: Any) -> dict[str, Any]:
    return {
        "pull_request": {
            "number": 234,
            "base": {"ref": "prod", "sha": OLD},
            "head": {"ref": "staging", "sha": HEAD, "repo": head_repo},
        }
    }


def test_a_push_on_github(tmp_path: Path) -> None:
    environ = GITHUB | {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/prod"}
    assert read(environ | event(tmp_path, {"before": OLD, "after": NEW})) == Ci(
        name="github",
        repo="github.com/Team/hubs",
        ref="refs/heads/prod",
        old=OLD,
        new=NEW,
        actor="octocat",
        actor_forge="github",
        url="https://github.com/Team/hubs/actions/runs/77",
    )


def test_who_runs_it_again_is_who_deploys() -> None:
    assert read(GITHUB | {"GITHUB_TRIGGERING_ACTOR": "hubot"}).actor == "hubot"


def test_a_branch_that_is_new_has_no_old(tmp_path: Path) -> None:
    assert read(GITHUB | event(tmp_path, {"before": ZERO})).old is None


@pytest.mark.parametrize(
    ("head_repo", "fork"), [({"full_name": "team/Hubs"}, False), ({"full_name": "eve/hubs"}, True), (None, True)]
)
def test_a_pull_request_on_github_goes_to_its_base(tmp_path: Path, head_repo: Any, fork: bool) -> None:
    environ = GITHUB | {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/234/merge"}
    ci = read(environ | event(tmp_path, pull(head_repo)))
    assert (ci.ref, ci.old, ci.new, ci.pull_request, ci.fork) == ("refs/heads/prod", OLD, NEW, "234", fork)


def test_a_pull_request_that_runs_with_the_bases_rights_is_judged_by_its_head(tmp_path: Path) -> None:
    environ = GITHUB | {"GITHUB_EVENT_NAME": "pull_request_target", "GITHUB_REF": "refs/heads/prod"}
    assert read(environ | event(tmp_path, pull({"full_name": "eve/hubs"}))).new == HEAD


def test_a_merge_queue_goes_to_its_base(tmp_path: Path) -> None:
    group = {"merge_group": {"base_ref": "refs/heads/prod", "base_sha": OLD, "head_sha": HEAD}}
    ci = read(GITHUB | {"GITHUB_EVENT_NAME": "merge_group"} | event(tmp_path, group))
    assert (ci.ref, ci.old, ci.new) == ("refs/heads/prod", OLD, HEAD)


@pytest.mark.parametrize("data", ["", "not json", "[]", "{}", '{"pull_request": 7, "before": {}}'])
def test_an_event_that_cannot_be_read_is_no_event(tmp_path: Path, data: str) -> None:
    assert read(GITHUB | event(tmp_path, data)).new == NEW
    assert read(GITHUB | {"GITHUB_EVENT_PATH": str(tmp_path / "none")}).new == NEW


def test_gitlab() -> None:
    assert read(GITLAB | {"CI_COMMIT_BRANCH": "prod"}) == Ci(
        name="gitlab",
        repo="gitlab.example.org/team/hubs",
        ref="refs/heads/prod",
        old=OLD,
        new=NEW,
        actor="ada",
        actor_forge="gitlab",
        url="https://gitlab.example.org/team/hubs/-/jobs/5",
    )
    request = {
        "CI_MERGE_REQUEST_IID": "12",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "prod",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": HEAD,
        "CI_MERGE_REQUEST_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2",
        "CI_COMMIT_BEFORE_SHA": ZERO,
    }
    ci = read(GITLAB | request)
    assert (ci.ref, ci.old, ci.pull_request, ci.fork) == ("refs/heads/prod", HEAD, "12", True)
    assert read(GITLAB | request | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1"}).fork is False
    assert read(GITLAB | {"CI_COMMIT_TAG": "v1"}).ref == "refs/tags/v1"


def test_travis() -> None:
    assert read(TRAVIS) == Ci(
        name="travis",
        repo="github.com/team/hubs",
        ref="refs/heads/prod",
        old=OLD,
        new=NEW,
        actor_forge="github",
        url="https://app.travis-ci.com/team/hubs/jobs/9",
    )
    ci = read(TRAVIS | {"TRAVIS_PULL_REQUEST": "5", "TRAVIS_PULL_REQUEST_SLUG": "eve/hubs"})
    assert (ci.pull_request, ci.fork) == ("5", True)


def test_at_a_terminal_nobody_says_anything() -> None:
    assert read({"PATH": "/bin"}) == Ci()
