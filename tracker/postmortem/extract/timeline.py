"""The timeline: headings, list items, table rows and paragraphs that begin with a time, in the order of the document."""

import re
from dataclasses import dataclass, field

from tracker.domain.postmortem import Entry, Moment, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.clock import Placed, fold
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.milestones import milestone
from tracker.postmortem.extract.text import leaf_text, markdown, one_line, plain
from tracker.postmortem.extract.timeline_tables import table_rows
from tracker.postmortem.outline import Section
from tracker.postmortem.roles import timed_share, units
from tracker.postmortem.when import When, leading

_NOT_AN_ENTRY = re.compile(r"all times|times are|time ?zone|the following|below is|timeline of|approximate|alle zeiten|toutes les heures", re.I)


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
    is_day: bool = False
    tail: str = ""


def read_timeline(doc: Document) -> tuple[list[Entry], int | None]:
    """All entries, and where a new one would go."""
    raws: list[Raw] = []
    end: int | None = None
    for section in doc.outline.root.walk():
        if section.role != "timeline":
            continue
        doc.claim(section)
        before = len(raws)
        _of_section(doc, section, raws)
        if len(raws) > before:
            end = max(raws[-1].end, raws[-1].body[-1].end if raws[-1].body else 0)
        elif end is None and section.head is not None:
            end = section.blocks[-1].end if section.blocks else section.head.end
    if not any(r.when is not None and (r.when.has_clock or r.when.has_day or r.when.blank) for r in raws):
        return [], end  # a story without times
    raws = [r for r in raws if not _is_template(r)]
    placed = fold([r.when for r in raws], doc.habits)
    _note_disorder(doc, placed, raws)
    entries = [_entry(doc, raw, at) for raw, at in zip(raws, placed, strict=True) if not raw.is_day]
    return entries, end


def _is_template(raw: Raw) -> bool:
    """A row that a template left: `HH:mm | Short event description.`"""
    when = raw.when
    if when is None or not when.blank or raw.time is None:
        return False
    written = raw.block.text[when.start : when.stop] if raw.block.text else ""
    return not any(c.isdigit() for c in written.replace("00", "")) or "HH" in written


def _of_section(doc: Document, section: Section, raws: list[Raw]) -> None:
    head, when = section.head, section.when
    if section.form in ("heading", "hash", "bold") and head is not None and (when is not None or _is_untimed_entry(section)):
        inner = when is None or not section.blocks or (_splits(section, when))
        day = bool(when is not None and when.has_day and not when.has_clock and (inner and section.blocks or _children_timed(section)))
        time = Span(head.byte(when.start), head.byte_end(when.stop)) if when is not None else None
        text = section.title[when.rest :].strip() if when is not None else section.title
        raws.append(Raw(when, text, head, time, "heading", end=head.end, is_day=day))
        if when is not None and inner and section.blocks:
            _blocks(doc, section.blocks, raws, section)
        else:
            raws[-1].body = list(section.blocks)
        return
    if section.form == "gap" and section.blocks:
        first = section.blocks[0]
        raws.append(Raw(None, "", first, None, "gap", body=list(section.blocks), end=section.blocks[-1].end))
        return
    if section.lead is not None and section.lead.text.strip():
        _paragraph(doc, section.lead.block, section.lead.begin, raws)
    _blocks(doc, section.blocks, raws, section)


def _splits(section: Section, when: When) -> bool:
    """Whether the parts under a heading that is a time are entries themselves."""
    share = timed_share(section)
    return share >= 0.5 and (not when.has_clock or len(units(section)) >= 2)


def _children_timed(section: Section) -> bool:
    return any(c.when is not None and c.when.has_clock for c in section.children)


def _is_untimed_entry(section: Section) -> bool:
    """A heading without a time among headings that are times is an entry without one."""
    if section.parent is None or section.parent.role != "timeline" or section.form != "heading" or not section.blocks:
        return False
    siblings = [c for c in section.parent.children if c.form == "heading" and c is not section]
    timed = sum(1 for c in siblings if c.when is not None)
    return timed * 2 > len(siblings) and timed_share(section) == 0.0


def _blocks(doc: Document, blocks: list[Block], raws: list[Raw], section: Section) -> None:
    for block in blocks:
        if block.kind == "list":
            _list(doc, block, raws)
        elif block.kind == "table":
            rows = table_rows(block)
            if rows:
                raws += [Raw(when, text, row, time, "table row", end=row.end) for row, when, text, time in rows]
            elif raws:
                raws[-1].body.append(block)
        elif block.kind == "para":
            _paragraph(doc, block, 0, raws)
        elif block.kind == "quote":
            for child in block.children:
                _blocks(doc, [child], raws, section)
        elif raws and raws[-1].rule != "table row" and block.kind in ("code", "html", "heading"):
            raws[-1].body.append(block)


