"""What a git checkout says of itself. Git is only asked, with fixed arguments, and never runs what a repo configures."""

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tracker.domain.remotes import normal_remote

# A repo's own configuration can name programs (a signature checker, a file watcher): these never run for a question.
QUIET = ("--no-pager", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


def repo_of(folder: Path) -> Path | None:
    """The root of the checkout that `folder` lies in."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def remote(repo: Path) -> str | None:
    """The repo's remote as `host/path`, alike for https and ssh, without credentials; None without a remote or git."""
    url = _ask(repo, "config", "--get", "remote.origin.url")
    return normal_remote(url.strip()) if url and url.strip() else None


@dataclass(frozen=True, slots=True)
class Committed:
    """A file as the checkout's last commit has it, and the day of the commit that wrote it."""

    day: date
    blob: str

    def says(self, data: bytes) -> bool:
        """Whether these bytes are the committed ones, and not an edit that nobody has committed yet."""
        hashed = hashlib.sha256 if len(self.blob) == 64 else hashlib.sha1
        return hashed(b"blob %d\0" % len(data) + data).hexdigest() == self.blob


def committed(root: Path) -> dict[str, Committed]:
    """The committed files below `root`, by their path there; empty without git or history. Two questions for all."""
    listed = (_ask(root, "ls-tree", "-r", "-z", "HEAD") or "").split("\x00")
    blobs = {name: entry.split()[2] for entry, _, name in (one.partition("\t") for one in listed) if name}
    answer = _ask(root, "log", "--format=%x00%cI", "--name-only", "--relative", "-z", "--no-renames", "--", ".")
    found: dict[str, Committed] = {}
    day: date | None = None
    for part in (answer or "").split("\x00"):
        if match := re.match(r"\d{4}-\d\d-\d\dT\S+$", part.strip()):
            day = datetime.fromisoformat(match[0]).date()
        elif day and (name := part.strip("\n")) in blobs and name not in found:
            found[name] = Committed(day, blobs[name])
    return found


def _ask(folder: Path, *words: str) -> str | None:
    """Git's answer, None where it has none. GIT_* from a hook that runs us would point it at another repo."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *QUIET, "-C", str(folder), *words], capture_output=True, timeout=20, env=environ, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None
