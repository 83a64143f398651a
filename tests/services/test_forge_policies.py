"""The implicit policy of a repo without a policy file: names as people type them, ids that hold, a text like any other."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Invalid
from tracker.domain.policy import Mode
from tracker.policy.load import load
from tracker.services.forge_policies import Target, ids, policy_of, target_of


@pytest.mark.parametrize(
    ("typed", "forge", "repo"),
    [
        ("acme/hub", "github", "acme/hub"),
        ("acme/hub.js", "github", "acme/hub.js"),
        ("github.com/acme/hub", "github", "acme/hub"),
        ("https://github.com/acme/hub.git", "github", "acme/hub"),
        ("https://github.com/acme/hub/", "github", "acme/hub"),
        ("git@github.com:acme/hub.git", "github", "acme/hub"),
        ("ssh://git@gitlab.com/acme/infra/hub.git", "gitlab", "acme/infra/hub"),
        ("https://gitlab.example.org/acme/hub", "gitlab", "acme/hub"),
    ],
)
def test_a_repo_is_understood_as_people_type_it(typed: str, forge: str, repo: str) -> None:
    assert target_of(typed, "refs/heads/prod", [" staging-online ", "staging-online"]) == Target(
        forge, repo, "prod", ("staging-online",)
    )


@pytest.mark.parametrize(
    ("repo", "branch", "contexts"),
    [
        ("hub", "prod", ["x"]),
        ("", "prod", ["x"]),
        ("acme/h ub", "prod", ["x"]),
        ("acme/hub", "", ["x"]),
        ("acme/hub", "pr\nod", ["x"]),
        ("acme/hub", "prod", []),
        ("acme/hub", "prod", [" "]),
        ("acme/hub", "prod", ["x" * 201]),
    ],
)
def test_what_cannot_be_asked_for_is_refused(repo: str, branch: str, contexts: list[str]) -> None:
    with pytest.raises(Invalid):
        target_of(repo, branch, contexts)


CONTEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=120)


@given(st.lists(CONTEXT, unique=True, min_size=1, max_size=6), CONTEXT)
def test_ids_differ_and_stay_when_contexts_come(contexts: list[str], more: str) -> None:
    named = ids(tuple(contexts))
    assert len({*named.values(), *(f"{name}-required" for name in named.values())}) == 2 * len(contexts)
    assert {context: ids((*contexts, more))[context] for context in contexts} == named


@given(
    st.lists(CONTEXT.filter(str.strip), unique=True, min_size=1, max_size=4),
    st.from_regex(r"[^\s\x00-\x1f]{1,80}", fullmatch=True),
)
def test_it_is_a_policy_like_any_other(contexts: list[str], branch: str) -> None:
    policy = policy_of(Target("github", "acme/hub", branch, tuple(contexts)))
    loaded = load(json.dumps(policy.model_dump(mode="json", by_alias=True)).encode(), "forge.json")
    assert loaded.policy == policy and loaded.errors == ()
    assert [check.mode for check in policy.checks] == [Mode.GUARD, Mode.CONDITION] * len(contexts)


def test_two_contexts_that_would_be_alike_are_kept_apart() -> None:
    named = ids(("tests (3.11)", "tests [3.11]", "lint", "lint-required"))
    assert named["tests (3.11)"] == "tests-3.11" and named["tests [3.11]"].startswith("tests-3.11-")
    assert named["lint"] == "lint" and named["lint-required"] not in ("lint", "lint-required")
