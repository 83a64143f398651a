"""What GitLab tells whom: a job is required where the pipeline is and nobody pushes past it; without a token, not known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.policy.servers.forge_stub import ForgeStub
from tests.policy.servers.gitlab_project import GitLabProject
from tracker.policy.forge.values import Ended, OutOfRequests

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def project(forge: ForgeStub) -> GitLabProject:
    project = forge.gitlab("acme/infra/hub")
    project.push("prod", at=AT)
    forge.admin_token = "member"
    return project


@pytest.mark.parametrize(
    ("must", "skipped", "push_level", "required"),
    [(True, False, 0, True), (False, False, 0, False), (True, True, 0, False), (True, False, 40, False)],
)
def test_a_job_is_required_where_merges_need_it_and_nobody_pushes(
    project: GitLabProject, gitlab: Any, must: bool, skipped: bool, push_level: int, required: bool
) -> None:
    project.pipeline_must_succeed, project.skipped_is_fine = must, skipped
    project.protect("prod", push_level=push_level)
    rules = gitlab().rules("prod")
    assert rules.any_pipeline is required and rules.all_known and rules.pull_request is (push_level == 0)


def test_an_unprotected_branch_requires_nothing(project: GitLabProject, gitlab: Any) -> None:
    project.pipeline_must_succeed = True
    rules = gitlab().rules("prod")
    assert rules.any_pipeline is False and rules.no_force_push is False


def test_a_branch_may_be_protected_by_a_pattern(project: GitLabProject, gitlab: Any) -> None:
    project.pipeline_must_succeed = True
    project.protect("pr*")
    assert gitlab().rules("prod").any_pipeline is True
    project.protect("prod", push_level=40)  # the more open of two counts
    assert gitlab().rules("prod").any_pipeline is False


def test_without_a_token_nothing_is_known(project: GitLabProject, gitlab: Any) -> None:
    project.pipeline_must_succeed = True
    project.protect("prod")
    rules = gitlab(token="").rules("prod")
    assert rules.any_pipeline is None and not rules.all_known and rules.pull_request is None and "token" in rules.because


def test_external_checks_have_names(project: GitLabProject, gitlab: Any) -> None:
    project.protect("prod")
    project.external_checks = [
        {"name": "gate", "protected_branches": []},
        {"name": "x", "protected_branches": [{"name": "y"}]},
    ]
    assert dict(gitlab().rules("prod").required) == {}
    project.external_must_pass = True
    assert dict(gitlab().rules("prod").required) == {"gate": None}


def test_running_out_is_not_taken_for_a_branch_that_may_not_be_seen(project: GitLabProject, gitlab: Any) -> None:
    with pytest.raises(OutOfRequests):
        gitlab(budget=1).rules("prod")


def test_what_ran_and_what_reached_the_branch(project: GitLabProject, gitlab: Any) -> None:
    request = project.open("prod", at=AT)
    project.status(request["sha"], "staging-online", "failed", at=AT)
    project.status(request["sha"], "staging-online", "skipped", at=AT + HOUR)
    project.status(request["sha"], "staging-online", "success", at=AT + 2 * HOUR, allow_failure=True)
    merge = project.merge(request, at=AT + 3 * HOUR)
    runs = gitlab().ran(request["sha"], ["staging-online"])
    assert [run.ended for run in runs] == [Ended.SUCCESS, Ended.SKIPPED, Ended.FAILURE] and runs[0].may_fail
    line = gitlab().line("prod", at_most=10)
    assert line[0].id == merge and line[0].parent == line[1].id
    (found,) = gitlab().requests("prod", at_most=10)
    assert (found.merge_commit, found.head, found.closed) == (merge, request["sha"], True)
    assert gitlab().second_parent(merge) == request["sha"] and gitlab().head("prod") == merge
    assert [one.number for one in gitlab().requests_of(merge)] == [found.number]


def test_the_moves_of_a_branch_are_told_to_members(project: GitLabProject, gitlab: Any) -> None:
    pushed = project.push("prod", at=AT + HOUR)
    project.push("staging", at=AT + HOUR)
    moves = gitlab().moves("prod", at_most=10)
    assert [one.at for one in moves] == [AT + HOUR, AT] and moves[0].after == pushed
    assert gitlab(token="").moves("prod", at_most=10) is None
