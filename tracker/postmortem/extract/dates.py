"""The incident's day: every place that names one has a weight, and places that agree add up."""

import re
from datetime import date
from functools import lru_cache
from itertools import islice
from posixpath import splitext

from tracker.domain.postmortem import Read, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.calendar_words import MONTHS_BY_NAME as MONTHS
from tracker.postmortem.clock import Habits, day_of
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.fields import field
from tracker.postmortem.when import entry_time
from tracker.postmortem.when_tokens import When

_NUMERIC = re.compile(r"([0-9](?<![\d./-].)\d?)([./-])(\d{1,2})\2((?:19|20)?\d\d)(?![\d])")
_DIGIT = re.compile(r"\d")
NAME_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_FIRST_ZONES = re.compile(
    r"^(?:CES?T|BST|MESZ|MEZ|EES?T|WES?T|IST|Europe/|AES?T|NZ|BRT|ART|SAST|GST|MSK|Africa/|Asia/Kolkata)"
)
# Closing an item tells no year. What may not stand before it is looked at last: so the search leaps from `20` to `20`.
_YEAR = re.compile(r"20[0-4]\d(?!\d)(?<!\d\d{4})(?<!\(done \d{4})(?<!\(due \d{4})(?<!\(due: \d{4})")
Candidate = tuple[float, When, Span, str]  # how much a place counts, the day, where it stands, which place
# A number that nothing goes before, and what may make it a part of a date: a sign behind it, or a word. It begins with its
# digit, so that the search leaps from digit to digit.
_NUMBER = re.compile(
    r"[0-9](?<![\w./-].)[0-9]{0,7}"
    r"(?=([./-]\d|\s?[年月])|(?:st|nd|rd|th|er|\.|º)?[\s-](?:of\s|de\s)?([^\W\d_]{3,12})\b|)"
)
_MONTHS_END = frozenset(name[-3:] for name in MONTHS)
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,12})\.?\s{1,2}$")


def incident_date(doc: Document, zone_name: str | None) -> Read[str] | None:
    """The incident's day: each place that names one has a weight, places that agree add up, a contradiction is noted."""
    found: list[Candidate] = []
    for source in (_from_labels, _from_front, _from_title, _from_name, _from_timeline, _from_prose):
        source(doc, found)
    whole = [c for c in found if c[1].is_whole_date and not c[1].ambiguous]
    near = day_of(max(whole, key=lambda c: c[0])[1], Habits(None, False)) if whole else None
    if near is None and (year := _YEAR.search(doc.name) or _YEAR.search(doc.source.body, 0, 5_000)):
        near = date(int(year[0]), 6, 30)  # a year somewhere completes days without one
    doc.habits = Habits(near, False)
    if any(when.ambiguous for _, when, _, _ in found):
        doc.day_first = day_first(doc, near, zone_name)
        doc.habits = Habits(near, doc.day_first)
    placed = [(day, c) for c in found if (day := day_of(c[1], doc.habits, near)) is not None]
    sums: dict[date, float] = {}
    for day, candidate in placed:
        sums[day] = sums.get(day, 0.0) + candidate[0]
    if not sums:
        doc.habits = Habits(None, doc.habits.day_first)  # a year alone is no day to give to clock times
        return None
    best = max(sums, key=lambda d: (sums[d], -d.toordinal())) if len(sums) > 1 else placed[0][0]
    _, _, span, where = max((c for day, c in placed if day == best), key=lambda c: c[0])
    doc.habits = Habits(best, doc.habits.day_first)
    for day, (_, when, _, other) in placed if len(sums) > 1 else ():
        if (
            abs((day - best).days) > 1
            and when.is_whole_date
            and other in ("title", "labelled line", "file name", "front matter")
        ):
            doc.notes.append(f"The {where} says {best.isoformat()}, the {other} {day.isoformat()}.")
    return Read(
        best.isoformat(), span, where, f"the day in the {where}" + (", the best of several" if len(sums) > 1 else "")
    )


def _from_labels(doc: Document, found: list[Candidate]) -> None:
    for rank, role in ((5.0, "date"), (5.0, "start"), (0.5, "written")):
        piece = field(doc, role)
        when = first_date(piece.text) if piece is not None else None
        if piece is not None and when is not None:
            found.append((rank, when, piece.span, "labelled line"))


_INCIDENT_KEY = re.compile(r"incident|start|beg[ai]n|occur|when|outage|from$|happened")
_WRITING_KEY = re.compile(r"date|publish|created|posted")


def _from_front(doc: Document, found: list[Candidate]) -> None:
    """Keys whose names speak of a day: those of the incident count more than those of the writing."""
    for pattern, weight in ((_INCIDENT_KEY, 5.0), (_WRITING_KEY, 2.0)) if doc.source.front else ():
        for key, value in doc.source.front.items():
            if (
                pattern.search(key)
                and "end" not in key
                and "resol" not in key
                and (when := first_date(value.value)) is not None
            ):
                found.append((weight, when, value.span, "front matter"))
                break


