"""The forms that most times have, read at one look: `2024-01-26 10:30`, `Dec 21, 20:50 PT - …`, `14:05: …`, `On June 8`.

What is of another form, or goes on with a word that may belong to a time, is left to `when.py`, which reads these forms just
so and takes five times as long.
"""

import re

from tracker.postmortem.calendar_words import ABBREVIATIONS, MONTHS_BY_NAME, ZONE_WORDS
from tracker.postmortem.when_gate import FIRST_WORDS
from tracker.postmortem.when_tokens import When

_END = r"[ ]?[:,–—-]?[ ]{1,2}(?P<word>[A-Za-z]{2,}|I)(?!\w)|[ ]?:?$"  # the text of an entry, or nothing
_COMMON = re.compile(
    rf"""(?:[Oo]n[ ](?=[A-Z12]))?
    (?:(?:(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])
        |(?P<name>[A-Z][a-z]{{2,8}})[ ](?P<of_month>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\d:])
            (?:,?[ ](?P<of_year>(?:19|20)\d\d)(?!\d|:\d))?)(?P<join>T(?=\d)|,?[ ]{{1,3}}(?=\d))?)?
    (?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?:[ ]?(?P<half>[AaPp])[Mm](?![\w.]))?
        (?:[ ]{{0,2}}(?P<zone>{ABBREVIATIONS}))?)?
    (?P<rest>{_END})""",
    re.X,
)
# Words that may go on with a time, besides those that one may begin with: the end of a range, half a day, a zone.
_GO_ON = """
to until till til through bis und et hasta até al tot en or am pm uhr hr hrs hour hours klo uur ish ongoing onward onwards
approx approximately approximate roughly est
"""
_OVER = re.compile(_END)
_MAY_GO_ON = frozenset((*FIRST_WORDS, *_GO_ON.split(), *(word.lower() for word in ZONE_WORDS)))


def quick(head: str) -> When | None:
    """The time that a line begins with where it has a common form, else None: which says nothing."""
    found = _COMMON.match(head)
    if found is None:
        return None
    year, month, day, name, of_month, of_year, join, hour, minute, second, half, zone, rest, word = found.groups()
    if word is not None and word.lower() in _MAY_GO_ON:
        return None
    when = When(0, found.start("rest"), form="stamp")
    if day is not None:
        when.start, when.year, when.month, when.day = found.start("year"), int(year), int(month), int(day)
    elif name is not None:
        if (number := MONTHS_BY_NAME.get(name.lower())) is None or join == "T":
            return None
        when.start, when.month, when.day, when.named_month = found.start("name"), number, int(of_month), True
        when.year = int(of_year) if of_year else None
    if hour is not None:
        if join is None:
            if when.day is not None:
                return None
            when.start = found.start("hour")
        when.hour, when.minute, when.second = int(hour), int(minute), int(second) if second else None
        when.half = half.lower() if half else ""
        if zone is not None:
            when.zone = zone
            when.stop += rest[:1] == " "  # a zone ends behind the space that follows it
    elif when.day is None:
        return None
    else:
        when.form = "monthday" if name else "iso"
    return when


def is_over(head: str, stop: int) -> bool:
    """Whether a time that stops here goes on in no way: behind it stands a word of another kind, or nothing."""
    found = _OVER.match(head, stop)
    return found is not None and ((word := found["word"]) is None or word.lower() not in _MAY_GO_ON)
