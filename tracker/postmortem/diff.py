"""What changed between two texts, by lines and by words within them: for the history page and for questions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from tracker.postmortem.alignment import align

WORD = re.compile(r"\s+|\w+|.", re.DOTALL)
ALIKE = 40  # per cent; below it two lines have nothing to do with each other
COMPARED = 1_000  # bytes of a line
MOST_PAIRED = 100  # lines of one block; longer ones are compared in their order only


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff. `kind` is " " (same), "-" (only old), "+" (only new) or "@" (lines left out before this place).

    Line numbers are 1-based, None where the line is not in that text; for "@" they say where the next lines begin, and
    `text` how many were left out. `text` has no line end; `words` are its pieces, each with whether it changed: only in
    lines that have a counterpart, so that a wholly new line is not all marked.
    """

    kind: str
    old_line: int | None
    new_line: int | None
    text: str
    words: list[tuple[str, bool]] = field(default_factory=list)


def diff(old: bytes, new: bytes, *, context: int = 3) -> list[DiffLine]:
    """The changed lines with `context` lines around them; empty where the two are the same."""
    if old == new:
        return []
    a, b = _split(old), _split(new)
    lines = list(_all_lines(a, b))
    return list(_near(lines, context))


def _split(text: bytes) -> list[bytes]:
    lines = text.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _all_lines(a: list[bytes], b: list[bytes]) -> Iterator[DiffLine]:
    i = j = 0
    for i_at, j_at in [*align(a, b), (len(a), len(b))]:
        yield from _block(a, i, i_at, b, j, j_at)
        if i_at < len(a):
            text = _shown(a[i_at])
            yield DiffLine(" ", i_at + 1, j_at + 1, text, [(text, False)] if text else [])
        i, j = i_at + 1, j_at + 1


def _block(a: list[bytes], i: int, i_to: int, b: list[bytes], j: int, j_to: int) -> Iterator[DiffLine]:
    olds, news = a[i:i_to], b[j:j_to]
    old_words = [_plain(line) for line in olds]
    new_words = [_plain(line) for line in news]
    for n, m in _counterparts(olds, news):
        old_words[n], new_words[m] = _words(olds[n], news[m])
    for n, line in enumerate(olds):
        yield DiffLine("-", i + n + 1, None, _shown(line), old_words[n])
    for m, line in enumerate(news):
        yield DiffLine("+", None, j + m + 1, _shown(line), new_words[m])


def _counterparts(olds: list[bytes], news: list[bytes]) -> Iterator[tuple[int, int]]:
    """Pairs of an old line and the new one that took its place: in order, and only where they are alike."""
    if len(olds) == len(news) or max(len(olds), len(news)) > MOST_PAIRED:
        candidates = enumerate(zip(olds, news, strict=False))
        yield from ((n, n) for n, (old, new) in candidates if _likeness(old, new) >= ALIKE)
        return
    first = 0
    for n, old in enumerate(olds):
        scores = [_likeness(old, new) for new in news[first:]]
        if scores and max(scores) >= ALIKE:
            best = first + scores.index(max(scores))
            yield n, best
            first = best + 1


def _likeness(old: bytes, new: bytes) -> float:
    """Per cent; by their beginnings, since the time of a comparison is quadratic."""
    return fuzz.ratio(_shown(old[:COMPARED]), _shown(new[:COMPARED]))


def _words(old: bytes, new: bytes) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    a, b = WORD.findall(_shown(old)), WORD.findall(_shown(new))
    pairs = align(a, b)
    kept_a, kept_b = {i for i, _ in pairs}, {j for _, j in pairs}
    words_a = _joined((word, n not in kept_a) for n, word in enumerate(a))
    words_b = _joined((word, n not in kept_b) for n, word in enumerate(b))
    if (end_a := _line_end(old)) != (end_b := _line_end(new)):
        words_a += [(end_a, True)] if end_a else []
        words_b += [(end_b, True)] if end_b else []
    return words_a, words_b


def _joined(words: Iterator[tuple[str, bool]]) -> list[tuple[str, bool]]:
    pieces: list[tuple[list[str], bool]] = []
    for word, changed in words:
        if not pieces or pieces[-1][1] != changed:
            pieces.append(([], changed))
        pieces[-1][0].append(word)
    return [("".join(parts), changed) for parts, changed in pieces]


def _line_end(line: bytes) -> str:
    """How a line's end is shown where that is what changed."""
    if line.endswith(b"\r\n"):
        return "␍"
    return "" if line.endswith(b"\n") else " (no line end)"


def _plain(line: bytes) -> list[tuple[str, bool]]:
    text = _shown(line)
    return [(text, False)] if text else []


def _shown(line: bytes) -> str:
    return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="replace")


def _near(lines: list[DiffLine], context: int) -> Iterator[DiffLine]:
    """Leave out what is far from any change, and say how much."""
    shown = [False] * len(lines)
    for n, line in enumerate(lines):
        if line.kind != " ":
            shown[max(n - context, 0) : n + context + 1] = [True] * (min(n + context + 1, len(lines)) - max(n - context, 0))
    skipped = 0
    for n, line in enumerate(lines):
        if not shown[n]:
            skipped += 1
            continue
        if skipped:
            yield DiffLine("@", line.old_line, line.new_line, f"{skipped} line{'s' if skipped > 1 else ''} unchanged")
        skipped = 0
        yield line
    if skipped:
        yield DiffLine("@", None, None, f"{skipped} line{'s' if skipped > 1 else ''} unchanged")
