"""Title, date, zone, authors, severity, status: from front matter, labelled lines, tables, the title, the file's name."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import PurePath

from tracker.domain.postmortem import Read, Span
from tracker.postmortem.blocks import Block
from tracker.postmortem.calendar_words import MONTHS_BY_NAME as MONTHS
from tracker.postmortem.calendar_words import ZONE
from tracker.postmortem.clock import Habits, day_of
from tracker.postmortem.extract.document import Document, is_placeholder
from tracker.postmortem.extract.text import one_line
from tracker.postmortem.extract.titles import bare_title
from tracker.postmortem.outline import Piece, Section
from tracker.postmortem.source import Field
from tracker.postmortem.when import entry_time
from tracker.postmortem.when_tokens import When

_ZONE_HERE = re.compile(
    rf"(?:ime ?s?(?:zone|tamps?)?\b(?:\s+(?:is|are|all|given|listed|shown|reported|provided|documented"
    rf"|expressed|in|noted|below|approximate|zone|stamps?|here|the|local"
    rf"|quoted|stated|logged|following|use|using|were|recorded|unless|otherwise|displayed))*|ocumented"
    rf"|eiten(?: sind)?(?: in)?|eures?|oras?|or[aá]rios?)"
    rf"[\s:=,(*_]{{0,4}}(?:in |are |is |the |de "
    rf"|UTC/)?[\[(*_`]{{0,3}}(?P<zone>(?:Coordinated Universal Time \(UTC\))|{ZONE}|(?:Eastern|Pacific"
    rf"|Central|Mountain)(?!\w)|(?<=\()[A-Z][a-z]{{2,12}}(?=\)))",
)
_ZONE_ALONE = re.compile(rf"(?<![\w/])(?P<zone>{ZONE}|(?<=imes )(?:Eastern|Pacific|Central|Mountain))(?!\w)")
_TITLE_DATE = re.compile(r"^\s*(?:incident )?date\s*:\s*", re.I)
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)?\d\d)(?![\d])")
_NAME_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_FIRST_ZONES = re.compile(
    r"^(?:CES?T|BST|MESZ|MEZ|EES?T|WES?T|IST|Europe/|AES?T|NZ|BRT|ART|SAST|GST|MSK|Africa/|Asia/Kolkata)"
)
SEVERITY_KEYS = ("severity", "sev", "priority", "impact_level")
AUTHOR_KEYS = ("author", "authors", "owner", "owners", "by")


def day_first_of(doc: Document) -> bool:
    """The document's habit, found once; asked only where a date allows both orders."""
    if doc.day_first is None:
        doc.day_first = day_first(doc, doc.habits.day, doc.zone)
    return doc.day_first


def title(doc: Document) -> Read[str] | None:
    """The front matter's title, the first heading, a labelled line, else the file's name; without its date."""
    found = _title_as_written(doc)
    return None if found is None else Read(bare_title(found.value), found.span, found.rule, found.because)


