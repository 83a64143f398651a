"""One tokenizer for times: what a text begins with, as people write it, never converted and never completed.

`leading` reads dates, clock times, ranges, zones and the words around them from the front of a text; `when_lines.py` has the
other places where a line may have its time. Carrying a day or a zone from one entry to the next is `clock.py`'s task.
"""

import re
from functools import lru_cache

from tracker.postmortem.calendar_words import WEEKDAY, ZONE, weekday_number
from tracker.postmortem.when_gate import SIX_LETTERS, THREE_LETTERS, likely_at, may_begin
from tracker.postmortem.when_quick import is_over, quick
from tracker.postmortem.when_tokens import CLOCKS, DATES, TOKEN, WEAK, When, part

LOOK_AHEAD = 160  # characters of a text that the tokenizer may look at
_AFTER_TIME = re.compile(
    r"""\s{0,2}(?:(?P<half>(?:a|p)\.?\s?m\b\.?|(?<!\s)(?:a|p)(?=$|[\s:,;)\]–—-]))(?![^\W_])
    |(?P<uhr>(?:uhr|hrs?|hours?|h|o'clock|klo|uur|ish)\b\.?)
    )""",
    re.X | re.I,
)
_ZONE = re.compile(rf"\s{{0,2}}[(\[]?\s?(?P<zone>{ZONE})(?![\w])\s?[)\]]?")
_OFFSET = re.compile(r"\s?(?P<zone>[+-](?:0\d|1[0-4]):?(?:00|30|45)(?!\d))")
_SKIP = re.compile(
    r"(?:[\s(\[{<*_`\"'“‘|>•·【〔@→\u2300-\u2bff\U0001f000-\U0001faff\ufe0f\u200d（]|:[a-z_]{2,30}:(?=\s))+|[-–—]\s?(?=\d)"
)
NAME_OF_DAY = re.compile(rf"(?:{WEEKDAY})", re.I)
_WORDS = re.compile(
    rf"""(?P<approx>(?:~|≈|∼|±|ca\.?|c\.|circa|approx(?:imately)?\.?|around|about|roughly|gegen|etwa|vers|environ|hacia|aprox\.?
        |cerca\ de|alrededor\ de|por\ volta\ d[aeo]s?|intorno\ alle|verso|omstreeks|rond|ungefär|cirka|omkring|około|est\.?
        |estimated|shortly\ (?:after|before)|just\ (?:before|after)|約|およそ|大约|约
        |before|after|by|early|late|nearly|almost
        )(?=[\s~\d*_:(]|$))
    |(?P<filler>(?:update|at|on|from|between|since|starting|um|am|den|ab|von|kl\.?|klo|à|le|el|la|las|a\ las|às|os|dia|alle
        |il|op|om|den|w|o|ore|ora|orario|saat|kello|klokken|godz
        |time|date|day|posted|edit|datum|stand|start|end|begin|and|de|entre|das|zwischen|aktualisierung|resolved
        |identified|investigating|monitoring|completed|scheduled|in\ progress
        |verifying|morning\ of|night\ of|evening\ of|as\ of)
        (?:\s?[:@-])?(?=[\s~\d*_(]|$))
    |(?P<weekday>(?:{WEEKDAY})(?![^\W\d_])\.?[)\]]?,?|[（(]?[日月火水木金土周一二三四五六](?:曜日?)?[)）],?)
    |(?P<sep>[tT](?=\d)|,|/(?=\s)|@|\||;|[-–—:](?=\s)|:)
    """,
    re.X | re.I,
)
_SIGNS = frozenset("~≈∼±,/@|;:–—-")  # that stand around times; all else that `_WORDS` knows are words
_RANGE = re.compile(
    r"\s{0,3}(?:-{1,2}>?|–|—|→|=>|~|〜|～|/|&|から|至|到|(?:to|until|till|til|through|and|bis|und|à|a|et|hasta|y"
    r"|até|e|al|tot|en)(?=[\s~(]))\s{0,3}",
    re.I,
)
_ALSO = re.compile(
    rf"\s{{0,2}}[(\[/|,=]\s?~?\d{{1,2}}[:.h]?\d{{2}}(?::\d\d)?\s?(?:[ap]\.?m\.?)?\s?(?:{ZONE})\s?[)\]]?", re.I
)
_VAGUE = re.compile(
    r"\s{0,2}(?:[&+]\s?ongoing|-?ish\b|onwards?\b|\(?\s?(?:approx(?:imately)?\.?|approximate|estimated"
    r"|est\.|ca\.|roughly|ish|or so|-ish)\s?\)?(?=[\s:,–—-]|$))",
    re.I,
)
_TAIL_SPACE = re.compile(r"[\s)\]}*_~`\"'”’|>】〕]*")
_SEPARATOR = re.compile(r"[\s)\]}*_~`|>】〕]*(?:[:：;,.]|[-–—=]+>?|→|\|)?[\s*_~`:：–—-]*")
_USUAL = frozenset(("", " ", "  ", ": ", ", ", " - ", " – ", " — "))  # of these the pattern takes all before a letter
_SHORT_END = re.compile(r"[-–](?P<end>[0-5]\d)(?![\d:.h-])")


