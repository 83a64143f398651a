"""A new timeline entry, written as the ones around it are, and put where its time belongs."""

import re
from collections.abc import Iterator

from tracker.domain.errors import Invalid
from tracker.domain.postmortem import Entry, Postmortem, Span
from tracker.postmortem.edit.cells import escaped
from tracker.postmortem.edit.fields import says
from tracker.postmortem.edit.places import blank_before, heading, line_end, line_start, new_section, text_end
from tracker.postmortem.edit.proof import Candidate, document_values, entry_values, first_proven, item_values
from tracker.postmortem.edit.rows import cell_at, cell_spans, is_drawn, new_row

START = re.compile(r"(?:(?P<day>\d{4}-\d\d-\d\d)(?:[T ]|$))?(?P<clock>\d\d:\d\d(?::\d\d)?)?")
CLOCK = re.compile(
    rb"(?P<hour>\d{1,2})(?P<sign>[:.h])(?P<minute>\d\d)(?:[:.]\d\d)?(?P<half>[ \t]*[AaPp]\.?[Mm]?\.?(?![a-z]))?"
)
DAY = re.compile(rb"\d{4}(?P<sign>[-/.])\d\d[-/.]\d\d")
SEPARATOR = re.compile(rb"[*_`\])]*[ \t]*(?:\([A-Z]{2,5}\)|[A-Z]{2,4}\b)?[ \t]*(?:[-:,|]|\xe2\x80[\x93\x94])*\**[ \t]*")
CANNOT = "A new entry with this time does not fit into this document's timeline. Add it by editing the text."


def add_entry(pm: Postmortem, start: str, text: str) -> bytes:
    """Return the document with one more timeline entry; a timeline for it where there is none.

    `start` is local wall-clock time: `14:30`, `2018-01-25T14:30` (a space will do) or `2018-01-25`; `text` is one line of
    Markdown. It goes behind the last entry that is not later. Raises `Invalid` where it cannot be read back.
    """
    when = START.fullmatch(start.strip())
    words = " ".join(text.split())
    if not when or not (when["day"] or when["clock"]):
        raise Invalid("Give the time as 14:30 or 2018-01-25 14:30.", "start")
    if not words:
        raise Invalid("Say what happened.", "text")
    days = [entry.start.local[:10] for entry in pm.timeline if entry.start.local and entry.start.local[:1] != "T"]
    day = when["day"] or (days[-1] if days else pm.date.value if pm.date else None)
    candidates = _candidates(pm, day, when["day"] is not None, when["clock"], words)
    return first_proven(pm, candidates, lambda after: _only_added(pm, after, when, words), CANNOT)


def _only_added(before: Postmortem, after: Postmortem, when: re.Match[str], words: str) -> bool:
    old, new = ([entry_values(entry) for entry in pm.timeline] for pm in (before, after))
    if len(new) != len(old) + 1 or [item_values(i) for i in before.items] != [item_values(i) for i in after.items]:
        return False
    n = next((i for i, values in enumerate(old) if values != new[i]), len(old))
    same = {"timeline": None, "notes": None, "date": None}
    if old[n:] != new[n + 1 :] or document_values(before) | same != document_values(after) | same:
        return False
    entry = after.timeline[n]
    local = entry.start.local or ""
    right_day = not when["day"] or local.startswith(when["day"])
    right_time = local.endswith(f"T{when['clock']}") if when["clock"] else "T" not in local
    return right_day and right_time and says(entry.text, words)


def _candidates(pm: Postmortem, day: str | None, day_given: bool, clock: str | None, words: str) -> Iterator[Candidate]:
    key = f"{day}T{clock}" if day and clock else day if day else f"T{clock}"
    timed = [entry for entry in pm.timeline if entry.time_span is not None]
    falling = len(timed) > 1 and (timed[0].start.local or "") > (timed[-1].start.local or "")
    earlier = [
        entry for entry in timed if entry.start.local and (entry.start.local >= key if falling else entry.start.local <= key)
    ]
    if timed and not earlier:
        yield from _beside(pm, timed[0], day, day_given, clock, words, before=True)
    for model in [*earlier[-1:], *timed[-1:]]:
        yield from _beside(pm, model, day, day_given, clock, words, before=False)
    eol = line_end(pm.source)
    for time in _plain_times(day, day_given, clock):
        line = b"- " + time + b" " + words.encode()
        if pm.timeline_end is not None:
            at = text_end(pm.source, pm.timeline_end)
            yield [(Span(at, at), eol + line)]
            yield [(Span(at, at), eol * 2 + line)]
        if not pm.timeline:
            yield [new_section(pm.source, heading(pm.source, "Timeline"), line)]


