"""A timeline as a rail: its entries, the gaps between them to scale and in words, and a line where the day breaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from tracker.domain.claims import Milestone
from tracker.domain.durations import duration_words
from tracker.domain.postmortem import Entry

SCALE = 40  # steps of half a line that the whole rail's gaps share
LONGEST = 20  # steps; a longer gap is drawn cut, and its words say how long it is
CUT_MINUTES = 12 * 60  # a gap over this is a pause: it would make everything else look like one moment
WORDS_FROM = 20  # minutes; a shorter gap is drawn and not said

MILESTONES = {
    Milestone.IMPACT_STARTED: ("impact starts", "bad"),
    Milestone.DETECTED: ("detected", "warn"),
    Milestone.MITIGATED: ("mitigated", "good"),
    Milestone.RESOLVED: ("resolved", "good"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of the rail: an entry, a gap, or a day that begins."""

    kind: str  # entry, gap, day
    entry: Entry | None = None
    time: str = ""  # as it stands on the rail: “14:30”, “~16:05”, “?”
    until: str = ""
    zone: str = ""  # only where the entries' zones differ
    milestone: str = ""
    tone: str = ""  # of the milestone: bad, warn, good
    after: str = ""  # time since the impact started, in words
    words: str = ""  # of a gap: “1 h later”; of a day: its ISO day
    steps: int = 0  # a gap's height, 0–LONGEST
    cut: bool = False  # the gap is longer than it is drawn


@dataclass(frozen=True, slots=True)
class Durations:
    """Minutes from the start of the impact, where both moments are known; None otherwise."""

    detect: float | None
    mitigate: float | None
    resolve: float | None


def rail(entries: Sequence[Entry], day: date | None) -> list[Stop]:
    """The lines of the rail, in the document's order. `day` is the incident's: a first entry of that day needs no line."""
    gaps = [_minutes_between(before, after) for before, after in pairwise(entries)]
    drawn = sum(gap for gap in gaps if gap is not None and 0 < gap <= CUT_MINUTES)
    began = _began(entries)
    mixed = len(zones(entries)) > 1
    stops: list[Stop] = []
    at = day
    for n, entry in enumerate(entries):
        new_day = _day(entry)
        if n:
            stops.extend(_gap(gaps[n - 1], drawn))
        if new_day and new_day != at:
            stops.append(Stop("day", words=new_day.isoformat()))
            at = new_day
        stops.append(_entry(entry, began, mixed))
    return stops


def durations(entries: Sequence[Entry]) -> Durations:
    """Time to detect, to mitigate, to resolve; never negative: a milestone before the impact says nothing."""

    def until(milestone: Milestone) -> float | None:
        minutes = next((_since(began, entry) for entry in entries if entry.milestone is milestone), None)
        return minutes if minutes is not None and minutes >= 0 else None

    began = _began(entries)
    return Durations(until(Milestone.DETECTED), until(Milestone.MITIGATED), until(Milestone.RESOLVED))


def zones(entries: Sequence[Entry]) -> list[str]:
    """The zones that the entries state, as written, in the order of their first use."""
    return list(dict.fromkeys(entry.start.zone for entry in entries if entry.start.zone))


def _entry(entry: Entry, began: Entry | None, mixed: bool) -> Stop:
    milestone, tone = MILESTONES[entry.milestone] if entry.milestone else ("", "")
    since = _since(began, entry) if entry.milestone and entry is not began else None
    return Stop(
        "entry",
        entry=entry,
        time=clock(entry.start.local, entry.start.precision),
        until=clock(entry.end) if entry.end else "",
        zone=(entry.start.zone or "") if mixed else "",
        milestone=milestone,
        tone=tone,
        after=duration_words(since) if since is not None and since > 0 else "",
    )


def _gap(minutes: float | None, drawn: float) -> Iterator[Stop]:
    if minutes is None:
        return
    if minutes < 0:
        yield Stop("gap", words=f"{duration_words(-minutes)} earlier", cut=True, steps=1)
        return
    cut = minutes > CUT_MINUTES
    steps = LONGEST // 4 if cut else round(SCALE * minutes / drawn) if drawn else 0
    words = f"{duration_words(minutes)} later" if minutes >= WORDS_FROM else ""
    if words or steps > 1:
        yield Stop("gap", words=words, steps=min(steps, LONGEST), cut=cut or steps > LONGEST)


def clock(local: str | None, precision: str = "exact") -> str:
    """The time on the rail: “14:30”, “14:30:57”, “~16:05”; “all day” for a day only, “?” where there is none."""
    if not local:
        return "?"
    _, has_time, time = local.partition("T")
    if not has_time:
        return "day"
    return ("~" if precision == "approximate" else "") + time


def _moment(local: str | None) -> datetime | None:
    """With a time of day; a day alone, or a time without a day, is no moment that can be counted from another day."""
    if not local or "T" not in local:
        return None
    try:
        return datetime.fromisoformat(local if not local.startswith("T") else f"0001-01-01{local}")
    except ValueError:
        return None


def _minutes_between(before: Entry, after: Entry) -> float | None:
    """From the end of one entry (or its start) to the start of the next. None where it cannot be said: other zones,
    only one has a day, no time at all."""
    start, end = _moment(after.start.local), _moment(before.start.local)
    ended = _moment(before.end)
    if ended is not None and end is not None and start is not None and end <= ended <= start:
        end = ended
    if start is None or end is None or (start.year == 1) != (end.year == 1) or before.start.zone != after.start.zone:
        return None
    return (start - end).total_seconds() / 60


def _since(began: Entry | None, entry: Entry) -> float | None:
    if began is None or entry.start.precision == "unknown":
        return None
    start, now = _moment(began.start.local), _moment(entry.start.local)
    if start is None or now is None or (start.year == 1) != (now.year == 1) or began.start.zone != entry.start.zone:
        return None
    return (now - start).total_seconds() / 60


def _began(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.milestone is Milestone.IMPACT_STARTED), None)


def _day(entry: Entry) -> date | None:
    local = entry.start.local or ""
    try:
        return date.fromisoformat(local[:10])
    except ValueError:
        return None
