"""Lengths of time in words. Minutes where it matters, months where nobody counts days any more."""


def duration_words(minutes: float) -> str:
    """“65 min” is said “1 h 5 min”; two units at most, the smaller one left out where it is nothing.

    Under a minute seconds are given. Negative lengths are the caller's mistake: they are said with a minus sign.
    """
    if minutes < 0:
        return "−" + duration_words(-minutes)
    seconds = round(minutes * 60)
    if 0 < seconds < 60:
        return f"{seconds} s"
    whole = round(minutes)
    days, rest = divmod(whole, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        parts = [(days, "day" if days == 1 else "days"), (hours, "h")]
    elif hours:
        parts = [(hours, "h"), (left, "min")]
    else:
        parts = [(left, "min")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 min"


def age_words(days: int) -> str:
    """How old something is: “today”, “12 days”, “7 weeks”, “5 months”, “3 years”."""
    if days <= 0:
        return "today"
    for length, unit, until in ((1, "day", 21), (7, "week", 70), (30.44, "month", 700), (365.25, "year", None)):
        if until is None or days < until:
            n = int(days / length)
            return f"{n} {unit}" if n == 1 else f"{n} {unit}s"
    raise AssertionError("the last unit has no end")
