"""Finding the files of an import: files, folders, zips and standard input, in any mix."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tracker.config import Settings
from tracker.domain.errors import TrackerError
from tracker.services import git
from tracker.services.archives import is_archive, members, shown
from tracker.services.found import Found, SourceRef
from tracker.services.names import folded, is_document, is_hidden, is_utf8

STDIN = "-"


def find(paths: Iterable[str | Path], *, settings: Settings, stdin: BinaryIO | None = None) -> Iterator[Found]:
    """Every file that may be a document, with its bytes; what cannot be read comes with its `problem`, in its place.

    A folder gives the documents below it, hidden folders and node_modules left out, links not followed; whether one is a
    postmortem is the import's question.
    """
    for path in paths:
        if str(path) == STDIN:
            yield from _stream(stdin, "standard input", settings)
        else:
            yield from _path(Path(path).expanduser(), settings)


def source_of(folder: Path) -> SourceRef:
    """How `folder` is known: by the remote and subfolder of its git repo, else by its absolute, resolved path."""
    root = folder.resolve()
    if (repo := git.repo_of(root)) and (remote := git.remote(repo)):
        below = root.relative_to(repo).as_posix()
        return SourceRef("git", f"{remote}//{'' if below == '.' else below}", root)
    return SourceRef("folder", str(root), root)


def _path(path: Path, settings: Settings) -> Iterator[Found]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            yield from _folder(path.resolve(), settings)
        elif stat.S_ISFIFO(mode):  # `tracker import <(curl …)`
            with path.open("rb") as stream:
                yield from _stream(stream, path.name, settings)
        elif stat.S_ISREG(mode):
            yield from _file(path.resolve(), settings)
        else:
            yield _problem(path.name, "is neither a file nor a folder.")
    except FileNotFoundError:
        yield _problem(str(path), "does not exist.")
    except OSError as why:
        yield _problem(str(path), f"cannot be read: {(why.strerror or str(why)).lower()}.")


def _file(path: Path, settings: Settings) -> Iterator[Found]:
    """A file that a person pointed at."""
    with path.open("rb") as file:
        start = file.read(4)
    if is_archive(start):
        yield from _archive(_bounded(path, settings.max_upload_bytes), path.name, settings)
    elif not is_utf8(path.name):
        yield _problem(path.name, "has a name that is not UTF-8: rename it.")
    elif path.stat().st_size > settings.max_document_bytes:
        yield Found(path.name, None, problem=too_large(path.stat().st_size, settings.max_document_bytes), named=True)
    else:
        yield Found(path.name, path.read_bytes(), source_of(path.parent), named=True)


def _folder(root: Path, settings: Settings) -> Iterator[Found]:
    source = source_of(root)
    seen: dict[str, str] = {}
    for name, path, problem in _walk(root):
        if problem or path is None:
            yield Found(name, None, source, problem)
        elif (twin := seen.setdefault(folded(name), name)) != name:
            yield Found(name, None, source, f"has the name of {shown(twin)} but for case: other machines cannot keep both.")
        else:
            yield _in_folder(name, path, source, settings)
    yield Found("", None, source)


def _in_folder(name: str, path: Path, source: SourceRef, settings: Settings) -> Found:
    try:
        if (size := path.stat().st_size) > settings.max_document_bytes:
            return Found(name, None, source, too_large(size, settings.max_document_bytes))
        return Found(name, path.read_bytes(), source)
    except OSError as why:
        return Found(name, None, source, f"cannot be read: {(why.strerror or str(why)).lower()}.")


def _walk(root: Path) -> Iterator[tuple[str, Path | None, str | None]]:
    """Documents below `root` by name: (path from root, where, None), or what is wrong with it. However deep it goes."""
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda one: one.name)
        except OSError as why:
            yield _safe(folder.relative_to(root).as_posix()), None, f"cannot be opened: {(why.strerror or '').lower()}."
            continue
        entries = [entry for entry in entries if not is_hidden(entry.name)]
        folders += [Path(one.path) for one in reversed(entries) if one.is_dir(follow_symlinks=False)]
        for entry in entries:
            if is_document(entry.name):
                yield from _entry(root, entry)


def _entry(root: Path, entry: os.DirEntry[str]) -> Iterator[tuple[str, Path | None, str | None]]:
    path = Path(entry.path)
    name = path.relative_to(root).as_posix()
    if entry.is_symlink():  # what it leads to is found by its own path, or lies outside
        if path.suffix and not path.resolve().is_relative_to(root):
            yield _safe(name), None, "is a link that leaves the folder: not followed."
    elif entry.is_file(follow_symlinks=False):
        yield (name, path, None) if is_utf8(name) else (_safe(name), None, "has a name that is not UTF-8: rename it.")


def _stream(stream: BinaryIO | None, name: str, settings: Settings) -> Iterator[Found]:
    data = stream.read(settings.max_upload_bytes + 1) if stream else b""
    if is_archive(data[:4]):
        yield from _archive(data, name, settings)
    elif len(data) > settings.max_document_bytes:
        yield Found(name, None, problem=too_large(len(data), settings.max_document_bytes), named=True)
    else:
        yield Found(name, data, named=True)


def _archive(data: bytes, name: str, settings: Settings) -> Iterator[Found]:
    """The members of an archive, or one line for a refused one."""
    if len(data) > settings.max_upload_bytes:
        yield _problem(name, f"is larger than {settings.max_upload_bytes:,} bytes (TRACKER_MAX_UPLOAD_BYTES).")
        return
    try:
        yield from members(data, max_files=settings.max_upload_files, max_bytes=settings.max_upload_bytes)
    except TrackerError as why:
        yield _problem(name, str(why))


def _bounded(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)


def _problem(name: str, problem: str) -> Found:
    return Found(_safe(name), None, problem=problem, named=True)


def _safe(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def too_large(size: int, limit: int) -> str:
    return f"is {size:,} bytes; {limit:,} are taken at most (TRACKER_MAX_DOCUMENT_BYTES)."
