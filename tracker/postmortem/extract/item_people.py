"""Whose an item is: names in brackets, behind a dash, before `to` and `will`, handles; and the day beside them."""

import re

from tracker.postmortem import vocabulary as words
from tracker.postmortem.blocks import Block
from tracker.postmortem.extract.item_states import Marks
from tracker.postmortem.verbs import IMPERATIVE
from tracker.postmortem.when_lines import find_date

_AT = re.compile(r"(?<![\w/.@`])@(?P<name>[A-Za-z0-9][\w.-]{0,38}\w|[A-Za-z])(?![\w/])(?!\.\w)")
_NAME = (
    r"(?:[\u4e00-\u9fff々]{1,4}|[Tt]eam [A-Z]\w+|@?[A-ZÀ-ÖØ-Þ][\w.’'-]{1,20}(?: (?:[A-ZÀ-ÖØ-Þ][\w.’'-]*|van|de|von"
    r"|der)){0,3}|@[\w.-]+|TBD|TBA)"
)
_BEHIND_DASH = re.compile(
    rf"[\s*_]+(?:-{{1,2}}|–|—)[\s*_]+(?P<name>{_NAME}(?:\s?(?:,|/|&|and)\s?{_NAME})*)(?:(?:,? (?:by|due"
    rf"|before) | (?:-|–|—) (?=[\w .]{{0,12}}\d))(?P<due>[^,;]{{4,20}}))?[.*_\s]*$"
)
_IN_BRACKETS = re.compile(
    rf"[(\[](?:owner:?\s?|assigned to:?\s?|assignee:?\s?)?(?P<name>{_NAME}(?:\s?(?:,|/|&"
    rf"|and)\s?{_NAME})*)(?:(?:,\s?|\s(?=by |due |until ))(?P<due>(?:by |due "
    rf"|until )?[^()\[\]]{{0,24}}\d[^()\[\]]{{0,12}}))?[)\]][.*_\s]*$"
)
_FIRST_BRACKET = re.compile(rf"^\s*\[(?P<name>{_NAME})\](?!\()(?P<due>)\s+(?=\w)")
_PARTS_IN_BRACKETS = re.compile(
    rf"[(（](?:担当：|owner:\s?)?(?P<name>{_NAME}(?:\s?(?:/|&|and"
    rf"|und)\s?{_NAME})*)\s?[,;、，]\s?(?P<due>[^()（）]{{2,40}})[)）][.*_\s]*$"
)
_SPACED_DASH = re.compile(r"[-–—][\s*_]")
_PIPED = re.compile(rf"\s\|\s(?P<name>{_NAME})(?:\s\|\s(?P<due>[^|]{{4,24}}))?\s*$")
_ASSIGNED = re.compile(rf"[\s*_—–-]*(?:assigned to|owned by|owner is|assignee)[\s*_]+(?P<name>{_NAME})(?P<due>)[*_.\s]*$")
_CJK_NAME = re.compile(r"（(?P<name>[\u4e00-\u9fff々]{1,4}|[\u30a0-\u30ff]{2,8})(?:さん)?(?P<due>)）\s*$")
_TO_VERB = re.compile(
    r"(?P<name>[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+(?<!ing)(?: (?:and|&) [A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+"
    r"| [A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+)?) to (?P<verb>[a-z]{2,})"
)
_WORDS = """
we need ability move add want plan need. attempt continue changes change access time ways way how what should things
improvements update back due up next response according related similar return failure upgrade switch migrate try
attempts introduce send set reach work look go come options tests alerts monitoring docs documentation pr issue link
jira github ticket this that it they everything future new old users customers team teams todo done wip tbd tba open
closed process everyone all internal external optional maybe note none medium high low short long ongoing completed
complete fixed p0 p1 p2 p3 p4 prevent mitigate detect see in the a an and or if when kubernetes aws gcp azure slack
pull merged yes no epic bug discussion draft example not more also already reference ref pagerduty grafana prometheus
estimated expected target planned sofort immediately asap soon technical training support engineering platform
infrastructure infra security product
"""
_NOT_NAMES = frozenset(_WORDS.split())  # capitalised or in brackets, and nobody
_DIGIT = re.compile(r"\d")
_DUE_BEHIND = re.compile(
    r"(?:\s*[,|—–-]+\s*|\s+)(?:(?P<word>due|by|until|bis)(?: on)?:?\s+)?(?P<due>\d{4}-\d\d-\d\d"
    r"|(?<=due )[\w ,]{3,16}|(?<=by )[A-Z][a-z]{2,8} \d{1,2}(?:, \d{4})?)[.\s]*$"
)
_DUE_IN_BRACKETS = re.compile(r"\s*[(\[](?:due|by|until|bis)(?: on)?:?\s+(?P<due>[^()\[\]]{4,20})[)\]][.\s]*$", re.I)
_TRAILING_SIGNS = "✅☑✔✓🟢🟡🔴\ufe0f \t\n\r\xa0\u3000"
_WILL = re.compile(
    r"(?P<name>[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+(?:(?: (?:and|&) | )[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+)?) will (?P<verb>[a-z]{2,})"
)


def split_names(value: str) -> list[str]:
    names = [n.strip(" *_`.()[]") for n in re.split(r"\s*(?:,|;|/|&|\+|\band\b|\bund\b|\bet\b|、|，|\n)\s*", value)]
    return [
        n
        for n in names
        if n and n.casefold() not in ("tbd", "tba", "n/a", "none", "-", "?", "unassigned", "todo", "nobody", "x", "…")
    ]


