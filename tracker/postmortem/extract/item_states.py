"""Whether the words of an item say that it is done, and which bytes say so: boxes, words, emoji, strikes, our own marks."""

import re
from dataclasses import dataclass, field

from tracker.domain.claims import Claim
from tracker.postmortem import vocabulary as words
from tracker.postmortem.blocks import Block
from tracker.postmortem.when_lines import find_date

Part = tuple[int, int]


@dataclass(slots=True)
class Marks:
    """What was found in an item's words; parts are characters of its block's text."""

    state: Claim | None = None
    mark: Part | None = None  # the bytes that say so
    cut: list[Part] = field(default_factory=list)  # what is not part of the text
    ours: bool = False
    guessed: bool = False  # the owner is the first word of a sentence: believed only if the document names it elsewhere
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


_DONE_WORDS = (
    r"done|completed?|closed|finished|fixed|merged|shipped|resolved|deployed|implemented|erledigt"
    r"|umgesetzt|fait|terminée?|hecho|feito"
    r"|concluído|fatto|gedaan|gereed|afgerond|klart|ferdig|utført|færdig|完了|済み?|対応済み?|已完成|完成"
)
_WONT = (
    r"won[’']?t (?:do|fix)|wontfix|cancell?ed|rejected|abandoned|obsolete|not doing|verworfen|abandonné"
    r"|no longer needed|superseded"
)
_PROGRESS = r"outstanding|in[- ]progress|wip|ongoing|started|en cours|in arbeit|en curso|em andamento|対応中|进行中"
_OPEN = r"open|to ?do|not started|not done|pending|planned|offen|pendiente|à faire|未完了|未着手|未开始"
OURS = re.compile(
    r"[ ](?P<mark>\((?:done(?: (?P<day>\d{4}-\d\d-\d\d))?"
    r"|won[’']t do: (?P<reason>[^()]*(?:\([^()]*\)[^()]*)*)|(?P<open>open))\))(?=[:：]?[ \t]*$)"
)
_EMOJI_DONE = "✅☑✔✓💚🟢"
_BRACKETED = re.compile(
    rf"[(\[{{【（][\s*_~]*(?:already |all )?(?P<word>{_DONE_WORDS}|{_WONT}|{_PROGRESS}"
    rf"|{_OPEN})\b(?P<more>[^()\[\]{{}}]{{0,80}})[)\]}}】）][\s.*_]*",
    re.I,
)
_LEADING = re.compile(
    rf"[\s*_~\[(]*(?:already )?(?P<word>{_DONE_WORDS}|{_WONT}|{_PROGRESS}|TODO|WIP|DOING)[\s*_~\])]*\s?(?::"
    rf"|-{{1,2}}|–|—|\|)\s+",
    re.I,
)
_SHOUTED = re.compile(
    r"[\s*_\[(]*(?P<word>DONE|COMPLETED|FIXED|WIP|DOING|TODO|CLOSED|RESOLVED|CANCELLED|MERGED|OPEN)\b[\])*_:.!-]*\s+(?=\S)"
)
_TRAILING = re.compile(
    rf"(?=[\s*_=→|.:,;–—-])(?:[\s*_]*(?:-{{1,2}}|–|—|=>|->|→|\||\.|:|,|;)[\s*_]+|[\s*_]+(?=(?-i:DONE|COMPLETED|FIXED|WIP|MERGED"
    rf"|CLOSED|TODO)))(?P<word>{_DONE_WORDS}|{_WONT}|{_PROGRESS})"
    r"(?P<more>[.!*_ ]{0,4}|[ ,:]{0,2}(?:on |in |by |during |as of |already |\d|\(|#|https?:"
    r"|[-–] ?#)[^.;]{0,60}[.!*_]{0,3})$",
    re.I,
)
_FIRST_LETTERS = frozenset(
    word[:2] for words in (_DONE_WORDS, _WONT, _PROGRESS, _OPEN, "doing|already|all ") for word in words.split("|")
)
_OPENING = re.compile(r"[(\[{【（][\s*_~]*(?=(\S\S?))")
_BEHIND_SIGN = re.compile(r"[-–—>→|.:,;][\s*_]+(?=(\S\S?))")
_SHOUTED_LATE = re.compile("DONE|COMPLETED|FIXED|WIP|MERGED|CLOSED|TODO")
_TOLD = re.compile(
    r"[.!]\s+(?P<told>(?:this|that|it) (?:has been|is|was) (?:now |already )?(?:done|completed|fixed|implemented)[.!]?)\s*$",
    re.I,
)
_LAST_OF_TOLD = frozenset("edED")
_EMOJI = re.compile(rf"(?:[{_EMOJI_DONE}]\ufe0f?|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check|check):)")
_EMOJI_OTHER = re.compile(r"(?:❌|🚧|⏳|🔄|🟡|🔴|⬜|☐|🚫|⛔|:construction:|:x:|:hourglass:|:red_circle:)\ufe0f?")
_BOX = re.compile(r"\[( ?|[xX])\](?![(\[:])[ \t]+")
_HAS_BEEN_DONE = re.compile(
    r"^(?:this|that|it)?\s*(?:has been|was|is|have been|were|are)?\s*(?:now |already |all )?(?:done"
    r"|completed|complete|fixed|implemented|deployed|merged"
    r"|erledigt|shipped|resolved)\b|^(?:done|completed|fixed|merged|status: (?:done|complete))\b",
    re.I,
)
_IN_LIST = re.compile(rf"[;,、，]\s?(?P<word>{_DONE_WORDS}|{_WONT})\b(?P<more>[^;()（）]{{0,40}})[)）][\s.]*$", re.I)


