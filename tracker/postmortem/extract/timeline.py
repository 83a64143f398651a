"""The timeline: headings, list items, table rows and paragraphs that begin with a time, in the order of the document."""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tracker.domain.postmortem import Entry, Moment, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.clock import Placed, fold
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.milestones import milestone
from tracker.postmortem.extract.text import leaf_text, markdown, one_line, plain
from tracker.postmortem.extract.timeline_tables import table_rows
from tracker.postmortem.outline import Section
from tracker.postmortem.roles import tells, timed_share, units
from tracker.postmortem.when import entry_time, leading
from tracker.postmortem.when_gate import FIRST_WORDS
from tracker.postmortem.when_lines import at_end, behind_words, trailing
from tracker.postmortem.when_tokens import When

_NO_TEXT = re.compile(r"[\s*_:.–—-]*(?:\([^()]*\)|\[[^\[\]]*\])?[\s*_:.()–—-]*")  # nothing, or a remark in brackets
_VAGUE_TIME = re.compile(
    r"\b(?:over|during|after|before|later|next|previous|morning|evening|week|weekend|day|night|afternoon"
    r"|early|that|until)\b",
    re.I,
)
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


def read_timeline(doc: Document) -> tuple[list[Entry], int | None]:
    """All entries, and where a new one would go."""
    raws: list[Raw] = []
    end: int | None = None
    for section in doc.sections("timeline"):
        doc.claim(section)
        before = len(raws)
        _of_section(doc, section, raws)
        if len(raws) > before:
            end = max(raws[-1].end, raws[-1].body[-1].end if raws[-1].body else 0)
        elif end is None and section.head is not None:
            end = section.blocks[-1].end if section.blocks else section.head.end
    if not any(r.when is not None and (r.when.has_clock or r.when.has_day or r.when.blank or r.when.relative) for r in raws):
        return [], end  # a story without times
    raws = [r for r in raws if not _is_template(r, doc.source.data)]
    for raw, after in pairwise(raws):
        if (
            raw.rule == after.rule == "heading"
            and raw.when
            and after.when
            and not after.when.has_day
            and after.when.has_clock
        ):
            raw.is_day = raw.is_day or (raw.when.has_day and not raw.when.has_clock and not raw.when.blank)
    placed = fold([r.when for r in raws], doc.habits, [r.is_day for r in raws])
    placed = [
        replace(at, local=at.day.isoformat(), precision="day") if raw.carries and at.day else at
        for raw, at in zip(raws, placed, strict=True)
    ]
    _note_disorder(doc, placed, raws)
    entries = [_entry(doc, raw, at) for raw, at in zip(raws, placed, strict=True) if not raw.is_day]
    return entries, end


def _is_template(raw: Raw, data: bytes) -> bool:
    """A row that a template left: `HH:mm | Short event description.`"""
    when = raw.when
    if when is None or not when.blank or raw.time is None:
        return False
    written = data[raw.time.start : raw.time.end].decode("utf-8", "replace")
    return "HH" in written.upper() or (not when.has_day and not any(c.isdigit() for c in written))


def _of_section(doc: Document, section: Section, raws: list[Raw]) -> None:
    head, when = section.head, section.when
    if (
        when is None
        and head is not None
        and section.form == "heading"
        and section.parent is not None
        and section.parent.role == "timeline"
    ):
        when = at_end(section.title)
    if section.form in ("heading", "hash", "bold") and head is not None and (when is not None or _is_untimed_entry(section)):
        _heading(section, head, when, raws)
        return
    if section.form == "gap" and section.blocks:
        first = section.blocks[0]
        raws.append(Raw(None, "", first, None, "gap", body=list(section.blocks), end=section.blocks[-1].end))
        return
    if section.lead is not None and section.lead.text.strip():
        _paragraph(section.lead.block, section.lead.begin, raws)
    day = any(
        s.when is not None and s.when.has_day and not s.when.has_clock for s in (section, section.parent) if s is not None
    )
    _blocks(section.blocks, raws, carries=day and section.form == "heading")


def _heading(section: Section, head: Block, when: When | None, raws: list[Raw]) -> None:
    """A heading that is a time is an entry; one that is only a day, over parts with times of their own, moves the day."""
    splits = when is not None and _splits(section, when)
    holds = splits or (not section.blocks and bool(section.children))
    time = Span(head.byte(when.start), head.byte_end(when.stop)) if when is not None else None
    rest = (
        _after(section.title, when)
        if when is not None
        else ""
        if _VAGUE_TIME.search(section.title) and section.blocks
        else section.title
    )
    raw = Raw(when, rest, head, time, "heading", end=head.end)
    raw.is_day = when is not None and when.has_day and not when.has_clock and holds
    raws.append(raw)
    if (
        raw.is_day
        and all(b.kind == "para" for b in section.blocks)
        and any(c.when is not None and c.when.has_clock for c in section.children)
    ):
        return  # what a day's heading says before the headings of its times introduces them
    if splits:
        _blocks(section.blocks, raws, carries=False)
    else:
        raw.body = list(section.blocks)


def _after(title: str, when: When) -> str:
    return title[when.rest :].strip() or _words_before(title, when)


def _splits(section: Section, when: When) -> bool:
    """Whether the parts under a heading that is a time are entries themselves."""
    share = timed_share(section)
    if len(units(section)) < 2 and not any(b.kind in ("list", "table") for b in section.blocks):
        return False
    return share >= 0.5 and (not when.has_clock or len(units(section)) >= 2)


def _is_untimed_entry(section: Section) -> bool:
    """A heading without a time among headings that are times is an entry without one."""
    if section.parent is None or section.parent.role != "timeline" or section.form != "heading" or not section.blocks:
        return False
    siblings = [c for c in section.parent.children if c.form == "heading" and c is not section]
    timed = sum(1 for c in siblings if c.when is not None)
    return timed * 2 > len(siblings) and timed_share(section) == 0.0


