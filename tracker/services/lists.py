"""Lists as pages and commands show them: the same rows, whoever prints them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.claims import Claim, Status, Visibility
from tracker.domain.policy import EvidenceWord, Standing
from tracker.store.models import Person
from tracker.store.queries import action_items
from tracker.store.queries import incidents as incident_queries
from tracker.store.queries.action_items import GROUPINGS, STATES, ItemFilters
from tracker.store.queries.incidents import IncidentFilters
from tracker.store.queries.item_counts import item_counts

__all__ = [
    "GROUPINGS", "INCIDENT_COLUMNS", "ITEM_COLUMNS", "STATES", "Group", "IncidentFacets", "IncidentFilters",
    "IncidentList", "IncidentRow", "ItemCounts", "ItemFilters", "ItemList", "ItemRow", "Year", "counts",
    "evidence_of", "evidence_word", "incident_facets", "incidents", "not_stated", "open_items", "regressed",
]  # fmt: skip

ITEM_COLUMNS = (
    ("key", "Key"),
    ("text", "Action item"),
    ("claim", "Claim"),
    ("owner", "Owner"),
    ("due", "Due"),
    ("priority", "Priority"),
    ("age_days", "Age in days"),
    ("incident_title", "Incident"),
    ("incident_date", "Date"),
    ("incident_slug", "Slug"),
    ("section", "Group"),
    ("line", "Line"),
    ("mentions", "Incidents"),
    ("reason", "Reason"),
    ("evidence", "Evidence"),
    ("broke_because", "Broke because"),
)
INCIDENT_COLUMNS = (
    ("date", "Date"),
    ("title", "Title"),
    ("severity", "Severity"),
    ("status", "Status"),
    ("open", "Open"),
    ("not_stated", "Not stated"),
    ("closed", "Closed"),
    ("visibility", "Visibility"),
    ("slug", "Slug"),
)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An action item as one row; `incident_…`, `section`, `text`, `line` are of the newest mention that may be seen."""

    id: int
    key: str
    text: str
    claim: Claim
    reason: str | None
    owner: str | None  # all of them, “Ada, Edith”
    due: date | None
    priority: str | None
    kind: str | None
    opened_on: date | None
    closed_on: date | None
    age_days: int | None
    overdue_days: int  # 0: not overdue
    incident_slug: str
    incident_title: str
    incident_date: date | None
    section: str | None  # the heading that it stands under in its document
    line: int | None
    vanished: bool  # its document does not say it any more
    mentions: int  # in how many places it is asked for
    since: date | None  # since which incident
    group: str | None  # the group of the list that it is in
    evidence: EvidenceWord | None  # what its proofs say; None where nothing proves it, or nothing is known yet
    holds_since: datetime | None
    broke_at: datetime | None  # of a regressed or broken one, as the two below
    broke_because: str | None
    broke_url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading. `label` is None where they have no such value; `count` is of the whole group, on all pages."""

    label: str | None
    count: int
    overdue: int
    rows: list[ItemRow]


@dataclass(frozen=True, slots=True)
class Year:
    year: int | None
    items: int
    incidents: int


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Of all items that a person may see, whatever the filters are."""

    open: int
    not_stated: int
    overdue: int
    unowned: int
    mine: int
    regressed: int  # they count as open, too
    any_closed: bool
    questions: int


@dataclass(frozen=True, slots=True)
class ItemList:
    groups: list[Group]
    matching: int  # on all pages

    @property
    def rows(self) -> list[ItemRow]:
        return [row for group in self.groups for row in group.rows]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    id: int
    slug: str
    title: str
    date: date | None
    severity: str | None
    status: Status
    visibility: Visibility
    open: int
    not_stated: int
    closed: int


@dataclass(frozen=True, slots=True)
class IncidentList:
    rows: list[IncidentRow]
    matching: int

    def by_year(self) -> Iterator[tuple[int | None, list[IncidentRow]]]:
        for year, rows in groupby(self.rows, lambda row: row.date.year if row.date else None):
            yield year, list(rows)


@dataclass(frozen=True, slots=True)
class IncidentFacets:
    """What there is to filter by, of all incidents that a person may see, with how many each."""

    years: list[tuple[int | None, int]]
    severities: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.years)