def _title_as_written(doc: Document) -> Read[str] | None:
    if (
        (found := doc.source.front.get("title") or doc.source.front.get("name"))
        and found.value
        and not is_placeholder(found.value)
    ):
        if doc.title is not None:
            doc.claim(doc.title)
        return Read(found.value, found.span, "front matter", "title in the front matter")
    section = doc.title
    if section is not None and section.head is not None:
        doc.claimed.add(section.head.order)
        text = one_line(_TITLE_DATE.sub("", section.title))
        if (
            _is_template_title(text)
            and section.blocks
            and section.blocks[0].kind == "para"
            and len(section.blocks[0].text) <= 120
        ):
            block = section.blocks.pop(0)
            doc.claim_block(block)
            return Read(one_line(block.text), block.span, "first line", "the line below a title that a template left")
        if text and not is_placeholder(text) and not _is_template_title(text):
            return Read(text, section.head.span, "first heading", section.because)
    for other in doc.all[1:6]:
        if (
            section is not None
            and other is not section
            and other.form == "heading"
            and not other.role
            and other.parent is section
            and other.head is not None
            and not other.title.rstrip().endswith(":")
        ):
            doc.claimed.add(other.head.order)
            return Read(
                one_line(other.title), other.head.span, "second heading", "the heading below a title that a template left"
            )
    if (piece := field(doc, "titled")) and not is_placeholder(piece.text):
        return Read(one_line(piece.text), piece.span, "labelled line", "a line labelled as the title")
    first = doc.outline.root.blocks[0] if doc.outline.root.blocks else None
    if (
        section is None
        and first is not None
        and first.kind == "para"
        and len(first.text) <= 140
        and first.text.count("\n") <= 1
    ):
        if first.text.rstrip()[-1:] not in ".:" and entry_time(first.text) is None:
            doc.outline.root.blocks.pop(0)
            return Read(one_line(first.text), first.span, "first line", "a short line before everything else")
    name = PurePath(doc.name).stem
    name = one_line(re.sub(r"[-_ ]+", " ", _NAME_DATE.sub("", re.sub(r"T\d{4}", "", name)))).strip(" -")
    name = re.sub(r"^[\d ]+(?=\D)", "", name)
    return Read(name, Span(0, 0), "file name", "no title in the text; the file's name") if name else None


_KIND_ONLY = re.compile(
    r"(?:incident |outage )?(?:post-?mortem|retrospective|report|review|rca)(?: report| document)?", re.I
)


def _is_template_title(text: str) -> bool:
    bare = text.strip(" :")
    if _KIND_ONLY.fullmatch(bare):
        return True
    return bool(
        re.fullmatch(r"(?:issue|incident|post-?mortem|title|template)(?: (?:name|title|template))?", bare, re.I)
    ) and (bare.isupper() or bare.lower() == "title")


def field(doc: Document, role: str) -> Piece | None:
    """The value of a labelled line, a labelled list item or a section of one line with this role."""
    for section in doc.sections(role):
        doc.claim(section)
        if section.lead is not None and section.lead.text.strip():
            return section.lead
        for block in section.blocks:
            for leaf in block.leaves():
                if leaf.text.strip():
                    return Piece(leaf, 0, len(leaf.text))
    return None


