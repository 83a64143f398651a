"""Which recurrence rules a window may have: the part of RFC 5545 that has an answer in a moment.

`FREQ=MINUTELY` from 2018 takes eleven seconds for one question, and BYHOUR and its like bring that in by the back door.
"""

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_MONTH = dict(enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1))
# part: the numbers that it takes, either sign where they count from the end too
NUMBERS = {"INTERVAL": (1, 366), "BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYSETPOS": (-366, 366)}


def check_rule(rule: str) -> None:
    """Raise ValueError, saying what to write, where a rule is none that a window may have."""
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise ValueError(f"{part!r} in the rrule is no NAME=VALUE: write it as FREQ=WEEKLY;BYDAY=MO,TU")
        if name in parts:
            raise ValueError(f"{name} stands twice in the rrule")
        parts[name] = value
    _check_frequency(parts)
    for name, value in parts.items():
        _check_part(name, value, parts["FREQ"])
    _check_days_exist(parts)


def _check_frequency(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ")
    if frequency is None:
        raise ValueError(f"the rrule lacks FREQ=: one of {', '.join(FREQUENCIES)}")
    if frequency not in FREQUENCIES:
        raise ValueError(f"FREQ={frequency} is not for windows: use one of {', '.join(FREQUENCIES)}, and a longer duration")


def _check_part(name: str, value: str, frequency: str) -> None:
    if name == "FREQ":
        return
    if name in ("UNTIL", "COUNT"):
        raise ValueError(f"{name} is not for windows: give the last day as `until: 2018-05-11`, beside the rrule")
    if name == "WKST":
        good = value in DAYS
    elif name == "BYDAY":
        good = all(_is_day(day, frequency) for day in value.split(","))
    elif name in NUMBERS:
        good = all(_is_number(number, *NUMBERS[name]) for number in value.split(","))
        good = good and (name != "INTERVAL" or "," not in value)
    else:
        raise ValueError(f"{name} is not for windows: FREQ, BYDAY, BYMONTH, BYMONTHDAY, BYSETPOS, INTERVAL and WKST are")
    if not good or (name == "BYSETPOS" and frequency == "DAILY"):
        raise ValueError(f"{name}={value} is nothing that the rrule can follow")


def _is_day(text: str, frequency: str) -> bool:
    """`MO`; `2MO`, `-1FR` only where months or years are counted."""
    number, day = text[:-2], text[-2:]
    return day in DAYS and (not number or (frequency in ("MONTHLY", "YEARLY") and _is_number(number, -53, 53)))


def _is_number(text: str, low: int, high: int) -> bool:
    digits = text.removeprefix("-").removeprefix("+")
    return digits.isascii() and digits.isdigit() and len(digits) < 4 and low <= int(text) <= high and int(text) != 0


def _check_days_exist(parts: dict[str, str]) -> None:
    """The 30th of February never comes, and dateutil would look for it until the year 9999."""
    if "BYMONTH" in parts and "BYMONTHDAY" in parts:
        longest = max(LONGEST_MONTH[int(month)] for month in parts["BYMONTH"].split(","))
        if all(abs(int(day)) > longest for day in parts["BYMONTHDAY"].split(",")):
            raise ValueError(f"no month of BYMONTH={parts['BYMONTH']} has a day {parts['BYMONTHDAY']}")