def _list(doc: Document, block: Block, raws: list[Raw]) -> None:
    """Items that begin with a time; where some do, the others are entries without one; a day's item holds that day's."""
    readings = [leading(_first(item)) for item in block.children]
    if not any(readings):
        if any(_has_timed_list(item) for item in block.children):
            for item in block.children:
                for child in item.children:
                    if child.kind == "list":
                        _list(doc, child, raws)
            return
        if raws:
            raws[-1].body.append(block)
        else:
            for item in block.children:
                _untimed(item, raws)
        return
    for item, when in zip(block.children, readings, strict=True):
        first = item.children[0] if item.children else None
        if first is None:
            continue
        if when is None:
            _untimed(item, raws)
            continue
        timed = _has_timed_list(item)
        day = timed and when.has_day and not when.has_clock
        _timed(first, when, 0, raws, "list item", end=item.end)
        raws[-1].is_day = day
        if day:
            for child in item.children[1:]:
                if child.kind == "list":
                    _list(doc, child, raws)
        else:
            raws[-1].body = item.children[1:]


def _has_timed_list(item: Block) -> bool:
    for child in item.children:
        if child.kind == "list":
            timed = sum(1 for sub in child.children if (w := leading(_first(sub), strict=True)) and w.has_clock)
            if timed and timed * 2 >= len(child.children):
                return True
    return False


def _first(block: Block) -> str:
    return block.children[0].text if block.children and block.children[0].kind in ("para", "heading") else ""


def _untimed(item: Block, raws: list[Raw]) -> None:
    first = item.children[0] if item.children else None
    if first is not None and first.text.strip():
        raws.append(Raw(None, first.text, first, None, "list item", body=item.children[1:], end=item.end))


def _timed(block: Block, when: When, begin: int, raws: list[Raw], rule: str, *, end: int, stop: int | None = None) -> None:
    stop = len(block.text) if stop is None else stop
    text = block.text[when.rest : stop]
    raws.append(Raw(when, text, block, Span(block.byte(when.start), block.byte_end(when.stop)), rule, end=end))


def _paragraph(doc: Document, block: Block, begin: int, raws: list[Raw]) -> None:
    """Lines that begin with a time are entries; lines before the first go on with the entry above, or introduce."""
    text = block.text
    starts: list[tuple[int, When]] = []
    at = begin
    while at < len(text):
        when = leading(text, at, strict=at > begin)
        if when is not None and (at == begin or when.has_clock or when.is_whole_date) and _begins_entry(text, at, when):
            starts.append((at, when))
        newline = text.find("\n", at)
        if newline < 0:
            break
        at = newline + 1
    if not starts:
        if raws and not raws[-1].is_day and raws[-1].rule != "table row" and not _NOT_AN_ENTRY.search(text[:200]):
            raws[-1].body.append(block)
        return
    if starts[0][0] > begin and raws and raws[-1].rule == "paragraph" and not raws[-1].is_day:
        raws[-1].tail += "\n" + text[begin : starts[0][0]].strip()
    for i, (_, when) in enumerate(starts):
        stop = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        _timed(block, when, begin, raws, "paragraph", end=block.byte_end(stop) if stop < len(text) else block.end, stop=stop)
        raws[-1].is_day = when.has_day and not when.has_clock and not when.blank and not text[when.rest : stop].strip(" *_-–:.()")


def _begins_entry(text: str, at: int, when: When) -> bool:
    """A weak reading (`14.30`, `3/4`) needs a separator behind it; `2018-09-20` inside a sentence is no entry's start."""
    if when.weak:
        between = text[when.stop : when.rest]
        return any(c in between for c in ":-–—|])") and not when.relative or (when.relative and bool(between.strip()))
    return True


def _note_disorder(doc: Document, placed: list[Placed], raws: list[Raw]) -> None:
    last: str | None = None
    for at, raw in zip(placed, raws, strict=True):
        if raw.is_day or at.local is None or "T" not in at.local:
            continue
        if last is not None and at.local[:16] < last[:16] and len(at.local) >= 16 and len(last) >= 16:
            doc.notes.append(f"Line {doc.source.line(raw.block.start)}: {at.local.replace('T', ' ')} stands after {last.replace('T', ' ')}.")
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
        time_span=raw.time, rule=f"timeline {raw.rule}", because=_because(raw, at), milestone=milestone(one_line(text[:300])), markdown=source,
    )  # fmt: skip


def _markdown(doc: Document, raw: Raw) -> str:
    """The entry's own text as Markdown, then its body as it stands."""
    data, block = doc.source.data, raw.block
    if raw.rule == "table row":
        own = raw.text
    elif raw.when is not None and raw.when.rest < len(block.text):
        own = markdown(data, block.byte(raw.when.rest), raw.end if block.kind != "heading" else block.byte_end(len(block.text)))
        own = one_line(own) if block.kind != "para" or raw.rule == "paragraph" else markdown(data, block.byte(raw.when.rest), block.end)
    else:
        own = "" if raw.when is not None or raw.rule == "gap" else markdown(data, block.byte(0), block.end)
    body = data[raw.body[0].start : raw.body[-1].end].decode("utf-8", "replace") if raw.body else ""
    return (own + "\n\n" + body).strip() if body else own


def _because(raw: Raw, at: Placed) -> str:
    if raw.when is None:
        return f"{raw.rule} without a time, among entries"
    return f"{raw.rule} that begins with a time" + ("" if raw.when.has_day or at.local is None else ", the day carried from above")


__all__ = ["leaf_text", "read_timeline"]
