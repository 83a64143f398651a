"""Entries in lists and paragraphs, before their times are placed."""

import re
from dataclasses import dataclass, field

from tracker.domain.postmortem import Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.when import entry_time, leading
from tracker.postmortem.when_gate import FIRST_WORDS
from tracker.postmortem.when_lines import at_end, behind_words, trailing
from tracker.postmortem.when_tokens import When

_NO_TEXT = re.compile(r"[\s*_:.–—-]*(?:\([^()]*\)|\[[^\[\]]*\])?[\s*_:.()–—-]*")  # nothing, or a remark in brackets
_NOT_AN_ENTRY = re.compile(
    r"all times|times are|time ?zone|the following|below is|timeline of|approximate|alle zeiten|toutes les heures", re.I
)


@dataclass(slots=True)
class Raw:
    """An entry before its time is placed. `day_only` lines move the day and are no entries themselves."""

    when: When | None
    text: str
    block: Block
    time: Span | None
    rule: str
    body: list[Block] = field(default_factory=list)
    end: int = 0
    is_day: bool = False  # moves the day, is no entry
    carries: bool = False  # without a time, but its day is known
    tail: str = ""


def _military(raws: list[Raw]) -> bool:
    return any(raw.when is not None and raw.when.form == "military" for raw in raws[-3:])


def add_list(block: Block, raws: list[Raw], *, carries: bool = False) -> None:
    """Items that begin with a time; where some do, the others are entries without one; a day's item holds that day's."""
    readings = _readings(block, raws)
    if not any(readings):
        if any(_timed_parts(item) for item in block.children):
            for item in block.children:
                for child in item.children:
                    if child.kind == "list":
                        add_list(child, raws)
        elif raws and not carries:
            raws[-1].body.append(block)
        else:
            for item in block.children:
                _untimed(item, raws, carries)
        return
    for item, when in zip(block.children, readings, strict=True):
        if not item.children:
            continue
        if when is None:
            _untimed(item, raws, carries)
        else:
            _item(item, when, raws)


def _readings(block: Block, raws: list[Raw]) -> list[When | None]:
    """The time of each item of a list. Where none begins with one, most may have it behind a few words or at their end.

    A weak reading (`14.05`, `1405`) counts where all items have one.
    """
    texts = [_first(item) for item in block.children]
    military = _military(raws)
    found: list[When | None] = [entry_time(text, military=military) for text in texts]
    if sum(1 for when in found if when) * 2 >= len(texts):
        return found
    behind = [when or _behind(text) for when, text in zip(found, texts, strict=True)]
    if all(behind) or (any(found) and not texts):
        return behind
    if any(found) or not texts:
        return found
    weak = [leading(text) for text in texts]
    if len(texts) >= 2 and all(weak):
        return weak
    for other in (_behind, at_end):
        found = [other(text) for text in texts]
        if sum(1 for when in found if when) * 2 > len(texts):
            return found
    return [None] * len(texts)


def _behind(text: str) -> When | None:
    found = behind_words(text)
    return found[0] if found else None


def words_before(text: str, when: When) -> str:
    """What stands before a time, where it says something: `Detected`, a name; not a zone, not a word such as `at`."""
    before = text[: when.start].strip(" \t*_:,–—-([])")
    return "" if before.casefold() in FIRST_WORDS or before in ("UTC", "GMT") or len(before) <= 3 else before


def _item(item: Block, when: When, raws: list[Raw]) -> None:
    """An item with a time; sub-bullets with times of their own are entries too, the others its body."""
    first = item.children[0]
    _timed(first, when, raws, "list item", end=item.end)
    raw = raws[-1]
    timed = _timed_parts(item)
    empty = not first.text[when.rest :].strip(" *_:.-–—")
    if timed and empty:
        raw.is_day = True
        raw.end = first.end
        for child in item.children[1:]:
            if child.kind == "list":
                add_list(child, raws, carries=True)
        return
    for child in item.children[1:]:
        if child.kind == "list" and timed:
            for sub in child.children:
                inner = entry_time(_first(sub))
                if inner is not None and inner.has_clock and not inner.weak:
                    _item(sub, inner, raws)
                else:
                    raw.body.append(sub)
        else:
            raw.body.append(child)


def _timed_parts(item: Block) -> int:
    """How many sub-bullets of an item begin with a clock time."""
    return sum(
        1
        for child in item.children
        if child.kind == "list"
        for sub in child.children
        if (when := entry_time(_first(sub))) and when.has_clock and not when.weak
    )


def _first(block: Block) -> str:
    return block.children[0].text if block.children and block.children[0].kind in ("para", "heading") else ""


def _untimed(item: Block, raws: list[Raw], carries: bool) -> None:
    first = item.children[0] if item.children else None
    if first is not None and first.text.strip():
        raws.append(
            Raw(None, first.text, first, None, "list item", body=list(item.children[1:]), end=item.end, carries=carries)
        )


def _timed(block: Block, when: When, raws: list[Raw], rule: str, *, end: int, stop: int | None = None) -> None:
    stop = len(block.text) if stop is None else stop
    text = block.text[when.rest : stop]
    if when.start > 3 and rule == "list item" and (before := words_before(block.text, when)):
        text = f"{before} {text}" if text.strip() else before
    raws.append(Raw(when, text, block, Span(block.byte(when.start), block.byte_end(when.stop)), rule, end=end))


def add_paragraph(block: Block, begin: int, raws: list[Raw]) -> None:
    """Lines that begin with a time are entries; lines before the first go on with the entry above, or introduce."""
    text = block.text
    starts = _starts(text, begin, raws)
    late = len(starts) == 1 and starts[0][0] > begin
    if (not starts or late) and (when := trailing(text)) is not None and text[begin : when.start].strip():
        line = text.rstrip().rfind("\n")
        time = Span(block.byte(when.start), block.byte_end(when.stop))
        raws.append(Raw(when, text[begin:line], block, time, "paragraph", end=block.end))
        return
    if not starts and (behind := behind_words(text)) is not None and text[behind[1] : behind[1] + 1] in (":", "]"):
        _timed(block, behind[0], raws, "list item", end=block.end)
        return
    if not starts:
        if raws and not raws[-1].is_day and raws[-1].rule != "table row" and not _NOT_AN_ENTRY.search(text[:200]):
            raws[-1].body.append(block)
        return
    if starts[0][0] > begin and raws and raws[-1].rule == "paragraph" and not raws[-1].is_day:
        raws[-1].tail += "\n" + text[begin : starts[0][0]].strip()
    for i, (_, when) in enumerate(starts):
        stop = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        _timed(block, when, raws, "paragraph", end=block.byte_end(stop) if stop < len(text) else block.end, stop=stop)
        alone = not text[when.stop : stop].partition("\n")[2].strip()
        raws[-1].is_day = (
            when.has_day
            and not when.has_clock
            and not when.blank
            and alone
            and bool(_NO_TEXT.fullmatch(text[when.stop : stop]))
        )


def _starts(text: str, begin: int, raws: list[Raw]) -> list[tuple[int, When]]:
    """The lines of a paragraph that begin with a time; after the first only with a clock or a whole date."""
    found: list[tuple[int, When]] = []
    at = begin
    while at < len(text) and text[at] in "\n ":
        at += 1
    begin = at
    military = _military(raws)
    while at < len(text):
        when = entry_time(text, at, military=military)
        if when is not None and (at == begin or when.has_clock or when.is_whole_date):
            found.append((at, when))
        newline = text.find("\n", at)
        if newline < 0:
            break
        at = newline + 1
    return found
