"""The command line as people call it: its exit code, and what it prints where."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Tracker = Callable[..., Done]


@pytest.fixture
def environ(tmp_path: Path, database_url: str) -> dict[str, str]:
    """Nothing of the developer's own environment but the way to the programs."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "TRACKER_DATA_DIR": str(tmp_path / "instance"),
        "TRACKER_DATABASE_URL": database_url,
    }


@pytest.fixture
def tracker(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracker:
    """`tracker("items", "--all")`: run it in an empty folder; `stdin` and environment variables by keyword.

    In this process, since loading SQLAlchemy anew for every command takes longer than the commands.
    """
    from tracker.cli import main

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("TRACKER_", "PORT"))]:
        monkeypatch.delenv(name)

    def run(*words: object, stdin: str | bytes = "", **more: str) -> Done:
        arguments = [str(word) for word in words]
        done = CliRunner().invoke(main, arguments, input=stdin, env={**environ, **more}, prog_name="tracker")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def process(environ: dict[str, str], tmp_path: Path) -> Tracker:
    """The same in a process of its own."""

    def run(*words: object, stdin: str = "", **more: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**environ, **more},
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run
