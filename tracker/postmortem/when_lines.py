"""Times at other places than the beginning of a line: behind a few words, at its end, on the last line, anywhere."""

import re
from datetime import date

from tracker.postmortem.when import entry_time, leading
from tracker.postmortem.when_tokens import When


def trailing(text: str) -> When | None:
    """The time that the last line of a text consists of, as status pages have it; its `start` is where that line begins."""
    if "\n" not in text[-70:]:
        return None
    at = text.rstrip().rfind("\n") + 1
    if at == 0 or len(text) - at > 60:
        return None
    when = entry_time(text, at)
    return when if when is not None and when.has_clock and not text[when.rest :].strip(" *_-–:.()") else None


_AT_END = re.compile(
    r"(?:[\s,–—-]+(?:at|um|à|a las|às|kl\.?|@)\s+|\s*[(\[,–—-]\s*)(?=~?[0-9]{1,2}(?:[:.h][0-5][0-9]|\s?[ap]m))"
)


def at_end(text: str) -> When | None:
    """The clock time that a line ends with: `Alert fires (14:05)`, `Alert fires at 14:05`. Only for lines of a timeline."""
    line = text.rstrip(" .;:*_")
    for found in _AT_END.finditer(line, max(0, len(line) - 40)):
        when = leading(line, found.end())
        if when is not None and when.has_clock and not line[when.rest :].strip(" *_-–:.()]"):
            return when.moved(0, len(text)) if when.start >= found.end() else None
    return None


_DIGIT = re.compile("[0-9]")
_BEFORE = re.compile(
    r"[\W_]{0,4}(?P<what>(?:UTC|GMT|[A-Z]{2,4}T)"
    r"|@?[^\W\d_][\w.'’@-]{0,20}(?:[ ]@?[\w.'’-]{1,20}){0,3})[\])]?[*_]{0,2}\s?[:,–—-]?[*_]{0,2}\s(?:at\s)?[(\[]?"
    r"(?=~?(?:[0-9]{1,2}(?:[:.h][0-5][0-9]|\s?[ap]m)|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}))",
    re.I,
)


def behind_words(text: str) -> tuple[When, int] | None:
    """A time behind a few words: `Detected: 14:05`, `@ana 14:05`, `ore 8:05`, and where those words end.

    Only for lines of a timeline: anywhere else it is a sentence.
    """
    found = _BEFORE.match(text, 0, 80) if _DIGIT.search(text, 0, 80) else None
    if found is None:
        return None
    when = entry_time(text, found.end())
    return (when, found.end("what")) if when is not None and when.has_clock | when.has_day else None


_WORD = re.compile(r"\S+")


def find_date(text: str, day_first: bool = False) -> str | None:
    """The first whole date in a short text, as ISO; None where a part of it is missing."""
    for found in _WORD.finditer(text[:200]):
        when = leading(text, found.start())
        if when is not None and when.is_whole_date and when.year and when.month and when.day:
            day, month = (
                (when.ambiguous if day_first else when.ambiguous[::-1]) if when.ambiguous else (when.day, when.month)
            )
            try:
                return date(when.year, month, day).isoformat()
            except ValueError:
                return None
    return None
