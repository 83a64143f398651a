"""The timeline: headings, list items, table rows and paragraphs that begin with a time, in the order of the document."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from tracker.domain.postmortem import Entry, Moment, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.clock import Placed, fold
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.milestones import milestone
from tracker.postmortem.extract.text import markdown, one_line, plain
from tracker.postmortem.extract.timeline_parts import Raw, add_list, add_paragraph, words_before
from tracker.postmortem.extract.timeline_tables import table_rows
from tracker.postmortem.section import Section
from tracker.postmortem.shapes import tells, timed_share, units
from tracker.postmortem.when import entry_time
from tracker.postmortem.when_lines import at_end
from tracker.postmortem.when_tokens import When

_EXAMPLE = re.compile(r"(?:example|e\.g\.|beispiel|exemple|ejemplo)\W", re.I)
NOTES = 20  # more of them would tell a person nothing
_VAGUE_TIME = re.compile(
    r"\b(?:over|during|after|before|later|next|previous|morning|evening|week|weekend|day|night|afternoon"
    r"|early|that|until)\b",
    re.I,
)


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
    if when is None or raw.time is None:
        return False
    start, stop = raw.time
    if raw.rule != "heading":
        before = data[max(start - 12, 0) : start]
        lower = before.lower()
        may_be = b"mpl" in lower or b"e.g." in lower or b"eispie" in lower
        if may_be and _EXAMPLE.match(before.decode("utf-8", "ignore").lstrip("_* \n-")):
            return True
    if not when.blank:
        return False
    written = data[start:stop].decode("utf-8", "replace")
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
        add_paragraph(section.lead.block, section.lead.begin, raws)
    carries = section.form == "heading" and any(
        s.when is not None and s.when.has_day and not s.when.has_clock for s in (section, section.parent) if s is not None
    )
    _blocks(section.blocks, raws, carries=carries)


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
    return title[when.rest :].strip() or words_before(title, when)


def _splits(section: Section, when: When) -> bool:
    """Whether the parts under a heading that is a time are entries themselves."""
    if timed_share(section) < 0.5:
        return False
    several = len(units(section)) >= 2
    if not several and not any(b.kind in ("list", "table") for b in section.blocks):
        return False
    return not when.has_clock or several


def _is_untimed_entry(section: Section) -> bool:
    """A heading without a time among headings that are times is an entry without one."""
    if section.parent is None or section.parent.role != "timeline" or section.form != "heading" or not section.blocks:
        return False
    heads, timed = section.parent.heads()
    return timed * 2 > heads - 1 and timed_share(section) == 0.0


def _blocks(blocks: Sequence[Block], raws: list[Raw], *, carries: bool) -> None:
    parts = any(b.kind in ("list", "table") for b in blocks)
    for block in blocks:
        if parts and block.kind == "para" and _is_prose(block):
            continue
        if block.kind == "list":
            add_list(block, raws, carries=carries)
        elif block.kind == "table":
            rows = table_rows(block) if tells(block) else []
            if rows:
                raws += [Raw(when, text, row, time, "table row", end=row.end) for row, when, text, time in rows]
            elif raws:
                raws[-1].body.append(block)
        elif block.kind == "para":
            add_paragraph(block, 0, raws)
        elif block.kind == "quote":
            _blocks(block.children, raws, carries=carries)
        elif block.kind == "code" and _is_log(block, raws):
            add_paragraph(block, 0, raws)
        elif raws and raws[-1].rule != "table row" and block.kind in ("code", "html", "heading"):
            raws[-1].body.append(block)


def _is_prose(block: Block) -> bool:
    """A paragraph of several sentences beside a list or a table of entries tells the story, whatever it begins with."""
    when = entry_time(block.text)
    bare = when is not None and not block.text[when.stop : when.rest].strip(" *_")
    return (bare or when is None) and block.text.count(". ") >= 1 and len(block.text) >= 80 and bare


def _is_log(block: Block, raws: list[Raw]) -> bool:
    """A fenced block every line of which begins with a time is the timeline itself, where nothing else was read before."""
    lines = [line for line in block.text.split("\n")[:60] if line.strip()]
    return not raws and len(lines) >= 2 and all((when := entry_time(line)) and when.has_clock for line in lines)


def _note_disorder(doc: Document, placed: list[Placed], raws: list[Raw]) -> None:
    """Point out what stands against the order of the others, whichever that order is; nothing is sorted."""
    times = [
        (at.local[:16], raw)
        for at, raw in zip(placed, raws, strict=True)
        if not raw.is_day and at.local is not None and len(at.local) >= 16
    ]
    forwards = sum((after > before) - (after < before) for (before, _), (after, _) in pairwise(times)) >= 0
    for (before, _), (after, raw) in pairwise(times):
        if (after < before if forwards else after > before) and len(doc.notes) < NOTES:
            line = doc.source.line(raw.block.start)
            doc.notes.append(f"Line {line}: {after.replace('T', ' ')} stands after {before.replace('T', ' ')}.")


def _entry(doc: Document, raw: Raw, at: Placed) -> Entry:
    when, block = raw.when, raw.block
    lead = raw.text + raw.tail
    text = plain(raw.body, lead) if raw.body else lead.strip()
    zone = (when.zone if when is not None and when.zone else None) or (doc.zone if at.local and "T" in at.local else None)
    own = raw.time.start if raw.time is not None else block.byte(0)
    start = block.start if block.kind in ("heading", "row") else own
    end = max(raw.end, raw.body[-1].end if raw.body else 0)
    return Entry(
        start=Moment(at.local, at.precision, zone),
        end=at.end,
        text=text.strip(),
        line=doc.source.line(start),
        span=Span(start, end),
        time_span=raw.time,
        rule=f"timeline {raw.rule}",
        because=_because(raw, at),
        milestone=milestone(text[:160].replace("\n", " ")),
        markdown=_markdown(doc, raw),
    )


def _markdown(doc: Document, raw: Raw) -> str:
    """The entry's own text as Markdown, then its body as it stands."""
    data, block, when = doc.source.data, raw.block, raw.when
    if raw.rule == "table row":
        own = raw.text
    elif when is not None and when.start > 0 and when.rest >= len(block.text) and raw.text:
        own = one_line(raw.text)
    elif when is not None and when.rest < len(block.text):
        stop = raw.end if block.kind != "para" or raw.rule == "paragraph" else block.end
        own = markdown(data, block.byte(when.rest), stop if block.kind != "heading" else block.byte_end(len(block.text)))
    else:
        own = "" if when is not None or raw.rule == "gap" else markdown(data, block.byte(0), block.end)
    body = data[raw.body[0].start : raw.body[-1].end].decode("utf-8", "replace") if raw.body else ""
    return (own + "\n\n" + body).strip() if body else own


def _because(raw: Raw, at: Placed) -> str:
    if raw.when is None:
        return f"{raw.rule} without a time, among entries"
    return f"{raw.rule} that begins with a time" + (
        "" if raw.when.has_day or at.local is None else ", the day carried from above"
    )
