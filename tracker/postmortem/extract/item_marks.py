"""What the words of one action item say: done or not, whose, until when, how important, which ticket.

Everything works on the plain text of the item's first block and gives parts of it, so that the splicer can find them.
"""

import re

from tracker.postmortem import words_of_items as items_words
from tracker.postmortem.blocks import Block
from tracker.postmortem.extract.item_people import find_doer, find_owner, split_names
from tracker.postmortem.extract.item_states import OURS, Marks, Part, claim_of, find_state, find_state_in_words, take_ours
from tracker.postmortem.when_lines import find_date

_LABELS = {
    "owner": items_words.OWNER_LABELS,
    "due": items_words.DUE_LABELS,
    "priority": items_words.PRIORITY_LABELS,
    "ticket": items_words.TICKET_LABELS,
    "status": items_words.STATUS_LABELS,
    "kind": items_words.KIND_LABELS,
}
_LABELLED = re.compile(
    "(?<![\\w/])(?:"
    + "|".join(
        rf"(?P<{name}>{'|'.join(re.escape(w) for w in sorted(labels.split('|'), key=len, reverse=True))})"
        for name, labels in _LABELS.items()
    )
    + ")",
    re.I,
)
_LABELS_END = frozenset(label[-2:].casefold() for labels in _LABELS.values() for label in labels.split("|"))
_COLON_SIGN = re.compile("[:：=]")
_COLON = re.compile(r"[*_]*\s?[:：=][*_]*[ \t]*")
_PRIORITY = re.compile(r"(?<![\w-])(?:\[|\()?P(?:rio(?:rity)?)?[ -]?(?P<n>[0-4])(?:\]|\))?(?![\w.])[:,]?", re.I)
_PRIORITY_ASIDE = re.compile(r"[(\[]\s?P(?P<n>[0-4])\s?[)\]]")
_PRIORITY_AFTER = re.compile(r"\s*[,;/]\s*(?P<written>P(?P<n>[0-4]))$")
_PRIORITY_WORDS = {
    "critical": "P0",
    "urgent": "P0",
    "highest": "P0",
    "high": "P1",
    "hoch": "P1",
    "haute": "P1",
    "alta": "P1",
    "medium": "P2",
    "mittel": "P2",
    "moyenne": "P2",
    "media": "P2",
    "normal": "P2",
    "média": "P2",
    "low": "P3",
    "niedrig": "P3",
    "basse": "P3",
    "baja": "P3",
    "baixa": "P3",
    "lowest": "P3",
}
_URL = re.compile(r"https?://[^\s<>|\"'`\]]{3,500}")
_ISSUE_SIGN = re.compile(r"[#-]\d")
# What may stand before a hyphen and a number and is no project's key.
_NO_ISSUES = frozenset(
    ("UTF", "ISO", "SHA", "HTTP", "RFC", "CVE", "TLS", "US", "EU", "AI", "COVID", "P", "SEV", "EC", "AES", "MD")
)
_ISSUE = re.compile(
    r"(?<![\w/&])(?:[\w.-]{1,40}/[\w.-]{1,60})?#\d{1,6}(?!\w)|(?<![\w/-])[A-Z][A-Z0-9]{1,9}-\d{1,6}(?![\w-])"
)


# Half of all items are sentences without any sign or word that a value needs: they are asked for little.
_SIGN = re.compile(r"[^A-Za-z'’\"`/ \n,.?!&-]")
_TELLING = ("- ", "-\n", "due ", "assign", "own")


def read_marks(block: Block, begin: int = 0) -> Marks:
    """Everything that the words from character `begin` on say of the item besides its text.

    Our own mark counts before any other; all else is read as if it were not there, so that it changes nothing but the state.
    """
    marks = Marks()
    text = block.text
    if not block.marks and not _SIGN.search(text, begin) and not _holds(text, _TELLING):
        find_state_in_words(text, begin, marks)
        find_doer(text, begin, marks)
        return marks
    ours = OURS.search(text, max(begin, len(text) - 400)) if ")" in text else None
    text = text[: ours.start()] if ours else text
    find_state(block, text, begin, marks)
    _labelled(text, begin, marks)
    find_owner(block, text, begin, marks)
    _priority(text, begin, marks)
    links_of(block, begin, marks, len(text))
    if ours:
        marks.own_mark = ours.span()
        take_ours(marks, ours)
    return marks


_BEFORE_LABEL = frozenset(("", "(", "（", "【", "、", "[", ",", ";", ".", "-", "–", "—", "|", "\n", ")", "·", "/"))
_VALUE_END = re.compile(r"[\n;|)\]、）；]|,\s(?=[A-Z]?[a-z]+:|(?:due|until) (?:\w+ )?\d)|\.\s|$")


