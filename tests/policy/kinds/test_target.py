"""`target`: the right repo, the right branch, the right files, and named by somebody."""

from dataclasses import replace
from typing import Any

import pytest

from tests.policy.contexts import CHANGE, context, run
from tracker.domain.policy import Outcome

HUBS = {
    "deployments": [
        {
            "id": "hub",
            "repo": "github.com/team/hubs",
            "paths": ["hub/**", "größe/**"],
            "shared_paths": ["deploy.py"],
            "stages": [{"id": "staging"}, {"id": "prod", "refs": ["refs/heads/prod"], "promotes_from": "staging"}],
        },
        {"id": "lab", "repo": "github.com/team/hubs", "paths": ["lab/**"], "stages": [{"id": "prod"}]},
        {"id": "far", "repo": "github.com/team/far", "paths": ["**"], "stages": [{"id": "prod"}]},
    ]
}
RIGHT = replace(
    CHANGE, repo="github.com/Team/hubs", ref="refs/heads/prod", changed_paths=("hub/a",), deployments_touched=("hub",)
)


def judged(params: dict[str, Any] | None = None, **changes: Any) -> Any:
    return run(context("target", params or {}, change=replace(RIGHT, **changes), more=HUBS))


def test_a_push_is_told_how_a_push_names_it() -> None:
    pushed = run(context("target", {}, change=replace(RIGHT, named=False), more=HUBS, phase="hook"))
    assert pushed.summary.endswith("not named but guessed: git push -o deployment=hub")


def test_what_is_named_and_its_own_passes() -> None:
    found = judged()
    assert (found.outcome, found.summary) == (Outcome.PASS, "hub/prod, 1 file, its own")


@pytest.mark.parametrize(
    ("params", "changes", "says"),
    [
        ({}, {"named": False}, "the deployment and the stage were not named but guessed: say -d hub"),
        ({"confirm": "interactive"}, {"confirmed": False}, "nobody typed hub to confirm it"),
        ({"confirm": "always"}, {"confirmed": None}, "nobody typed hub to confirm it"),
        ({}, {"repo": "github.com/team/far"}, "hub is deployed from github.com/team/hubs, and this is github.com/team/far"),
        ({}, {"ref": "refs/heads/main"}, "refs/heads/main is not deployed on prod (refs/heads/prod is)"),
        ({}, {"changed_paths": ("hub/a", "deploy.py")}, "not hub's own: deploy.py"),
        ({}, {"changed_paths": ("README.md",)}, "not hub's own: README.md"),
        ({"max_files": 1}, {"changed_paths": ("hub/a", "hub/b")}, "2 files change, and 1 may"),
        ({}, {"deployments_touched": ("hub", "lab"), "changed_paths": ("hub/a",)}, "touches lab as well as hub"),
    ],
)
def test_what_is_wrong_is_said(params: dict[str, Any], changes: dict[str, Any], says: str) -> None:
    found = judged(params, **changes)
    assert found.outcome is Outcome.FAIL and says in found.summary


@pytest.mark.parametrize(
    ("params", "changes"),
    [
        ({"must_name": []}, {"named": False}),
        ({"confirm": "interactive"}, {"confirmed": None}),
        ({"confirm": "interactive"}, {"confirmed": True}),
        ({}, {"repo": None, "ref": None}),
        ({"allow_shared": True}, {"changed_paths": ("hub/a", "deploy.py")}),
        ({"allow": ["README.md"]}, {"changed_paths": ("hub/a", "README.md")}),
        ({"forbid_ambiguous": False, "allow": ["lab/**"]}, {"changed_paths": ("hub/a", "lab/b")}),
        ({}, {"changed_paths": ("größe/日本\n::error::",)}),
        ({}, {"changed_paths": ()}),
    ],
)
def test_what_the_policy_lets_be_is_let_be(params: dict[str, Any], changes: dict[str, Any]) -> None:
    assert judged(params, **changes).outcome is Outcome.PASS


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = judged({}, named=False, repo="github.com/team/far", changed_paths=("lab/x",), deployments_touched=("lab",))
    assert [part in found.summary for part in ("guessed", "deployed from", "touches lab", "lab/x")] == [True] * 4


def test_paths_that_are_not_known_are_not_found_out_unless_something_is_wrong_anyway() -> None:
    problem = ("This is a shallow clone.",)
    assert judged({}, changed_paths=None, problems=problem).outcome is Outcome.ERROR
    assert judged({}, changed_paths=None, problems=problem, named=False).outcome is Outcome.FAIL


def test_a_long_list_is_shortened() -> None:
    found = judged({}, changed_paths=tuple(f"x/{n}" for n in range(90)))
    assert "and 85 more" in found.summary and len(found.evidence["not_its_own"]) == 50
