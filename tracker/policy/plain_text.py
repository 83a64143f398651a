"""Texts that somebody else wrote (commit subjects, branch names, what a hub answered), made fit to stand in one line."""

import re
import unicodedata

# What moves a terminal's cursor, breaks a line, is seen by nobody, or turns the direction of reading round.
UNSEEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
KEPT = "\u200d\ufe0f"  # parts of emoji


def one_line(text: str, at_most: int = 300) -> str:
    """`text` as one line of plain letters, cut with an ellipsis where it is longer than `at_most`.

    Every sequence that a terminal would obey loses the character that begins it, so that only harmless letters remain.
    """
    if not text.isascii() or not text.isprintable():
        text = "".join(_seen(letter) for letter in text[: at_most * 20])
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= at_most else text[: at_most - 1].rstrip() + "…"


def in_log(text: str, at_most: int = 300) -> str:
    """`one_line` for a CI's log, some of which obey `##[command]` and `##vso[…]` in the middle of a line."""
    return re.sub(r"##(?=[\[A-Za-z])", "# #", one_line(text, at_most))


def wrapped(text: str, width: int, first: str, then: str) -> list[str]:
    """`text` over lines of at most `width`, the first behind `first`, the others behind `then`, which are indentation.

    No line but the first begins with `::`, which GitHub obeys behind spaces as well. A word that is too long stays whole,
    so that addresses can be clicked.
    """
    import textwrap

    lines = textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )
    kept = lines[:1]
    for line in lines[1:]:
        kept.append(f"{then}· {line.strip()}" if line.lstrip().startswith("::") else line)
    return kept or [first.rstrip()]


def _seen(letter: str) -> str:
    if letter in "\t\n\r\v\f" or unicodedata.category(letter) in ("Zl", "Zp"):
        return " "
    return "" if unicodedata.category(letter) in UNSEEN and letter not in KEPT else letter