def _labelled(text: str, begin: int, marks: Marks) -> None:
    """`Owner: …`, `Due: …`, `Priority: …` in the item's own words."""
    if (":" not in text and "：" not in text) or not _may_be_labelled(text, begin):
        return
    labels = _LABELLED.finditer(text, begin, min(len(text), begin + 4000))
    found = [(label, colon) for label in labels if (colon := _COLON.match(text, label.end()))]
    for i, (label, colon) in enumerate(found):
        if not _may_be_label(text, begin, label):
            continue
        stop = found[i + 1][0].start() if i + 1 < len(found) else len(text)
        end = _VALUE_END.search(text, colon.end(), stop)
        stop = end.start() if end else stop
        stop = min([stop, *(cut for cut, _ in marks.cut if cut > colon.end())])
        value = text[colon.end() : stop].strip(" *_,(-–—.`[")
        if not value or len(value) > 80:
            continue
        at = text.index(value, colon.end())
        if _take(marks, label.lastgroup or "", value, (at, at + len(value))):
            start = label.start()
            while start > begin and text[start - 1] in " *_([（、,;-–—|\n":
                start -= 1
            stop = max([stop, *(end for cut, end in marks.cut if cut == stop)])
            while stop < len(text) and text[stop] in ")]）":
                stop += 1
            if text[start - 1 : start] == "." and not text[stop:].strip(" ."):
                start, stop = start - any(end == start - 1 for _, end in marks.cut), len(text)
            marks.cut.append((start, stop))


def _holds(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - a loop: half the time of `any`
        if word in text:
            return True
    return False


def _may_be_labelled(text: str, begin: int) -> bool:
    """A cheap test: whether one of the colons stands behind the last letters of a label."""
    for colon in _COLON_SIGN.finditer(text, begin):
        at = colon.start()
        letters = text[max(0, at - 8) : at].rstrip().rstrip("*_")[-2:]
        if len(letters) < 2 or letters.casefold() in _LABELS_END:
            return True
    return False


def _may_be_label(text: str, begin: int, label: re.Match[str]) -> bool:
    """Whether a label begins a part of the item; of the middle of a sentence only `owner` and `due` are believed."""
    if label.start() <= begin or text[: label.start()].rstrip(" *_")[-1:] in _BEFORE_LABEL:
        return True
    return label.lastgroup in ("owner", "due") and text[label.start() - 1] in " *_(\n["


def _take(marks: Marks, name: str, value: str, part: Part) -> bool:
    if name == "owner" and not marks.owners:
        value, part = _without_priority(marks, value, part)
        marks.owners, marks.owner = split_names(value), part
        return True
    if name == "due" and marks.due is None and (day := find_date(value)):
        marks.due, marks.due_part = day, part
        return True
    if name == "priority" and (priority := priority_of(value)):
        marks.priority, marks.priority_part = priority, part
        return True
    if name == "kind" and marks.kind is None:
        marks.kind = value
        return True
    if name == "status" and (state := claim_of(value)):
        if not marks.form:
            marks.state, marks.mark, marks.form = state, part, "word"
        return True
    if name == "ticket":
        marks.ticket = marks.ticket or part
    return False


def _without_priority(marks: Marks, value: str, part: Part) -> tuple[str, Part]:
    """`Owner: Ana, P1` names one person and a priority, not two people."""
    found = _PRIORITY_AFTER.search(value)
    if found is None:
        return value, part
    if marks.priority is None:
        marks.priority = f"P{min(int(found['n']), 3)}"
        marks.priority_part = (part[0] + found.start("written"), part[0] + found.end("written"))
    return value[: found.start()], (part[0], part[0] + found.start())


def priority_of(value: str) -> str | None:
    if found := _PRIORITY.search(value):
        return f"P{min(int(found['n']), 3)}"
    return _PRIORITY_WORDS.get(value.strip(" *_`.!🔴🟡🟢").casefold())


def _priority(text: str, begin: int, marks: Marks) -> None:
    if (
        marks.priority is None
        and text[begin : begin + 1] in ("P", "p", "(", "[")
        and (found := _PRIORITY.match(text, begin))
        and len(found[0]) <= 12
        and found[0].strip("[]()")[0] in "pP"
    ):
        rest = text[found.end() :]
        if rest[:1] in (" ", ":", "-", "]", ")"):
            marks.priority, marks.priority_part = f"P{min(int(found['n']), 3)}", (found.start(), found.end())
            sep = re.compile(r"[\s\])*_]*(?:[:–—-]\s?)?\s*").match(text, found.end())
            marks.cut.append((found.start(), sep.end() if sep else found.end()))
    elif marks.priority is None and "P" in text and (found := _PRIORITY_ASIDE.search(text, begin)):
        marks.priority, marks.priority_part = f"P{min(int(found['n']), 3)}", (found.start() + 1, found.end() - 1)
        marks.cut.append(found.span())


def links_of(block: Block, begin: int, marks: Marks, end: int = 1 << 60) -> None:
    """The targets of an item's links, in order, and the bare addresses and ticket numbers in its text up to `end`."""
    end = min(end, len(block.text))
    covered: list[Part] = []
    for kind, start, stop, _, _, target in block.marks:
        if kind == "link" and stop > begin and start < end:
            _add(marks, target)
            covered.append((start, stop))
            marks.ticket = marks.ticket or (start, stop)
    if "http" in block.text:
        for found in _URL.finditer(block.text, begin, end):
            if not any(a <= found.start() < b for a, b in covered):
                _add(marks, found[0].rstrip(".,;:)*_"))
                marks.ticket = marks.ticket or found.span()
    if not marks.links and _ISSUE_SIGN.search(block.text, begin):
        for found in _ISSUE.finditer(block.text, begin, min(end, begin + 4000)):
            if found[0].split("-")[0] not in _NO_ISSUES:
                _add(marks, found[0])
                marks.ticket = marks.ticket or found.span()


def _add(marks: Marks, link: str) -> None:
    if link and link not in marks.links and not link.startswith("mailto:"):
        marks.links.append(link)
