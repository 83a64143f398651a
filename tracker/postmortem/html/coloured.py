"""A document's source with what was understood marked in it: for the import's preview and for --explain's page."""

import heapq
import html
import itertools
from collections.abc import Iterable, Iterator, Sequence

from tracker.domain.postmortem import Span


def highlight(source: bytes, spans: Sequence[tuple[Span, str]]) -> str:
    """Return `source` as safe HTML, a `<span class="line" id="L12">` for each line, `<mark class="role-item">` within.

    For a `<pre>`. Where spans lie within each other the innermost one counts (the one that begins last, else the shorter
    one). Marks do not cross lines. Spans are bytes of `source`; one that cuts a letter in two begins or ends before it.
    """
    lines: list[list[str]] = [[]]
    for start, end, role in _pieces(source, spans):
        for number, part in enumerate(source[start:end].split(b"\n")):
            if number:
                lines.append([])
            lines[-1].append(_marked(part, role))
    if len(lines) > 1 and not any(lines[-1]):
        lines.pop()
    return "\n".join(f'<span class="line" id="L{n}">{"".join(line)}</span>' for n, line in enumerate(lines, start=1))


def _marked(part: bytes, role: str | None) -> str:
    text = html.escape(part.decode("utf-8", errors="replace").replace("\r", ""), quote=False)
    return f'<mark class="role-{html.escape(role)}">{text}</mark>' if role and text.strip() else text


def _pieces(source: bytes, spans: Iterable[tuple[Span, str]]) -> Iterator[tuple[int, int, str | None]]:
    """Cut [0, len) where a span begins or ends; each piece with its innermost span's role. n log n in the spans."""
    whole = [(_letter(source, span.start), _letter(source, span.end), role) for span, role in spans]
    starts = sorted((one for one in whole if one[0] < one[1]), key=lambda one: one[0])
    cuts = sorted({0, len(source)} | {at for start, end, _ in starts for at in (start, end)})
    under: list[tuple[int, int, str]] = []  # begun last first, then shortest
    begun = 0
    for here, there in itertools.pairwise(cuts):
        while begun < len(starts) and starts[begun][0] <= here:
            start, end, role = starts[begun]
            heapq.heappush(under, (-start, end, role))
            begun += 1
        while under and under[0][1] <= here:
            heapq.heappop(under)
        yield here, there, under[0][2] if under else None


def _letter(source: bytes, at: int) -> int:
    """`at` within `source`, moved back to where its letter begins."""
    at = min(max(at, 0), len(source))
    while at and at < len(source) and source[at] & 0xC0 == 0x80:
        at -= 1
    return at
