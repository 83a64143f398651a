"""What is stored of a document that is read for the first time, ready but for its ids.

An import reads hundreds of documents before it stores the first. What is understood of one is let go as soon as its rows
are made: they take a part of the memory, and Python's collector would walk over all of it again and again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.postmortem import Postmortem
from tracker.services.new_items import Act, Newcomer, Rows, add_items, newcomers
from tracker.services.readings import body_of, entry_rows, reading_row
from tracker.store.bulk import encoded
from tracker.store.models import Entry, Reading
from tracker.store.search import searchable


@dataclass(frozen=True, slots=True)
class FirstReading:
    """Rows of `reading` and `entry` without their ids, the items, and the words by which the incident is found."""

    name: str  # the file's name or path, as the incident will have it
    title: str
    day: date | None
    severity: str | None
    reading: dict[str, Any]
    entries: list[dict[str, Any]]
    items: list[Newcomer]
    words: str


def first_reading(postmortem: Postmortem, name: str) -> FirstReading:
    """What will be stored of `postmortem`, which was read of a file called `name`."""
    row = reading_row(postmortem, name)
    title, day = row["title"], row["date"]
    return FirstReading(
        name=name,
        title=title,
        day=day,
        severity=postmortem.severity.value if postmortem.severity else None,
        reading=row | {"json": encoded(row["json"])},
        entries=entry_rows(postmortem),
        items=newcomers(enumerate(postmortem.items), opened_on=day),
        words=searchable(title, body_of(postmortem)),
    )


def add_readings(
    session: Session, rows: Rows, first: Sequence[FirstReading], ids: Sequence[tuple[int, int]], act: Act
) -> None:
    """Add to `rows` the readings, entries and items of new incidents, `ids` of each and its revision; keys in this order."""
    items = []
    for one, (incident_id, revision_id) in zip(first, ids, strict=True):
        rows.add(Reading, {"incident_id": incident_id, "revision_id": revision_id, **one.reading})
        rows.add(Entry, *({"incident_id": incident_id, **entry} for entry in one.entries))
        items += [(incident_id, item) for item in one.items]
    add_items(session, rows, items, act)
