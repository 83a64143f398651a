"""`branch_rules` and `commit_status` on forges in the real shapes: unknown is an error, skipped is no success."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.policy.contexts import CHANGE, context, run
from tests.policy.servers.forge_stub import ForgeStub
from tests.policy.servers.github_repo import ACTIONS, GitHubRepo
from tracker.domain.policy import Outcome
from tracker.policy.addresses import EVERYWHERE
from tracker.policy.forge import Forges
from tracker.policy.http_client import Client
from tracker.policy.values import Observation

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASS, FAIL, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.ERROR


@pytest.fixture
def forge() -> Iterator[ForgeStub]:
    with ForgeStub() as forge:
        forge.github("acme/hub").push("prod", at=AT)
        yield forge


@pytest.fixture
def repo(forge: ForgeStub) -> GitHubRepo:
    return forge.github("acme/hub")


def ask(stub: ForgeStub, kind: str, token: str = "", change: Any = None, **params: Any) -> Observation:
    forges = Forges(http=Client(EVERYWHERE), github_api=stub.github_api, github_token=token, gitlab_api=stub.gitlab_api)
    return run(context(kind, {"forge": "github", "repo": "acme/hub", **params}, forges=forges, change=change))


def rules(stub: ForgeStub, token: str = "", **params: Any) -> tuple[Outcome, str]:
    found = ask(stub, "branch_rules", token, branch="prod", **params)
    return found.outcome, found.summary


CHECK = {"required_checks": ["staging-online"]}


def test_a_required_context_passes_and_a_dropped_one_fails(forge: ForgeStub, repo: GitHubRepo) -> None:
    repo.require("prod", "staging-online")
    assert rules(forge, **CHECK) == (PASS, "prod of acme/hub requires staging-online")
    repo.drop_rules("prod")
    assert rules(forge, **CHECK) == (FAIL, "prod of acme/hub: staging-online is not required")


def test_the_app_that_reports_it_counts_where_it_is_asked_for(forge: ForgeStub, repo: GitHubRepo) -> None:
    repo.require("prod", "staging-online")
    outcome, says = rules(forge, **CHECK, expected_app_id=ACTIONS)
    assert outcome is FAIL and "any app" in says
    repo.drop_rules("prod")
    repo.require("prod", "staging-online", app=ACTIONS)
    assert rules(forge, **CHECK, expected_app_id=ACTIONS)[0] is PASS
    assert rules(forge, **CHECK, expected_app_id=99)[0] is FAIL


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_refusal_is_an_error_and_never_a_fail(forge: ForgeStub, repo: GitHubRepo, status: int) -> None:
    forge.refuse("/rules/", status)
    assert rules(forge, **CHECK)[0] is ERROR


def test_what_only_an_admin_may_see_is_an_error_without_one(forge: ForgeStub, repo: GitHubRepo) -> None:
    repo.require("prod", "staging-online")
    forge.admin_token = "trusted"
    outcome, says = rules(forge, **CHECK, forbid_bypass_actors=True)
    assert outcome is ERROR and "nobody is let past" in says
    assert rules(forge, "trusted", **CHECK, forbid_bypass_actors=True)[0] is PASS
    repo.bypass[42] = [{"actor_id": 1, "actor_type": "Team"}]
    assert rules(forge, "trusted", **CHECK, forbid_bypass_actors=True)[0] is FAIL


def test_what_is_known_to_be_missing_fails_whatever_else_is_unknown(forge: ForgeStub, repo: GitHubRepo) -> None:
    forge.admin_token = "trusted"
    repo.require("prod", "other")
    assert rules(forge, **CHECK, forbid_bypass_actors=True)[0] is FAIL


def test_pull_requests_and_force_pushes_are_asked_for_where_they_matter(forge: ForgeStub, repo: GitHubRepo) -> None:
    asked = {"require_pull_request": True, "forbid_force_push": True}
    assert rules(forge, **asked)[0] is FAIL
    repo.rule("prod", "pull_request", parameters={})
    repo.rule("prod", "non_fast_forward")
    assert rules(forge, **asked)[0] is PASS


def test_on_gitlab_the_pipeline_is_what_is_required(forge: ForgeStub) -> None:
    project = forge.gitlab("acme/hub")
    project.push("prod", at=AT)
    forge.admin_token = "member"
    assert rules(forge, forge="gitlab", **CHECK)[0] is ERROR  # without a token it is hidden


def status(stub: ForgeStub, change: Any = None, **params: Any) -> tuple[Outcome, str]:
    found = ask(stub, "commit_status", change=change, **{"contexts": ["staging-online"], "branch": "prod", **params})
    return found.outcome, found.summary


@pytest.mark.parametrize(
    ("conclusion", "outcome", "says"),
    [
        ("success", PASS, "succeeded"),
        ("failure", FAIL, "failed"),
        ("skipped", FAIL, "skipped"),
        ("neutral", FAIL, "skipped"),
        ("cancelled", FAIL, "stopped"),
        (None, FAIL, "not ended"),
    ],
)
def test_only_success_is_success(
    forge: ForgeStub, repo: GitHubRepo, conclusion: str | None, outcome: Outcome, says: str
) -> None:
    repo.check(repo.branches["prod"][0]["sha"], "staging-online", conclusion, at=AT)
    found = status(forge)
    assert found[0] is outcome and says in found[1]


def test_a_context_that_has_not_run_fails_and_a_forge_that_is_away_does_not(forge: ForgeStub, repo: GitHubRepo) -> None:
    assert "has not run" in status(forge)[1]
    forge.refuse("/check-runs", 403)
    assert status(forge)[0] is ERROR
    forge.stop()
    assert status(forge)[0] is ERROR


def test_the_newest_run_of_each_app_counts(forge: ForgeStub, repo: GitHubRepo) -> None:
    head = repo.branches["prod"][0]["sha"]
    repo.check(head, "staging-online", "failure", at=AT)
    repo.check(head, "staging-online", "success", at=AT + timedelta(hours=1))
    assert status(forge)[0] is PASS
    repo.check(head, "staging-online", "failure", at=AT, app=7)
    assert status(forge)[0] is FAIL


def test_the_change_s_own_commit_is_asked_or_what_it_merged(forge: ForgeStub, repo: GitHubRepo) -> None:
    pull = repo.open("prod", at=AT)
    repo.check(pull["head"]["sha"], "staging-online", "success", at=AT)
    merge = repo.merge(pull, at=AT)
    change = replace(CHANGE, new=merge)
    assert status(forge, change)[0] is FAIL
    assert status(forge, change, on="merged-parent")[0] is PASS
    assert "no merge" in status(forge, replace(CHANGE, new=repo.push("prod", at=AT)), on="merged-parent")[1]


def test_the_command_line_does_not_ask_the_forge() -> None:
    assert run(context("branch_rules", {"forge": "github", "repo": "acme/hub", "branch": "prod", **CHECK})).outcome is ERROR
