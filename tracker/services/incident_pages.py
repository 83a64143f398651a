"""Everything that an incident's page shows: its facts, its document as it is understood, and what stands of its items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.claims import Claim, Status, Visibility
from tracker.domain.errors import NotFound
from tracker.domain.policy import EvidenceWord
from tracker.domain.postmortem import Item, Postmortem
from tracker.postmortem.reader import read
from tracker.services.lists import evidence_of, owners_in_words
from tracker.services.statements import FIELDS, UNSET, named
from tracker.store.models import Person, Question
from tracker.store.queries import incidents as queries


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an incident beside its document's text; the columns of `queries.incident_page`."""

    id: int
    slug: str
    name: str
    severity: str | None
    status: Status
    visibility: Visibility
    due: date | None
    head_id: int
    owner: str | None
    title: str
    date: date | None
    zone: str | None
    sha: str
    saved_at: datetime
    bytes: bytes
    revisions: int
    deployments: str | None
    declared_at: datetime | None
    resolved_at: datetime | None

    @property
    def is_going_on(self) -> bool:
        return self.declared_at is not None and self.resolved_at is None


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """An item as its incident's page shows it. `read` is what the document says now, None where it vanished from it."""

    id: int
    key: str
    claim: Claim
    reason: str | None
    owner: str | None
    due: date | None
    priority: str | None
    closed_on: date | None
    overdue_days: int
    text: str
    section: str | None
    line: int | None
    mentions: int
    vanished: bool
    read: Item | None
    differs: tuple[str, ...]  # the values of ours that are not in the document: claim, owners, due, priority
    evidence: EvidenceWord | None  # as in `lists.ItemRow`, as are the four below
    holds_since: datetime | None
    broke_at: datetime | None
    broke_because: str | None
    broke_url: str | None

    @property
    def markdown(self) -> str:
        """Its text as written, where that has links or code in it; "" where the plain text says it better.

        The plain text is without what the row shows beside it: owner, due date, done marks.
        """
        written = self.read.markdown if self.read else ""
        return written if any(mark in written for mark in ("](", "`", "<http")) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the document comes from. `in_step`: the file said last what the document says now."""

    source: str
    kind: str
    writes: str
    path: str
    present: bool
    in_step: bool


@dataclass(frozen=True, slots=True)
class IncidentPage:
    facts: Facts
    postmortem: Postmortem
    items: list[DocumentItem]
    places: list[Place]
    questions: Sequence[Question]

    @property
    def remaining(self) -> int:
        return sum(not item.claim.is_closed for item in self.items)


def incident_page(session: Session, slug: str, person: Person | None, today: date) -> IncidentPage:
    """The page of that incident; four statements. Raises `NotFound`, also where `person` may not see it."""
    facts = facts_of(session, slug, person)
    postmortem = understood(facts.sha, facts.bytes, facts.name)
    rows = session.execute(queries.items_of(facts.id, person)).all()
    return IncidentPage(
        facts,
        postmortem,
        [_item(row, postmortem, today) for row in rows],
        [Place(*row) for row in session.execute(queries.places_of(facts.id))],
        session.scalars(queries.questions_of(facts.id, person)).all(),
    )


def facts_of(session: Session, slug: str, person: Person | None) -> Facts:
    """One statement. Raises `NotFound`."""
    row = session.execute(queries.incident_page(slug, person)).one_or_none()
    if row is None:
        raise NotFound("There is no such incident, or you may not see it.")
    return Facts(*row)


def understood(sha: str, data: bytes, name: str) -> Postmortem:
    """The document read; documents that were looked at lately are not read again."""
    return _read(sha, name, _Bytes(data))


class _Bytes:
    """Carries a document past the cache's key, which is its hash."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bytes)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _read(_sha: str, name: str, carried: _Bytes) -> Postmortem:
    return read(carried.data, name)


def _item(row: Any, postmortem: Postmortem, today: date) -> DocumentItem:
    overdue = (today - row.due).days if row.due and not row.claim.is_closed else 0
    there = row.n is not None and row.n < len(postmortem.items)
    return DocumentItem(
        id=row.id,
        key=row.key,
        claim=row.claim,
        reason=row.reason,
        owner=owners_in_words(row.owner, row.owners),
        due=row.due,
        priority=row.priority,
        closed_on=row.closed_on,
        overdue_days=max(overdue, 0),
        text=row.text,
        section=row.section,
        line=row.line,
        mentions=row.mentions,
        vanished=row.n is None,
        read=postmortem.items[row.n] if there else None,
        differs=tuple(_differs(row)) if row.n is not None else (),
        **evidence_of(row, today),
    )


def _differs(row: Any) -> list[str]:
    """Values that were decided here and that the document contradicts (`Mention.known` has what it has taken in).

    A claim counts where the document is silent, too; an owner, a date or a priority only where it states another.
    """
    ours = {
        "claim": row.claim.value,
        "owners": sorted(named(owners_in_words(row.owner, row.owners))),
        "due": row.due.isoformat() if row.due else None,
        "priority": row.priority,
    }
    known = {name: row.known.get(name, UNSET[name]) for name in FIELDS}
    if known["claim"] == Claim.NOT_STATED.value and ours["claim"] == Claim.OPEN.value:
        known["claim"] = ours["claim"]  # “real” is written nowhere: there is nothing that the document should say
    known["owners"] = sorted(known["owners"])
    return [name for name in FIELDS if ours[name] != known[name] and (name == "claim" or name in row.stated)]