def _blocks(blocks: list[Block], raws: list[Raw], *, carries: bool) -> None:
    for block in blocks:
        if block.kind == "list":
            _list(block, raws, carries=carries)
        elif block.kind == "table":
            rows = table_rows(block) if tells(block) else []
            if rows:
                raws += [Raw(when, text, row, time, "table row", end=row.end) for row, when, text, time in rows]
            elif raws:
                raws[-1].body.append(block)
        elif block.kind == "para":
            _paragraph(block, 0, raws)
        elif block.kind == "quote":
            _blocks(block.children, raws, carries=carries)
        elif block.kind == "code" and _is_log(block, raws):
            _paragraph(block, 0, raws)
        elif raws and raws[-1].rule != "table row" and block.kind in ("code", "html", "heading"):
            raws[-1].body.append(block)


def _is_log(block: Block, raws: list[Raw]) -> bool:
    """A fenced block every line of which begins with a time is the timeline itself, where nothing else was read before."""
    lines = [line for line in block.text.split("\n")[:60] if line.strip()]
    return not raws and len(lines) >= 2 and all((when := entry_time(line)) and when.has_clock for line in lines)


def _military(raws: list[Raw]) -> bool:
    return any(raw.when is not None and raw.when.form == "military" for raw in raws[-3:])


def _list(block: Block, raws: list[Raw], *, carries: bool = False) -> None:
    """Items that begin with a time; where some do, the others are entries without one; a day's item holds that day's."""
    readings = _readings(block, raws)
    if not any(readings):
        if any(_timed_parts(item) for item in block.children):
            for item in block.children:
                for child in item.children:
                    if child.kind == "list":
                        _list(child, raws)
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
    found: list[When | None] = [entry_time(text, military=_military(raws)) for text in texts]
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


def _words_before(text: str, when: When) -> str:
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
                _list(child, raws, carries=True)
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
        raws.append(Raw(None, first.text, first, None, "list item", body=item.children[1:], end=item.end, carries=carries))


def _timed(block: Block, when: When, raws: list[Raw], rule: str, *, end: int, stop: int | None = None) -> None:
    stop = len(block.text) if stop is None else stop
    text = block.text[when.rest : stop]
    if when.start > 3 and rule == "list item" and (before := _words_before(block.text, when)):
        text = f"{before} {text}" if text.strip() else before
    raws.append(Raw(when, text, block, Span(block.byte(when.start), block.byte_end(when.stop)), rule, end=end))


def _paragraph(block: Block, begin: int, raws: list[Raw]) -> None:
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
    while at < len(text):
        when = entry_time(text, at, military=_military(raws))
        if when is not None and (at == begin or when.has_clock or when.is_whole_date):
            found.append((at, when))
        newline = text.find("\n", at)
        if newline < 0:
            break
        at = newline + 1
    return found


def _note_disorder(doc: Document, placed: list[Placed], raws: list[Raw]) -> None:
    last: str | None = None
    for at, raw in zip(placed, raws, strict=True):
        if raw.is_day or at.local is None or "T" not in at.local:
            continue
        if last is not None and at.local[:16] < last[:16] and len(at.local) >= 16 and len(last) >= 16:
            doc.notes.append(
                f"Line {doc.source.line(raw.block.start)}: {at.local.replace('T', ' ')} stands after"
                f" {last.replace('T', ' ')}."
            )
        last = at.local


def _entry(doc: Document, raw: Raw, at: Placed) -> Entry:
    when, block = raw.when, raw.block
    lead = raw.text + raw.tail
    text = plain(raw.body, lead)
    zone = (when.zone if when is not None and when.zone else None) or (doc.zone if at.local and "T" in at.local else None)
    start = block.start if block.kind in ("heading", "row") else block.byte(when.start if when else 0)
    end = max(raw.end, raw.body[-1].end if raw.body else 0)
    source = _markdown(doc, raw)
    return Entry(
        start=Moment(at.local, at.precision, zone), end=at.end, text=text.strip(), line=doc.source.line(start), span=Span(start, end),
        time_span=raw.time, rule=f"timeline {raw.rule}", because=_because(raw, at), milestone=milestone(one_line(text[:160])), markdown=source,
    )  # fmt: skip


def _markdown(doc: Document, raw: Raw) -> str:
    """The entry's own text as Markdown, then its body as it stands."""
    data, block = doc.source.data, raw.block
    if raw.rule == "table row":
        own = raw.text
    elif raw.when is not None and raw.when.start > 0 and raw.when.rest >= len(block.text) and raw.text:
        own = one_line(raw.text)
    elif raw.when is not None and raw.when.rest < len(block.text):
        own = markdown(
            data, block.byte(raw.when.rest), raw.end if block.kind != "heading" else block.byte_end(len(block.text))
        )
        own = (
            one_line(own)
            if block.kind != "para" or raw.rule == "paragraph"
            else markdown(data, block.byte(raw.when.rest), block.end)
        )
    else:
        own = "" if raw.when is not None or raw.rule == "gap" else markdown(data, block.byte(0), block.end)
    body = data[raw.body[0].start : raw.body[-1].end].decode("utf-8", "replace") if raw.body else ""
    return (own + "\n\n" + body).strip() if body else own


def _because(raw: Raw, at: Placed) -> str:
    if raw.when is None:
        return f"{raw.rule} without a time, among entries"
    return f"{raw.rule} that begins with a time" + (
        "" if raw.when.has_day or at.local is None else ", the day carried from above"
    )


__all__ = ["leaf_text", "read_timeline"]
