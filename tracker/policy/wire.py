"""Values to JSON and back: what the command line and the server say to each other, and what a file for later holds.

Enums are their values, instants ISO 8601 in UTC, days ISO, lengths of time seconds. Reading checks shapes and says where it
stumbled; keys that it does not know it leaves out, since the two sides may differ in version.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from tracker.domain.errors import Invalid

T = TypeVar("T")
PLAIN = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def to_json(value: Any) -> Any:
    """What `json.dumps` takes, for a value of tracker.policy.values or one made of such."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): to_json(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(to_json(one) for one in value)
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    return value


def from_json(kind: type[T], data: Any, where: str = "") -> T:
    """`data` as a `kind`; raises `Invalid` naming the place that has another shape."""
    read: T = _read(kind, data, where or kind.__name__.lower())
    return read


def _read(kind: Any, data: Any, where: str) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if data is None and type(None) in inside:
            return None
        return _read(next(one for one in inside if one is not type(None)), data, where)
    if origin is not None:
        return _read_many(origin, inside, data, where)
    if kind is Any:
        return data
    if is_dataclass(kind):
        return _read_fields(kind, data, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _read_word(kind, data, where)
    return _read_plain(kind, data, where)


def _read_many(origin: Any, inside: tuple[Any, ...], data: Any, where: str) -> Any:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(data, dict):
            raise Invalid(f"{where} has to be an object.")
        return {str(key): _read(inside[1], one, f"{where}.{key}") for key, one in data.items()}
    if not isinstance(data, list):
        raise Invalid(f"{where} has to be a list.")
    read = [_read(inside[0], one, f"{where}[{n}]") for n, one in enumerate(data)]
    return frozenset(read) if origin is frozenset else tuple(read)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read_fields(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise Invalid(f"{where} has to be an object.")
    values = {}
    for one in fields(kind):
        if one.name in data:
            values[one.name] = _read(_hints(kind)[one.name], data[one.name], f"{where}.{one.name}")
        elif one.default is MISSING and one.default_factory is MISSING:
            raise Invalid(f"{where}.{one.name} is missing.")
    return kind(**values)


def _read_word(kind: type[Enum], data: Any, where: str) -> Any:
    try:
        return kind(data)
    except ValueError:
        words = ", ".join(str(one.value) for one in kind)
        raise Invalid(f"{where} is {str(data)[:40]!r}: it has to be one of {words}.") from None


def _read_plain(kind: Any, data: Any, where: str) -> Any:
    if kind in PLAIN:
        fits = isinstance(data, int | float) and not isinstance(data, bool) if kind is float else type(data) is kind
        if not fits:
            raise Invalid(f"{where} has to be {PLAIN[kind]}.")
        return _whole(data, where) if kind is str else data
    try:
        if kind is datetime:
            return instant(data)
        if kind is date:
            return date.fromisoformat(data)
        if kind is timedelta:
            return timedelta(seconds=float(data))
    except (TypeError, ValueError, OverflowError):
        raise Invalid(f"{where} is {str(data)[:40]!r}: it has to be {_example(kind)}.") from None
    raise TypeError(f"no way to read a {kind}")


def instant(text: Any) -> datetime:
    """An ISO 8601 instant with its zone, as UTC. Raises `ValueError` or `TypeError`."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return read.astimezone(UTC)


def _whole(text: str, where: str) -> str:
    """Half of a surrogate pair is no text, and PostgreSQL keeps no NUL: neither ever comes from an honest program."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Invalid(f"{where} is no text: it has a NUL or half a letter in it.")
    return text


def _example(kind: Any) -> str:
    return {datetime: "an instant such as 2018-01-26T00:29:00Z", date: "a day such as 2018-01-26"}.get(kind, "seconds")


def texts_are_whole(data: Any, where: str) -> Any:
    """Evidence is any JSON; its texts have to be storable all the same. Returns `data`."""
    if isinstance(data, str):
        _whole(data, where)
    elif isinstance(data, Mapping):
        for key, one in data.items():
            texts_are_whole(key, where)
            texts_are_whole(one, where)
    elif isinstance(data, Sequence):
        for one in data:
            texts_are_whole(one, where)
    return data
