"""Markdown bytes into what they say: six small passes, none of which raises on any text."""

from tracker.domain.postmortem import Postmortem, Read, Span
from tracker.postmortem.cover import unread
from tracker.postmortem.events import parse
from tracker.postmortem.extract import causes, dates, fields, lessons, metadata, passages, zones
from tracker.postmortem.extract.document import Document
from tracker.postmortem.extract.items import read_items
from tracker.postmortem.extract.timeline import read_timeline
from tracker.postmortem.outline import Outline
from tracker.postmortem.roles import assign
from tracker.postmortem.source import Source, open_source

READER_VERSION = 1  # raised whenever the same bytes may read differently


def read(data: bytes, name: str = "") -> Postmortem:
    """Understand a document; `name` is its file's name, which may hold its date.

    Never raises on bytes that are text; raises `Unreadable` where they are binary, not UTF-8 or empty.
    """
    source = open_source(data)
    outline = Outline(source, parse(source.body, source.base))
    try:
        return _understood(data, name, source, outline)
    finally:
        outline.release()


def _understood(data: bytes, name: str, source: Source, outline: Outline) -> Postmortem:
    doc = Document(source, outline, assign(outline), name)
    zone = zones.zone(doc)
    doc.zone = zone.value if zone else None
    title = metadata.title(doc)
    date = dates.incident_date(doc, doc.zone)
    timeline, timeline_end = read_timeline(doc)
    items, items_end = read_items(doc)
    summary = passages.summary(doc)
    impact = passages.passage(doc, "impact")
    cause = causes.root_cause(doc)
    return Postmortem(
        source=data,
        name=name,
        title=title,
        date=date or _first_day(timeline),
        timezone=zone or _entry_zone(timeline) or zones.zone_of_prose(doc),
        authors=fields.many(doc, "authors", fields.AUTHOR_KEYS),
        severity=fields.one(doc, "severity", fields.SEVERITY_KEYS),
        status=fields.one(doc, "status", ("status", "state")),
        summary=summary,
        impact=impact,
        timeline=tuple(timeline),
        root_cause=cause,
        factors=lessons.factors(doc),
        lessons=lessons.lessons(doc),
        items=tuple(items),
        unread=unread(doc),
        notes=tuple(doc.notes),
        timeline_end=timeline_end,
        items_end=items_end,
        points=tuple(doc.points),
    )


def write(postmortem: Postmortem) -> bytes:
    """The document's exact bytes."""
    return postmortem.source


def _first_day(timeline: list) -> Read[str] | None:  # type: ignore[type-arg]
    for entry in timeline:
        if entry.start.local and entry.start.local[:4].isdigit():
            return Read(entry.start.local[:10], entry.time_span or entry.span, "timeline", "the day of the first entry")
    return None


def _entry_zone(timeline: list) -> Read[str] | None:  # type: ignore[type-arg]
    for entry in timeline:
        if entry.start.zone:
            return Read(entry.start.zone, entry.time_span or Span(0, 0), "entry", "the zone of the first entry that has one")
    return None
