"""Saying what became of files: a line for each that a person wants to know of, then how many of each kind."""

from collections import Counter
from collections.abc import Sequence

import click

from tracker.services.found import Outcome

ORDER = ("refused", "asks", "merged", "changed", "renamed", "vanished", "created", "skipped", "unchanged")
ALWAYS = frozenset({"refused", "asks", "merged", "changed", "renamed", "vanished"})
LISTED = 20  # new files that are named one by one; the rest is a number
COLOURS = {"refused": "red", "asks": "yellow", "created": "green", "merged": "cyan", "changed": "cyan"}


def say_files(outcomes: Sequence[Outcome], *, verbose: bool, always: frozenset[str] = ALWAYS) -> None:
    """A line per file: those that need a look first; new ones up to a number, the others only if `verbose`."""
    for verb in ORDER:
        lines = [one for one in outcomes if one.verb == verb]
        shown = lines if verbose or verb in always else lines[:LISTED] if verb == "created" else []
        for one in shown:
            click.echo(_line(one))
        if shown and len(lines) > len(shown):
            click.echo(f"           … and {len(lines) - len(shown):,} more (--verbose names them)")


def say_numbers(outcomes: Sequence[Outcome], verbs: Sequence[str] = ORDER, words: dict[str, str] | None = None) -> str:
    """`3 created, 1 changed, 2 refused`; what did not happen is left out, `nothing` where nothing did."""
    counts, words = Counter(one.verb for one in outcomes), words or {}
    order = ("created", "changed", "merged", "renamed", "asks", "unchanged", "vanished", "refused", "skipped")
    return ", ".join(f"{counts[v]:,} {words.get(v, v)}" for v in order if counts[v] and v in verbs) or "nothing"  # type: ignore[index]


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def printable(text: str) -> str:
    """Nothing from outside may steer the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


def _line(one: Outcome) -> str:
    more = f"  ({counted(one.items, 'item')})" if one.items and one.verb in ("created", "changed", "merged") else ""
    detail = f"  {printable(one.detail)}" if one.detail else ""
    return f"{click.style(f'{one.verb:<9}', fg=COLOURS.get(one.verb))}  {printable(one.name)}{detail}{more}"
