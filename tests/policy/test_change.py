"""From a clone to the change that is asked about: from where, to where, by whose policy, touching what."""

import dataclasses
from pathlib import Path

import pytest

from tests.policy.repos import RepoBuilder, environ_for_git, git
from tracker.domain.errors import Invalid, NotFound
from tracker.policy.change import Asked, change_of, moves
from tracker.policy.ci import Ci
from tracker.policy.git import Repo
from tracker.policy.protected import Moves, policy_text
from tracker.policy.values import Change

POLICY = """\
apiVersion: policy/v1
name: {name}
deployments:
  - id: hub
    repo: github.com/team/hubs
    paths: [hub/**]
    stages:
      - {{id: staging, refs: [refs/heads/staging]}}
      - {{id: prod, refs: [refs/heads/prod], protected: true}}
  - {{id: lab, repo: github.com/team/hubs, paths: [lab/**], stages: [{{id: prod, refs: [refs/heads/prod]}}]}}
checks:
  - {{id: named, kind: target, title: "{name}"}}
"""
ASKED = Asked(deployment="hub", stage="prod")


@pytest.fixture
def made(tmp_path: Path) -> RepoBuilder:
    made = RepoBuilder(tmp_path / "repo")
    made.commit({"policy/hubs.yaml": POLICY.format(name="main"), "hub/a": "1", "lab/a": "1"}, "Begin")
    made.git("branch", "prod")
    return made


def repo_of(made: RepoBuilder) -> Repo:
    repo = Repo.around(made.folder, environ_for_git(made.folder))
    assert repo is not None
    return repo


def found(made: RepoBuilder, asked: Asked = ASKED, ci: Ci | None = None) -> Change:
    repo, ci = repo_of(made), ci or Ci(ref="refs/heads/prod")
    moved = moves(repo, asked, ci)
    text = policy_text(repo, None, asked.deployment, moved, None)
    assert text is not None
    return change_of(repo, asked, ci, moved, text.policy, text)


def test_by_hand_it_is_what_differs_from_where_the_branch_is(made: RepoBuilder) -> None:
    prod = made.git("rev-parse", "prod")
    new = made.commit({"hub/a": "2"}, "Two")
    change = found(made)
    assert (change.old, change.new, change.changed_paths, change.commits) == (prod, new, ("hub/a",), (new,))
    assert change.content_id != change.old_content_id and change.subject == "Two"
    assert change.problems == () and not change.edits_policy


def test_where_a_merge_deploys_the_branch_is_on_the_change_already(made: RepoBuilder) -> None:
    before = made.git("rev-parse", "prod")
    made.switch("staging", new=True)
    made.commit({"hub/a": "2"})
    made.switch("prod")
    merged = made.merge("staging")
    change = found(made)
    assert (change.old, change.new, change.changed_paths) == (before, merged, ("hub/a",))


def test_a_new_branch_is_compared_with_the_one_that_all_began_with(made: RepoBuilder) -> None:
    begun = made.head
    made.git("branch", "-D", "prod")
    made.switch("prod", new=True)
    new = made.commit({"lab/a": "2"})
    change = found(made, dataclasses.replace(ASKED, old="0" * 40, new=new), Ci(ref="refs/heads/prod", old=None, new=new))
    assert change.old is None and change.commits == (new,) and begun not in change.commits
    assert change.changed_paths == ("lab/a",) and change.deployments_touched == ("lab",)


def test_a_force_push_is_all_that_differs_from_what_is_thrown_away(made: RepoBuilder) -> None:
    made.switch("prod")
    old = made.commit({"lab/a": "thrown away"})
    made.git("reset", "-q", "--hard", "HEAD^")
    new = made.commit({"hub/a": "2"})
    change = found(made, dataclasses.replace(ASKED, old=old, new=new))
    assert change.changed_paths == ("hub/a", "lab/a") and change.commits == (new,)


def test_a_commit_that_is_not_here_is_a_problem_and_no_empty_change(made: RepoBuilder) -> None:
    made.switch("feature", new=True)
    made.commit({"hub/a": "2"})
    change = found(made, dataclasses.replace(ASKED, old="1" * 40))
    assert change.changed_paths is None and change.old is None
    assert change.problems == ("111111111111, what the branch was on before, is not in this clone: fetch it.",)


