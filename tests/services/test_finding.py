"""Which files of a folder are looked at, what each is called, and where it is said to come from."""

import os
import socket
import threading
from io import BytesIO
from pathlib import Path

import pytest

from tests.services.conftest import report
from tracker.config import Settings
from tracker.services import git
from tracker.services.finding import find, source_of
from tracker.services.found import Found, SourceRef


def names(*paths: Path | str, **how: object) -> list[str]:
    return [one.name for one in found(*paths, **how) if one.name]


def found(*paths: Path | str, **how: object) -> list[Found]:
    return list(find(paths, settings=Settings(**how)))  # type: ignore[arg-type]


def make(root: Path, *files: str) -> None:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("# A page\n")


def test_documents_of_every_ending_are_found_and_other_files_are_not(tmp_path: Path) -> None:
    wanted = [
        "a.md",
        "b.markdown",
        "c.qmd",
        "d.Rmd",
        "e.mdx",
        "f.txt",
        "g.rst",
        "h",
        "i/j/k.MD",
        "2022-10-31 Phone incident",
    ]
    make(tmp_path, *wanted, "x.png", "y.html", "z.ipynb", "conf.py", "data.json")
    assert sorted(names(tmp_path)) == sorted(wanted)


def test_hidden_folders_and_those_of_tools_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.md", ".git/b.md", ".github/c.md", ".hidden.md", "node_modules/d/e.md", "x/__pycache__/f.md")
    assert names(tmp_path) == ["a.md"]


def test_links_are_not_followed_and_one_that_leaves_the_folder_is_named(tmp_path: Path) -> None:
    docs, outside = tmp_path / "docs", tmp_path / "outside"
    make(docs, "a.md")
    make(outside, "secret.md", "folder/b.md")
    (docs / "inside.md").symlink_to(docs / "a.md")
    (docs / "leak.md").symlink_to(outside / "secret.md")
    (docs / "folder").symlink_to(outside / "folder")
    (docs / "loop").symlink_to(docs)
    files = {one.name: one for one in found(docs) if one.name}
    assert set(files) == {"a.md", "leak.md"}
    assert files["leak.md"].data is None and "link" in (files["leak.md"].problem or "")


def test_a_folder_says_that_it_was_looked_through(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    assert found(tmp_path)[-1] == Found("", None, source_of(tmp_path))


def test_a_path_that_is_not_there_is_a_problem_and_the_others_are_found(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    missing, there = found(tmp_path / "nothing", tmp_path / "a.md")
    assert "does not exist" in (missing.problem or "") and there.data == b"# A page\n"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    (tmp_path / "huge.md").write_bytes(b"x" * 1001)
    files = {one.name: one for one in found(tmp_path, max_document_bytes=1000)}
    assert files["huge.md"].data is None and "TRACKER_MAX_DOCUMENT_BYTES" in (files["huge.md"].problem or "")
    assert "1,001" in (found(tmp_path / "huge.md", max_document_bytes=1000)[0].problem or "")


def test_a_name_that_is_not_utf8_is_said_so(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/st\xf6rung.md")).write_bytes(b"# A page\n")
    [problem] = [one.problem for one in found(tmp_path) if one.problem]
    assert "UTF-8" in problem


def test_standard_input_and_a_pipe_are_read_as_files(tmp_path: Path) -> None:
    [one] = find(["-"], settings=Settings(), stdin=BytesIO(report().encode()))
    assert (one.name, one.source, one.named) == ("standard input", None, True) and one.data
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(report().encode(),))
    writer.start()
    assert found(pipe)[0].data == report().encode()
    writer.join()


def test_a_socket_is_no_file(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert "neither" in (found(tmp_path / "s")[0].problem or "")


def test_a_folder_without_a_repo_is_known_by_its_resolved_path(tmp_path: Path) -> None:
    make(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert source_of(tmp_path / "link").location == str((tmp_path / "real").resolve())


@pytest.mark.parametrize(
    ("url", "known_as"),
    [
        ("https://github.com/team/docs.git", "github.com/team/docs"),
        ("https://ada:secret@GitHub.com/team/docs", "github.com/team/docs"),
        ("https://token@github.com/team/docs/", "github.com/team/docs"),
        ("git@github.com:team/docs.git", "github.com/team/docs"),
        ("ssh://git@github.com/team/docs.git", "github.com/team/docs"),
        ("ssh://git@example.org:2222/team/docs.git", "example.org:2222/team/docs"),
        ("git://example.org/docs", "example.org/docs"),
        ("/srv/git/docs.git", "file:/srv/git/docs"),
        ("file:///srv/git/docs.git", "file:/srv/git/docs"),
        ("../docs", "file:../docs"),
    ],
)
def test_a_remote_is_known_alike_by_every_protocol_and_without_credentials(url: str, known_as: str) -> None:
    assert git.normal_remote(url) == known_as


@pytest.mark.parametrize(
    ("folder", "holder", "path"),
    [
        ("github.com/team/docs//incidents", "github.com/team/docs//incidents", ""),
        ("github.com/team/docs//incidents/2026", "github.com/team/docs//incidents", "2026"),
        ("github.com/team/docs//incidents", "github.com/team/docs//", "incidents"),
        ("github.com/team/docs//incidents-old", "github.com/team/docs//incidents", None),
        ("github.com/team/docs-old//a", "github.com/team/docs//", None),
        ("/home/ada/docs", "/home/ada", "docs"),
        ("/home/ada", "/home/ada/docs", None),
        ("/home/ada", "/", "home/ada"),
    ],
)
def test_where_a_folder_lies_in_another(folder: str, holder: str, path: str | None) -> None:
    assert SourceRef("git", folder, Path()).within(holder) == path


def test_git_runs_nothing_that_a_repo_configures(tmp_path: Path) -> None:
    """A repo's configuration may name a program to check signatures, and a hook its own repository."""
    import subprocess

    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    mark = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    for name, value in (("log.showSignature", "true"), ("gpg.program", str(program)), ("core.fsmonitor", str(program))):
        subprocess.run(["git", "-C", tmp_path, "config", name, value], check=True)
    git.committed(tmp_path)
    git.remote(tmp_path)
    assert not mark.exists()