def _bold_word(block: Block, text: str, begin: int) -> int | None:
    """Where a bold word that an item begins with ends, if it is a state: `**Done** Add an alert`."""
    for kind, start, stop, _, _, _ in block.marks:
        if (
            kind == "strong"
            and start == begin
            and stop - start <= 16
            and text[stop : stop + 1] == " "
            and claim_of(text[start:stop])
        ):
            return stop
    return None


def _at_the_end(text: str, begin: int, marks: Marks) -> None:
    """`…; completed April 26)`, `… - done`, `… DONE on 2 May`."""
    at = max(begin, len(text) - 120)
    if (")" in text or "）" in text) and (found := _IN_LIST.search(text, max(begin, len(text) - 160))):
        _mark(marks, claim_of(found["word"]), found.span("word"), "word", (found.start(), found.end("more")), found["more"])
    elif text.rstrip().rstrip(".!")[-1:] in _LAST_OF_TOLD and (found := _TOLD.search(text, max(begin, len(text) - 80))):
        _mark(marks, Claim.DONE, found.span("told"), "word", found.span("told"))
    elif _may_trail(text, at) and (found := _TRAILING.search(text, at)):
        _mark(marks, claim_of(found["word"]), (found.start("word"), found.end()), "word", found.span(), found["more"])


def _may_trail(text: str, at: int) -> bool:
    """A cheap test: whether a sign stands before the first letters of a state, or one is shouted."""
    for behind in _BEHIND_SIGN.finditer(text, at):
        letters = behind[1].casefold()
        if letters in _FIRST_LETTERS or not letters.isascii():
            return True
    return _SHOUTED_LATE.search(text, at) is not None


_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|https?://\S+|[#@]\w+|\b[A-Z]+-\d+\b")


def claim_of(word: str) -> Claim | None:
    name = words.state_word(word)
    return Claim(name) if name else None


def take_ours(marks: Marks, ours: re.Match[str]) -> None:
    marks.ours, marks.form, marks.mark = True, "ours", ours.span("mark")
    marks.state = Claim.OPEN if ours["open"] else Claim.WONT_DO if ours["reason"] is not None else Claim.DONE
    marks.reason, marks.closed_on = ours["reason"], ours["day"]


def find_state(block: Block, text: str, begin: int, marks: Marks) -> None:
    if box := _BOX.match(text, begin):
        ticked = box[1].strip().lower() == "x"
        marks.box = (box.start(), box.start() + len(box[0].rstrip()))
        _mark(marks, Claim.DONE if ticked else Claim.OPEN, marks.box, "box", box.span())
        begin = box.end()
    for kind, start, stop, _, _, _ in block.marks:
        if kind == "strike" and start <= begin + 2 and _is_most(text, begin, start, stop):
            _mark(marks, Claim.DONE, (start, stop), "struck", None)
    _in_brackets(text, begin, marks)
    if (
        marks.form in ("", "struck")
        and not ((letters := text[begin : begin + 2]).isalpha() and letters.casefold() not in _FIRST_LETTERS)
        and (first := _LEADING.match(text, begin) or _SHOUTED.match(text, begin))
    ):
        _mark(marks, claim_of(first["word"]), first.span("word"), "word", first.span())
    if marks.form == "" and (bold := _bold_word(block, text, begin)) is not None:
        _mark(marks, claim_of(text[begin:bold]), (begin, bold), "word", (begin, bold))
    if marks.form == "":
        _at_the_end(text, begin, marks)
    if marks.form == "" and (":" in text or not text.isascii()):
        _by_emoji(text, begin, marks)


def find_state_in_words(text: str, begin: int, marks: Marks) -> None:
    """The state of an item without marks, brackets, colons and dashes: shouted in front, or told at the end."""
    if first := _SHOUTED.match(text, begin):
        _mark(marks, claim_of(first["word"]), first.span("word"), "word", first.span())
    if marks.form == "":
        _at_the_end(text, begin, marks)


def _in_brackets(text: str, begin: int, marks: Marks) -> None:
    """`… (DONE)`, `[done in May] …`: a state in brackets at an end of the item, or before its links."""
    for opening in _OPENING.finditer(text, begin, min(len(text), begin + 4000)):
        letters = opening[1].casefold()
        if letters in _FIRST_LETTERS or not letters.isascii():
            break
    else:
        return
    for found in _BRACKETED.finditer(text, opening.start(), min(len(text), begin + 4000)):
        state = claim_of(found["word"])
        behind = text[found.end() : found.end() + 200]
        at_end = not behind.strip(" .*_") or behind.lstrip().startswith(("(", "[", "http"))
        if state is not None and (at_end or not text[begin : found.start()].strip()):
            span = (found.start(), found.end() - (len(found[0]) - len(found[0].rstrip(" .*_"))))
            _mark(marks, state, span, "word", found.span(), found["more"] if state in (Claim.DONE, Claim.WONT_DO) else "")
            return


def _by_emoji(text: str, begin: int, marks: Marks) -> None:
    for pattern, state in ((_EMOJI, Claim.DONE), (_EMOJI_OTHER, Claim.OPEN)):
        for found in pattern.finditer(text, begin, min(len(text), begin + 4000)):
            if found.start() - begin <= 4 or len(text.rstrip()) - found.end() <= 4:
                _mark(marks, state, found.span(), "emoji", found.span())
                return


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


def says_done(text: str) -> bool:
    """Whether a sub-bullet says that the item above it is done."""
    return bool(_HAS_BEEN_DONE.match(text.strip()))