def leading(text: str, at: int = 0) -> When | None:
    """The time that a line begins with, from character `at`, or None. A weak one may be a number (`14.30`, `3/4`)."""
    first = text[at : at + 6]
    if first[:3].isalpha():
        letters = first.casefold()
        if letters[:3] not in THREE_LETTERS or (letters[:6] not in SIX_LETTERS and first.isalpha() and len(first) == 6):
            return None  # most texts
    return _leading(text, at) if "0" <= first[:1] <= "9" or may_begin(text, at, at + LOOK_AHEAD) else None


@lru_cache(maxsize=1024)
def _leading(text: str, at: int) -> When | None:
    """What is returned is shared: a line is asked for several times in one reading."""
    head = text[at : at + LOOK_AHEAD].partition("\n")[0]
    found = quick(head) or _scan(head)
    if found is None:
        return None
    rest = _separated(text, found.stop + at, at + LOOK_AHEAD + 20)
    if at:
        return found.moved(at, rest)
    found.rest = rest
    return found


def _separated(text: str, stop: int, limit: int) -> int:
    """Where the text behind a time and the signs that separate it begins."""
    signs = text[stop : stop + 4]
    size = len(signs) - len(signs.lstrip(" :,-–—"))
    if signs[:size] in _USUAL and (not signs or signs[size : size + 1].isalnum()):
        return stop + size
    separator = _SEPARATOR.match(text, stop, limit)
    return separator.end() if separator else stop


def entry_time(text: str, at: int = 0, *, military: bool = False) -> When | None:
    """The time that an entry or a heading begins with: a weak reading counts only where a separator or nothing follows.

    `2019:` is a year and not 20:19, unless times without a colon were read before (`military`).
    """
    when = leading(text, at)
    if when is None or not when.weak:
        return when
    if when.form == "military" and not military and not when.has_day and 19 <= (when.hour or 0) <= 20:
        return None
    between = text[when.stop : when.rest]
    if when.rest < len(text) and not any(c in between for c in ":：–—|)]-") and (when.form != "military" or not military):
        return None
    return when


def _scan(head: str) -> When | None:
    pos, weekday = 0, None
    when: When | None = None
    approximate = separated = False
    while pos < len(head):
        if skip := _SKIP.match(head, pos):
            pos = skip.end()
        token_likely, word_likely = likely_at(head, pos)
        token = TOKEN.match(head, pos) if token_likely else None
        if token and (when is None or _adds(when, token)):
            if (found := part(token)) is None:
                break
            when = found if when is None else _joined(when, found)
            when.approximate = when.approximate or approximate
            when.weekday = when.weekday or weekday
            approximate = separated = False
            if when.relative or is_over(head, when.stop):
                break
            pos = _clock_ended(head, when) if found.has_clock or found.blank else _days_ended(head, when)
            continue
        if when is not None and when.has_clock and when.zone is None and (zone := _ZONE.match(head, pos)):
            when.zone, when.weak = zone["zone"], False
            when.stop = pos = zone.end()
            continue
        word = _WORDS.match(head, pos) if word_likely or head[pos : pos + 1] in _SIGNS else None
        if not word or word.end() == pos:
            break
        if word["approx"]:
            approximate = True
        elif word["weekday"]:
            weekday = _weekday(word["weekday"])
        elif when is not None and when.has_clock and (when.has_day or not _date_follows(head, word.end())):
            break
        elif word["sep"] and not (when is not None and when.has_clock):
            if separated or when is None:
                break
            separated = True
        pos = word.end()
    return when


def _weekday(word: str) -> int | None:
    named = NAME_OF_DAY.match(word)
    return weekday_number(named[0]) if named else None


def _date_follows(head: str, pos: int) -> bool:
    """`16:09 UTC on 30 January 2024`: whether a sure date stands behind a clock time."""
    if skip := _SKIP.match(head, pos):
        pos = skip.end()
    token = TOKEN.match(head, pos)
    return token is not None and token.lastgroup in DATES and token.lastgroup not in WEAK


def _adds(when: When, token: re.Match[str]) -> bool:
    """Whether a further token says what is not said yet: a clock after a date, a date after a clock."""
    name = token.lastgroup or ""
    if name in DATES:
        return not when.has_day and (name not in WEAK or not when.weak)
    return name in CLOCKS and not when.has_clock and not when.blank


