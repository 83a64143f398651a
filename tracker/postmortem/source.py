"""Pass 1: bytes into text. Byte order mark, front matter and line ends are found here and nowhere else.

Offsets are bytes into the document as it is kept; the Markdown parser sees only what follows the front matter.
"""

import re
from dataclasses import dataclass, field

from tracker.domain.errors import Unreadable
from tracker.domain.postmortem import Span

BOM = b"\xef\xbb\xbf"
_FENCE = re.compile(rb"(---|\+\+\+)[ \t]*\r?\n")
_CLOSED = {  # by what opened it; it begins with the line's end before it, which a search finds faster than a line's begin
    b"---": re.compile(rb"\n(?:---|\.\.\.)[ \t]*\r?$", re.M),
    b"+++": re.compile(rb"\n\+\+\+[ \t]*\r?$", re.M),
}
_FIELD = re.compile(r"([A-Za-z_][\w -]{0,40})[ \t]*[:=][ \t]*(.*)$")
_NESTED = re.compile(r"^[ \t]+([A-Za-z_][\w-]{0,40}):[ \t]+(.*)$")
_ITEM = re.compile(r"^[ \t]*-[ \t]+(.*)$")
_COMMENT = re.compile(r"[ \t]+#.*$")
FRONT_MATTER_LIMIT = 20_000  # bytes; what is longer is no front matter but a document that begins with a rule


class Field:
    """A top-level key of the front matter: its values (one, or a list's) and where they stand. Most are never asked for."""

    __slots__ = ("_begin", "_end", "_raw", "_values")

    def __init__(self, raw: str, begin: int, end: int) -> None:
        self._raw = raw
        self._values: list[str] | None = None  # those of `_raw` and of the lines that go on with it
        self._begin = begin
        self._end = end

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self._known())

    @property
    def value(self) -> str:
        values = self._known()
        return values[0] if values else ""

    @property
    def span(self) -> Span:
        return Span(self._begin, self._end)

    def _known(self) -> list[str]:
        if self._values is None:
            self._values = _values(self._raw)
        return self._values

    def listed(self, raw: str, end: int) -> None:
        """A line `- value` below it."""
        self._known().extend(_values(raw))
        self._end = end

    def continued(self, bare: str, end: int) -> None:
        """An indented line below it: a part of its text, or of something nested, which is skipped."""
        values = self._known()
        if values in (["|"], [">"], ["|-"], [">-"]):
            values.clear()
        if values and ":" not in bare:
            values[-1] += " " + bare.strip()
        elif not values and ":" not in bare.split(" ")[0]:
            values.append(bare.strip())
        self._end = end


@dataclass(slots=True)
class Source:
    """A document's bytes with what is known before any Markdown is parsed. `base` is where its Markdown begins."""

    data: bytes
    base: int
    body: str
    front: dict[str, Field] = field(default_factory=dict)
    _last: tuple[int, int] = (0, 1)  # an offset and its line: the next one asked for is mostly behind it

    def line(self, offset: int) -> int:
        """The 1-based line of a byte offset."""
        known, line = self._last
        if offset < known:  # mostly by a few bytes only
            line -= self.data.count(b"\n", offset, known)
        else:
            line += self.data.count(b"\n", known, offset)
        self._last = offset, line
        return line


def open_source(data: bytes) -> Source:
    """Decode a document. Raises `Unreadable` where the bytes are empty, binary or not UTF-8."""
    if not data.strip():
        raise Unreadable("The file is empty.")
    if b"\0" in data:
        raise Unreadable("The file is binary, not text.")
    start = len(BOM) if data.startswith(BOM) else 0
    base = front_end = start
    front: dict[str, Field] = {}
    opening = _FENCE.match(data, start)
    if opening:
        front_end = _front_matter_end(data, opening)
    try:
        if front_end > start and opening:
            front = _fields(data[opening.end() : front_end].decode(), opening.end())
            if front or data[opening.end() : front_end].strip(b"-+. \t\r\n") == b"":
                base = front_end
            else:
                front = {}
        body = data[base:].decode()
    except UnicodeDecodeError as error:
        raise Unreadable("The file is not UTF-8 text. Save it as UTF-8 and try again.") from error
    return Source(data, base, body, front)


def _front_matter_end(data: bytes, opening: re.Match[bytes]) -> int:
    """Where the Markdown begins: after the closing fence, or where the file began if there is none."""
    found = _CLOSED[opening[1]].search(data, opening.end() - 1, opening.end() + FRONT_MATTER_LIMIT)
    if not found:
        return opening.start()
    return min(found.end() + 1, len(data))


def _fields(text: str, base: int) -> dict[str, Field]:
    """The top-level keys of YAML or TOML, read line by line: nested values are skipped, lists of plain words kept."""
    fields: dict[str, Field] = {}
    size = len if text.isascii() else _bytes
    offset, key, field = base, "", None
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        if found := _FIELD.match(bare):
            key = found[1].strip().lower().replace("-", "_").replace(" ", "_")
            field = Field(found[2], offset + size(bare[: found.start(2)]), offset + size(bare))
            fields.setdefault(key, field)
        elif field is None:
            pass
        elif (nested := _NESTED.match(bare)) and nested[2].strip():
            inner = f"{key}_{nested[1].strip().lower()}".replace("-", "_")
            at = offset + size(bare[: nested.start(2)])
            fields.setdefault(inner, Field(nested[2], at, offset + size(bare)))
        elif item := _ITEM.match(bare):
            field.listed(item[1], offset + size(bare))
        elif bare.startswith((" ", "\t")) and bare.strip() and not bare.lstrip().startswith("#"):
            field.continued(bare, offset + size(bare))
        offset += size(line)
    return fields


def _bytes(text: str) -> int:
    return len(text.encode())


def _values(raw: str) -> list[str]:
    """A value as plain words: quotes and comments off, `[a, b]` as two."""
    raw = raw.strip()
    if raw[:1] in "\"'" and len(raw) > 1:
        end = raw.find(raw[0], 1)
        while end > 0 and raw[end - 1] == "\\":
            end = raw.find(raw[0], end + 1)
        if end > 0:
            return [raw[1:end].replace('\\"', '"').replace("\\'", "'")]
    if "#" in raw:
        raw = "" if raw.startswith("#") else _COMMENT.sub("", raw)
    if raw.startswith("[") and raw.endswith("]"):
        return [part.strip().strip("\"'") for part in raw[1:-1].split(",") if part.strip()]
    return [raw] if raw else []