def open_items(
    session: Session,
    person: Person | None,
    filters: ItemFilters,
    today: date,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> ItemList:
    """The items that match, open ones unless `filters.state` says otherwise, under the headings of `filters.by`.

    One statement, whatever the number of rows. Without `limit` all of them.
    """
    query = action_items.item_rows(person, filters, today).limit(limit).offset(offset)
    rows: Sequence[Any] = session.execute(query).all()
    groups = [
        Group(_label(label), part[0].group_count, part[0].group_overdue, [_item(row, today) for row in part])
        for label, part in ((label, list(part)) for label, part in groupby(rows, lambda row: row.group_label))
    ]
    return ItemList(groups, rows[0].matching if rows else 0)


def regressed(session: Session, person: Person | None, filters: ItemFilters, today: date) -> ItemList:
    """The items that are done and no longer in force, under the other filters; what broke last comes first."""
    return open_items(session, person, replace(filters, state="all", by="none", regressed=True), today)


def not_stated(session: Session, person: Person | None, filters: ItemFilters, today: date) -> list[Year]:
    """How many items of each year nobody has said anything about; `filters.state` should be "not_stated"."""
    rows = session.execute(action_items.years_of(person, filters, today))
    return [Year(int(row.year) if row.year is not None else None, row.items, row.incidents) for row in rows]


def counts(session: Session, person: Person | None, today: date) -> ItemCounts:
    found = dict(session.execute(item_counts(person, today)).one()._mapping)
    return ItemCounts(**{**found, "open": found["open"] + found["regressed"]})


def incidents(
    session: Session, person: Person | None, filters: IncidentFilters, *, limit: int | None = None, offset: int = 0
) -> IncidentList:
    """The incidents that match, newest first, with how many of their items are open, not stated, closed. One statement."""
    rows = session.execute(incident_queries.incident_rows(person, filters).limit(limit).offset(offset)).all()
    return IncidentList([IncidentRow(*row[:-1]) for row in rows], rows[0].matching if rows else 0)


def incident_facets(session: Session, person: Person | None) -> IncidentFacets:
    """Two statements."""
    years = session.execute(incident_queries.incident_years(person)).all()
    severities = session.execute(incident_queries.severities(person)).all()
    return IncidentFacets(
        [(int(row.year) if row.year is not None else None, row.incidents) for row in years],
        [(row.severity, row.incidents) for row in severities],
    )


def owners_in_words(first: str | None, names: str | None) -> str | None:
    """“Ada, Edith”: the first owner, then the others of `names`, which has a line each. None where there is none."""
    others = sorted(set(names.split("\n")) - {first}) if names else []
    return ", ".join([first, *others] if first else others) or None


def _label(label: Any) -> str | None:
    return None if label is None else str(int(label)) if isinstance(label, float) else str(label)


def _item(row: Any, today: date) -> ItemRow:
    overdue = (today - row.due).days if row.due and not row.claim.is_closed else 0
    return ItemRow(
        id=row.id,
        key=row.key,
        text=row.text,
        claim=row.claim,
        reason=row.reason,
        owner=owners_in_words(row.owner, row.owners),
        due=row.due,
        priority=row.priority,
        kind=row.kind,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        age_days=(today - row.opened_on).days if row.opened_on else None,
        overdue_days=max(overdue, 0),
        incident_slug=row.incident_slug,
        incident_title=row.incident_title,
        incident_date=row.incident_date,
        section=row.section,
        line=row.line,
        vanished=bool(row.vanished),
        mentions=row.mentions,
        since=row.since,
        group=_label(row.group_label),
        **evidence_of(row, today),
    )


def evidence_of(row: Any, today: date) -> dict[str, Any]:
    """`evidence`, `holds_since`, `broke_at`, `broke_because`, `broke_url` of a row with the columns `EVIDENCE`."""
    word = evidence_word(row, today)
    broke = word in (EvidenceWord.REGRESSED, EvidenceWord.BROKEN)
    return {
        "evidence": word,
        "holds_since": row.standing_since if row.standing is Standing.HOLDING else None,
        "broke_at": row.broke_at if broke else None,
        "broke_because": row.broke_because if broke else None,
        "broke_url": row.broke_url if broke else None,
    }


def evidence_word(row: Any, today: date) -> EvidenceWord | None:
    """Of a row with the item's claim and its evidence. Verified from the day on which it has held for long enough."""
    done = row.claim is Claim.DONE
    if done and row.broke_at is not None and (row.decided_at is None or row.broke_at > row.decided_at):
        return EvidenceWord.REGRESSED
    if row.standing is Standing.HOLDING:
        is_verified = done and row.verified_from is not None and row.verified_from.date() <= today
        return EvidenceWord.VERIFIED if is_verified else EvidenceWord.HOLDING
    return {Standing.BROKEN: EvidenceWord.BROKEN, Standing.LAPSED: EvidenceWord.LAPSED}.get(row.standing)