def find_owner(block: Block, text: str, begin: int, marks: Marks) -> None:
    """Whose the item is, unless a label said so already; and the day at its end."""
    end = len(text.rstrip())
    for start, stop in marks.cut:
        if stop >= end:
            end = min(end, start)
    body = _without_due(text[begin:end].rstrip(_TRAILING_SIGNS), begin, marks)
    if marks.owners:
        return
    if _named_at_an_end(block, text, body, begin, marks) or _handles(text, body, begin, marks):
        return
    find_doer(text, begin, marks)


def find_doer(text: str, begin: int, marks: Marks) -> None:
    """`Ana to add an alert`, `Ana will add …`: whose name an item's sentence begins with."""
    found = None
    for pattern, word in ((_TO_VERB, " to "), (_WILL, " will ")):
        at = text.find(word, begin)
        if found is None and at > 0 and text.count(" ", begin, at) <= 2:
            found = pattern.match(text, begin)
    does = found and IMPERATIVE.match(text, found.start("verb"))
    if found and does and is_person(found["name"]) and not IMPERATIVE.match(found["name"]):
        marks.owners, marks.owner = split_names(found["name"]), found.span("name")
        marks.guessed = True


def _without_due(body: str, begin: int, marks: Marks) -> str:
    """`… due Aug 20`, `… (due 2024-05-31)`, `… — 2024-05-31`: the day at the end, and the text before it."""
    tail = max(0, len(body) - 40)
    if not _DIGIT.search(body, tail) and "due " not in body[tail:]:
        return body
    bracketed = _DUE_IN_BRACKETS.search(body, tail) if body.rstrip(" .\n")[-1:] in (")", "]") else None
    end = body[tail:]
    behind = "due " in end or "by " in end or end.count("-") >= 2
    late = bracketed or (_DUE_BEHIND.search(body, tail) if behind else None)
    day = find_date(late["due"]) if late else None
    if late and day:
        marks.due = marks.due or day
        marks.due_part = marks.due_part or (begin + late.start("due"), begin + late.end("due"))
        marks.cut.append((begin + late.start(), begin + late.end()))
    return body[: late.start()] if late and (day or (late is not bracketed and late["word"])) else body


def _ways(tail: str, whole: bool) -> list[re.Pattern[str]]:
    """The ways to name somebody whose signs stand in the last words: a cheap test before the patterns, in their order."""
    ways = []
    if ")" in tail or "]" in tail:
        ways.append(_IN_BRACKETS)
    if ")" in tail or "）" in tail:
        ways.append(_PARTS_IN_BRACKETS)
    if ("-" in tail or "–" in tail or "—" in tail) and _SPACED_DASH.search(tail):
        ways.append(_BEHIND_DASH)
    if "assign" in tail or "own" in tail:
        ways.append(_ASSIGNED)
    if "）" in tail:
        ways.append(_CJK_NAME)
    if "|" in tail:
        ways.append(_PIPED)
    if whole and "[" in tail:
        ways.append(_FIRST_BRACKET)
    return ways


def _named_at_an_end(block: Block, text: str, body: str, begin: int, marks: Marks) -> bool:
    at = max(0, len(body) - 120)
    for pattern in _ways(body[at:], at == 0):
        found = pattern.search(body, at)
        names = split_names(found["name"]) if found else []
        if not found or not names:
            continue
        bold = pattern is _BEHIND_DASH and _is_bold(block, begin + found.start("name"), begin + found.end("name"))
        if not bold and not all(is_person(n) for n in names):
            continue
        if pattern is _IN_BRACKETS and "[" in found[0] and text[begin + found.end() :][:1] == "(":
            continue
        start, stop = begin + found.start("name"), begin + found.end("name")
        if any(m[0] == "link" and m[1] <= start < m[2] and not found["name"].startswith("@") for m in block.marks):
            continue
        marks.owners, marks.owner = names, (start, stop)
        marks.guessed = pattern in (_IN_BRACKETS, _BEHIND_DASH) and not found["due"] and " " not in found["name"]
        marks.guessed = marks.guessed and "@" not in found["name"]
        marks.cut.append((begin + found.start(), begin + found.end()))
        if found["due"] and (day := find_date(found["due"])):
            marks.due, marks.due_part = day, (begin + found.start("due"), begin + found.end("due"))
        return True
    return False


def _is_bold(block: Block, start: int, stop: int) -> bool:
    return any(mark[0] == "strong" and mark[1] == start and mark[2] == stop for mark in block.marks)


def _handles(text: str, body: str, begin: int, marks: Marks) -> bool:
    """`@name` at the beginning or at the end; in the middle of a sentence a handle is no owner."""
    handles = list(_AT.finditer(text, begin, begin + len(body))) if "@" in body else []
    if not handles:
        return False
    tail = text[handles[-1].end() : begin + len(body)].strip(" .)*_]`")
    head = text[begin : handles[0].start()].strip(" *_([`")
    if tail and head and not re.fullmatch(r"(?:assigned to|owner|by)[: ]*", head, re.I):
        return False
    marks.owners = [m[0] for m in handles]
    marks.owner = (handles[0].start(), handles[-1].end())
    return True


def is_person(name: str) -> bool:
    bare = name.lstrip("@")
    if name.startswith("@"):
        return True
    first = bare.split(" ")[0].casefold().rstrip(".")
    if first == "team" and " " in bare:
        return True
    if (
        (first in _NOT_NAMES and not bare.startswith("IT "))
        or (bare.isupper() and len(bare) > 3)
        or any(c.isdigit() for c in bare)
    ):
        return False
    return not words.state_word(bare) and words.meaning(bare)[1] == 0