def _joined(when: When, other: When) -> When:
    """Both parts as one time; a sure part makes the other one sure."""
    first, then = when, other
    if first.day is None:
        first.year, first.month, first.day, first.ambiguous = then.year, then.month, then.day, then.ambiguous
    if first.hour is None:
        first.hour, first.minute, first.second = then.hour, then.minute, then.second
    first.half = first.half or then.half
    first.form = then.form if then.has_clock else first.form
    first.end = first.end or then.end
    first.blank = first.blank or then.blank
    first.named_month = first.named_month or then.named_month
    first.weak = False if not (first.weak and then.weak) else first.has_clock is False
    first.stop = then.stop
    return first


def _clock_ended(head: str, when: When) -> int:
    """What follows a clock time: `pm`, `Uhr`, a zone, `+02:00`, and the other end of a range. Returns where to go on."""
    _halves(head, when)
    if offset := _OFFSET.match(head, when.stop):
        when.zone, when.stop = offset["zone"], offset.end()
    elif (zone := _ZONE.match(head, when.stop)) and when.zone is None:
        when.zone, when.stop, when.weak = zone["zone"], zone.end(), False
        _halves(head, when)
    if also := _ALSO.match(head, when.stop):
        when.stop = also.end()
    if vague := _VAGUE.match(head, when.stop):
        when.approximate, when.stop = (
            when.approximate or ("ongoing" not in vague[0] and "onward" not in vague[0]),
            vague.end(),
        )
    return _other_end(head, when)


def _other_end(head: str, when: When) -> int:
    """The other end of a range behind a clock time, if there is one."""
    tail = _TAIL_SPACE.match(head, when.stop)
    dash = _RANGE.match(head, tail.end() if tail else when.stop)
    if not dash or when.end is not None:
        return when.stop
    other = TOKEN.match(head, _past_vague(head, dash.end()))
    end = part(other) if other else None
    if end is None or end.relative or (end.weak and not when.weak and not _closes(head, end)):
        return when.stop
    if end.has_day and not end.has_clock:
        end.stop = _clock_after(head, end)
        if not end.has_clock and dash[0].strip() in ("-", "–", "—", "/", "&", "and"):
            return when.stop
    if end.has_clock:
        _halves(head, end)
        if zone := _ZONE.match(head, end.stop):
            end.zone, end.stop = zone["zone"], zone.end()
    when.end, when.stop = end, end.stop
    when.weak = when.weak and end.weak
    when.zone = when.zone or end.zone
    return when.stop


def _past_vague(head: str, at: int) -> int:
    """Where the time begins behind signs and words such as `~` and `around`."""
    for pattern in (_SKIP, _WORDS, _SKIP):
        found = pattern.match(head, at)
        if found and (pattern is _SKIP or found["approx"]):
            at = found.end()
    return at


def _closes(head: str, end: When) -> bool:
    return bool(_AFTER_TIME.match(head, end.stop) or _ZONE.match(head, end.stop))


def _clock_after(head: str, end: When) -> int:
    """`2018-06-02 04:10` as the other end of a range: its clock time too."""
    at = end.stop
    while at < len(head) and head[at] in " ,tT@-(~":
        at += 1
    token = TOKEN.match(head, at)
    clock = part(token) if token and token.lastgroup in CLOCKS else None
    if clock is None or (clock.weak and clock.minute is None):
        return end.stop
    return _joined(end, clock).stop


def _halves(head: str, when: When) -> None:
    """`am`, `pm`, `a`, `Uhr`, `hrs` after a clock time, and the abbreviated end of `16:05:57-58`."""
    if (short := _SHORT_END.match(head, when.stop)) and when.minute is not None and when.form == "stamp":
        when.end = When(when.stop, short.end(), hour=when.hour, minute=when.minute, second=int(short["end"]))
        if when.second is None:
            when.end.minute, when.end.second = int(short["end"]), None
        when.stop = short.end()
        return
    found = _AFTER_TIME.match(head, when.stop)
    if not found:
        return
    if found["half"] and not when.half:
        when.half = found["half"][0].lower()
        when.weak = False
    elif found["uhr"]:
        when.weak = False
    when.stop = found.end()


def _days_ended(head: str, when: When) -> int:
    """The other end of a range of days without clock times: `3 - 5 May`, `2020-05-03 to 2020-05-05`."""
    if when.has_clock or when.end is not None:
        return when.stop
    dash = _RANGE.match(head, when.stop)
    other = TOKEN.match(head, dash.end()) if dash else None
    if other and other.lastgroup in DATES and other.lastgroup not in ("dotted", "slash"):
        end = part(other)
        if end is not None and end.is_whole_date == when.is_whole_date:
            stop = _clock_after(head, end)
            if not end.has_clock:
                when.end, when.stop = end, stop
    return when.stop