def test_the_policy_is_the_one_before_the_change_else_the_default_branchs(made: RepoBuilder) -> None:
    before = made.git("rev-parse", "prod")
    new = made.commit({"policy/hubs.yaml": POLICY.format(name="changed")})
    repo = repo_of(made)
    text = policy_text(repo, None, "hub", Moves(old=before, new=new), None)
    assert text is not None and (text.policy.name, text.commit, text.path) == ("main", before, "policy/hubs.yaml")
    made.switch("prod")
    made.commit({"policy/hubs.yaml": None})
    bare = made.head
    text = policy_text(repo_of(made), None, "hub", Moves(old=bare, new=made.commit({"hub/a": "3"})), None)
    assert text is not None and text.policy.name == "changed"  # of main
    text = policy_text(repo, None, "hub", Moves(old=bare, new=new), before)
    assert text is not None and text.policy.name == "main"
    with pytest.raises(Invalid, match="no commit"):
        policy_text(repo, None, "hub", Moves(), "nowhere")


def test_a_change_alone_never_brings_its_own_policy(made: RepoBuilder) -> None:
    made.git("switch", "-q", "--orphan", "fresh")
    made.git("branch", "-D", "main")
    made.git("branch", "-D", "prod")
    new = made.commit({"policy/hubs.yaml": POLICY.format(name="own")})
    assert policy_text(repo_of(made), None, "hub", Moves(new=new), None) is None


def test_of_several_policies_the_one_with_that_deployment_and_name(made: RepoBuilder) -> None:
    two = POLICY.format(name="second").replace("id: lab", "id: far")
    old = made.commit({"policy/second.yaml": two, "policy/notes.yaml": "just: notes\n"})
    repo = repo_of(made)
    text = policy_text(repo, None, "far", Moves(old=old), None)
    assert text is not None and text.policy.name == "second"
    with pytest.raises(Invalid, match="say --policy NAME"):
        policy_text(repo, None, "hub", Moves(old=old), None)
    text = policy_text(repo, "main", "hub", Moves(old=old), None)
    assert text is not None and text.policy.name == "main"
    with pytest.raises(NotFound, match="there is far, hub, lab"):
        policy_text(repo, None, "nobody", Moves(old=old), None)


def test_a_policy_that_is_taken_away_is_said_to_be(made: RepoBuilder) -> None:
    made.commit({"policy/hubs.yaml": None, "hub/a": "2"})
    change = found(made)
    assert change.edits_policy and change.policy_digest_after is None


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (["config", "tracker.repo", "github.com/team/hubs"], "github.com/team/hubs"),
        (["remote", "add", "origin", "git@github.com:team/hubs.git"], "github.com/team/hubs"),
        (["remote", "add", "origin", "https://x:token@GitHub.com/team/hubs"], "github.com/team/hubs"),
        (["remote", "add", "origin", "/srv/git/hubs.git"], None),
        (["remote", "add", "origin", "https://[broken"], None),
    ],
)
def test_which_repo_it_is(made: RepoBuilder, told: list[str], name: str | None) -> None:
    made.git(*told)
    prod = made.git("rev-parse", "prod")
    assert found(made, dataclasses.replace(ASKED, old=prod)).repo == name


def test_a_login_is_read_from_the_address_that_github_gives(made: RepoBuilder) -> None:
    made.write({"hub/a": "2"})
    made.git("add", "-A")
    made.git("-c", "user.name=Ada", "-c", "user.email=77+ada-l@users.noreply.github.com", "commit", "-q", "-m", "Two")
    assert found(made).author_login == "ada-l"


def test_a_pull_request_brings_only_its_own_paths(made: RepoBuilder, tmp_path: Path) -> None:
    made.switch("feature", new=True)
    head = made.commit({"hub/a": "2"})
    made.switch("prod")
    prod = made.commit({"lab/a": "moved meanwhile"})
    ci = Ci(name="gitlab", ref="refs/heads/prod", old=prod, new=head, pull_request="3")
    assert found(made, ci=ci).changed_paths == ("hub/a",)
    git(tmp_path, "clone", "-q", "--depth=1", "-b", "feature", f"file://{made.folder}", "shallow")
    repo = Repo.around(tmp_path / "shallow", environ_for_git(tmp_path))
    assert repo is not None
    assert "fetch-depth: 0" in moves(repo, ASKED, ci).problems[0]
