"""Carrying a day and a zone from one entry to the next; never guessing a zone, never sorting.

A clock time that goes back by a lot means that midnight passed; one that goes back a little is an entry out of order.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from tracker.postmortem.when_tokens import When

HALF_A_DAY = 12 * 60  # minutes; a step further than this is one over midnight the other way
HALF_A_YEAR = 182  # days
MIDNIGHT_HOURS = 3  # a clock that goes back by at least this much stands for the next day


class Habits(NamedTuple):
    """What is known of a document as a whole before its times are placed."""

    day: date | None  # the incident's day, where the document says it
    day_first: bool  # 03/04 is the 3rd of April


@dataclass(slots=True)
class Placed:
    """One time, placed: local ISO, the other end, how exact, and the day that it moved to."""

    local: str | None
    end: str | None
    precision: str
    day: date | None


def day_of(when: When, habits: Habits, near: date | None = None) -> date | None:
    """The calendar day of a time; a missing year is taken from `near` or the document's day, whichever is closer."""
    month, day = when.month, when.day
    if day is None or month is None:
        return None
    if when.ambiguous:
        first, second = when.ambiguous
        day, month = (first, second) if habits.day_first else (second, first)
    if when.year:
        return _date(when.year, month, day)
    near = near or habits.day
    if near is None:
        return None
    found = _date(near.year, month, day)
    if found is not None and abs((found - near).days) < HALF_A_YEAR:
        return found  # no other year's is closer
    days = [found, _date(near.year + 1, month, day), _date(near.year - 1, month, day)]
    return min((one for one in days if one is not None), key=lambda one: abs((one - near).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def minutes(when: When, half: str = "") -> float | None:
    """Minutes after midnight, `am` and `pm` applied; None without a clock time."""
    if when.hour is None:
        return None
    hour, half = when.hour, when.half or half
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return (hour % 24) * 60 + (when.minute or 0) + (when.second or 0) / 60


def fold(whens: list[When | None], habits: Habits, day_lines: list[bool] | None = None) -> list[Placed]:
    """Place times in the order of the document. A line that is only a day moves the day for those that follow.

    An entry that has a day and no clock does so too, unless its day is before the incident's: then what follows with a
    clock only happened on the incident's day.
    """
    clocked = [when for when in whens if when is not None and when.hour is not None]
    halves, clocks = sum(1 for when in clocked if when.half), len(clocked)
    twelve = halves * 2 >= clocks and halves > 0
    backwards = _runs_backwards(whens, habits)
    day, before, past = habits.day, None, None
    placed: list[Placed] = []
    for i, when in enumerate(whens):
        if when is None:
            placed.append(Placed(None, None, "unknown", day))
            continue
        own = day_of(when, habits, day) or (_next_weekday(when, day, backwards) if when.weekday is not None else None)
        if own is None and past is not None and when.has_clock:
            day, past = past, None
        half = "" if when.half else _half(when, before, twelve)
        if half == "p" and halves == 0:
            when, half = _halved(when, half, whens, i)
        now = minutes(when, half)
        if own is not None:
            lines = day_lines is not None and day_lines[i]
            past = habits.day if now is None and not lines and habits.day is not None and own < habits.day else None
            day, before = own, None if now is None else before
        elif now is not None and before is not None and day is not None:
            day = _past_midnight(day, now - before, backwards)
        placed.append(_placed(when, day if (own or now is not None) else None, now, habits, day))
        before = now if now is not None else before
    return placed


def _next_weekday(when: When, day: date | None, backwards: bool) -> date | None:
    """The day of `Sun 06:30` after that of `Sat 19:30`; a weekday that is far off is another week's, and not guessed."""
    if when.weekday is None or day is None or when.hour is None or when.day is not None:
        return None
    gone = (when.weekday - 1 - day.weekday()) % 7
    if backwards:
        gone = (7 - gone) % 7
    return day + timedelta(days=-gone if backwards else gone) if gone <= 4 else None


def _past_midnight(day: date, gone: float, backwards: bool) -> date:
    """The day of a clock time that is `gone` minutes after the one before it in the document."""
    if not backwards and gone <= -MIDNIGHT_HOURS * 60:
        return day + timedelta(days=1)
    if backwards and gone >= MIDNIGHT_HOURS * 60:
        return day - timedelta(days=1)
    return day


def _halved(when: When, half: str, whens: list[When | None], i: int) -> tuple[When, str]:
    """A range whose only `PM` would make it end after the entry that follows it: written by mistake, and not applied."""
    if when.end is None or when.end.half != "p":
        return when, half
    after = next((minutes(w) for w in whens[i + 1 :] if w is not None and w.has_clock), None)
    late = minutes(when, "p")
    if after is not None and late is not None and after < late:
        return replace(when, end=replace(when.end, half="")), ""
    return when, half


def _half(when: When, before: float | None, twelve: bool) -> str:
    """`am` or `pm` where it is not written: that of the range's end, or the one that goes on from the entry before."""
    if when.half or when.hour is None or when.hour > 12:
        return ""
    if when.end is not None and when.end.half:
        end = minutes(when.end)
        start = minutes(when, when.end.half)
        return (
            when.end.half if end is not None and start is not None and start <= end else "a" if when.end.half == "p" else ""
        )
    if twelve and before is not None:
        for half in ("a", "p"):
            guess = minutes(when, half)
            if guess is not None and guess >= before:
                return half
    return ""


def _runs_backwards(whens: list[When | None], habits: Habits) -> bool:
    """Whether the newest entry stands first: most steps go back in time."""
    last: tuple[date | None, float] | None = None
    day: date | None = None
    steps = 0
    for when in whens:
        if when is None:
            continue
        own = day_of(when, habits, day)
        day = own or day
        now = minutes(when)
        if now is None and own is None:
            continue
        this = (day, now if now is not None else -1.0)
        if last is not None and last != this:
            if this[0] is not None and last[0] is not None and this[0] != last[0]:
                steps += 1 if this[0] > last[0] else -1
            elif now is not None and last[1] >= 0:
                steps += 1 if (now > last[1]) == (abs(now - last[1]) <= HALF_A_DAY) else -1
        last = this
    return steps < 0


def _placed(when: When, day: date | None, now: float | None, habits: Habits, known: date | None) -> Placed:
    start = _iso(day, now, when.second is not None)
    precision = "unknown" if start is None else "day" if now is None else "approximate" if when.approximate else "exact"
    end = None
    if when.end is not None:
        end_day = day_of(when.end, habits, day) or day
        end_minutes = minutes(when.end, "" if when.end.has_day else when.half if (when.end.hour or 0) <= 12 else "")
        if (
            when.end.has_day is False
            and end_day is not None
            and now is not None
            and end_minutes is not None
            and end_minutes < now
        ):
            end_day = end_day + timedelta(days=1)
        end = _iso(end_day, end_minutes, when.end.second is not None)
    return Placed(start, end, precision, known)


_TWO_DIGITS = tuple(f"{number:02}" for number in range(60))


def _iso(day: date | None, now: float | None, seconds: bool) -> str | None:
    if now is None:
        return day.isoformat() if day else None
    total = round(now * 60)
    clock = f"{_TWO_DIGITS[total // 3600]}:{_TWO_DIGITS[total % 3600 // 60]}"
    if seconds:
        clock = f"{clock}:{_TWO_DIGITS[total % 60]}"
    return f"{day.isoformat()}T{clock}" if day else f"T{clock}"