def many(doc: Document, role: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    """All values of a labelled line or key that lists names; placeholders are dropped."""
    for key in keys:
        if (found := doc.source.front.get(key)) and found.value:
            return tuple(v for v in found.values if v and not is_placeholder(v))
    values: list[str] = []
    for section in doc.sections(role):
        doc.claim(section)
        texts = [section.lead.text] if section.lead is not None else []
        texts += [leaf.text for block in section.blocks for leaf in block.leaves()]
        for text in texts:
            values += [v.strip(" *_`.") for v in re.split(r"[,;\n]| and | & ", text) if v.strip(" *_`.")]
        break
    return tuple(v for v in values[:30] if v and not is_placeholder(v))


def one(doc: Document, role: str, keys: tuple[str, ...]) -> Read[str] | None:
    for key in keys:
        if (found := doc.source.front.get(key)) and found.value:
            return Read(found.value, found.span, "front matter", f"{key} in the front matter")
    piece = field(doc, role)
    if piece is None or is_placeholder(piece.text):
        return None
    return Read(one_line(piece.text)[:200], piece.span, "labelled line", f"a line labelled as {role}")


def zone(doc: Document) -> Read[str] | None:
    """The zone that the document names for its times: in a remark, a heading or a table's header of the timeline, or a sentence."""
    if (piece := field(doc, "zone")) and not is_placeholder(piece.text):
        return Read(one_line(piece.text), piece.span, "labelled line", "a line labelled as the time zone")
    for section in doc.sections("timeline"):
        for block, at, where in _zone_places(section):
            if _CAPITALS.search(block.text, at, 300) and (found := _ZONE_ALONE.search(block.text[:300], at)):
                return _zone(block, found, f"in the {where} of the timeline")
    body = doc.source.body
    for word in _WORDS_FOR_TIMES:
        at = body.find(word, 0, ZONE_LIMIT)
        while at >= 0:
            if found := _ZONE_HERE.match(body, at):
                return _zone_in_body(doc, found, "zone", "a sentence about the document's times")
            at = body.find(word, at + 4, ZONE_LIMIT)
    return None


ZONE_LIMIT = 50_000  # characters of a document in which its zone is looked for
_CAPITALS = re.compile("[A-Z][A-Z]|[Tt]ime|[a-z]/[A-Z]|間|间|Z")
_WORDS_FOR_TIMES = (
    "imes ",
    "imes:",
    "imes(",
    "imezone",
    "ime zone",
    "imestamps",
    "ocumented in",
    "eiten ",
    "eures ",
    "oras ",
    "orários",
    "orarios",
    "orário",
)


def _zone_in_body(doc: Document, found: re.Match[str], group: str, because: str) -> Read[str]:
    begin = doc.source.base + len(doc.source.body[: found.start(group)].encode())
    return Read(found[group].strip(), Span(begin, begin + len(found[group].encode())), "zone", because)


def _zone_places(section: Section) -> Iterator[tuple[Block, int, str]]:
    """Where a timeline names its zone: its heading behind a date, a remark that is no entry, the header of its table."""
    if section.head is not None and section.form != "label":
        yield section.head, section.when.stop if section.when is not None else 0, "heading"
    for block in section.blocks[:4]:
        if block.kind == "table":
            for cell in block.children[0].children[:3]:
                yield cell, 0, "table header"
        elif block.kind in ("para", "quote"):
            leaf = next(block.leaves(), None)
            if leaf is None:
                continue
            when = entry_time(leaf.text)
            line = leaf.text.partition("\n")[0]
            if when is None and len(leaf.text) <= 300:
                yield leaf, 0, "remark"
            elif when is not None and not when.has_clock and len(line) <= 120:
                yield leaf, when.stop, "day line"


_CLOCK = re.compile(r"[:h][0-5][0-9]|[0-9] ?[ap]\.?m\.?\b", re.I)
_ZONE_BEHIND = re.compile(
    rf"(?::\d\d)?(?:\s?[apAP]\.?[mM]\.?)?[*_`]{{0,2}}[\s(]{{1,2}}(?P<zone>{ZONE}|(?:Pacific|Eastern"
    rf"|Mountain|Central)(?!\w))(?!\w)"
)


def zone_of_prose(doc: Document) -> Read[str] | None:
    """The zone behind the first clock time in the text, where neither the timeline nor a sentence names one."""
    for clock in _CLOCK.finditer(doc.source.body, 0, ZONE_LIMIT):
        if found := _ZONE_BEHIND.match(doc.source.body, clock.end()):
            return _zone_in_body(doc, found, "zone", "behind a time in the text")
    return None


def _zone(block: Block, found: re.Match[str], because: str) -> Read[str]:
    span = Span(block.byte(found.start("zone")), block.byte_end(found.end("zone")))
    return Read(found["zone"].strip(), span, "zone", because)


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


Candidate = tuple[float, When, Span, str]  # how much a place counts, the day, where it stands, which place


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
    sums: dict[date, float] = {}
    placed = [(day, c) for c in found if (day := day_of(c[1], doc.habits, near)) is not None]
    for day, candidate in placed:
        sums[day] = sums.get(day, 0.0) + candidate[0]
    if not sums:
        return None
    best = max(sums, key=lambda d: (sums[d], -d.toordinal()))
    _, _, span, where = max((c for day, c in placed if day == best), key=lambda c: c[0])
    doc.habits = Habits(best, doc.habits.day_first)
    for day, (_, when, _, other) in placed:
        if (
            abs((day - best).days) > 1
            and when.is_whole_date
            and other in ("title", "labelled line", "file name", "front matter")
        ):
            doc.notes.append(f"The {where} says {best.isoformat()}, the {other} {day.isoformat()}.")
    return Read(
        best.isoformat(), span, where, f"the day in the {where}" + (", the best of several" if len(sums) > 1 else "")
    )


_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")


def _from_labels(doc: Document, found: list[Candidate]) -> None:
    for rank, role in ((5.0, "date"), (5.0, "start"), (0.5, "written")):
        piece = field(doc, role)
        when = first_date(piece.text) if piece is not None else None
        if piece is not None and when is not None:
            found.append((rank, when, piece.span, "labelled line"))


def _from_front(doc: Document, found: list[Candidate]) -> None:
    for rank, keys in (
        (5.0, ("incident_date", "date_of_incident", "start", "started", "start_date", "incident_start", "occurred")),
        (2.0, ("date", "published", "created")),
    ):
        for key in keys:
            value: Field | None = doc.source.front.get(key)
            when = first_date(value.value) if value else None
            if value and when is not None:
                found.append((rank, when, value.span, "front matter"))
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
    if named := _NAME_DATE.search(PurePath(doc.name).name):
        when = When(0, 0, year=int(named[1]), month=int(named[2]), day=int(named[3]))
        found.append((2.0, when, Span(0, 0), "file name"))
    elif when := first_date(re.sub(r"_", " ", PurePath(doc.name).stem)):
        if when.is_whole_date:
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
            if block.kind == "table":
                days += [(when, cell.span) for cell in block.children[0].children[:3] if (when := first_date(cell.text))]
            parts = [child for child in block.children if child.kind != "head"] or [block]
            for part in (parts[0], parts[-1]):
                leaf = next(part.leaves(), None)
                if leaf is not None and (when := entry_time(leaf.text)) and when.has_day:
                    days.append((when, leaf.span))
    whole = [(when, span) for when, span in days if when.is_whole_date and not when.ambiguous]
    if whole:
        when, span = min(whole, key=lambda d: (d[0].year, d[0].month, d[0].day))
        found.append((2.5, when, span, "timeline"))
    elif days:
        found.append((2.5, days[0][0], days[0][1], "timeline"))


def _from_prose(doc: Document, found: list[Candidate]) -> None:
    for section in doc.all:
        if section.role not in ("summary", "", "title", "impact"):
            continue
        texts = [(section.lead.block, section.lead.text)] if section.lead is not None else []
        texts += [(b, b.text) for b in section.blocks[:3] if b.kind == "para"]
        for block, text in texts:
            if (when := first_date(text[:600])) is not None:
                found.append((2.2 if when.is_whole_date else 1.0, when, block.span, "summary"))
                return


_NUMBER = re.compile(r"[0-9]{1,8}")
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,12})\.?\s{1,2}$")
_BEHIND = re.compile(r"([./-]\d|\s?[年月])|(?:st|nd|rd|th|er|\.|º)?[\s-](?:of\s|de\s)?([^\W\d_]{3,12})\b")


@lru_cache(maxsize=2048)
def first_date(text: str) -> When | None:
    """The first date anywhere in a short text, a whole one before one whose year is missing.

    The tokenizer looks only at numbers that a sign, a month behind or a month before says may be a date.
    """
    best: When | None = None
    for found in _NUMBER.finditer(text, 0, 600):
        at = found.start()
        if at and text[at - 1] in "./-_" or at and text[at - 1].isalnum():
            continue
        behind = _BEHIND.match(text, found.end())
        when = None
        if found.end() - at == 8 or (behind and (behind[1] or behind[2].casefold() in MONTHS)):
            when = entry_time(text, at)
        if when is None and (before := _WORD_BEFORE.search(text, max(0, at - 15), at)) and before[1].casefold() in MONTHS:
            when = entry_time(text, before.start(1))
        if when is not None and when.has_day and not (when.weak and not when.is_whole_date):
            if when.is_whole_date:
                return when
            best = best or when
    return best
