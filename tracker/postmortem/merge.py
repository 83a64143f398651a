"""Three texts into one. Saving over a newer revision, importing a file that changed while we edited, and undo are all this.

By lines first, and by words where both sides changed the same lines. What cannot be merged is a conflict: both texts of it
are given back, and no word of either side is ever lost.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tracker.postmortem.alignment import align
from tracker.postmortem.diff import DiffLine, diff

__all__ = ["Conflict", "DiffLine", "Merged", "diff", "merge"]

BOM = b"\xef\xbb\xbf"
WORD = re.compile(rb"\r?\n|[ \t]+|[A-Za-z0-9_\x80-\xff]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where both sides changed the same words: whole lines of each of the three; `line` is 1-based in ours."""

    base: bytes
    ours: bytes
    theirs: bytes
    line: int


@dataclass(frozen=True, slots=True)
class Merged:
    """`text` is ours where the two clash; with no conflict it holds every change of both."""

    text: bytes
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A stretch of the three texts: the same in all (`stable`), or changed by one or both."""

    base: Sequence[bytes]
    ours: Sequence[bytes]
    theirs: Sequence[bytes]
    stable: bool


def merge(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    """Bring what changed from `base` to `theirs` into `ours`; exact in bytes, line ends and BOM included.

    The same change on both sides is one. Different words of one line are both taken; different insertions at one place are
    a conflict. A side that only changed its line ends, or its BOM, changed only these. Without conflicts
    `merge(b, o, t) == merge(b, t, o)`.
    """
    if ours == theirs or base == theirs:
        return Merged(ours)
    if base == ours:
        return Merged(theirs)
    bom = _wins(*(one.startswith(BOM) for one in (base, ours, theirs)))
    ends = _line_ends(base, ours, theirs)
    texts = [one.removeprefix(BOM) for one in (base, ours, theirs)]
    if ends is not None:
        texts = [one.replace(b"\r\n", b"\n") for one in texts]
    merged = _merge_lines(*texts)
    text = merged.text if ends != b"\r\n" else merged.text.replace(b"\n", b"\r\n")
    return Merged(BOM + text if bom else text, merged.conflicts)


def _wins(base: bool, ours: bool, theirs: bool) -> bool:
    return theirs if ours == base else ours


def _line_ends(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """The line ends of the result, where one side rewrote all of its own; else None, and lines are taken as they are."""
    kinds = []
    for one in (base, ours, theirs):
        crlf, lf = one.count(b"\r\n"), one.count(b"\n")
        if crlf and crlf != lf:
            return None
        kinds.append(crlf > 0)
    if len(set(kinds)) == 1 or not all(b"\n" in one for one in (base, ours, theirs)):
        return None
    return b"\r\n" if _wins(*kinds) else b"\n"


def _merge_lines(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    out: list[bytes] = []
    conflicts: list[Conflict] = []
    line = 1
    for chunk in _chunks(_lines(base), _lines(ours), _lines(theirs)):
        piece = _settle(chunk)
        if piece is None:
            stretch = b"".join(chunk.base), b"".join(chunk.ours), b"".join(chunk.theirs)
            piece = _merge_words(*stretch)
            if piece is None:
                piece = stretch[1]
                conflicts.append(Conflict(*stretch, line))
        out.append(piece)
        line += len(chunk.ours)
    return Merged(b"".join(out), tuple(conflicts))


def _lines(text: bytes) -> list[bytes]:
    """Lines with their ends; a lone carriage return ends none."""
    lines = [line + b"\n" for line in text.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _merge_words(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """The same by words; None where one word is changed by both."""
    out = []
    for chunk in _chunks(WORD.findall(base), WORD.findall(ours), WORD.findall(theirs), words=True):
        piece = _settle(chunk)
        if piece is None:
            return None
        out.append(piece)
    return b"".join(out)


def _settle(chunk: _Chunk) -> bytes | None:
    if chunk.stable or chunk.ours == chunk.theirs or chunk.theirs == chunk.base:
        return b"".join(chunk.ours)
    return b"".join(chunk.theirs) if chunk.ours == chunk.base else None


def _chunks(base: list[bytes], ours: list[bytes], theirs: list[bytes], words: bool = False) -> Iterator[_Chunk]:
    """Cut the three at what all have in common (the diff3 of Khanna, Kunal and Pierce)."""
    to_ours, to_theirs = dict(_pairs(base, ours, words)), dict(_pairs(base, theirs, words))
    b = o = t = 0
    for at in [*(i for i in range(len(base)) if i in to_ours and i in to_theirs), len(base)]:
        o_at, t_at = to_ours.get(at, len(ours)), to_theirs.get(at, len(theirs))
        if b < at or o < o_at or t < t_at:
            yield _Chunk(base[b:at], ours[o:o_at], theirs[t:t_at], stable=False)
        if at < len(base):
            yield _Chunk([base[at]], [ours[o_at]], [theirs[t_at]], stable=True)
        b, o, t = at + 1, o_at + 1, t_at + 1


def _pairs(base: list[bytes], other: list[bytes], words: bool) -> list[tuple[int, int]]:
    """What is the same in both. A space by itself holds nothing together: it counts beside a word that is the same too."""
    pairs = align(base, other)
    if not words:
        return pairs
    pairs = _of_same_lines(pairs, base, other)
    same = set(pairs)
    return [(i, j) for i, j in pairs if base[i].strip(b" \t") or (i - 1, j - 1) in same or (i + 1, j + 1) in same]


def _of_same_lines(pairs: list[tuple[int, int]], base: list[bytes], other: list[bytes]) -> list[tuple[int, int]]:
    """Those within a line that is the same one, reworded: half of its words are. Bullets and boxes alone make no same line,
    or what is said of one item would be taken for what is said of the item that stands in its place now."""
    of_base, of_other = _line_numbers(base), _line_numbers(other)
    in_base, in_other = (
        Counter(line for word, line in zip(*one, strict=True) if _is_word(word))
        for one in ((base, of_base), (other, of_other))
    )
    shared = Counter((of_base[i], of_other[j]) for i, j in pairs if _is_word(base[i]))

    def alike(line: int, there: int) -> bool:
        return 2 * shared[line, there] >= min(in_base[line], in_other[there])

    return [(i, j) for i, j in pairs if alike(of_base[i], of_other[j])]


def _line_numbers(words: list[bytes]) -> list[int]:
    return [0, *accumulate(word.endswith(b"\n") for word in words)][: len(words)]


def _is_word(token: bytes) -> bool:
    return token[:1].isalnum() or token[:1] >= b"\x80"
