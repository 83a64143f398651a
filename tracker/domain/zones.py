"""What instant a written local time is: only where its zone says so. A zone is never guessed (DESIGN §2)."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

# Hours from UTC. Only abbreviations that mean one zone where they are used: IST, CST and BST each mean several.
_HOURS = (
    "UTC 0, GMT 0, Z 0, WET 0, WEST 1, CET 1, CEST 2, EET 2, EEST 3, JST 9,"
    " EST -5, EDT -4, CDT -5, MST -7, MDT -6, PST -8, PDT -7"
)
_ABBREVIATIONS = {name: int(hours) for name, hours in (one.split() for one in _HOURS.split(", "))}
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)


@lru_cache(maxsize=512)
def zone_named(written: str) -> tzinfo | None:
    """The zone that `written` names ("PST", "UTC+2", "+02:00", "US/Pacific"), None where that is not one zone for sure."""
    name = written.strip()
    if (hours := _ABBREVIATIONS.get(name.upper())) is not None:
        return timezone(timedelta(hours=hours))
    if match := _OFFSET.fullmatch(name):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes < 24 * 60 else None
    if not re.fullmatch(r"[A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)+", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def instant(local: str | None, zone: str | None) -> datetime | None:
    """The instant in UTC of a moment such as `2018-01-25T14:30` in `zone`; None without a day, a time or a known zone."""
    if not local or not zone or "T" not in local or local.startswith("T") or (where := zone_named(zone)) is None:
        return None
    try:
        return datetime.fromisoformat(local).replace(tzinfo=where).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