def _from_title(doc: Document, found: list[Candidate]) -> None:
    section = doc.title
    if section is not None and section.head is not None and (when := first_date(section.title)) is not None:
        found.append((3.0, when, section.head.span, "title"))
        return
    value = doc.source.front.get("title")
    if value and (when := first_date(value.value)) is not None:
        found.append((3.0, when, value.span, "title"))


def _from_name(doc: Document, found: list[Candidate]) -> None:
    when: When | None
    name = doc.name.rpartition("/")[2]
    if not _DIGIT.search(name):
        return
    if named := NAME_DATE.search(name):
        when = When(0, 0, year=int(named[1]), month=int(named[2]), day=int(named[3]))
    else:
        when = first_date(splitext(name)[0].replace("_", " "))
    if when is not None and when.is_whole_date:
        found.append((2.0, when, Span(0, 0), "file name"))


def _from_timeline(doc: Document, found: list[Candidate]) -> None:
    """The earliest day among the first and the last that the timeline names: the newest entry may stand first."""
    days: list[tuple[When, Span]] = []
    for section in doc.sections("timeline"):
        if (
            section.head is not None
            and section.form != "gap"
            and (when := section.when or first_date(section.title))
            and when.has_day
        ):
            days.append((when, section.head.span))
        for block in section.blocks:
            _days_of(block, days)
    whole = [(when, span) for when, span in days if when.is_whole_date and not when.ambiguous]
    if whole:
        when, span = min(whole, key=lambda d: (d[0].year, d[0].month, d[0].day))
        found.append((2.5, when, span, "timeline"))
    elif days:
        found.append((2.5, days[0][0], days[0][1], "timeline"))


def _days_of(block: Block, days: list[tuple[When, Span]]) -> None:
    """The days of a block of the timeline: a table's header, a short line, the first and the last of its parts."""
    if block.kind == "para":
        when = entry_time(block.text)
        if when is None and len(block.text) <= 120:
            when = first_date(block.text)
        if when is not None and when.has_day:
            days.append((when, block.span))
        return
    parts = block.children
    if block.kind == "table":
        days += [(when, cell.span) for cell in parts[0].children[:3] if (when := first_date(cell.text))]
        parts = parts[1:]
    for part in (parts[0], parts[-1]) if len(parts) > 1 else parts or [block]:
        if (when := entry_time(part.first_text)) is not None and when.has_day:
            days += [(when, leaf.span) for leaf in islice(part.leaves(), 1)]


def _from_prose(doc: Document, found: list[Candidate]) -> None:
    for section in doc.all:
        if section.role not in ("summary", "", "title", "impact", "other"):
            continue
        texts = [(section.lead.block, section.lead.text)] if section.lead is not None else []
        texts += [(b, b.text) for b in section.blocks[:3] if b.kind == "para"]
        for block, text in texts:
            if (when := first_date(text[:600])) is not None:
                found.append((2.2 if when.is_whole_date else 1.0, when, block.span, "summary"))
                return


@lru_cache(maxsize=2048)
def first_date(text: str) -> When | None:
    """The first date anywhere in a short text, a whole one before one whose year is missing.

    The tokenizer looks only at numbers that a sign, a month behind or a month before says may be a date.
    """
    best: When | None = None
    for found in _NUMBER.finditer(text, 0, 600):
        at, stop = found.span()
        sign, word = found.groups()
        when = None
        if sign or stop - at == 8 or (word and word.casefold() in MONTHS):
            when = entry_time(text, at)
        if when is None and at and text[at - 1].isspace():
            letters = text[max(0, at - 6) : at].rstrip().rstrip(".")[-3:]
            before = _WORD_BEFORE.search(text, max(0, at - 15), at) if letters.casefold() in _MONTHS_END else None
            if before and before[1].casefold() in MONTHS:
                when = entry_time(text, before.start(1))
        if when is not None and when.has_day and not (when.weak and not when.is_whole_date):
            if when.is_whole_date:
                return when
            best = best or when
    return best


def day_first_of(doc: Document) -> bool:
    """The document's habit, found once; asked only where a date allows both orders."""
    if doc.day_first is None:
        doc.day_first = day_first(doc, doc.habits.day, doc.zone)
    return doc.day_first


def day_first(doc: Document, known: date | None, zone_name: str | None) -> bool:
    """Whether 03/04 is the 3rd of April: shown by another date of the document, by a known day, by its zone or language."""
    votes = 0
    for found in _NUMERIC.finditer(doc.source.body[:200_000]):
        a, b = int(found[1]), int(found[3])
        if found[2] == ".":
            continue
        if a > 12 >= b:
            votes += 1
        elif b > 12 >= a:
            votes -= 1
        elif known and a != b and (a, b) in ((known.day, known.month), (known.month, known.day)):
            votes += 2 if a == known.day else -2
    if votes:
        return votes > 0
    return bool(zone_name and _DAY_FIRST_ZONES.match(zone_name))
