"""What the gate asks git. The git command line is asked with fixed words; names are checked and never taken for options.

Paths are texts; a byte that is no UTF-8 stands as `\\xff` in them. Every answer has a time limit. A shallow clone gives
wrong answers rather than none (`merge-base --is-ancestor` says no in a clone of depth 1), so it is asked for first.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from tracker.domain.errors import TrackerError
from tracker.domain.remotes import normal_remote

# A repo's own configuration can name programs (a signature checker, a file watcher): these never run for a question.
QUIET = ("--no-pager", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
# A push that is being judged lies in quarantine: its objects are found by these alone, so a hook keeps them.
QUARANTINE = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
SHALLOW = "This is a shallow clone, which knows no history: fetch all of it (fetch-depth: 0, GIT_DEPTH: 0, depth: false)."
SECONDS = 20.0
COMMITS_AT_MOST = 1000
FILE_AT_MOST = 1024 * 1024  # bytes


class GitFailed(TrackerError):
    """Git could not answer; says what git said."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as git tells of it. Its texts are hostile: outputs make them harmless."""

    id: str
    tree: str
    parents: tuple[str, ...]
    at: datetime  # when it was committed, UTC
    author: str
    email: str
    subject: str


@dataclass(frozen=True)
class Repo:
    """A repo, whether bare, a checkout, or the one whose hook is running."""

    folder: Path
    environ: Mapping[str, str]
    git_dir: Path | None = None

    @classmethod
    def around(cls, folder: Path, environ: Mapping[str, str]) -> "Repo | None":
        """The repo that `folder` lies in; None where there is none, or no git.

        A hook's variables point git at the hook's repo whatever folder it is told, so they are taken away, but for the
        quarantine; the hook's own repo is named outright instead, which also spares it the question of who owns it.
        """
        hook = folder / environ["GIT_DIR"] if environ.get("GIT_DIR") else None
        is_repo = hook is not None and (hook / "HEAD").is_file() and (hook / "objects").is_dir()
        repo = cls(folder, _without_hook(environ), hook.resolve() if hook is not None and is_repo else None)
        try:
            repo.ask("rev-parse", "--git-dir")
        except GitFailed as error:
            if "dubious ownership" in str(error):  # usual in containers, where the clone is another user's
                mend = f"git config --global --add safe.directory {folder.resolve()}"
                raise GitFailed(f"Git does not trust this clone, which is another user's: {mend}") from None
            return None
        return repo

    def ask(self, *words: str, seconds: float = SECONDS) -> bytes:
        """Git's answer. Raises `GitFailed`."""
        where = ["--git-dir", str(self.git_dir)] if self.git_dir else ["-C", str(self.folder)]
        try:
            done = subprocess.run(
                ["git", *QUIET, *where, *words],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=seconds,
                env=self.environ,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise GitFailed(f"git {words[0]} did not answer within {seconds:g} seconds.") from None
        except OSError as error:
            raise GitFailed(f"git cannot be run: {error.strerror}.") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            raise GitFailed(f"git {words[0]} failed: {said or f'code {done.returncode}'}")
        return done.stdout

    def ask_or_none(self, *words: str) -> bytes | None:
        try:
            return self.ask(*words)
        except GitFailed:
            return None

    @cached_property
    def is_shallow(self) -> bool:
        return self.ask("rev-parse", "--is-shallow-repository").strip() == b"true"

    @cached_property
    def remote(self) -> str | None:
        """`github.com/owner/name`; None without a remote."""
        url = (self.ask_or_none("config", "--get", "remote.origin.url") or b"").decode("utf-8", "replace").strip()
        try:
            return normal_remote(url) if url else None
        except ValueError:  # an address that is none
            return None

    def commit_id(self, name: str) -> str | None:
        """The full id of the commit that `name` (a branch, a tag, an id) stands for; None where there is none here."""
        if not name or name.startswith("-") or is_zero(name):
            return None
        found = self.ask_or_none("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return found.decode().strip() or None if found else None

    def tip(self, ref: str) -> str | None:
        """The commit a branch is on: as origin was last seen, since the clone's own may be behind or ahead; else here."""
        names = [ref]
        if ref.startswith("refs/heads/"):
            names.insert(0, f"refs/remotes/origin/{ref.removeprefix('refs/heads/')}")
        return next((found for name in names if (found := self.commit_id(name))), None)

    @cached_property
    def default_branch(self) -> str | None:
        """The commit of the branch that a clone begins with: origin's, else (in a repo that has no origin) its own."""
        names = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"]
        if self.git_dir or (self.ask_or_none("rev-parse", "--is-bare-repository") or b"").strip() == b"true":
            names = ["HEAD"]
        elif self.remote is None:
            names = ["refs/heads/main", "refs/heads/master"]
        return next((found for name in names if (found := self.commit_id(name))), None)

    def about(self, commit: str) -> Commit:
        """One commit. Raises `GitFailed` where it is not here."""
        return next(self._log("-1", commit))

    def first_parents(self, commit: str, *, at_most: int, since: datetime | None = None) -> list[Commit]:
        """The commits a branch was on, as far as its first parents tell: newest first."""
        words = [f"--since={since.isoformat()}"] if since else []
        return list(self._log("--first-parent", f"--max-count={at_most}", *words, commit))

    def _log(self, *words: str) -> Iterator[Commit]:
        """The format's fields hold no NUL, which a commit cannot contain; its texts may hold anything else."""
        fields = "%H%x00%T%x00%P%x00%ct%x00%an%x00%ae%x00%s"
        said = self.ask("log", "-z", f"--format={fields}", "--encoding=UTF-8", "--no-show-signature", *words, "--")
        parts = said.decode("utf-8", "replace").split("\x00")
        for n in range(0, len(parts) - 6, 7):
            commit, tree, parents, seconds, author, email, subject = parts[n : n + 7]
            at = datetime.fromtimestamp(int(seconds), UTC)
            yield Commit(commit, tree, tuple(parents.split()), at, author, email, subject)

    def tree(self, commit: str) -> str:
        return self.ask("rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()

    def content_id(self, commit: str, owns: Callable[[str], bool]) -> str:
        """The SHA-256 over the files that `owns` takes, with their modes and names, as that commit has them.

        A promotion makes a commit with another id; its content id is the same, and differs with one bit of one file.
        """
        hashed = hashlib.sha256()
        for entry in self.ask("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\x00"):
            _, _, path = entry.partition(b"\t")
            if path and owns(_text(path)):
                hashed.update(entry + b"\x00")
        return hashed.hexdigest()

    def changed_paths(self, old: str | None, new: str) -> tuple[str, ...]:
        """What differs between two commits, or is in `new` where there is no `old`. Of a rename both names are told."""
        if old is None:
            listed = self.ask("ls-tree", "-r", "-z", "--name-only", "--full-tree", new)
        else:
            listed = self.ask("diff-tree", "-r", "-z", "--no-renames", "--name-only", old, new)
        return tuple(_text(path) for path in listed.split(b"\x00") if path)

    def commits(self, old: str | None, new: str) -> tuple[str, ...]:
        """The commits that come with `new` and are not in `old`, newest first, the first thousand."""
        without = [f"^{old}"] if old else []
        return tuple(self.ask("rev-list", f"--max-count={COMMITS_AT_MOST}", new, *without).decode().split())

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `new` contains `old`. Raises `GitFailed` in a shallow clone, where git's own answer may be wrong."""
        if self.is_shallow:
            raise GitFailed(SHALLOW)
        return not self.ask("rev-list", "--max-count=1", old, f"^{new}").strip()

    def merge_base(self, old: str, new: str) -> str | None:
        if self.is_shallow:
            raise GitFailed(SHALLOW)
        found = self.ask_or_none("merge-base", old, new)
        return found.decode().strip() or None if found else None

    def show(self, commit: str, path: str) -> bytes | None:
        """A file as a commit has it; None where it has none. Raises `GitFailed` for one of more than a megabyte."""
        size = self.ask_or_none("cat-file", "-s", f"{commit}:{path}")
        if size is None:
            return None
        if int(size) > FILE_AT_MOST:
            raise GitFailed(f"{path} is larger than a megabyte.")
        return self.ask_or_none("cat-file", "blob", f"{commit}:{path}")

    def files(self, commit: str, folder: str) -> tuple[str, ...]:
        """The paths of the files in a folder (not below it), as a commit has them."""
        listed = self.ask_or_none("ls-tree", "-z", "--name-only", "--full-tree", commit, f"{folder.rstrip('/')}/") or b""
        return tuple(_text(path) for path in listed.split(b"\x00") if path)


def is_zero(commit: str) -> bool:
    """Whether it is git's word for no commit: what a branch was on before it was made, or is on once it is deleted."""
    return len(commit) >= 40 and not commit.strip("0")


def _without_hook(environ: Mapping[str, str]) -> dict[str, str]:
    kept = QUARANTINE if environ.get("GIT_QUARANTINE_PATH") else ()
    local = [name for name in _local_variables() if name not in kept]
    cleared = {name: value for name, value in environ.items() if name not in local}
    return cleared | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _local_variables() -> Sequence[str]:
    """The variables that tie git to one repo, as this git names them."""
    try:
        said = subprocess.run(
            ["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return [name for name in os.environ if name.startswith("GIT_")]
    return said.stdout.split()


def _text(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")
