"""A title without what stands elsewhere on every page: its date, and the word that says what kind of page this is."""

import re

from tracker.postmortem.calendar_words import MONTH, MONTHS_BY_NAME
from tracker.postmortem.extract.text import one_line

_DAY = rf"""(?:(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:(?:19|20)?\d\d)
    |\d{{1,2}}(?:st|nd|rd|th|\.)?[ -](?:of[ ])?(?:{MONTH})\.?,?[ -](?:19|20)\d\d
    |(?:{MONTH})\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ](?:19|20)\d\d)"""
_CLOCK = r"(?:[ T@,]{1,2}\d{1,2}:\d\d(?::\d\d)?(?:[ ]?(?:UTC|GMT|[ap]m))?)?"
_JOIN = r"[\s:;,.|/–—-]"
_FIRST = re.compile(rf"^[(\[]?{_DAY}{_CLOCK}[)\]]?(?:{_JOIN}+(?=\S)|\s+)", re.X | re.I)
_LAST = re.compile(
    rf"(?:{_JOIN}+|\s+(?:on|of|from|am|vom|du|del|de)\s+|\s+)[(\[]?(?:on\s+)?{_DAY}{_CLOCK}[)\]]?\s*$", re.X | re.I
)
_KIND = r"""(?:(?:incident[ ])?(?:post[ -]?mortem|retrospective)(?:[ ]report)?|incident(?:[ ](?:report|review|summary))?
    |outage[ ]report|rca)"""
_DATED_KIND = re.compile(rf"^{_KIND}(?:\s+(?:on|of|from|vom))?\s+{_DAY}{_CLOCK}{_JOIN}+(?=\S)", re.X | re.I)
_ONLY_KIND = re.compile(rf"(?:{_KIND}|outage|stand|update)\W*", re.X | re.I)
_AS_OF = re.compile(r"\b(?:stand|update|updated|as of|version|until|since|bis|seit)\W*$", re.I)
_KIND_FIRST = re.compile(rf"^(?:\[{_KIND}\]\s*{_JOIN}*|{_KIND}\s*(?:[:|–—]|\s-\s)\s*)(?=\S)", re.X | re.I)

_DIGIT = re.compile(r"\d")
_HAS_DAY = re.compile(r"[12](?:(?<=1)9|(?<=2)0)\d\d|[0-9][-/.]\d{1,2}[-/.]\d\d")  # what every date of `_DAY` has
_FIRST_WORD = re.compile(r"[(\[]?([^\W\d_]*)")
_KINDS = ("post", "retro", "incident", "outage", "rca")
LONGEST_DATE = 64  # characters of a date with its clock time, brackets and the words before it


def bare_title(text: str) -> str:
    """`2018-01-04, Failed deploy` → `Failed deploy`; a title that is nothing but a date or a kind stays as it is.

    A date inside a title is part of its sentence and stays, and so do day and month without a year.
    """
    found = one_line(text)
    dated = bool(_DIGIT.search(found)) and bool(_HAS_DAY.search(found))
    for pattern in (_DATED_KIND, _KIND_FIRST, _FIRST, _KIND_FIRST, _LAST) if dated else (_KIND_FIRST,):
        if pattern is _LAST:  # behind the date's last digit there may be a zone and a bracket, no more
            left = pattern.search(found, _late(found)) if _DIGIT.search(found, max(0, len(found) - 8)) else None
        else:
            left = pattern.match(found) if _may_begin(found, pattern) else None
        if left is None:
            continue
        shorter = (found[: left.start()] + found[left.end() :]).strip()
        if (
            len(shorter) < len(found)
            and sum(c.isalpha() for c in shorter) >= 3
            and not _ONLY_KIND.fullmatch(shorter)
            and not _AS_OF.search(shorter)
        ):
            found = shorter
    if len(found) > 2 and found[0] == found[-1] == '"' and found.count('"') == 2:
        found = found[1:-1]
    return found


def _may_begin(title: str, pattern: re.Pattern[str]) -> bool:
    """A cheap test: whether the title's first word is one that the pattern begins with."""
    first = _FIRST_WORD.match(title)
    word = first[1].lower() if first else ""
    if pattern is _FIRST:
        return not word or word in MONTHS_BY_NAME
    return word.startswith(_KINDS)


def _late(title: str) -> int:
    """Where the date that a title may end with, and the signs before it, begin at the earliest."""
    at = max(0, len(title) - LONGEST_DATE)
    while at and not title[at - 1].isalnum():
        at -= 1
    return at
