"""Which items of a document read again are the ones known before. Pure: lists in, pairs out (DESIGN §2).

Same text first; then a shared ticket and a similar text; then similar texts, one to one, where nothing else is nearly
as similar. What is less sure is not paired: it is a newcomer with a doubt, which a person answers.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from tracker.domain.folding import folded

SURE = 80.0  # of 100: the same item, reworded
MARGIN = 8.0  # by which the best must beat the next best, or it is a doubt
MAYBE = 60.0  # worth a question
WITH_TICKET = 50.0  # enough where both name the same ticket
IN_PLACE = 8.0  # what standing between the same neighbours in the same group adds
MOST_COMPARED = 250_000  # pairs; a document with more changed items at once than this many pairs has others' items


@dataclass(frozen=True, slots=True)
class Known:
    """A mention; `n` is its place in the reading before, None where it had vanished."""

    id: int
    text: str
    group: str | None
    stated: dict[str, Any]
    n: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """An item as it is read now."""

    n: int
    text: str
    group: str | None
    stated: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Doubt:
    n: int
    known_id: int
    score: float


@dataclass(slots=True)
class Matched:
    pairs: dict[int, int] = field(default_factory=dict)  # n of the item read -> id of the known mention
    newcomers: list[int] = field(default_factory=list)  # n, in order
    vanished: list[int] = field(default_factory=list)  # ids of known mentions that stand nowhere now
    doubts: list[Doubt] = field(default_factory=list)  # newcomers that may be vanished ones


@dataclass(frozen=True, slots=True)
class _Side:
    """One item of either list, with what is compared."""

    ref: int
    text: str
    group: str
    claim: Any
    tickets: frozenset[str]
    before: str
    after: str


def match(known: Sequence[Known], found: Sequence[Found]) -> Matched:
    """Pair what is read with what is known; each of either is in one pair at most.

    Equal texts pair by group, by what they state, by neighbours, by order, in that weight. A known mention that had
    vanished is as good as a present one, but comes after it.
    """
    present = sorted((one for one in known if one.n is not None), key=lambda one: one.n or 0)
    gone = [one for one in known if one.n is None]
    old = [*_sides([(one.id, one.text, one.group, one.stated) for one in present]), *_alone(gone)]
    new = _sides([(one.n, one.text, one.group, one.stated) for one in found])
    pairs: dict[int, int] = {}
    for key in _KEYS:
        old, new = _pair_equal(old, new, key, pairs)
    old, new = _pair_by_ticket(old, new, pairs)
    scores = _scores(old, new)
    _pair_similar(scores, pairs)
    left_old = [one.ref for one in old if one.ref not in set(pairs.values())]
    doubts = _doubts(scores, pairs)
    return Matched(pairs, [one.ref for one in new if one.ref not in pairs], left_old, doubts)


def _sides(rows: Sequence[tuple[int, str, str | None, dict[str, Any]]]) -> list[_Side]:
    texts = [folded(text) for _, text, _, _ in rows]
    return [
        _Side(
            ref=ref,
            text=texts[at],
            group=folded(group or ""),
            claim=stated.get("claim"),
            tickets=frozenset(stated.get("links", ())),
            before=texts[at - 1] if at else "",
            after=texts[at + 1] if at + 1 < len(texts) else "",
        )
        for at, (ref, _, group, stated) in enumerate(rows)
    ]


def _alone(gone: Sequence[Known]) -> list[_Side]:
    """Vanished mentions have no neighbours any more."""
    return [side for one in gone for side in _sides([(one.id, one.text, one.group, one.stated)])]


_KEYS: tuple[Callable[[_Side], Hashable], ...] = (
    lambda one: (one.text, one.group, one.claim, one.before, one.after),
    lambda one: (one.text, one.group, one.claim, one.before),
    lambda one: (one.text, one.group, one.claim, "", one.after),
    lambda one: (one.text, one.group, one.claim),
    lambda one: (one.text, one.group),
    lambda one: (one.text, one.claim),
    lambda one: one.text,
)


def _pair_equal(
    old: list[_Side], new: list[_Side], key: Callable[[_Side], Hashable], pairs: dict[int, int]
) -> tuple[list[_Side], list[_Side]]:
    """Pair those with the same key in their order; returns what is left of both."""
    waiting: defaultdict[Hashable, list[_Side]] = defaultdict(list)
    for one in reversed(old):
        waiting[key(one)].append(one)
    taken = set()
    left = []
    for one in new:
        if candidates := waiting.get(key(one)):
            pairs[one.ref] = candidates.pop().ref
            taken.add(pairs[one.ref])
        else:
            left.append(one)
    return [one for one in old if one.ref not in taken], left


def _pair_by_ticket(old: list[_Side], new: list[_Side], pairs: dict[int, int]) -> tuple[list[_Side], list[_Side]]:
    """A ticket that one item of each side names, and a text that is not another one altogether."""
    by_ticket: defaultdict[str, tuple[list[_Side], list[_Side]]] = defaultdict(lambda: ([], []))
    for side, ones in enumerate((old, new)):
        for one in ones:
            for ticket in one.tickets:
                by_ticket[ticket][side].append(one)
    taken: set[int] = set()
    for olds, news in by_ticket.values():
        alone = len(olds) == len(news) == 1 and olds[0].ref not in taken and news[0].ref not in pairs
        if alone and _similarity(olds[0].text, news[0].text) >= WITH_TICKET:
            pairs[news[0].ref] = olds[0].ref
            taken.add(olds[0].ref)
    return [one for one in old if one.ref not in taken], [one for one in new if one.ref not in pairs]


def _similarity(one: str, other: str) -> float:
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))


def _scores(old: list[_Side], new: list[_Side]) -> list[tuple[float, int, int]]:
    """(score, n, known id) of every pair worth a thought, best first."""
    if len(old) * len(new) > MOST_COMPARED:
        return []
    scores = []
    for b in new:
        for a in old:
            score = _similarity(a.text, b.text)
            if a.group == b.group and a.before == b.before and a.after == b.after:
                score = min(100.0, score + IN_PLACE)
            if score >= MAYBE:
                scores.append((score, b.ref, a.ref))
    return sorted(scores, key=lambda one: (-one[0], one[1], one[2]))


def _pair_similar(scores: list[tuple[float, int, int]], pairs: dict[int, int]) -> None:
    """Best first; the next best of either must be left behind by the margin, or the pair stays a doubt."""
    of_new, of_old = defaultdict(list), defaultdict(list)
    for score, n, known_id in scores:
        of_new[n].append(score)
        of_old[known_id].append(score)

    def clear(best: float, rivals: list[float]) -> bool:
        return len(rivals) < 2 or best - sorted(rivals)[-2] >= MARGIN

    for score, n, known_id in scores:
        best = score >= SURE and score == max(of_new[n]) and score == max(of_old[known_id])
        if best and clear(score, of_new[n]) and clear(score, of_old[known_id]):
            pairs[n] = known_id


def _doubts(scores: list[tuple[float, int, int]], pairs: dict[int, int]) -> list[Doubt]:
    """For each newcomer the likeliest one that is left over on the other side."""
    used = set(pairs.values())
    asked: dict[int, Doubt] = {}
    for score, n, known_id in scores:
        if n not in pairs and known_id not in used and n not in asked:
            asked[n] = Doubt(n, known_id, score)
    return list(asked.values())
