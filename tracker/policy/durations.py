"""Lengths of time as a policy writes them: `30m`, `14d`, `1h30m`, `0`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}  # in seconds
PATTERN = r"^(0|(\d{1,6}w)?(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?)$"
HOW = "write a number and a unit, such as 30s, 15m, 6h, 14d or 1h30m"


def parse(value: object) -> timedelta:
    """`1h30m` as a length of time. Raises ValueError, in words for the author, for anything else; a number has no unit."""
    if isinstance(value, timedelta):
        return value
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    if isinstance(value, int | float):
        raise ValueError(f"{value} is no length of time, since it lacks a unit: {HOW}")
    if not isinstance(value, str) or not value or not re.fullmatch(PATTERN, value, re.ASCII):
        raise ValueError(f"{value!r} is no length of time: {HOW}")
    return timedelta(seconds=sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([wdhms])", value)))


def written(length: timedelta) -> str:
    """As `parse` reads it, in the fewest characters that lose nothing but parts of a second: `1d12h`, `90m` is `1h30m`."""
    left, parts = int(length.total_seconds()), ""
    for unit in ("d", "h", "m", "s"):
        count, left = divmod(left, UNITS[unit])
        parts += f"{count}{unit}" if count else ""
    return parts or "0"


Length = Annotated[
    timedelta,
    BeforeValidator(parse),
    PlainSerializer(written, return_type=str, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": PATTERN, "minLength": 1}, {"const": 0}], "examples": ["30m"]}),
]
