"""When changes may be made: the windows of a policy at a moment, and when that changes next.

Windows are wall clock time in the policy's zone, so that labs end at 19:00 in winter and in summer. What an occurrence
covers on the line of time is everything from the first instant at which the wall shows its start to the last at which it
shows less than its end: an hour that comes twice belongs to it twice, one that never comes begins with the next that does.
Half-open: at the first instant of it a window is active, at its end no longer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.policy.model import Policy, Rule, Window

LOOK_AHEAD = timedelta(days=400)
Span = tuple[datetime, datetime]  # aware UTC, half-open


@dataclass(frozen=True, slots=True)
class Freeze:
    """Whether changes are blocked at a moment. `reasons` are the policy's words, one for each window that blocks.

    `opens_at` is when they will be possible, where they are blocked; `closes_at` when they will be blocked, where they
    are not; both aware UTC, None where that is not within the next 400 days.
    """

    blocked: bool
    reasons: list[str] = field(default_factory=list)
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def freeze(policy: Policy, window_ids: Sequence[str], at: datetime) -> Freeze:
    """What the windows of a policy say at `at` (aware). Ids that are none of the policy's count for nothing."""
    windows = [policy.windows[name] for name in window_ids if name in policy.windows]
    spans = [(window, list(_spans(window, policy.zone, at, at + LOOK_AHEAD))) for window in windows]
    reasons = _reasons(spans, at)
    changes = sorted({moment for _, several in spans for span in several for moment in span if moment > at})
    change = next((moment for moment in changes if bool(_reasons(spans, moment)) is not bool(reasons)), None)
    if change is not None and change > at + LOOK_AHEAD:
        change = None
    return Freeze(bool(reasons), reasons, opens_at=change if reasons else None, closes_at=None if reasons else change)


def occurs(window: Window, zone: ZoneInfo, since: datetime, until: datetime) -> bool:
    """Whether a window is active at any time between two instants."""
    return next(_spans(window, zone, since, until), None) is not None


def in_words(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """“Thu 19:00 PST”, with the day where it is not within a week, with the year where it is not within half a year."""
    local = at.astimezone(zone)
    distance = abs(at - now)
    day = f"{local:%a}" if distance < timedelta(days=6) else f"{local:%a} {local.day} {local:%b}"
    year = f" {local.year}" if distance >= timedelta(days=180) else ""
    return f"{day}{year} {local:%H:%M %Z}"


def _reasons(spans: Iterable[tuple[Window, list[Span]]], at: datetime) -> list[str]:
    """Why changes are blocked at a moment: each deny window that is active; the allow windows, if there are and none is."""
    active = [(window, any(start <= at < end for start, end in several)) for window, several in spans]
    denied = [window.reason for window, is_on in active if window.effect == "deny" and is_on]
    allowing = [(window, is_on) for window, is_on in active if window.effect == "allow"]
    if allowing and not any(is_on for _, is_on in allowing):
        denied += [f"only in its window: {window.reason}" for window, _ in allowing]
    return list(dict.fromkeys(denied))


def _spans(window: Window, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Span]:
    """The occurrences of a window that have an instant in common with `since`..`until`."""
    skipped = set(window.except_)
    for rule in window.rules:
        low = since.astimezone(zone).replace(tzinfo=None) - rule.duration - timedelta(days=1)  # a day: clocks jump
        high = until.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
        for start in _starts(rule, low, high):
            if start.date() not in skipped:
                first, last = _first(start, zone), _last(start + rule.duration, zone)
                if first < last and last > since and first <= until:
                    yield first, last


def _starts(rule: Rule, low: datetime, high: datetime) -> Iterator[datetime]:
    """When a rule begins between two wall clock times, by the wall clock."""
    if rule.rrule is None:
        yield from [rule.start] if low <= rule.start <= high else []
        return
    from dateutil.rrule import rrulestr  # takes 20 ms to import

    recurring = rrulestr(rule.rrule, dtstart=rule.start)
    for start in recurring.xafter(low, inc=True):
        if start > high or (rule.until is not None and start.date() > rule.until):
            return
        yield start


def _first(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock shows this time or a later one of that day."""
    return _instant(wall, zone, fold=0)


def _last(wall: datetime, zone: ZoneInfo) -> datetime:
    """The last instant at which the wall clock turns to this time or a later one."""
    return _instant(wall, zone, fold=1)


def _instant(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    """Aware UTC. An hour that comes twice is told by `fold`; one that the clock leaps over is the instant of the leap."""
    found = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return found
    # PEP 495: with the other fold the same wall clock time lies on the other side of the leap
    early, late = sorted(wall.replace(tzinfo=zone, fold=side).astimezone(UTC) for side in (0, 1))
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late.replace(microsecond=0)
