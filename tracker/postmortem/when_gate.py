"""The cheap test that spares most texts the tokenizer: whether their first word can begin a time."""

import re

from tracker.postmortem.calendar_words import FIRST_WORDS as DATE_WORDS
from tracker.postmortem.calendar_words import MONTHS_BY_NAME

_FIRST_WORD = re.compile(r"[A-Za-z]+(?![^\W\d_])|[^\W\d_]+")  # the first half is the second for ASCII, twice as fast
_AFTER_SIGNS = re.compile(r"[\W_]*([^\W\d_]*)")
_DIGIT = re.compile(r"[^0-9\n]{0,40}[0-9]")
_PLACEHOLDERS = frozenset(
    ("hh", "xx", "noon", "midday", "midnight", "mittag", "mitternacht", "midi", "minuit", "mediodía", "medianoche")
)
_AROUND_TIMES = """
ca c circa approx approximately around about roughly gegen etwa vers environ hacia aprox cerca alrededor por intorno verso
omstreeks rond ungefär cirka omkring około est estimated shortly just before after by early late nearly almost update at on
from between since starting um am den ab von kl klo à le el la las a às os dia alle il op om w o time date day posted
edit datum stand start end begin and de entre das zwischen aktualisierung resolved identified investigating monitoring
completed scheduled in verifying morning night evening as t ore ora orario saat kello klokken godz
午前 午後 上午 下午 凌晨 早上 晚上 中午 約 およそ 大约 约
"""
# What the first word of a time may be: anything else cannot begin one, and is not looked at any closer.
FIRST_WORDS = frozenset((*DATE_WORDS, *_PLACEHOLDERS, *_AROUND_TIMES.split()))
# What a part of a time may begin with that is a word: a month, noon, `HH:mm`, `T+5`, the half of a day.
_TOKEN_WORDS = frozenset(
    (*MONTHS_BY_NAME, *_PLACEHOLDERS, "t", "午前", "午後", "上午", "下午", "凌晨", "早上", "晚上", "中午")
)
THREE_LETTERS = frozenset(word[:3] for word in FIRST_WORDS if len(word) >= 3)
SIX_LETTERS = frozenset(word[:6] for word in FIRST_WORDS if len(word) >= 6)


def likely_at(head: str, pos: int) -> tuple[bool, bool]:
    """Whether the next characters may be a part of a time, and whether they may be a word around it."""
    sign = head[pos : pos + 1]
    if sign.isalpha():
        word = _FIRST_WORD.match(head, pos)[0].casefold()  # type: ignore[index]
        return word in _TOKEN_WORDS, word in FIRST_WORDS or word == "as"
    return sign.isdigit() or sign in ("?", "_", "+") or head.startswith("--", pos), False


def may_begin(text: str, at: int, stop: int) -> bool:
    """A cheap test: whether the first word is one that a time may begin with, and a digit or a placeholder follows.

    The line begins at character `at`, and no more than up to `stop` is looked at.
    """
    first = text[at : at + 1]
    if "0" <= first <= "9":
        return True
    if first.isalpha():
        word = _FIRST_WORD.match(text, at, stop)[0].casefold()  # type: ignore[index]
        return word in FIRST_WORDS and (word in _PLACEHOLDERS or bool(_DIGIT.match(text, at, stop)))
    head = text[at:stop].partition("\n")[0]
    word = _AFTER_SIGNS.match(head)[1].casefold()  # type: ignore[index]
    if word and word not in FIRST_WORDS and head.lstrip(" *_")[:1] != ":":
        return False
    return word in _PLACEHOLDERS or bool(_DIGIT.match(head)) or head.lstrip(" *_`([")[:2] in ("??", "--", "__")
