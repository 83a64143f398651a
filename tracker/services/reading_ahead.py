"""Reading the files of an import: what of each is needed afterwards, found out before anybody has to wait for it.

On SQLite one transaction writes at a time, and reading takes several times as long as storing. So who imports reads first,
in no transaction, and hands in what was understood; what was not read by then is read as the import comes to it.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tracker.domain.errors import TrackerError
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.reader import read
from tracker.services.files import File
from tracker.services.first_readings import FirstReading, first_reading
from tracker.services.known_documents import Heading, heading
from tracker.services.names import is_markdown
from tracker.services.recognition import is_postmortem, says_something, why_not

Ahead = dict[tuple[object, ...], "Understood"]
Progress = Callable[[int, int], None]  # how many files are done, of how many


@dataclass(frozen=True, slots=True)
class Understood:
    """What is wrong with a file, or why it is left out, or what is stored of it where it is new."""

    problem: str = ""
    why_not: str = ""
    says: Heading | None = None
    first: FirstReading | None = None


def read_ahead(files: Sequence[File], *, all_pages: bool = False, progress: Progress | None = None) -> Ahead:
    """Read files that `imports.unplaced` gave, for an import with the same `all_pages`; needs no session."""
    ahead: Ahead = {}
    with no_collections():
        for n, file in enumerate(files, 1):
            ahead[_key(file, all_pages)] = _understand(file, all_pages)
            if progress is not None:
                progress(n, len(files))
    return ahead


@contextmanager
def no_collections() -> Iterator[None]:
    """Hardly anything that an import makes is garbage before its end, so looking for some only costs time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def understood(file: File, ahead: Ahead, *, all_pages: bool) -> Understood:
    """What was read of the file ahead of the import, or is read of it now."""
    return ahead.get(_key(file, all_pages)) or _understand(file, all_pages)


def read_once(file: File) -> str:
    """Let `file.postmortem` be what the file says; what is wrong with it, if anything is."""
    if file.postmortem is None:
        try:
            file.postmortem = read(file.data, file.name)
        except TrackerError as why:
            return str(why)
        except Exception as fault:  # one file that the reader stumbles over must not stop the others
            return f"could not be read, by a fault of the tracker ({type(fault).__name__}: {fault})."
    return ""


def _key(file: File, all_pages: bool) -> tuple[object, ...]:
    """All that what is understood depends on."""
    return file.sha, file.path, file.whole_path, file.found.named, all_pages


def _understand(file: File, all_pages: bool) -> Understood:
    """A postmortem is let go at once: see `services.first_readings`."""
    if problem := read_once(file):
        return Understood(problem)
    postmortem, file.postmortem = file.postmortem, None
    assert postmortem is not None
    if not _is_wanted(file, postmortem, all_pages):
        return Understood(why_not=why_not(postmortem, file.whole_path))
    return Understood(says=heading(postmortem), first=first_reading(postmortem, file.path))


def _is_wanted(file: File, postmortem: Postmortem, all_pages: bool) -> bool:
    """In a folder a page is judged by the whole; one that a person pointed at is taken by the least sign."""
    if is_postmortem(postmortem, file.whole_path) or (file.found.named and says_something(postmortem)):
        return True
    return all_pages and (file.found.named or is_markdown(file.path))
