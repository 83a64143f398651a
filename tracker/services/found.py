"""What an import takes in, and what it answers per file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Verb = Literal["created", "changed", "unchanged", "merged", "asks", "refused", "skipped", "renamed", "vanished"]


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The folder that a file was found in, as DESIGN §2 knows it: by where it comes from, not by where it lies here.

    `location` is `github.com/team/docs//incidents` for a git repo with a remote (host, path, `//`, subfolder; no
    protocol, no credentials), else the folder's absolute, resolved path. `root` is that folder on this machine.
    """

    kind: Literal["folder", "git"]
    location: str
    root: Path

    def within(self, folder: str) -> str | None:
        """This location as a path below `folder` (another location), "" where they are the same, None where outside."""
        if self.location == folder:
            return ""
        inside = folder if folder.endswith("/") else f"{folder}/"
        return self.location.removeprefix(inside) if self.location.startswith(inside) else None


@dataclass(frozen=True, slots=True)
class Found:
    """One file that was found, with its bytes or with what is wrong with it.

    `name` is its path in its source, with `/`, or "" for a folder itself: it was looked through, and what is not among
    the files has left it. `source` is None for uploads, members of archives, pastes and standard
    input. `named` is true where a person pointed at this very file: then it is taken if it reads as anything, while
    in a folder or an archive only postmortems are.
    """

    name: str
    data: bytes | None
    source: SourceRef | None = None
    problem: str | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one file; `detail` is a sentence for a person, `items` how many action items it states."""

    name: str
    verb: Verb
    detail: str = ""
    incident_slug: str | None = None
    items: int = 0
