"""What the words of `words.ROLES` and of the tables below mean: roles of titles and labels, done words, columns, owners.

Look-ups are cached by the words themselves: a corpus repeats its headings.
"""

import re
from functools import lru_cache

from tracker.postmortem.words import ROLES
from tracker.postmortem.words_of_items import COLUMNS, STATES

Meaning = tuple[
    str, int
]  # a role and how sure the words make it: 3 the whole title, 2 a part of a short one, 1 of a long one
NOTHING: Meaning = ("", 0)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NUMBERING = re.compile(
    r"^(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4}|[a-h])[.):]+|\d{1,2}(?:\.\d{1,2})*(?=[ \t]+[^\W\d]))[ \t]*", re.I
)
_ANCHOR = re.compile(r"\s*\{[#.][^{}]{0,80}\}\s*$")
_BRACKETS = re.compile(r"[（(\[{【][^()\[\]{}（）【】]{0,80}[)\]}）】]")
_OUTER = re.compile(r"^[^\w¿]+|[^\w)]+$")
_SPACE = re.compile(r"\s+")
_FILLER = re.compile(
    r"^(?:the|our|some|a|initial|final|brief|short|detailed|full|key|main|incident|outage|issue|event"
    r"|preliminary|proposed|post-?mortem"
    r"|technical|overall|possible|potential|suggested|high[- ]level|general|identified|immediate|internal"
    r"|other|additional|current"
    r"|key|list of|les|le|la|los|las|el|die|der|das|os|as|o)\s+"
    r"|\s+(?:of (?:the )?(?:events?|incident|outage|issue)s?|of what happened|analysis|section|details"
    r"|description|report|summary"
    r"|the incident|statement|list|review|during (?:the|this) (?:incident|outage)|for (?:the|this) (?:incident|outage))$"
)
_OPENERS = re.compile(
    r"^(?:what|how|where|why|who|things|which|ways|was|were|que|qué|ce|was|o que|cosa|wat|vad|hva|hvad|co)\b"
)


def normal(title: str) -> str:
    """A title as the tables write it: lower case, without numbering, brackets, emoji or punctuation around it."""
    text = _ANCHOR.sub("", title[:160]).casefold().replace("’", "'").replace("‘", "'").replace("_", " ")
    text = _NUMBERING.sub("", text.strip(), count=1)
    bare = _BRACKETS.sub(" ", text) if text[-1:] in ")]}）】" or text[:1] in "([（【" or "(" in text else text
    bare = bare if bare.strip(" :-#*") else text
    return _SPACE.sub(" ", _OUTER.sub("", bare)).strip()


def _phrases() -> tuple[dict[str, str], dict[str, str]]:
    whole: dict[str, str] = {}
    part: dict[str, str] = {}
    for line in ROLES.split("\n"):
        if not line:
            continue
        meaning, _, how, phrases = (cell.strip() for cell in line.split("|"))
        for phrase in (p.strip().casefold() for p in phrases.split(";")):
            whole.setdefault(phrase, meaning)
            if how == "has":
                part.setdefault(phrase, meaning)
    return whole, part


def _by_first_word(phrases: list[str]) -> dict[str, list[str]]:
    """Phrases by their first word, longest first: a look-up per word instead of one large pattern per place."""
    found: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        if not _CJK.search(phrase):
            first = _FIRST.match(phrase)
            found.setdefault(first[0] if first else phrase, []).append(phrase)
    return found


_FIRST = re.compile(r"[^\W_]+")


def _contained(text: str) -> tuple[str, int]:
    """The longest phrase of the table that stands in `text` between word boundaries, and where; signs of CJK anywhere."""
    best, at = "", 0
    for word in _FIRST.finditer(text):
        for phrase in _STARTS.get(word[0], ()):
            if len(phrase) > len(best) and text.startswith(phrase, word.start()):
                after = text[word.start() + len(phrase) : word.start() + len(phrase) + 1]
                if not after or not (after.isalnum() or after == "_"):
                    best, at = phrase, word.start()
                    break
    if _CJK.search(text):
        for phrase in _SIGNS:
            if len(phrase) > len(best) and (found := text.find(phrase)) >= 0:
                best, at = phrase, found
    return best, at


_WHOLE, _PART = _phrases()
_STARTS = _by_first_word(list(_PART))
_SIGNS = sorted((p for p in _PART if _CJK.search(p)), key=len, reverse=True)
_PARTS = re.compile(r"\s*(?:/|&|\+|,|;|\band\b|\bund\b|\bet\b|\by\b|\be\b|・|、|和|与)\s*")
_HAS_DIGIT = re.compile(r"\d")
_DATES = re.compile(r"[\s,]*\b\d[\d/.:-]*\b[\s,.–-]*|\.\s.*$")


@lru_cache(maxsize=4096)
def meaning(title: str) -> Meaning:
    """The role that a heading's or label's words name, and how sure they are (3, 2, 1; 0 for none)."""
    text = normal(title)
    if not text:
        return (_SIGNS_OF[title.strip()[0]], 3) if title.strip()[:1] in _SIGNS_OF else NOTHING
    if role := _WHOLE.get(text):
        return role, 3
    parts = _PARTS.split(text)
    if len(parts) > 1 and {_WHOLE.get(p) or _WHOLE.get(_FILLER.sub("", p)) for p in parts} >= {"actions", "lessons"}:
        return "actions", 2
    for part in parts[:1]:
        stripped = _FILLER.sub("", _FILLER.sub("", part))
        if (role := _WHOLE.get(part) or _WHOLE.get(stripped)) and len(text.split()) <= 7:
            return role, 3 if part == text else 2
    text = _DATES.sub(" ", text).strip() if _HAS_DIGIT.search(text) else text
    words = text.count(" ") + 1
    if words > 14:
        return NOTHING
    best, at = _contained(text)
    if not best:
        return _hinted(text, words)
    near = len(best) * 2 >= len(text) or words <= 6 or bool(_OPENERS.match(text))
    role = _PART[best]
    if role == "well" and _NEGATED.search(text, 0, at):
        role = "wrong"
    return role, 2 if near else 1


