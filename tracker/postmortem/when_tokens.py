"""The tokens of `when.py`: one pattern for dates and clock times, and what its parts mean."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tracker.postmortem.calendar_words import MONTH, month_number

_NUM = r"\d{1,2}"
_ORD = r"(?:st|nd|rd|th|er|ª|º|°|\.)?"
TOKEN = re.compile(
    rf"""(?P<iso>(?P<iy>(?:19|20)\d\d)(?P<isep>[-/.])(?P<im>{_NUM})(?P=isep)(?P<id>{_NUM})(?!\d|\.\d))
    |(?P<cjk>(?:(?P<cy>\d{{4}})\s?年\s?)?(?P<cm>{_NUM})\s?月\s?(?P<cd>{_NUM})\s?[日号號])
    |(?P<compact>(?P<py>20\d\d)(?P<pm>0[1-9]|1[0-2])(?P<pd>[0-2]\d|3[01])(?!\d))
    |(?P<numeric>(?P<na>{_NUM})\s?(?P<nsep>[./-])\s?(?P<nb>{_NUM})\s?(?P=nsep)\s?(?P<ny>(?:19|20)\d\d|\d\d)(?!\d|:\d|\.\d))
    |(?P<stamp>(?P<th>[01]?\d|2[0-4]|\d[xX?]|--|[?]{{1,2}})\s?:\s?(?P<tm>[0-5]\d|\?\?|xx|XX|--|\dx|\d\?|\?)
        (?::(?P<ts>[0-5]\d)(?:[.,]\d{{1,9}})?)?(?!\d))
    |(?P<hours>(?P<hh>[01]?\d|2[0-4])\s?[hH](?:(?P<hm>[0-5]\d)(?:m(?:in)?)?)?(?![\w]))
    |(?P<kanji>(?P<kp>午前|午後|上午|下午|凌晨|早上|晚上|中午)?\s?(?P<kh>[01]?\d|2[0-4])\s?[時时点點]
        (?:\s?(?P<km>[0-5]?\d)\s?分|(?P<khalf>半))?(?:\s?(?P<ks>[0-5]?\d)\s?秒)?)
    |(?P<daymonth>(?P<dd>{_NUM}){_ORD}[\s/-]{{0,2}}(?:of\s|de\s|d[’'])?\s?(?=[^\W\d_])(?P<dm>{MONTH})(?![^\W\d_])\.?
        (?:[,\s/-]{{0,2}}(?:de\s|del\s|of\s)?(?P<dy>(?:19|20)\d\d|(?<=-)\d\d)(?!\d|:\d))?)
    |(?P<monthday>(?=[^\W\d_])(?P<mm>{MONTH})(?![^\W\d_])\.?\s?-?(?P<md>{_NUM})(?:st|nd|rd|th|er)?(?![\d:])(?:(?:,?\s{{0,2}}|-)(?P<my>(?:19|20)\d\d)(?!\d|:\d))?)
    |(?P<dotted>(?P<ga>{_NUM})\.\s?(?P<gb>{_NUM})\.(?!\d))
    |(?P<slash>(?P<sa>{_NUM})(?:/|-(?=\d{{1,2}}[ T]\d{{1,2}}:\d\d))(?P<sb>{_NUM})(?![\d/%]))
    |(?P<clock>(?P<lh>1[0-2]|0?\d)\s?(?P<lp>(?:a|p)\.?m\b\.?|(?:a|p)(?=$|[\s:,;)\]–—-]))(?![^\W_]))
    |(?P<dot>(?P<oh>[01]?\d|2[0-4])\.(?P<om>[0-5]\d)(?:\.(?P<os>[0-5]\d))?(?![\d%]|\.\d))
    |(?P<military>(?P<yh>[01]\d|2[0-4])(?P<ym>[0-5]\d)(?P<ys>[0-5]\d)?(?!\d))
    |(?P<blank>(?:HH|hh|XX|xx|\?\?|--|__)\s?[:h]\s?(?:[mM]{{2}}|XX|xx|\?\?|--|__)(?::(?:ss|SS|XX|xx|--))?(?!\w))
    |(?P<named>(?:12\s)?(?:noon|midday|midnight|mittag|mitternacht|midi|minuit|mediodía|medianoche|meio-dia)\b)
    |(?P<relative>(?:T\s?[+-]\s?|[+]\s?)\d{{1,4}}(?::\d\d){{0,2}}\s?(?:h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec)?|d(?:ays?)?)?(?!\w)(?:\s?\d\dm)?)
    """,
    re.X | re.I,
)
DATES = frozenset(("iso", "cjk", "compact", "numeric", "daymonth", "monthday", "dotted", "slash"))
CLOCKS = frozenset(("stamp", "hours", "kanji", "clock", "dot", "military", "blank", "named"))
WEAK = frozenset(("dot", "military", "hours", "slash", "dotted", "numeric", "relative"))  # may as well be numbers


@dataclass(slots=True)
class When:
    """A time as written: parts that are not written are None. `start` and `stop` are characters of the text read."""

    start: int
    stop: int
    rest: int = 0  # where the text after the time and its separator begins
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    end: "When | None" = None
    zone: str | None = None
    half: str = ""  # "a" or "p"
    approximate: bool = False
    blank: bool = False  # a placeholder such as HH:mm or 14:??
    relative: bool = False
    ambiguous: tuple[int, int] | None = None  # 03/04: which of the two is the month is the document's habit
    named_month: bool = False
    weak: bool = False  # may as well be a number
    weekday: int | None = None  # 1 for Monday
    form: str = ""  # the token that gave the clock time, or the day where there is none

    def moved(self, by: int, rest: int) -> "When":
        """The same time, its characters counted from elsewhere. Written out: it is asked for very often."""
        return When(
            self.start + by,
            self.stop + by,
            rest,
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.end,
            self.zone,
            self.half,
            self.approximate,
            self.blank,
            self.relative,
            self.ambiguous,
            self.named_month,
            self.weak,
            self.weekday,
            self.form,
        )

    @property
    def has_day(self) -> bool:
        return self.day is not None

    @property
    def has_clock(self) -> bool:
        return self.hour is not None

    @property
    def is_whole_date(self) -> bool:
        return self.day is not None and self.year is not None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def part(token: re.Match[str]) -> When | None:
    """One token's parts, or None where its numbers are no time (`25:61`, month 13)."""
    name = token.lastgroup or ""
    when = When(token.start(), token.end(), weak=name in WEAK, form=name)
    if name in DATES:
        return when if _PARTS[name](token, when) and _is_day(when) else None
    return when if _PARTS[name](token, when) else None


