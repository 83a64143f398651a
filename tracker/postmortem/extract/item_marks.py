"""What the words of one action item say: done or not, whose, until when, how important, which ticket.

Everything works on the plain text of the item's first block and gives parts of it, so that the splicer can find them.
"""

import re
from dataclasses import dataclass, field

from tracker.domain.claims import Claim
from tracker.postmortem import vocabulary as words
from tracker.postmortem.blocks import Block
from tracker.postmortem.verbs import IMPERATIVE
from tracker.postmortem.when_lines import find_date

_DONE_WORDS = (
    r"done|completed?|closed|finished|fixed|merged|shipped|resolved|deployed|implemented|erledigt"
    r"|umgesetzt|fait|terminée?|hecho|feito"
    r"|concluído|fatto|gedaan|gereed|afgerond|klart|ferdig|utført|færdig|完了|済み?|対応済み?|已完成|完成"
)
_WONT = (
    r"won[’']?t (?:do|fix)|wontfix|cancell?ed|rejected|abandoned|obsolete|not doing|verworfen|abandonné"
    r"|no longer needed|superseded"
)
_PROGRESS = r"in[- ]progress|wip|ongoing|started|en cours|in arbeit|en curso|em andamento|対応中|进行中"
_OPEN = r"open|to ?do|not started|not done|pending|planned|offen|pendiente|à faire|未完了|未着手|未开始"
OURS = re.compile(
    r"[ ](?P<mark>\((?:done(?: (?P<day>\d{4}-\d\d-\d\d))?"
    r"|won[’']t do: (?P<reason>[^()]*(?:\([^()]*\)[^()]*)*)|(?P<open>open))\))(?=[:：]?[ \t]*$)"
)
_EMOJI_DONE = "✅☑✔✓💚🟢"
_BRACKETED = re.compile(
    rf"[(\[{{【（][\s*_~]*(?P<word>{_DONE_WORDS}|{_WONT}|{_PROGRESS}"
    rf"|{_OPEN})\b(?P<more>[^()\[\]{{}}]{{0,80}})[)\]}}】）][\s.*_]*",
    re.I,
)
_LEADING = re.compile(
    rf"[\s*_~\[(]*(?P<word>{_DONE_WORDS}|{_WONT}|{_PROGRESS}|TODO|WIP|DOING)[\s*_~\])]*\s?(?::|-{{1,2}}|–|—|\|)\s+", re.I
)
_SHOUTED = re.compile(
    r"[\s*_\[(]*(?P<word>DONE|COMPLETED|FIXED|WIP|DOING|TODO|CLOSED|RESOLVED|CANCELLED|MERGED|OPEN)\b[\])*_:.!-]*\s+(?=\S)"
)
_TRAILING = re.compile(
    rf"(?:[\s*_]*(?:-{{1,2}}|–|—|=>|->|→|\||\.|:|,)[\s*_]+|[\s*_]+(?=(?-i:DONE|COMPLETED|FIXED|WIP|MERGED"
    rf"|CLOSED|TODO)))(?P<word>{_DONE_WORDS}|{_WONT}|{_PROGRESS})"
    r"(?P<more>[.!*_ ]{0,4}|[ ,:]{0,2}(?:on |in |by |during |as of |already |\d|\(|#|https?:)[^.;]{0,60}[.!*_]{0,3})$",
    re.I,
)
_EMOJI = re.compile(rf"(?:[{_EMOJI_DONE}]\ufe0f?|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check|check):)")
_EMOJI_OTHER = re.compile(r"(?:❌|🚧|⏳|🔄|🟡|🔴|⬜|☐|🚫|⛔|:construction:|:x:|:hourglass:|:red_circle:)\ufe0f?")
_BOX = re.compile(r"\[( ?|[xX])\](?![(\[:])[ \t]+")
_HAS_BEEN_DONE = re.compile(
    r"^(?:this|that|it)?\s*(?:has been|was|is|have been|were|are)?\s*(?:now |already |all )?(?:done"
    r"|completed|complete|fixed|implemented|deployed|merged"
    r"|erledigt|shipped|resolved)\b|^(?:done|completed|fixed|merged|status: (?:done|complete))\b",
    re.I,
)
_AT = re.compile(r"(?<![\w/.@`])@(?P<name>[A-Za-z0-9][\w.-]{0,38}\w|[A-Za-z])(?![\w/])(?!\.\w)")
_NAME = (
    r"(?:[\u4e00-\u9fff々]{1,4}|@?[A-ZÀ-ÖØ-Þ][\w.’'-]{1,20}(?: (?:[A-ZÀ-ÖØ-Þ][\w.’'-]*|van|de|von"
    r"|der)){0,3}|@[\w.-]+|TBD|TBA)"
)
_LABELS = {
    "owner": words.OWNER_LABELS, "due": words.DUE_LABELS, "priority": words.PRIORITY_LABELS, "ticket": words.TICKET_LABELS,
    "status": words.STATUS_LABELS, "kind": words.KIND_LABELS,
}  # fmt: skip
_LABELLED = re.compile(
    "|".join(
        rf"(?P<{name}>(?<![\w/])(?:{'|'.join(re.escape(w) for w in sorted(labels.split('|'), key=len, reverse=True))}))"
        for name, labels in _LABELS.items()
    )
    + r"",
    re.I,
)
_COLON = re.compile(r"[*_]*\s?[:：=][*_]*[ \t]*")
_BEHIND_DASH = re.compile(
    rf"[\s*_]+(?:-{{1,2}}|–|—)[\s*_]+(?P<name>{_NAME}(?:\s?(?:,|/|&|and)\s?{_NAME})*)(?:,? (?:by|due"
    rf"|before) (?P<due>[^,;]{{4,20}}))?[.*_\s]*$"
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
_PIPED = re.compile(rf"\s\|\s(?P<name>{_NAME})(?:\s\|\s(?P<due>[^|]{{4,24}}))?\s*$")
_ASSIGNED = re.compile(rf"[\s*_—–-]*(?:assigned to|owned by|owner is|assignee)[\s*_]+(?P<name>{_NAME})(?P<due>)[*_.\s]*$")
_CJK_NAME = re.compile(r"（(?P<name>[\u4e00-\u9fff々]{1,4}|[\u30a0-\u30ff]{2,8})(?:さん)?(?P<due>)）\s*$")
_IN_LIST = re.compile(rf"[;,]\s?(?P<word>{_DONE_WORDS}|{_WONT})\b(?P<more>[^;()]{{0,40}})\)[\s.]*$", re.I)
_TO_VERB = re.compile(
    r"(?P<name>[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+(?<!ing)(?: (?:and|&) [A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+"
    r"| [A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+)?) to [a-z]{2,}"
)
_NOT_NAMES = frozenset(
    """we need ability move add need want plan need. attempt continue changes change access time ways way how what need should things
    improvements update back due up next response according related similar return failure need upgrade switch migrate try attempts
    introduce send set reach work look go come options tests alerts monitoring docs documentation pr issue link jira github ticket
    this that it they everything future new old users customers team teams
    todo done wip tbd tba open closed process team everyone all internal external optional maybe note none medium high low short long
    ongoing completed complete fixed p0 p1 p2 p3 p4 prevent mitigate detect see in the a an and or if when kubernetes aws gcp azure slack
    pull merged yes no epic bug discussion draft example not more also future ongoing already reference ref pagerduty grafana prometheus
    estimated expected target planned sofort immediately asap soon technical training support engineering platform infrastructure infra security product""".split()
)
_PRIORITY = re.compile(r"(?<![\w-])(?:\[|\()?P(?:rio(?:rity)?)?[ -]?(?P<n>[0-4])(?:\]|\))?(?![\w.])[:,]?", re.I)
_PRIORITY_WORDS = {"critical": "P0", "urgent": "P0", "highest": "P0", "high": "P1", "hoch": "P1", "haute": "P1", "alta": "P1", "medium": "P2", "mittel": "P2",
                   "moyenne": "P2", "media": "P2", "normal": "P2", "média": "P2", "low": "P3", "niedrig": "P3", "basse": "P3", "baja": "P3", "baixa": "P3", "lowest": "P3"}  # fmt: skip
_URL = re.compile(r"https?://[^\s<>|\"'`\]]{3,500}")
_ISSUE = re.compile(
    r"(?<![\w/&])(?:[\w.-]{1,40}/[\w.-]{1,60})?#\d{1,6}(?!\w)|(?<![\w/-])[A-Z][A-Z0-9]{1,9}-\d{1,6}(?![\w-])"
)
Part = tuple[int, int]


@dataclass(slots=True)
class Marks:
    """What was found in an item's words; parts are characters of its block's text."""

    state: Claim | None = None
    mark: Part | None = None  # the bytes that say so
    cut: list[Part] = field(default_factory=list)  # what is not part of the text
    ours: bool = False
    own_mark: Part | None = None  # the same with the space before it
    box: Part | None = None  # `[ ]` or `[x]` where the parser saw no task
    form: str = ""  # box, struck, word, emoji, ours
    reason: str | None = None
    closed_on: str | None = None
    owners: list[str] = field(default_factory=list)
    owner: Part | None = None
    due: str | None = None
    due_part: Part | None = None
    priority: str | None = None
    priority_part: Part | None = None
    kind: str | None = None
    links: list[str] = field(default_factory=list)
    ticket: Part | None = None


def claim_of(word: str) -> Claim | None:
    name = words.state_word(word)
    return Claim(name) if name else None


def read_marks(block: Block, begin: int = 0) -> Marks:
    """Everything that the words from character `begin` on say of the item besides its text.

    Our own mark counts before any other; all else is read as if it were not there, so that it changes nothing but the state.
    """
    marks = Marks()
    ours = OURS.search(block.text, max(begin, len(block.text) - 400))
    text = block.text[: ours.start()] if ours else block.text
    _state(block, text, begin, marks)
    _labelled(text, begin, marks)
    _owner(block, text, begin, marks)
    _priority(text, begin, marks)
    links_of(block, begin, marks, len(text))
    if ours:
        marks.own_mark = ours.span()
        take_ours(marks, ours)
    return marks


def take_ours(marks: Marks, ours: re.Match[str]) -> None:
    marks.ours, marks.form, marks.mark = True, "ours", ours.span("mark")
    marks.state = Claim.OPEN if ours["open"] else Claim.WONT_DO if ours["reason"] is not None else Claim.DONE
    marks.reason, marks.closed_on = ours["reason"], ours["day"]


def _state(block: Block, text: str, begin: int, marks: Marks) -> None:
    if box := _BOX.match(text, begin):
        ticked = box[1].strip().lower() == "x"
        marks.box = (box.start(), box.start() + len(box[0].rstrip()))
        _mark(marks, Claim.DONE if ticked else Claim.OPEN, marks.box, "box", box.span())
        begin = box.end()
    for kind, start, stop, _, _, _ in block.marks:
        if kind == "strike" and start <= begin + 2 and _is_most(text, begin, start, stop):
            _mark(marks, Claim.DONE, (start, stop), "struck", None)
    for pattern in (_BRACKETED,):
        for found in pattern.finditer(text, begin, min(len(text), begin + 4000)):
            state = claim_of(found["word"])
            at_end = not text[found.end() :].strip(" .*_") or text[found.end() :].lstrip().startswith(("(", "[", "http"))
            if state is not None and (at_end or not text[begin : found.start()].strip()):
                span = (found.start(), found.end() - (len(found[0]) - len(found[0].rstrip(" .*_"))))
                _mark(
                    marks, state, span, "word", found.span(), found["more"] if state in (Claim.DONE, Claim.WONT_DO) else ""
                )
                break
    if marks.form in ("", "struck") and (found := _LEADING.match(text, begin) or _SHOUTED.match(text, begin)):
        _mark(marks, claim_of(found["word"]), found.span("word"), "word", found.span())
    if marks.form == "" and (found := _IN_LIST.search(text, max(begin, len(text) - 160))):
        _mark(marks, claim_of(found["word"]), found.span("word"), "word", (found.start(), found.end("more")), found["more"])
    if marks.form == "" and (found := _TRAILING.search(text, max(begin, len(text) - 120))):
        _mark(marks, claim_of(found["word"]), (found.start("word"), found.end()), "word", found.span(), found["more"])
    for pattern, state in ((_EMOJI, Claim.DONE), (_EMOJI_OTHER, Claim.OPEN)):
        if marks.form:
            break
        for found in pattern.finditer(text, begin, min(len(text), begin + 4000)):
            if found.start() - begin <= 4 or len(text.rstrip()) - found.end() <= 4:
                _mark(marks, state, found.span(), "emoji", found.span())
                break


_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|https?://\S+|[#@]\w+|\b[A-Z]+-\d+\b")


def _is_most(text: str, begin: int, start: int, stop: int) -> bool:
    """Whether what is struck is the item, whatever links, tickets and brackets stand behind it."""
    rest = _ASIDE.sub("", text[stop : stop + 600])
    return (stop - start) >= (stop - begin + len(rest.strip())) * 0.6


def _mark(marks: Marks, state: Claim | None, part: Part, form: str, cut: Part | None, more: str = "") -> None:
    if cut is not None and state is not None:
        marks.cut.append(cut)
    if marks.form or state is None:
        return
    marks.state, marks.mark, marks.form = state, part, form
    if more.strip() and (day := find_date(more)):
        marks.closed_on = day
    if state is Claim.WONT_DO:
        marks.reason = more.strip(" :,-–—*_.") or "stated in the document"


def _labelled(text: str, begin: int, marks: Marks) -> None:
    """`Owner: …`, `Due: …`, `Priority: …` in the item's own words."""
    if ":" not in text and "：" not in text:
        return
    found = [
        (m, c) for m in _LABELLED.finditer(text, begin, min(len(text), begin + 4000)) if (c := _COLON.match(text, m.end()))
    ]
    for i, (label, colon) in enumerate(found):
        if label.start() > begin and text[: label.start()].rstrip(" *_")[-1:] not in (
            "",
            "(",
            "（",
            "【",
            "、",
            "[",
            ",",
            ";",
            ".",
            "-",
            "–",
            "—",
            "|",
            "\n",
            ")",
            "·",
            "/",
        ):
            if label.lastgroup not in ("owner", "due"):
                continue
            if text[label.start() - 1] not in " *_(\n[":
                continue
        stop = found[i + 1][0].start() if i + 1 < len(found) else len(text)
        end = re.compile(r"[\n;|)\]、）；]|,\s(?=[A-Z]?[a-z]+:)|\.\s|$").search(text, colon.end(), stop)
        value_end = end.start() if end else stop
        value = text[colon.end() : value_end].strip(" *_,(-–—.`[")
        if not value or len(value) > 80:
            continue
        at = text.index(value, colon.end())
        if _take(marks, label.lastgroup or "", value, (at, at + len(value))):
            start = label.start()
            while start > begin and text[start - 1] in " *_([,;-–—|\n":
                start -= 1
            stop = value_end
            while stop < len(text) and text[stop] in ")]":
                stop += 1
            marks.cut.append((start, stop))


def _take(marks: Marks, name: str, value: str, part: Part) -> bool:
    if name == "owner" and not marks.owners:
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


def split_names(value: str) -> list[str]:
    names = [n.strip(" *_`.()[]") for n in re.split(r"\s*(?:,|;|/|&|\+|\band\b|\bund\b|\bet\b|、|，|\n)\s*", value)]
    return [
        n
        for n in names
        if n and n.casefold() not in ("tbd", "tba", "n/a", "none", "-", "?", "unassigned", "todo", "nobody", "x", "…")
    ]


def priority_of(value: str) -> str | None:
    if found := _PRIORITY.search(value):
        return f"P{min(int(found['n']), 3)}"
    return _PRIORITY_WORDS.get(value.strip(" *_`.!🔴🟡🟢").casefold())


def _owner(block: Block, text: str, begin: int, marks: Marks) -> None:
    if marks.owners:
        return
    end = len(text.rstrip())
    for start, stop in marks.cut:
        if stop >= end:
            end = min(end, start)
    body = text[begin:end]
    body = _TRAILING_SIGNS.sub("", body)
    if (late := _DUE_BEHIND.search(body, max(0, len(body) - 40))) and (day := find_date(late["due"])):
        marks.due = marks.due or day
        marks.due_part = marks.due_part or (begin + late.start("due"), begin + late.end("due"))
        marks.cut.append((begin + late.start(), begin + late.end()))
        body = body[: late.start()]
    elif late and late["word"]:
        body = body[: late.start()]
    for pattern in (_IN_BRACKETS, _PARTS_IN_BRACKETS, _BEHIND_DASH, _ASSIGNED, _CJK_NAME, _PIPED, _FIRST_BRACKET):
        found = pattern.search(body, max(0, len(body) - 120))
        if found and all(_is_person(n) for n in split_names(found["name"])) and split_names(found["name"]):
            if pattern is _IN_BRACKETS and "[" in found[0] and text[begin + found.end() :][:1] == "(":
                continue
            start, stop = (begin + p for p in found.span("name"))
            if any(m[0] == "link" and m[1] <= start < m[2] and not found["name"].startswith("@") for m in block.marks):
                continue
            marks.owners, marks.owner = split_names(found["name"]), (start, stop)
            marks.cut.append((begin + found.start(), begin + found.end()))
            if found["due"] and (day := find_date(found["due"])):
                marks.due = day
                marks.due_part = tuple(begin + p for p in found.span("due"))  # type: ignore[assignment]
            return
    handles = list(_AT.finditer(text, begin, begin + len(body)))
    if handles:
        tail = text[handles[-1].end() : begin + len(body)].strip(" .)*_]`")
        head = text[begin : handles[0].start()].strip(" *_([`")
        if not tail or not head or re.fullmatch(r"(?:assigned to|owner|by)[: ]*", head, re.I):
            marks.owners = [m[0] for m in handles]
            marks.owner = (handles[0].start(), handles[-1].end())
            return
    if (
        (found := _TO_VERB.match(text, begin) or _WILL.match(text, begin))
        and _is_person(found["name"])
        and not IMPERATIVE.match(found["name"])
    ):
        marks.owners, marks.owner = split_names(found["name"]), found.span("name")


_DUE_BEHIND = re.compile(
    r"(?:\s*[,|—–-]+\s*|\s+)(?:(?P<word>due|by|until|bis)(?: on)?:?\s+)?(?P<due>\d{4}-\d\d-\d\d"
    r"|(?<=due )[\w ,]{3,16}|(?<=by )[A-Z][a-z]{2,8} \d{1,2}(?:, \d{4})?)[.\s]*$"
)
_TRAILING_SIGNS = re.compile(r"[\s✅☑✔✓🟢🟡🔴️]+$")
_WILL = re.compile(r"(?P<name>[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+(?:(?: (?:and|&) | )[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']+)?) will [a-z]{2,}")


def _is_person(name: str) -> bool:
    bare = name.lstrip("@")
    if name.startswith("@"):
        return True
    first = bare.split(" ")[0].casefold().rstrip(".")
    if first == "team" and " " in bare:
        return True
    if first in _NOT_NAMES or bare.isupper() and len(bare) > 3 or any(c.isdigit() for c in bare):
        return False
    return not words.state_word(bare) and words.meaning(bare)[1] == 0


def _priority(text: str, begin: int, marks: Marks) -> None:
    if (
        marks.priority is None
        and (found := _PRIORITY.match(text, begin))
        and len(found[0]) <= 12
        and found[0].strip("[]()")[0] in "pP"
    ):
        rest = text[found.end() :]
        if rest[:1] in (" ", ":", "-", "]", ")"):
            marks.priority, marks.priority_part = f"P{min(int(found['n']), 3)}", (found.start(), found.end())
            sep = re.compile(r"[\s\])*_]*(?:[:–—-]\s?)?\s*").match(text, found.end())
            marks.cut.append((found.start(), sep.end() if sep else found.end()))
    elif marks.priority is None and (found := re.compile(r"[(\[]\s?P(?P<n>[0-4])\s?[)\]]").search(text, begin)):
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
    if not marks.links:
        for found in _ISSUE.finditer(block.text, begin, min(end, begin + 4000)):
            if found[0].split("-")[0] not in (
                "UTF",
                "ISO",
                "SHA",
                "HTTP",
                "RFC",
                "CVE",
                "TLS",
                "US",
                "EU",
                "AI",
                "COVID",
                "P",
                "SEV",
                "EC",
                "AES",
                "MD",
            ):
                _add(marks, found[0])
                marks.ticket = marks.ticket or found.span()


def _add(marks: Marks, link: str) -> None:
    if link and link not in marks.links and not link.startswith("mailto:"):
        marks.links.append(link)


def says_done(text: str) -> bool:
    """Whether a sub-bullet says that the item above it is done."""
    return bool(_HAS_BEEN_DONE.match(text.strip()))