def _plain_times(day: str | None, day_given: bool, clock: str | None) -> list[bytes]:
    if clock is None:
        return [(day or "").encode()]
    return ([] if day_given else [clock.encode()]) + ([f"{day} {clock}".encode()] if day else []) + [clock.encode()]


def _beside(
    pm: Postmortem, model: Entry, day: str | None, day_given: bool, clock: str | None, words: str, *, before: bool
) -> Iterator[Candidate]:
    """A line like `model`'s, behind it or before it; its own body, lists and code below its line are not taken along."""
    source, eol = pm.source, line_end(pm.source)
    span = model.time_span
    assert span is not None
    begin = line_start(source, span.start)
    end = _first_line_end(source, span.end)
    at = begin if before else text_end(source, max(model.span.end, end))
    gaps = [eol * 2] if _apart(pm, model) else [eol]
    for time in [*_in_its_form(source[span.start : span.end], day, clock), *_plain_times(day, day_given, clock)]:
        if source[begin:end].lstrip().startswith(b"|") or model.rule.startswith("table"):
            lines = [_row(source, begin, end, model, time, words)]
        elif not source[span.end : end].strip(b" \t#*_\xc2\xb6"):  # a time by itself, its text below it
            alone = source[begin : span.start] + time + source[span.end : end]
            lines = [alone + eol * 2 + words.encode()]
            gaps = [source[len(source[:begin].rstrip()) : begin] or eol * 2]
        else:
            front = source[begin : span.start] + time
            lines = [front + behind + words.encode() for behind in _behind(source, span.end, end)]
        for line in lines:
            for gap in dict.fromkeys([*gaps, eol * 2, eol]):
                yield [(Span(at, at), line + gap if before else gap + line)]


def _apart(pm: Postmortem, model: Entry) -> bool:
    """Whether empty lines stand between entries: as they do between this one and its neighbour, else by what it is."""
    n = next(i for i, entry in enumerate(pm.timeline) if entry is model)
    neighbours = [pm.timeline[n]] if n else list(pm.timeline[1:2])
    if neighbours:
        return blank_before(pm.source, neighbours[0].span.start)
    line = pm.source[line_start(pm.source, model.span.start) :].lstrip(b" \t>")
    return not re.match(rb"[-*+|]|\d+[.)][ \t]", line)


def _behind(source: bytes, at: int, end: int) -> list[bytes]:
    """What stands between a time and its text: its closing marks, its zone, a dash; or else only the closing marks."""
    separator = SEPARATOR.match(source, at, end)
    whole = separator[0].rstrip() if separator else b""
    closing = re.match(rb"[*_`\])]*", whole)
    return list(dict.fromkeys([whole + b" ", (closing[0] if closing else b"") + b" "]))


def _first_line_end(source: bytes, at: int) -> int:
    end = source.find(b"\n", at)
    return len(source[: end if end >= 0 else len(source)].rstrip(b"\r"))


def _row(source: bytes, begin: int, end: int, model: Entry, time: bytes, words: str) -> bytes:
    """Time in the model's time cell, words in the cell that holds the first of the model's own words."""
    assert model.time_span is not None
    row = source[begin:end]
    spans = cell_spans(row)
    at = cell_at(spans, model.time_span.start - begin) or 0
    first = model.text.split(maxsplit=1)[:1]
    found = next((n for n, (s, e) in enumerate(spans) if n != at and first and first[0].encode() in row[s:e]), at + 1)
    return new_row(row, {at: time, found: escaped(words, in_cell=True)}, drawn=is_drawn(source, begin))


def _in_its_form(raw: bytes, day: str | None, clock: str | None) -> Iterator[bytes]:
    """The new time as the model's is written: its day, its sign between hour and minute, its half of the day."""
    found = CLOCK.search(raw)
    if clock is None or found is None:
        return
    hour, minute = int(clock[:2]), clock[3:5]
    half = found["half"] or b""
    if half:
        written = b"a" if hour < 12 else b"p"
        half = re.sub(rb"[AaPp]", written.upper() if re.search(rb"[AP]", half) else written, half, count=1)
        hour = hour % 12 or 12
    padded = len(found["hour"]) == 2 and (not half or found["hour"].startswith(b"0"))
    time = (f"{hour:02d}" if padded else str(hour)).encode() + found["sign"] + minute.encode()
    time += f":{clock[6:8]}".encode() if len(clock) > 5 else b""
    lead = raw[: found.start()]
    if day and (written_day := DAY.search(lead)):
        lead = lead[: written_day.start()] + day.encode().replace(b"-", written_day["sign"]) + lead[written_day.end() :]
    yield lead + time + half
    if lead:
        yield time + half