def _is_day(when: When) -> bool:
    if when.ambiguous:
        return True
    return when.month is not None and 1 <= when.month <= 12 and when.day is not None and 1 <= when.day <= 31


def _iso(m: re.Match[str], w: When) -> bool:
    w.year, w.month, w.day = int(m["iy"]), int(m["im"]), int(m["id"])
    if w.month > 12 >= w.day:
        w.month, w.day = w.day, w.month
    return True


def _cjk(m: re.Match[str], w: When) -> bool:
    w.year, w.month, w.day = _number(m["cy"]), int(m["cm"]), int(m["cd"])
    return True


def _compact(m: re.Match[str], w: When) -> bool:
    w.year, w.month, w.day = int(m["py"]), int(m["pm"]), int(m["pd"])
    return True


def _numeric(m: re.Match[str], w: When) -> bool:
    year, a, b = int(m["ny"]), int(m["na"]), int(m["nb"])
    w.year = year if year > 99 else 2000 + year
    w.weak = year <= 99 and m["nsep"] != "/" and a <= 12 and b <= 12
    return _two_numbers(w, a, b, day_first=m["nsep"] == ".")


def _two_numbers(w: When, a: int, b: int, *, day_first: bool) -> bool:
    """Day and month in the order that the numbers allow; where both orders do, the document's habit decides later."""
    if a > 31 or b > 31 or not a or not b:
        return False
    if a > 12 or (day_first and b <= 12):
        w.day, w.month = a, b
    elif b > 12:
        w.day, w.month = b, a
    else:
        w.day, w.month, w.ambiguous = b, a, (a, b)
        return True
    return w.month <= 12


def _daymonth(m: re.Match[str], w: When) -> bool:
    w.day, w.month, w.year, w.named_month = int(m["dd"]), month_number(m["dm"]), _number(m["dy"]), True
    if w.year is not None and w.year < 100:
        w.year += 2000
    return True


def _monthday(m: re.Match[str], w: When) -> bool:
    w.day, w.month, w.year, w.named_month = int(m["md"]), month_number(m["mm"]), _number(m["my"]), True
    return True


def _dotted(m: re.Match[str], w: When) -> bool:
    w.day, w.month = int(m["ga"]), int(m["gb"])
    return True


def _slash(m: re.Match[str], w: When) -> bool:
    return _two_numbers(w, int(m["sa"]), int(m["sb"]), day_first=False)


def _stamp(m: re.Match[str], w: When) -> bool:
    w.hour, w.minute, w.second = _number(m["th"]), _number(m["tm"]), _number(m["ts"])
    if w.hour is None or w.minute is None:
        w.hour = w.minute = w.second = None
        w.blank = True
    return w.hour is None or w.hour < 24 or w.minute == 0


def _hours(m: re.Match[str], w: When) -> bool:
    w.hour, w.minute = int(m["hh"]), int(m["hm"] or 0)
    w.weak = m["hm"] is None
    return True


def _kanji(m: re.Match[str], w: When) -> bool:
    w.hour, w.minute = int(m["kh"]), 30 if m["khalf"] else int(m["km"] or 0)
    w.second = _number(m["ks"])
    if m["kp"] in ("午後", "下午", "晚上") and w.hour < 12:
        w.hour += 12
    return True


def _clock(m: re.Match[str], w: When) -> bool:
    w.hour, w.minute, w.half = int(m["lh"]), 0, m["lp"][0].lower()
    return True


def _dot(m: re.Match[str], w: When) -> bool:
    w.hour, w.minute, w.second = int(m["oh"]), int(m["om"]), _number(m["os"])
    return True


def _military(m: re.Match[str], w: When) -> bool:
    w.hour, w.minute, w.second = int(m["yh"]), int(m["ym"]), _number(m["ys"])
    return True


def _blank(m: re.Match[str], w: When) -> bool:
    w.blank = True
    return True


def _named(m: re.Match[str], w: When) -> bool:
    w.hour, w.minute = (0, 0) if m["named"].lower()[:7] in ("midnigh", "mittern", "minuit", "mediano") else (12, 0)
    return True


def _relative(m: re.Match[str], w: When) -> bool:
    w.relative = True
    return True


_PARTS: dict[str, Callable[[re.Match[str], When], bool]] = {
    "iso": _iso,
    "cjk": _cjk,
    "compact": _compact,
    "numeric": _numeric,
    "daymonth": _daymonth,
    "monthday": _monthday,
    "dotted": _dotted,
    "slash": _slash,
    "stamp": _stamp,
    "hours": _hours,
    "kanji": _kanji,
    "clock": _clock,
    "dot": _dot,
    "military": _military,
    "blank": _blank,
    "named": _named,
    "relative": _relative,
}
