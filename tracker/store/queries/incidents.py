"""Incidents as lists and their own page need them."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.domain.claims import Claim, Status
from tracker.store.models import (
    ActionItem,
    Blob,
    Evidence,
    Incident,
    IncidentDeployment,
    Mention,
    Person,
    Place,
    Question,
    Reading,
    Revision,
    Source,
)
from tracker.store.queries import Rows, built_once
from tracker.store.queries.action_items import EVIDENCE, ITEM, STATES, all_owners, listed
from tracker.store.queries.item_counts import question_waits
from tracker.store.visibility import mentions_visible_to, visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilters:
    year: int | None = None  # 0: no date
    severity: str | None = None
    deployment: str | None = None
    status: Status | None = None
    remaining: bool = False  # only those with items that are open or not stated
    words: str = ""


@built_once
def incident_rows(person: Person | None, filters: IncidentFilters) -> Rows:
    """Newest first: id, slug, title, date, severity, status, visibility, open, not_stated, closed, matching."""
    counts = _counts().subquery("counts")

    def number(name: str) -> sa.ColumnElement[int]:
        return sa.func.coalesce(counts.c[name], 0).label(name)

    return (
        sa.select(
            Incident.id,
            Incident.slug,
            Reading.title,
            Reading.date,
            Incident.severity,
            Incident.status,
            Incident.visibility,
            number("open"),
            number("not_stated"),
            number("closed"),
            sa.func.count().over().label("matching"),
        )
        .join(Reading, Reading.incident_id == Incident.id)
        .outerjoin(counts, counts.c.incident_id == Incident.id)
        .where(visible_to(person), *_conditions(filters, counts))
        .order_by(Reading.date.desc().nulls_last(), Incident.slug)
    )


@built_once
def incident_years(person: Person | None) -> Rows:
    """`year` (None: no date) and `incidents`, newest first."""
    year = sa.extract("year", Reading.date)
    return (
        sa.select(year.label("year"), sa.func.count().label("incidents"))
        .join(Incident, Incident.id == Reading.incident_id)
        .where(visible_to(person))
        .group_by(year)
        .order_by(year.desc().nulls_last())
    )


@built_once
def severities(person: Person | None) -> Rows:
    """`severity` and `incidents`, by name."""
    return (
        sa.select(Incident.severity, sa.func.count().label("incidents"))
        .where(visible_to(person), Incident.severity.is_not(None))
        .group_by(Incident.severity)
        .order_by(Incident.severity)
    )


def incident_page(slug: str, person: Person | None) -> Rows:
    """The one row that an incident's page is built on: its facts, its reading, the head's bytes. None where not visible."""
    owner = sa.orm.aliased(Person)
    every = sa.orm.aliased(Revision)
    revisions = sa.select(sa.func.count()).where(every.incident_id == Incident.id).scalar_subquery()
    deployments = (
        sa.select(sa.func.aggregate_strings(IncidentDeployment.name, ", "))
        .where(IncidentDeployment.incident_id == Incident.id)
        .scalar_subquery()
    )
    return (
        sa.select(
            Incident.id,
            Incident.slug,
            Incident.name,
            Incident.severity,
            Incident.status,
            Incident.visibility,
            Incident.due,
            Incident.head_id,
            owner.name.label("owner"),
            Reading.title,
            Reading.date,
            Reading.zone,
            Revision.sha,
            Revision.at.label("saved_at"),
            Blob.bytes,
            revisions.label("revisions"),
            deployments.label("deployments"),
            Incident.declared_at,
            Incident.resolved_at,
        )
        .join(Reading, Reading.incident_id == Incident.id)
        .join(Revision, Revision.id == Incident.head_id)
        .join(Blob, Blob.sha == Revision.sha)
        .outerjoin(owner, owner.id == Incident.owner_id)
        .where(Incident.slug == slug, visible_to(person))
    )


def items_of(incident_id: int, person: Person | None) -> Rows:
    """The items that an incident's document asks for, in its order, vanished ones last: the item's values, `owners`, the
    mention's `n`, `text`, `section`, `line`, `stated`, `known`, the columns of `EVIDENCE`; `mentions` counts all that the
    person may see."""
    other = sa.orm.aliased(Mention)
    visible = sa.select(Incident.id).where(visible_to(person))
    mentions = (
        sa.select(sa.func.count())
        .where(other.action_item_id == ActionItem.id, other.incident_id.in_(visible))
        .scalar_subquery()
    )
    return (
        sa.select(
            *ITEM,
            *EVIDENCE,
            all_owners().label("owners"),
            Mention.n,
            Mention.text,
            Mention.group_.label("section"),
            Mention.line,
            Mention.stated,
            Mention.known,
            mentions.label("mentions"),
        )
        .join(Mention, Mention.action_item_id == ActionItem.id)
        .outerjoin(Evidence, Evidence.action_item_id == ActionItem.id)
        .where(Mention.incident_id == incident_id, listed())
        .order_by(Mention.n.asc().nulls_last(), Mention.id)
    )


def mentions_of(action_item_id: int, person: Person | None) -> Rows:
    """Where an item is asked for, newest first, as far as the person may see."""
    return (
        mentions_visible_to(person)
        .join(Reading, Reading.incident_id == Incident.id)
        .where(Mention.action_item_id == action_item_id)
        .with_only_columns(
            Incident.slug,
            Reading.title,
            Reading.date,
            Mention.n,
            Mention.text,
            Mention.group_.label("section"),
            Mention.line,
            Mention.stated,
        )
        .order_by(Reading.date.desc().nulls_last(), Mention.id.desc())
    )


def places_of(incident_id: int) -> Rows:
    """Where its document comes from: `source`, `kind`, `writes`, `path`, `present`, `in_step` (the base is the head).

    The place that it came from first, then those that it was found at or written to later; those it has left come last.
    """
    return (
        sa.select(
            Source.name.label("source"),
            Source.kind,
            Source.writes,
            Place.path,
            Place.present,
            (Place.base_sha == Revision.sha).label("in_step"),
        )
        .join(Place, Place.source_id == Source.id)
        .join(Incident, Incident.id == Place.incident_id)
        .join(Revision, Revision.id == Incident.head_id)
        .where(Place.incident_id == incident_id, Source.removed_at.is_(None))
        .order_by(Place.present.desc(), Place.id)
    )


def questions_of(incident_id: int, person: Person | None) -> sa.Select[Question]:
    """What waits for an answer about this incident, oldest first."""
    return sa.select(Question).where(question_waits(person), Question.incident_id == incident_id).order_by(Question.id)


def _counts() -> Rows:
    def number(claims: tuple[Claim, ...], name: str) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((ActionItem.claim.in_(claims), 1), else_=0)).label(name)

    return (
        sa.select(
            Mention.incident_id,
            number(STATES["open"], "open"),
            number(STATES["not_stated"], "not_stated"),
            number(STATES["closed"], "closed"),
        )
        .join(ActionItem, ActionItem.id == Mention.action_item_id)
        .where(listed())
        .group_by(Mention.incident_id)
    )


def _conditions(filters: IncidentFilters, counts: sa.Subquery) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if filters.year is not None:
        year = sa.extract("year", Reading.date)
        wanted.append(year == filters.year if filters.year else year.is_(None))
    if filters.severity:
        wanted.append(Incident.severity == filters.severity)
    if filters.status:
        wanted.append(Incident.status == filters.status)
    if filters.remaining:
        wanted.append(counts.c.open + counts.c.not_stated > 0)
    if filters.deployment:
        named = sa.select(IncidentDeployment.incident_id).where(IncidentDeployment.name == filters.deployment)
        wanted.append(Incident.id.in_(named))
    for word in filters.words.split():
        wanted.append(sa.or_(Reading.title.icontains(word, autoescape=True), Incident.slug.icontains(word, autoescape=True)))
    return wanted
