"""What git is asked, of real repos: content ids, changed paths, history, and clones and hooks that would mislead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.policy.repos import RepoBuilder, environ_for_git, git
from tracker.policy.git import SHALLOW, GitFailed, Repo

ROOT = Path(__file__).resolve().parents[2]


def owns(path: str) -> bool:
    return path.startswith("datahub/")


@pytest.fixture
def made(tmp_path: Path) -> RepoBuilder:
    """Two hubs on one branch, main; staging and prod stand where main does."""
    made = RepoBuilder(tmp_path / "repo")
    made.commit({"datahub/config.yaml": "image: 1\n", "prob140/config.yaml": "image: 1\n", "deploy.py": "pass\n"}, "Begin")
    made.git("branch", "staging")
    made.git("branch", "prod")
    return made


def repo_at(folder: Path, **more: str) -> Repo:
    found = Repo.around(folder, environ_for_git(folder) | more)
    assert found is not None
    return found


def test_a_promotion_has_another_commit_and_the_same_content(made: RepoBuilder) -> None:
    made.switch("staging")
    on_staging = made.commit({"datahub/config.yaml": "image: 2\n"})
    made.switch("prod")
    made.commit({"prob140/config.yaml": "image: 7\n"}, "The other hub moves meanwhile")
    before = made.head
    on_prod = made.merge("staging")
    repo = repo_at(made.folder)
    assert on_prod != on_staging and repo.tree(on_prod) != repo.tree(on_staging)
    assert repo.content_id(on_prod, owns) == repo.content_id(on_staging, owns) != repo.content_id(before, owns)


@pytest.mark.parametrize(
    "change", [{"datahub/config.yaml": "image: 3\n"}, {"datahub/new": ""}, {"datahub/config.yaml": None}]
)
def test_every_change_of_a_file_changes_the_content(made: RepoBuilder, change: dict[str, str | None]) -> None:
    before, after = made.head, made.commit(change)
    repo = repo_at(made.folder)
    assert repo.content_id(before, owns) != repo.content_id(after, owns)


def test_a_files_mode_is_part_of_the_content(made: RepoBuilder) -> None:
    before = made.head
    (made.folder / "datahub" / "config.yaml").chmod(0o755)
    after = made.commit({})
    repo = repo_at(made.folder)
    assert repo.content_id(before, owns) != repo.content_id(after, owns)


def test_of_a_file_moved_between_hubs_both_names_are_told(made: RepoBuilder) -> None:
    old = made.head
    made.git("mv", "prob140/config.yaml", "datahub/other.yaml")
    new = made.commit({})
    assert repo_at(made.folder).changed_paths(old, new) == ("datahub/other.yaml", "prob140/config.yaml")


def test_names_with_newlines_letters_and_bytes_of_any_kind_are_told(made: RepoBuilder) -> None:
    old = made.head
    (made.folder / "datahub" / os.fsdecode(b"caf\xe9")).write_text("x")
    new = made.commit({"datahub/größe\n::set-env.yaml": "1", 'datahub/"quoted"\t.yaml': "2"})
    assert set(repo_at(made.folder).changed_paths(old, new)) == {
        "datahub/größe\n::set-env.yaml",
        'datahub/"quoted"\t.yaml',
        "datahub/caf\\xe9",
    }


def test_a_commits_texts_come_as_they_are(made: RepoBuilder) -> None:
    new = made.commit({"datahub/x": "1"}, "::error::<script>\x1b[31m|`x` größe\n\nmore", author="Zoë % Ünal")
    about = repo_at(made.folder).about(new)
    assert (about.id, about.subject, about.author) == (new, "::error::<script>\x1b[31m|`x` größe", "Zoë % Ünal")
    assert about.at == made.at and about.email == "zoë@example.org"


def test_commits_that_come_are_listed_newest_first(made: RepoBuilder) -> None:
    made.switch("staging")
    one, two = made.commit({"datahub/a": "1"}), made.commit({"datahub/a": "2"})
    repo = repo_at(made.folder)
    prod = repo.commit_id("prod")
    assert repo.commits(prod, two) == (two, one)
    assert repo.is_ancestor(prod or "", two) and not repo.is_ancestor(two, prod or "")


def test_first_parents_leave_out_what_was_merged(made: RepoBuilder) -> None:
    made.switch("staging")
    inside = made.commit({"datahub/a": "1"})
    made.switch("prod")
    merged = made.merge("staging", "Merge pull request #234 from team/staging")
    history = repo_at(made.folder).first_parents(merged, at_most=10)
    assert history[0].id == merged and inside not in [one.id for one in history]
    assert history[0].parents[1] == inside


@pytest.mark.parametrize("name", ["--output=x", "-h", "", "0" * 40, "nosuch", "prod:datahub"])
def test_what_is_no_commit_is_none(made: RepoBuilder, name: str) -> None:
    assert repo_at(made.folder).commit_id(name) is None


def test_a_shallow_clone_is_told_apart_and_asked_no_history(made: RepoBuilder, tmp_path: Path) -> None:
    first = made.head
    last = made.commit({"datahub/a": "1"})
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{made.folder}", "shallow")
    repo = repo_at(tmp_path / "shallow")
    assert repo.is_shallow and not repo_at(made.folder).is_shallow
    assert repo.content_id(last, owns) == repo_at(made.folder).content_id(last, owns)
    with pytest.raises(GitFailed, match="fetch-depth: 0"):
        repo.is_ancestor(first, last)
    assert "fetch-depth: 0" in SHALLOW


def test_a_branch_that_is_not_here_is_where_origin_was_last_seen(made: RepoBuilder, tmp_path: Path) -> None:
    prod = made.git("rev-parse", "prod")
    git(tmp_path, "clone", "-q", f"file://{made.folder}", "clone")
    repo = repo_at(tmp_path / "clone")
    assert repo.tip("refs/heads/prod") == prod
    assert repo.default_branch == made.git("rev-parse", "main")
    assert (repo.remote or "").startswith("file:")


def test_a_file_of_a_commit_is_shown_and_one_that_is_not_there_is_none(made: RepoBuilder) -> None:
    made.write({"datahub/config.yaml": "not committed"})
    repo = repo_at(made.folder)
    assert repo.show("main", "datahub/config.yaml") == b"image: 1\n"
    assert repo.show("main", "datahub/none.yaml") is None
    assert repo.files("main", "datahub") == ("datahub/config.yaml",)


def test_a_folder_without_a_repo_has_none(tmp_path: Path) -> None:
    assert Repo.around(tmp_path, environ_for_git(tmp_path)) is None


def test_a_clone_that_git_does_not_trust_says_how_to_mend_it(made: RepoBuilder) -> None:
    with pytest.raises(GitFailed, match=r"safe\.directory"):
        Repo.around(made.folder, environ_for_git(made.folder) | {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})


def test_a_hooks_variables_do_not_point_at_another_repo(made: RepoBuilder, tmp_path: Path) -> None:
    other = RepoBuilder(tmp_path / "other")
    theirs = other.commit({"x": "1"})
    found = repo_at(made.folder, GIT_DIR=".git-is-not-here", GIT_WORK_TREE=str(other.folder), GIT_INDEX_FILE="/nowhere")
    assert found.commit_id("main") == made.git("rev-parse", "main") != theirs


def test_a_push_in_quarantine_is_seen_by_the_hook(made: RepoBuilder, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(made.folder), str(bare))
    hook = bare / "hooks" / "pre-receive"
    hook.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from tracker.policy.git import Repo\n"
        "old, new, ref = sys.stdin.read().split()\n"
        "repo = Repo.around(Path.cwd(), os.environ)\n"
        "print('SEEN', 'GIT_QUARANTINE_PATH' in os.environ, repo.about(new).subject, repo.changed_paths(old, new))\n"
    )
    hook.chmod(0o755)
    made.commit({"datahub/pushed": "1"}, "Pushed")
    said = made.git("push", str(bare), "main", code=None)
    assert "SEEN True Pushed ('datahub/pushed',)" in said
    assert subprocess.run(["git", "-C", bare, "log", "-1", "--format=%s", "main"], capture_output=True).stdout == b"Pushed\n"
