"""Which parts of two sequences are the same: anchors that occur once, then what lies between them.

Not difflib, whose time is quadratic where lines repeat; and a repeated line (an empty one, say) is no good anchor.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
EXACT_CELLS = 40_000  # up to here a longest common subsequence is computed by the table
MAX_DEPTH = 24  # beyond this a range without anchors is taken as replaced: time stays in proportion to length
Range = tuple[int, int, int, int, int]  # from and to in a, from and to in b, depth


def align(a: Sequence[T], b: Sequence[T]) -> list[tuple[int, int]]:
    """Pairs (i, j) with a[i] == b[j], both rising: what `a` and `b` have in common, in order.

    Equal sequences pair wholly. Not always the longest, but found in about n log n steps whatever repeats.
    """
    pairs: list[tuple[int, int]] = []
    todo: list[Range] = [(0, len(a), 0, len(b), 0)]
    while todo:
        a_from, a_to, b_from, b_to, depth = todo.pop()
        while a_from < a_to and b_from < b_to and a[a_from] == b[b_from]:
            pairs.append((a_from, b_from))
            a_from, b_from = a_from + 1, b_from + 1
        while a_from < a_to and b_from < b_to and a[a_to - 1] == b[b_to - 1]:
            a_to, b_to = a_to - 1, b_to - 1
            pairs.append((a_to, b_to))
        if a_from == a_to or b_from == b_to:
            continue
        here = (a_from, a_to, b_from, b_to, depth)
        anchors = _unique(a, b, here)
        if not anchors and (a_to - a_from) * (b_to - b_from) <= EXACT_CELLS:
            pairs += _longest(a, b, here)
            continue
        anchors = anchors or _rarest(a, b, here)
        if anchors and depth < MAX_DEPTH:
            pairs += anchors
            todo += _between(here, anchors)
    return sorted(pairs)


def _between(here: Range, anchors: list[tuple[int, int]]) -> Iterator[Range]:
    a_from, a_to, b_from, b_to, depth = here
    for i, j in [*anchors, (a_to, b_to)]:
        if a_from < i and b_from < j:
            yield a_from, i, b_from, j, depth + 1
        a_from, b_from = i + 1, j + 1


def _unique(a: Sequence[T], b: Sequence[T], here: Range) -> list[tuple[int, int]]:
    """Elements that occur once on each side, as many as keep their order (Bram Cohen's patience diff)."""
    a_from, a_to, b_from, b_to, _ = here
    in_a, in_b = Counter(a[a_from:a_to]), Counter(b[b_from:b_to])
    where = {b[j]: j for j in range(b_from, b_to) if in_b[b[j]] == 1}
    pairs = [(i, where[a[i]]) for i in range(a_from, a_to) if in_a[a[i]] == 1 and a[i] in where]
    return _rising(pairs)


def _rarest(a: Sequence[T], b: Sequence[T], here: Range) -> list[tuple[int, int]]:
    """Of what both sides have, the element that occurs least often: first with first, second with second."""
    a_from, a_to, b_from, b_to, _ = here
    in_a, in_b = Counter(a[a_from:a_to]), Counter(b[b_from:b_to])
    best = min((one for one in in_a if one in in_b), key=lambda one: in_a[one] + in_b[one], default=None)
    if best is None:
        return []
    return list(
        zip((i for i in range(a_from, a_to) if a[i] == best), (j for j in range(b_from, b_to) if b[j] == best), strict=False)
    )


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of `pairs` (rising in i) that rises in j too."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        k = bisect_left(tails, j)
        before.append(at[k - 1] if k else -1)
        tails[k : k + 1] = [j]
        at[k : k + 1] = [n]
    chain = []
    n = at[-1] if at else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]


def _longest(a: Sequence[T], b: Sequence[T], here: Range) -> list[tuple[int, int]]:
    """A longest common subsequence, by the table of lengths of what is still to come."""
    a_from, a_to, b_from, b_to, _ = here
    width = b_to - b_from
    rows = [[0] * (width + 1)]
    for i in range(a_to - 1, a_from - 1, -1):
        below, row, one = rows[-1], [0] * (width + 1), a[i]
        for j in range(width - 1, -1, -1):
            row[j] = below[j + 1] + 1 if one == b[b_from + j] else max(below[j], row[j + 1])
        rows.append(row)
    rows.reverse()
    pairs = []
    i = j = 0
    while i < a_to - a_from and j < width:
        if a[a_from + i] == b[b_from + j]:
            pairs.append((a_from + i, b_from + j))
            i, j = i + 1, j + 1
        elif rows[i + 1][j] >= rows[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs
