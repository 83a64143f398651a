"""Real git repos for tests: made by git itself, with fixed people and dates."""

import os
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime.fromisoformat("2018-01-24T12:00:00-08:00")


def environ_for_git(home: Path) -> dict[str, str]:
    """Nothing of the developer's own git configuration, nor of a hook that runs these tests."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


def git(folder: Path | str, *words: object, environ: dict[str, str] | None = None, code: int | None = 0) -> str:
    """Run git and return what it printed; `code` None takes any exit code, and gives what it said to stderr too."""
    env = environ or environ_for_git(Path(folder))
    done = subprocess.run(["git", *map(str, words)], cwd=folder, env=env, capture_output=True, timeout=60, check=False)
    said = done.stdout.decode("utf-8", "replace")
    assert code is None or done.returncode == code, f"git {words}: {done.stderr.decode()}"
    return said + done.stderr.decode("utf-8", "replace") if code is None else said.strip()


@dataclass
class RepoBuilder:
    """A checkout that grows: every commit is a minute after the one before."""

    folder: Path
    at: datetime = START
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environ = self.environ or environ_for_git(self.folder)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: object, code: int | None = 0, **more: str) -> str:
        return git(self.folder, *words, environ=self.environ | more, code=code)

    def dated(self, author: str) -> dict[str, Any]:
        self.at += timedelta(minutes=1)
        when = self.at.isoformat()
        mail = f"{author.split()[0].lower()}@example.org"
        return {
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": mail,
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": author,
            "GIT_COMMITTER_EMAIL": mail,
            "GIT_COMMITTER_DATE": when,
        }

    def write(self, files: dict[str, str | None]) -> None:
        """Put files into the checkout; None takes one away."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")

    def commit(self, files: dict[str, str | None], subject: str = "A change", author: str = "Ada Lovelace") -> str:
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject, **self.dated(author))
        return self.head

    def merge(self, branch: str, subject: str = "Merge", author: str = "Ada Lovelace") -> str:
        self.git("merge", "-q", "--no-ff", "-m", subject, branch, **self.dated(author))
        return self.head

    def switch(self, branch: str, *, new: bool = False) -> None:
        self.git("switch", "-q", *["-c"] * new, branch)

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")
