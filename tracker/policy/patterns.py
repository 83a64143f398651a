"""Paths as .gitignore writes them, where a later `!` takes back."""

from collections.abc import Sequence
from functools import lru_cache

from pathspec import GitIgnoreSpec


def matcher(patterns: Sequence[str]) -> GitIgnoreSpec:
    """What says `match_file(path)`."""
    return _compiled(tuple(patterns))


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns)
