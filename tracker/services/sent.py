"""What a browser sent, as the files of an import: documents, folders, archives, pasted text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from tracker.domain.errors import TooLarge, TrackerError
from tracker.postmortem.reader import read
from tracker.postmortem.typed import from_text_area
from tracker.services.archives import is_archive, members
from tracker.services.found import Found
from tracker.services.names import is_document, is_hidden
from tracker.services.readings import read_date, title_of
from tracker.services.slugs import slug_of

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it was sent; `chosen` is true where a person pointed at this very file, false in a folder."""

    name: str
    data: bytes
    chosen: bool = True


def found_in(files: Iterable[Sent], *, max_files: int, max_bytes: int) -> list[Found]:
    """The documents in what was sent. One file that cannot be taken comes with its problem and stops no other.

    Raises `TooLarge` for more than `max_files` documents, or more than `max_bytes` of them, all archives unpacked.
    """
    found: list[Found] = []
    left = max_bytes
    for one in files:
        for file in _found(one, max_files, max(left, 0)):
            left -= len(file.data or b"")
            found.append(file)
            if len(found) > max_files or left < 0:
                raise TooLarge(
                    f"That is more than is taken at once: {max_files:,} documents with {max_bytes:,} bytes"
                    " (TRACKER_MAX_UPLOAD_FILES, TRACKER_MAX_UPLOAD_BYTES). Send it in parts, or use `tracker import`."
                )
    return found


def pasted(text: str, name: str) -> Sent:
    """Pasted text as a file; one without a name is called by its day and title, since a name says which document it is."""
    data = from_text_area(text)
    name = tidy_name(name)
    if not name:
        try:
            postmortem = read(data)
            name = slug_of(read_date(postmortem), title_of(postmortem, ""))
        except TrackerError:
            name = ""
        name = name if name not in ("", "incident") else f"pasted-{sha256(data).hexdigest()[:8]}"
    return Sent(name if is_document(name) and "." in name else f"{name}.md", data)


def tidy_name(name: str) -> str:
    """A path from outside as one that stays where it belongs: no `..`, no drive, no control characters."""
    plain = "".join(char if char.isprintable() else "-" for char in name.replace("\\", "/"))
    parts = [part.strip() for part in plain.split("/")]
    return "/".join(part for part in parts if part not in ("", ".", "..") and not part.endswith(":"))[-LONGEST_NAME:]


def _found(one: Sent, max_files: int, max_bytes: int) -> Iterator[Found]:
    name = tidy_name(one.name) or "document.md"
    if is_archive(one.data):
        try:
            yield from members(one.data, max_files=max_files, max_bytes=max_bytes)
        except TrackerError as why:
            yield Found(name, None, problem=f"The archive {why}")
    elif one.chosen:
        yield Found(name, one.data, named=True)
    elif is_document(name) and not is_hidden(name):
        yield Found(name, one.data)
