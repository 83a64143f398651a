"""Archives from outside: hostile ones are refused whole, an unreadable member alone, and nothing is ever unpacked."""

import resource
import stat
import struct
import time
import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tracker.domain.errors import Invalid, TooLarge, TrackerError, Unreadable
from tracker.services.archives import members

TEXT = b"# 2026-01-02 - Disk full\n\n## Action items\n\n1. Add an alert.\n"
LIMITS = {"max_files": 50, "max_bytes": 5_000_000}
Edit = Callable[[zipfile.ZipInfo], None]


def make(*names: str, data: bytes = TEXT, how: int = zipfile.ZIP_DEFLATED, edit: Edit | None = None) -> bytes:
    """A zip with a good document first and then `names`, each entry changed by `edit` before it is written."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        archive.writestr("good.md", TEXT, compress_type=zipfile.ZIP_DEFLATED)
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = how
            entry.external_attr = 0o644 << 16
            if edit:
                edit(entry)
            archive.writestr(entry, data)
    return out.getvalue()


def renamed(placeholder: str, name: bytes) -> bytes:
    """A zip whose second member has a name that zipfile would not write: same length, other bytes."""
    assert len(placeholder) == len(name)
    return make(placeholder).replace(placeholder.encode(), name)


def of_kind(kind: int) -> bytes:
    def edit(entry: zipfile.ZipInfo) -> None:
        entry.create_system = 3
        entry.external_attr = (kind | 0o777) << 16

    return make("odd.md", data=b"/etc/passwd", edit=edit)


def twice(name: str) -> bytes:
    out = BytesIO()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, TEXT)
        archive.writestr(name, b"something else")
    return out.getvalue()


def overlapping() -> bytes:
    """Both entries of the directory point at the first member's bytes."""
    data = bytearray(make("second.md"))
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)
    return bytes(data)


def lying(size: int, member: bytes = b"x" * 5000) -> bytes:
    """The second member says in both of its headers that it unpacks to `size` bytes."""
    data = bytearray(make("liar.md", data=member))
    local, central = data.rfind(b"PK\x03\x04"), data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, local + 22, size)
    struct.pack_into("<L", data, central + 24, size)
    return bytes(data)