_NEGATED = re.compile(r"\b(?:not|never|no|less|moins|pas|nicht|non|não|niet|inte|ikke|ei)\b|n't\b")


# Words that carry a meaning in titles that no phrase of the table covers; what the section contains has to agree.
_HINTS = (
    (
        "actions",
        re.compile(
            r"\b(?:changes?|changing|actions?|tasks?|to-?dos?|next|plan(?:s|ned)?|future|prevent\w*|fix(?:es)?"
            r"|follow[- ]?(?:ups?|on)|improv\w+|remed\w+|mitigat\w+)\b"
        ),
    ),
    ("cause", re.compile(r"^why\b|\bhow\b.*\bhappen|\bcauses?d?\b|\bwhy\b")),
    ("wrong", re.compile(r"\b(?:badly|poorly|worse|harder|struggl\w+|hurt|dislik\w+)\b")),
    ("well", re.compile(r"\b(?:liked|helped|worked well)\b")),
)
_SIGNS_OF = {"👍": "well", "➕": "well", "👎": "wrong", "➖": "wrong", "🍀": "lucky"}
_OF_LESSONS = re.compile(
    r"^(?:what|things|where|how|keep|stop|the|pluses|minuses|mistakes|frustrations|deltas?|start|did(?:n't"
    r"| not)|worked|helped|hurt)\b"
)
_GOOD = re.compile(
    r"\b(?:good|well|work(?:s|ed|ing)?|help(?:s|ed|ful)?|right|keep|kept|liked?|wins?|plus(?:es)?"
    r"|positives?|same way|glad|proud|great)\b"
)
_BAD = re.compile(
    r"\b(?:bad(?:ly)?|wrong|poor(?:ly)?|worse|missing|lack(?:ed|ing)?|mistakes?|fail(?:ed|ures?)?"
    r"|hamper(?:ed)?|slow(?:ed)?|frustrat\w+"
    r"|differently|minus(?:es)?|deltas?|stop|hard(?:er)?|hurt|struggl\w+|dislik\w+|confus\w+|better|improve)\b"
)
_NEGATION = re.compile(r"\b(?:not|no|never|without)\b|n't\b")


def _lesson(text: str, words: int) -> Meaning:
    """A lessons title by weighed words: good ones, bad ones, and a negation that turns the first into the second."""
    if words > 8 or not _OF_LESSONS.match(text) or re.search(r"\bwill\b|\bgoing to\b", text):
        return NOTHING
    if _BAD.search(text) or _NEGATION.search(text):
        return "wrong", 1
    return ("well", 1) if _GOOD.search(text) else NOTHING


def _hinted(text: str, words: int) -> Meaning:
    if (lesson := _lesson(text, words)) is not NOTHING:
        return lesson
    if words <= 8:
        for role, pattern in _HINTS:
            if pattern.search(text):
                return role, 1
    return NOTHING


@lru_cache(maxsize=8192)
def label_meaning(label: str) -> str:
    """The role of a label such as `**Authors:**`, which must be a whole phrase of the table, else an empty string."""
    if len(label) > 60:
        return ""
    return _WHOLE.get(label.strip().casefold()) or _WHOLE.get(normal(label), "")


def _words(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in table.strip().splitlines():
        name, _, phrases = line.partition("|")
        for phrase in phrases.split(";"):
            found.setdefault(phrase.strip().casefold(), name.strip())
    return found


_STATES = _words(STATES)


def _columns() -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for line in COLUMNS.strip().splitlines():
        name, _, phrases = line.partition("|")
        for phrase in phrases.split(";"):
            found.setdefault(phrase.strip().casefold(), {})[name.strip()] = None
    return found


_COLUMNS = _columns()


@lru_cache(maxsize=2048)
def columns(header: str) -> tuple[str, ...]:
    """What a table's column may hold by its header: text, owner, status, due, priority, kind, ticket, time, event …"""
    text = normal(header) or header.strip()
    if text in _COLUMNS:
        return tuple(_COLUMNS[text])
    text = _FILLER.sub("", text)
    if text in _COLUMNS:
        return tuple(_COLUMNS[text])
    first = text.split(" ")[0].split("/")[0]
    if first in ("time", "date", "timestamp", "datetime") or text.endswith(" time"):
        return ("time",)
    return tuple(_COLUMNS.get(first, ())) if text.count(" ") <= 2 else ()


@lru_cache(maxsize=2048)
def state_word(text: str) -> str:
    """The claim that a status cell or a short remark states (`done`, `in_progress`, …), or an empty string."""
    word = text.strip().casefold().strip("()[]{}*_~`.!: \t\n")
    if word in _STATES or not word:
        return _STATES.get(word, "")
    if text.strip() in _STATES:
        return _STATES[text.strip()]
    if word[0] in _STATES and not word[0].isalnum():
        return _STATES[word[0]]
    first = re.split(r"[\s(:,;–—-]", word, maxsplit=1)[0]
    two = " ".join(word.split()[:2])
    return _STATES.get(two) or (
        _STATES.get(first, "") if len(word) <= 60 and first not in ("no", "next", "new", "x") else ""
    )
