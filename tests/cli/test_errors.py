"""Whatever goes wrong is one sentence on the error stream and the exit code that was promised; never a trace."""

import errno
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Tracker
from tracker.cli.errors import explained
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


def one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and text.startswith("tracker: ") and text.strip().endswith((".", "…"))


@pytest.mark.databases("sqlite")  # the address is wrong before any database is asked
@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("nonsense", 2, "no database address"),
        ("nosuch://x/y", 2, "no database address"),
        ("mysql+nosuch://x/y", 2, "no database address"),
        ("oracle://x/y", 2, "driver"),
        ("sqlite:////no/such/folder/x.db", 3, "cannot be opened"),
        ("sqlite:////etc/passwd", 3, "no SQLite database"),
        ("postgresql+psycopg://ada:secret@127.0.0.1:1/x", 3, "does not answer"),
    ],
)
def test_a_wrong_database_url_is_one_sentence_without_the_password(
    tracker: Tracker, url: str, code: int, words: str
) -> None:
    done = tracker("items", TRACKER_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (code, "")
    assert one_sentence(done.stderr) and words in done.stderr and "secret" not in done.stderr


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("name", "value"),
    [("TRACKER_TIMEZONE", "Mars/Olympus"), ("TRACKER_PUBLIC_READ", "perhaps"), ("TRACKER_SESSION_DAYS", "-1")],
)
def test_a_setting_that_cannot_be_used_is_named(tracker: Tracker, name: str, value: str) -> None:
    done = tracker("items", **{name: value})
    assert done.returncode == 2 and one_sentence(done.stderr) and f"{name}={value}" in done.stderr


@pytest.mark.databases("sqlite")
def test_a_database_that_another_holds_is_said_to_be_busy(tracker: Tracker, environ: dict[str, str], tmp_path: Path) -> None:
    assert tracker("items").returncode == 0
    held = sqlite3.connect(environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        (tmp_path / "a.md").write_text("# A\n\n## Timeline\n\n- 10:00 It began.\n")
        done = tracker("import", "a.md")
    finally:
        held.close()
    assert done.returncode == 3 and one_sentence(done.stderr) and "busy" in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (NotFound("There is none."), 2, "There is none."),
        (Conflict("It is closed."), 1, "It is closed."),
        (Invalid("No."), 2, "No."),
        (Forbidden("You may not."), 2, "You may not."),
        (Unavailable("Later."), 3, "Later."),
        (OSError(errno.ENOSPC, "No space left on device"), 3, "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), 3, "/x: permission denied."),
        (sqlite3.OperationalError("database or disk is full"), 3, "The disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), 3, "may not be written"),
        (KeyError("x"), 3, "fault of the tracker itself"),
    ],
)
def test_an_error_has_its_sentence_and_its_exit_code(error: Exception, code: int, words: str) -> None:
    text, answered = explained(error)
    assert answered == code and words in text


@pytest.mark.databases("sqlite")
def test_wrong_usage_is_said_with_exit_code_2(tracker: Tracker) -> None:
    for words in (
        ["nonsense"],
        ["import"],
        ["items", "--format", "xml"],
        ["item", "A1", "maybe"],
        ["items", "--older-than", "x"],
    ):
        done = tracker(*words)
        assert done.returncode == 2 and "Error:" in done.stderr, words


@pytest.mark.databases("sqlite")
def test_a_process_of_its_own_answers_the_same(process: Tracker) -> None:
    fine, wrong = process("items"), process("item", "A9", "done")
    assert (fine.returncode, fine.stderr) == (0, "") and "No action items" in fine.stdout
    assert (wrong.returncode, wrong.stdout) == (2, "") and one_sentence(wrong.stderr)


@pytest.mark.databases("sqlite")
def test_nobody_acts_as_somebody_unknown_shut_out_or_without_the_right(tracker: Tracker) -> None:
    assert "nobody called Nemo" in tracker("--as", "Nemo", "items").stderr
    tracker("user", "invite", "Rosa", "--role", "reader")
    refused = tracker("--as", "Rosa", "user", "invite", "Sam")
    assert refused.returncode == 2 and "admin" in refused.stderr
    tracker("user", "disable", "Rosa")
    assert "may not sign in" in tracker("--as", "Rosa", "items").stderr


def modules_loaded_by(*words: str) -> set[str]:
    code = f"import sys; sys.argv = ['tracker', {', '.join(map(repr, words))}]\nfrom tracker.cli import main\n"
    code += "try: main()\nexcept SystemExit: pass\nprint('loaded', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(re.sub(r"(?s).*loaded ", "", done.stdout).split())


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("read", "incidents/2026-05-19-login-loop.md"), ("settings",)]
)
def test_what_needs_no_database_loads_neither_flask_nor_sqlalchemy(words: tuple[str, ...]) -> None:
    assert modules_loaded_by(*words) & {"flask", "sqlalchemy", "alembic"} == set()


def test_the_guard_sees_sqlalchemy_where_it_is_loaded() -> None:
    assert "sqlalchemy" in modules_loaded_by("items", "--help")
