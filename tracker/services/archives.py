"""Zip archives, read in memory and counted while they are read; nothing is ever unpacked to a disk.

`ZipFile.extractall` rewrites `../` into the tree, keeps `.git/hooks`, stops half-way at a long name and takes any bomb. So
each member is checked first, and an archive that tries something is refused whole: what else is in it cannot be trusted
either. A member that merely cannot be read (encrypted, broken, compressed in another way) is reported alone.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from tracker.config import Settings
from tracker.domain.errors import Invalid, TooLarge, Unreadable
from tracker.services.found import Found
from tracker.services.names import folded, is_document, is_hidden

MAX_RATIO = 100  # deflate reaches 1,000:1 on zeros; prose stays under 10:1
RATIO_FROM = 1024 * 1024  # a small file may repeat itself as much as it likes
MAX_NAME_BYTES = 255  # per part: what file systems take, so that it can be written back
END_OF_DIRECTORY = b"PK\x05\x06"
ENTRY = b"PK\x01\x02"
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, struct.error, OSError)


def is_archive(data: bytes) -> bool:
    """Whether these are the bytes of a zip, whatever its name."""
    return data.startswith((b"PK\x03\x04", END_OF_DIRECTORY))


def members(
    data: bytes, *, max_files: int = Settings.max_upload_files, max_bytes: int = Settings.max_upload_bytes
) -> Iterator[Found]:
    """The documents in a zip, by name. Other files (images, code) are passed over, as in a folder.

    Raises `Invalid` for an archive that climbs out, links, hides or repeats a name, `TooLarge` for one that unpacks to more
    than `max_bytes` or `max_files`, `Unreadable` for what is no zip; before anything is given out.
    """
    _count_before_parsing(data, max_files)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except BROKEN as why:
        raise Unreadable(f"is no zip archive, or a broken one ({why}).") from None
    with archive:
        files = _checked(archive.infolist(), max_files, max_bytes)
        yield from list(_read(archive, files, max_bytes))


def _count_before_parsing(data: bytes, max_files: int) -> None:
    """Stop before a million entries become a million objects: the directory is counted by its signatures first."""
    at = len(data) - 22 if data[-22:-18] == END_OF_DIRECTORY else data.rfind(END_OF_DIRECTORY, max(0, len(data) - 65_557))
    if at < 0 or len(data) < at + 16:
        raise Unreadable("is no zip archive, or a broken one (its directory is missing).")
    (size,) = struct.unpack_from("<L", data, at + 12)
    # Folders have entries too, and a directory may be spread out: refuse only what is far beyond the limit.
    if data.count(ENTRY, max(0, at - size), at) > 4 * max_files + 1000:
        raise TooLarge(f"holds more than {max_files:,} files (TRACKER_MAX_UPLOAD_FILES).")


def _checked(entries: list[zipfile.ZipInfo], max_files: int, max_bytes: int) -> dict[str, zipfile.ZipInfo]:
    files: dict[str, zipfile.ZipInfo] = {}
    seen: dict[str, str] = {}
    for entry in entries:
        name = _safe_name(entry)
        _refuse_links(entry, name)
        if entry.is_dir() or not name:
            continue
        if (known := seen.setdefault(folded(name), name)) != name or name in files:
            raise Invalid(f"holds {shown(name)} twice (also as {shown(known)}): names that differ in case or form only.")
        files[name] = entry
    for name in files:
        for parent in _parents(folded(name)):
            if parent in seen:
                raise Invalid(f"holds {shown(seen[parent])} both as a file and as a folder.")
    if len(files) > max_files:
        raise TooLarge(f"holds {len(files):,} files; {max_files:,} are taken at most (TRACKER_MAX_UPLOAD_FILES).")
    _refuse_bombs(files, max_bytes)
    _refuse_overlaps(entries)
    return files


def _safe_name(entry: zipfile.ZipInfo) -> str:
    """The member's name with `/`, without `.` and empty parts. `orig_filename`: ZipInfo cuts a name at NUL."""
    name = entry.orig_filename
    if not entry.flag_bits & 0x800:  # not marked as UTF-8; macOS and many tools write UTF-8 all the same
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.orig_filename
    if FORBIDDEN.search(name):
        raise Invalid(f"holds a name with control characters, {shown(name)}.")
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise Invalid(f"holds an absolute path, {shown(name)}.")
    if ".." in parts:
        raise Invalid(f"climbs out of its folder with {shown(name)}.")
    return "/".join(parts)


def _refuse_links(entry: zipfile.ZipInfo, name: str) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if stat.S_ISLNK(kind):
        raise Invalid(f"holds a link, {shown(name)}.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Invalid(f"holds something that is neither file nor folder, {shown(name)}.")


def _refuse_bombs(files: dict[str, zipfile.ZipInfo], max_bytes: int) -> None:
    total = 0
    for name, entry in files.items():
        total += entry.file_size
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise TooLarge(f"holds {shown(name)}, which unpacks to more than {MAX_RATIO} times its size.")
    if total > max_bytes:
        raise TooLarge(f"unpacks to {total:,} bytes; {max_bytes:,} are taken at most (TRACKER_MAX_UPLOAD_BYTES).")


def _refuse_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    """Members that share their bytes: how a small archive holds a huge one many times."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise Invalid(f"holds members that overlap ({shown(entry.orig_filename)}).")
        end = entry.header_offset + 30 + entry.compress_size


def _read(archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo], max_bytes: int) -> Iterator[Found]:
    left = max_bytes
    for name, entry in sorted(files.items()):
        if is_hidden(name):
            continue
        if name.lower().endswith(".zip"):
            yield Found(name, None, problem="is an archive inside an archive, which is not opened: unpack it first.")
        elif not is_document(name):
            continue
        elif any(len(part.encode()) > MAX_NAME_BYTES for part in name.split("/")):
            yield Found(f"{name[:60]}…", None, problem="has a name that is too long to be written back.")
        else:
            found = _member(archive, name, entry, left)
            left -= len(found.data or b"")
            yield found


def _member(archive: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo, left: int) -> Found:
    if entry.flag_bits & 0x1:
        return Found(name, None, problem="is encrypted.")
    # bz2 and lzma members unpack without a bound in zipfile, a few bytes into gigabytes
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Found(name, None, problem="is compressed in a way that is not read here: use an ordinary zip.")
    try:
        with archive.open(entry) as member:
            data = member.read(left + 1)
            if len(data) < entry.file_size:
                data += member.read(left + 1 - len(data))
    except BROKEN as why:
        return Found(name, None, problem=f"is broken in the archive ({why}).")
    if len(data) > left:
        raise TooLarge("unpacks to more than it says, and more than is taken.")
    if len(data) != entry.file_size:
        return Found(name, None, problem="is broken in the archive (its size is not the one stated).")
    return Found(name, data)


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rsplit("/", 1)[0]
        yield name


def shown(name: str) -> str:
    """A name from outside, fit for a terminal and a log: no control characters, not endless."""
    safe = "".join(char if unicodedata.category(char)[0] != "C" else "�" for char in name)
    return f"“{safe[:80]}…”" if len(safe) > 80 else f"“{safe}”"
