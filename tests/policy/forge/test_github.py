"""What GitHub tells whom, over real requests: rules, runs, what reached a branch; and what it does not tell is not a no."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.policy.servers.forge_stub import ForgeStub
from tests.policy.servers.github_repo import ACTIONS, GitHubRepo
from tracker.domain.errors import Invalid
from tracker.policy.forge import Forges
from tracker.policy.forge.values import Ended, ForgeSilent, NotThere, OutOfRequests

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def repo(forge: ForgeStub) -> GitHubRepo:
    repo = forge.github("acme/hub")
    repo.push("prod", at=AT)
    return repo


def test_anybody_sees_what_rulesets_require(repo: GitHubRepo, github: Any) -> None:
    repo.require("prod", "staging-online", app=ACTIONS)
    repo.require("prod", "other", ruleset=43)
    repo.rule("prod", "non_fast_forward")
    rules = github().rules("prod")
    assert dict(rules.required) == {"staging-online": ACTIONS, "other": None}
    assert rules.all_known and rules.no_force_push is True and rules.pull_request is False and rules.bypass is None


def test_anybody_sees_what_the_classic_protection_requires(repo: GitHubRepo, github: Any) -> None:
    repo.protect("prod", "staging-online", level="non_admins")
    rules = github().rules("prod")
    assert dict(rules.required) == {"staging-online": ACTIONS} and rules.all_known
    assert rules.pull_request is None  # only an admin reads that


def test_a_protection_that_requires_nothing_is_known_to_require_nothing(repo: GitHubRepo, github: Any) -> None:
    repo.protect("prod", "staging-online", level="off")
    rules = github().rules("prod")
    assert dict(rules.required) == {} and rules.all_known


def test_a_protection_that_is_not_told_is_not_known(repo: GitHubRepo, github: Any) -> None:
    repo.protect("prod", "staging-online")
    repo.says_protection = False
    rules = github().rules("prod")
    assert dict(rules.required) == {} and not rules.all_known and "does not say" in rules.because


def test_a_branch_without_any_protection_is_known_to_have_none(repo: GitHubRepo, github: Any) -> None:
    repo.says_protection = False
    rules = github().rules("prod")
    assert rules.all_known and rules.pull_request is False and rules.no_force_push is False


def test_only_an_admin_learns_who_is_let_past(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    repo.require("prod", "staging-online")
    repo.bypass[42] = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    forge.admin_token = "trusted"
    assert github().rules("prod", deep=True).bypass is None
    assert github("trusted").rules("prod", deep=True).bypass == ("RepositoryRole 5",)
    repo.bypass[42] = []
    assert github("trusted").rules("prod", deep=True).bypass == ()
    repo.protect("prod", "staging-online", level="non_admins")
    assert github("trusted").rules("prod", deep=True).bypass == ("administrators",)


def test_rules_are_read_over_all_pages(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    forge.page_size = 2
    for number in range(7):
        repo.require("prod", f"check-{number}", ruleset=number)
    assert len(github().rules("prod").required) == 7
    assert len(forge.asked_for("/rules/branches/prod")) == 4


@pytest.mark.parametrize(
    ("status", "kind"), [(401, ForgeSilent), (403, ForgeSilent), (404, NotThere), (500, ForgeSilent), (502, ForgeSilent)]
)
def test_a_refusal_is_never_an_answer(forge: ForgeStub, repo: GitHubRepo, github: Any, status: int, kind: type) -> None:
    repo.require("prod", "staging-online")
    forge.refuse("/rules/", status)
    with pytest.raises(kind):
        github().rules("prod")


def test_a_branch_or_repo_that_is_not_there_is_not_known(
    repo: GitHubRepo, github: Any, forges: Callable[..., Forges]
) -> None:
    with pytest.raises(ForgeSilent, match="no branch nowhere"):
        github().rules("nowhere")
    with pytest.raises(NotThere):
        forges().repo("github", "acme/private", budget=5, deadline=1e12).line("prod", at_most=5)


@pytest.mark.parametrize("name", ["acme", "acme/../x", "acme/..", "acme/a/b", "acme/a b", "", "acme/"])
def test_what_is_no_repo_is_not_asked(forges: Callable[..., Forges], name: str) -> None:
    with pytest.raises(Invalid):
        forges().repo("github", name, budget=5, deadline=1e12)


def test_a_forge_that_is_away_or_hangs_is_silent(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    asking = github()
    forge.stop()
    with pytest.raises(ForgeSilent, match="did not answer"):
        asking.rules("prod")


def test_a_strange_answer_is_no_answer(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    repo.rules["prod"] = [{"kind": "surprise"}]
    with pytest.raises(ForgeSilent, match="not known"):
        github().rules("prod")


def test_no_more_is_asked_than_the_budget_allows(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    asking = github(budget=1)
    with pytest.raises(OutOfRequests):
        asking.rules("prod")
    assert len(forge.asked) == 1


def test_the_forge_s_own_limit_is_heeded_before_it_is_reached(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    forge.remaining = 6
    with pytest.raises(OutOfRequests) as caught:
        github().rules("prod")
    assert caught.value.until is not None and len(forge.asked) == 1
    forge.remaining = 0
    with pytest.raises(OutOfRequests):
        github().rules("prod")


def test_a_second_limit_says_when_to_come_again(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    forge.refuse("/rules/", 403, "You have exceeded a secondary rate limit", retry_after="60")
    with pytest.raises(OutOfRequests) as caught:
        github().rules("prod")
    assert caught.value.until is not None and caught.value.until - datetime.now(UTC) < timedelta(seconds=61)


def test_what_has_not_changed_is_told_once(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    repo.require("prod", "staging-online")
    first = github()
    rules = first.rules("prod")
    tags, left = first.asking.kept_tags(), forge.remaining
    again = github(tags=tags)
    assert again.rules("prod") == rules and forge.remaining == left  # two times 304
    repo.drop_rules("prod")
    assert dict(github(tags=again.asking.kept_tags()).rules("prod").required) == {}


def test_what_is_kept_between_rounds_is_small(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    for number in range(100):
        repo.push("prod", at=AT + number * HOUR)
    asking = github()
    asking.line("prod", at_most=100)
    assert len(str(asking.asking.kept_tags())) < 40_000


def test_a_token_never_follows_a_page_to_another_place(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    from tracker.policy.http_client import Answer

    asking = github("trusted").asking
    for link in ("https://evil.example.org/github/repos?page=2", "http://127.0.0.1:1/github/repos?page=2"):
        answer = Answer("", 200, {"link": f'<{link}>; rel="next"'}, b"[]", False, 1)
        assert asking._onward(answer) is None


def test_runs_are_check_runs_or_statuses_and_only_success_is_success(repo: GitHubRepo, github: Any) -> None:
    head = repo.branches["prod"][0]["sha"]
    for number, conclusion in enumerate(["failure", "neutral", "skipped", "cancelled", "timed_out", "success", None]):
        repo.check(head, "staging-online", conclusion, at=AT + number * HOUR)
    repo.check(head, "another", "success", at=AT)
    found = [run.ended for run in github().ran(head, ["staging-online"])]
    assert found == [
        Ended.RUNNING,
        Ended.SUCCESS,
        Ended.STOPPED,
        Ended.STOPPED,
        Ended.SKIPPED,
        Ended.SKIPPED,
        Ended.FAILURE,
    ]
    repo.status(head, "ci/travis", "error", at=AT)
    repo.status(head, "ci/travis", "failure", at=AT + HOUR)
    found = [run.ended for run in github().ran("prod", ["ci/travis"])]
    assert found == [Ended.FAILURE, Ended.STOPPED]


def test_the_line_of_a_branch_leaves_out_what_was_merged_in(repo: GitHubRepo, github: Any) -> None:
    first = repo.branches["prod"][0]["sha"]
    pull = repo.open("prod", at=AT + HOUR)
    merge = repo.merge(pull, at=AT + 2 * HOUR)
    direct = repo.push("prod", at=AT + 3 * HOUR)
    assert [one.id for one in github().line("prod", at_most=50)] == [direct, merge, first]
    assert github().second_parent(merge) == pull["head"]["sha"]
    assert github().second_parent(direct) is None
    assert [one.number for one in github().requests_of(merge)] == [str(pull["number"])]
    assert github().requests("prod", at_most=10)[0].merge_commit == merge


def test_the_moves_of_a_branch_have_the_forge_s_own_time(repo: GitHubRepo, github: Any) -> None:
    pull = repo.open("prod", at=AT)
    merge = repo.merge(pull, at=AT + HOUR)
    repo.push("staging", at=AT + 2 * HOUR)
    moves = github().moves("prod", at_most=10)
    assert (moves[0].after, moves[0].at) == (merge, AT + HOUR) and len(moves) == 2
    assert moves[1].before is None and moves[0].before == moves[1].after
    repo.tells_activity = False
    assert github().moves("prod", at_most=10) is None


def test_a_renamed_repo_is_followed(forge: ForgeStub, repo: GitHubRepo, github: Any) -> None:
    forge.github("acme/new").push("prod", at=AT)
    forge.github("acme/new").require("prod", "staging-online")
    forge.renamed["acme/hub"] = "acme/new"
    forge.token = "member"
    assert dict(github("member").rules("prod").required) == {"staging-online": None}


def test_required_workflows_leave_open_which_checks_are_required(repo: GitHubRepo, github: Any) -> None:
    repo.rule("prod", "workflows", parameters={"workflows": [{"path": ".github/workflows/gate.yml", "repository_id": 1}]})
    rules = github().rules("prod")
    assert not rules.all_known and "workflows" in rules.because


def test_of_two_rules_for_one_context_the_stricter_counts(repo: GitHubRepo, github: Any) -> None:
    repo.require("prod", "staging-online", app=ACTIONS)
    repo.protect("prod", "staging-online", app=None)
    assert dict(github().rules("prod").required) == {"staging-online": ACTIONS}