def flagged(flag: int) -> bytes:
    data = bytearray(make("second.md"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rfind(signature) + offset
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | flag)
    return bytes(data)


def bad_checksum() -> bytes:
    data = bytearray(make("second.md", how=zipfile.ZIP_STORED))
    data[data.rfind(b"Add an alert")] ^= 0xFF
    return bytes(data)


def unknown_method() -> bytes:
    data = bytearray(make("second.md"))
    struct.pack_into("<H", data, data.rfind(b"PK\x03\x04") + 8, 99)
    struct.pack_into("<H", data, data.rfind(b"PK\x01\x02") + 10, 99)
    return bytes(data)


NFC, NFD = unicodedata.normalize("NFC", "störung.md"), unicodedata.normalize("NFD", "störung.md")
ZEROS = b"\0" * 3_000_000
REFUSED_WHOLE: dict[str, tuple[Callable[[], bytes], type[TrackerError]]] = {
    "climbs": (lambda: make("../evil.md"), Invalid),
    "climbs far": (lambda: make("../../../../../../etc/cron.d/evil.md"), Invalid),
    "climbs in the middle": (lambda: make("a/../../evil.md"), Invalid),
    "climbs and comes back": (lambda: make("a/../evil.md"), Invalid),
    "climbs with backslashes": (lambda: renamed("xx_xx_evil.md", b"..\\..\\evil.md"), Invalid),
    "climbs at the end": (lambda: make("a/.."), Invalid),
    "climbs with an image": (lambda: make("../evil.png"), Invalid),
    "absolute": (lambda: make("/etc/evil.md"), Invalid),
    "absolute, two slashes": (lambda: make("//host/share/evil.md"), Invalid),
    "a drive": (lambda: make("C:/evil.md"), Invalid),
    "a drive with a backslash": (lambda: renamed("C:_evil.md", b"C:\\evil.md"), Invalid),
    "a share": (lambda: renamed("__host_s_evil.md", b"\\\\host\\s\\evil.md"), Invalid),
    "a NUL": (lambda: renamed("good.mdx.exe", b"good.md\0.exe"), Invalid),
    "a line break": (lambda: make("a\nb.md"), Invalid),
    "an escape sequence": (lambda: make("\x1b[2Ja.md"), Invalid),
    "a delete": (lambda: make("a\x7f.md"), Invalid),
    "a C1 control": (lambda: make("a\x9b2J.md"), Invalid),
    "a line separator": (lambda: make("a\u2028b.md"), Invalid),
    "text that runs backwards": (lambda: make("a\u202edm.exe"), Invalid),
    "a symbolic link": (lambda: of_kind(stat.S_IFLNK), Invalid),
    "a named pipe": (lambda: of_kind(stat.S_IFIFO), Invalid),
    "a device": (lambda: of_kind(stat.S_IFCHR), Invalid),
    "a socket": (lambda: of_kind(stat.S_IFSOCK), Invalid),
    "the same name twice": (lambda: twice("a.md"), Invalid),
    "the same name in another way": (lambda: make("./good.md"), Invalid),
    "names that differ in case": (lambda: make("GOOD.md"), Invalid),
    "names that differ in form": (lambda: make(NFC, NFD), Invalid),
    "a file that is also a folder": (lambda: make("good.md/evil.md"), Invalid),
    "members that overlap": (overlapping, Invalid),
    "too many files": (lambda: make(*(f"{n}.md" for n in range(60))), TooLarge),
    "far too many entries": (lambda: make(*(f"{n}/" for n in range(1400)), data=b""), TooLarge),
    "a bomb": (lambda: make("zeros.md", data=ZEROS), TooLarge),
    "a bomb that is no document": (lambda: make("zeros.png", data=ZEROS), TooLarge),
    "a bomb in many parts": (lambda: make(*(f"{n}.md" for n in range(40)), data=b"abcdefgh" * 25_000), TooLarge),
    "a bomb under bzip2": (lambda: make("zeros.md", data=ZEROS, how=zipfile.ZIP_BZIP2), TooLarge),
    "a bomb under lzma": (lambda: make("zeros.md", data=ZEROS, how=zipfile.ZIP_LZMA), TooLarge),
    "a size beyond every limit": (lambda: lying(0xFFFFFFF0), TooLarge),
    "no archive": (lambda: b"# A document\n", Unreadable),
    "nothing": (lambda: b"", Unreadable),
    "only its first half": (lambda: make("second.md")[:100], Unreadable),
    "only its end": (lambda: make("second.md")[-22:], Unreadable),
    "names that are not UTF-8": (lambda: flagged(0x800).replace(b"second.md", b"sec\xff\xfed.md"), Unreadable),
}
REFUSED_ALONE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a wrong checksum": (bad_checksum, "broken"),
    "more than it says": (lambda: lying(10), "broken"),
    "less than it says": (lambda: lying(9000), "broken"),
    "encrypted": (lambda: flagged(0x1), "encrypted"),
    "an unknown method": (unknown_method, "compressed"),
    "bzip2": (lambda: make("second.md", how=zipfile.ZIP_BZIP2), "compressed"),
    "lzma": (lambda: make("second.md", how=zipfile.ZIP_LZMA), "compressed"),
    "an archive inside": (lambda: make("inner.zip", data=make()), "archive inside an archive"),
    "a name that is too long": (lambda: make("x" * 300 + ".md"), "too long"),
}


@pytest.mark.parametrize("case", REFUSED_WHOLE)
def test_a_hostile_archive_is_refused_whole(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    build, error = REFUSED_WHOLE[case]
    data, began = build(), time.monotonic()
    with pytest.raises(error) as why:
        list(members(data, **LIMITS))
    assert time.monotonic() - began < 2
    assert not any(ord(char) < 32 or ord(char) in range(0x7F, 0xA0) for char in str(why.value))  # safe on a terminal
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", REFUSED_ALONE)
def test_a_member_that_cannot_be_read_is_refused_alone(case: str) -> None:
    build, words = REFUSED_ALONE[case]
    good, other = sorted(members(build(), **LIMITS), key=lambda one: one.problem is not None)
    assert (good.name, good.data, good.problem) == ("good.md", TEXT, None)
    assert other.data is None and words in (other.problem or "")


def test_an_ordinary_archive_gives_its_documents_and_nothing_else() -> None:
    data = make("docs/", "docs/a.md", "./docs/b.qmd", "c.png", ".git/hooks/x.md", "node_modules/d/README.md", "LICENSE")
    assert [one.name for one in members(data, **LIMITS)] == ["LICENSE", "docs/a.md", "docs/b.qmd", "good.md"]


def test_a_name_in_utf8_that_is_not_marked_as_such_is_read_all_the_same() -> None:
    data = make("stXXrung.md").replace(b"stXXrung.md", "störung.md".encode())
    assert "störung.md" in [one.name for one in members(data, **LIMITS)]


def test_reading_is_bounded_where_a_header_lies_about_its_size() -> None:
    """The planted fault of every check of a declared size: the bytes themselves are counted, too."""
    with pytest.raises(TooLarge):
        list(members(make("a.md", "b.md", "c.md", data=bytes(range(256)) * 20), max_files=50, max_bytes=12_000))


def test_a_bomb_costs_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = make("zeros.md", data=b"\0" * 60_000_000)
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLarge):
        list(members(data))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - built < 20_000  # KiB; what the test itself built apart
    assert built >= before
