"""Action items as lists show them: one row an item, titled by the newest mention that the person may see."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.domain.claims import Claim
from tracker.store.models import (
    ActionItem,
    Evidence,
    Incident,
    IncidentDeployment,
    ItemOwner,
    Mention,
    Person,
    Reading,
)
from tracker.store.queries import Rows, built_once
from tracker.store.queries.evidence import regressed_items
from tracker.store.visibility import mentions_visible_to, visible_to

STATES: dict[str, tuple[Claim, ...]] = {
    "open": (Claim.OPEN, Claim.IN_PROGRESS, Claim.BLOCKED),
    "not_stated": (Claim.NOT_STATED,),
    "remaining": (Claim.OPEN, Claim.IN_PROGRESS, Claim.BLOCKED, Claim.NOT_STATED),
    "closed": (Claim.DONE, Claim.WONT_DO),
    "all": tuple(Claim),
}
Column = sa.SQLColumnExpression[Any]
GROUPINGS = ("owner", "deployment", "priority", "incident", "age", "group", "claim", "year", "none")
AGES = ((30, "up to a month"), (91, "one to three months"), (365, "three months to a year"), (730, "one to two years"))
OLDER, UNKNOWN = "over two years", "nobody knows since when"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilters:
    """Which items, and under which headings; every part of it stands in the page's address."""

    state: str = "open"  # a key of STATES
    by: str = "owner"  # one of GROUPINGS
    mine: bool = False
    overdue: bool = False
    unowned: bool = False
    regressed: bool = False  # done and no longer in force; whatever `state` says
    owner: str | None = None
    priority: str | None = None
    deployment: str | None = None
    incident: str | None = None  # a slug
    year: int | None = None  # of the incident that the list shows it under; 0: that has no date
    words: str = ""


@built_once
def item_rows(person: Person | None, filters: ItemFilters, today: date) -> Rows:
    """Rows of the items that match, in the order of their groups; with every row its group's size and the whole number.

    Columns: those of `ITEM`, `owners` (see `all_owners`), then `incident_slug`, `incident_title`, `incident_date`,
    `section`, `text`, `line`, `vanished`, those of `EVIDENCE` (None where nothing proves it),
    `mentions` (how many the person may see), `since` (the first incident's day), `group_label`, `group_count`,
    `group_overdue`, `matching`.
    """
    shown = _newest_mentions(person, _conditions(person, filters, today)).subquery("shown")
    label, group_order = _grouping(filters.by, shown, today)
    overdue = sa.case((is_overdue(today), 1), else_=0)
    return (
        sa.select(
            *ITEM,
            *EVIDENCE,
            all_owners().label("owners"),
            *(column for column in shown.c if column.name not in ("action_item_id", "rank")),
            label.label("group_label"),
            sa.func.count().over(partition_by=label).label("group_count"),
            sa.func.sum(overdue).over(partition_by=label).label("group_overdue"),
            sa.func.count().over().label("matching"),
        )
        .join(shown, shown.c.action_item_id == ActionItem.id)
        .outerjoin(Evidence, Evidence.action_item_id == ActionItem.id)
        .where(*_newest(filters, shown))
        .order_by(*group_order, *_order("regressed" if filters.regressed else filters.state))
    )


ITEM = (
    ActionItem.id,
    ActionItem.key,
    ActionItem.claim,
    ActionItem.reason,
    ActionItem.owner,
    ActionItem.due,
    ActionItem.priority,
    ActionItem.kind,
    ActionItem.opened_on,
    ActionItem.closed_on,
)
EVIDENCE = (
    Evidence.standing,
    Evidence.since.label("standing_since"),
    Evidence.verified_from,
    Evidence.broke_at,
    Evidence.broke_because,
    Evidence.broke_url,
    Evidence.decided_at,
)


@built_once
def years_of(person: Person | None, filters: ItemFilters, today: date) -> Rows:
    """How many matching items each year's incidents left, newest first: `year` (None: no date), `items`, `incidents`."""
    shown = _newest_mentions(person, _conditions(person, filters, today)).subquery("shown")
    year = sa.extract("year", shown.c.incident_date)
    return (
        sa.select(
            year.label("year"),
            sa.func.count().label("items"),
            sa.func.count(sa.distinct(shown.c.incident_slug)).label("incidents"),
        )
        .select_from(shown)
        .where(*_newest(filters, shown))
        .group_by(year)
        .order_by(year.desc().nulls_last())
    )


def all_owners() -> sa.ScalarSelect[str]:
    """Every owner of an `ActionItem`, a line each, in no order; None where it has none."""
    names = sa.func.aggregate_strings(ItemOwner.name, "\n")
    return sa.select(names).where(ItemOwner.action_item_id == ActionItem.id).scalar_subquery()


def claimed(state: str) -> sa.ColumnElement[bool]:
    """Condition on `ActionItem`: its claim is one of that state's. Written out, so that the partial index is seen to fit."""
    return ActionItem.claim.in_([sa.literal_column(f"'{claim.value}'") for claim in STATES[state]])


def listed() -> sa.ColumnElement[bool]:
    """Condition on `ActionItem`: it is an item (nobody hid it), and not another one's double."""
    return sa.and_(ActionItem.hidden_at.is_(None), ActionItem.joined_to.is_(None))


def _newest_mentions(person: Person | None, conditions: list[sa.ColumnElement[bool]]) -> Rows:
    """The visible mentions of the items that match; `rank` 1 is the newest one that still stands in its document."""
    item = Mention.action_item_id
    newest = (Mention.n.is_(None), Reading.date.desc().nulls_last(), Mention.id.desc())
    return (
        sa.select(
            Mention.action_item_id,
            Incident.id.label("incident_id"),
            Incident.slug.label("incident_slug"),
            Reading.title.label("incident_title"),
            Reading.date.label("incident_date"),
            Mention.group_.label("section"),
            Mention.text,
            Mention.line,
            Mention.n.is_(None).label("vanished"),
            sa.func.count().over(partition_by=item).label("mentions"),
            sa.func.min(Reading.date).over(partition_by=item).label("since"),
            sa.func.row_number().over(partition_by=item, order_by=newest).label("rank"),
        )
        .join(Incident, Incident.id == Mention.incident_id)
        .join(Reading, Reading.incident_id == Mention.incident_id)
        # The items first, by their partial index, and only then what documents say of them.
        .where(item.in_(sa.select(ActionItem.id).where(listed(), *conditions)), visible_to(person))
    )


def _newest(filters: ItemFilters, shown: sa.Subquery) -> list[sa.ColumnElement[bool]]:
    """Conditions on the newest mention, which are met after it has been found."""
    wanted: list[sa.ColumnElement[bool]] = [shown.c.rank == 1]
    if filters.year is not None:
        year = sa.extract("year", shown.c.incident_date)
        wanted.append(year == filters.year if filters.year else year.is_(None))
    return wanted


def _conditions(person: Person | None, filters: ItemFilters, today: date) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if filters.regressed:
        wanted += [ActionItem.id.in_(regressed_items()), ActionItem.claim == Claim.DONE]
    elif filters.state != "all":
        wanted.append(claimed(filters.state))
    if filters.mine:
        wanted.append(is_mine(person))
    if filters.overdue:
        wanted.append(is_overdue(today))
    if filters.unowned:
        wanted.append(ActionItem.owner.is_(None))
    if filters.owner:
        wanted.append(_is_owned_by(filters.owner))
    if filters.priority:
        wanted.append(ActionItem.priority == filters.priority)
    if filters.incident:
        wanted.append(ActionItem.id.in_(_visible_ids(person, Incident.slug == filters.incident)))
    if filters.deployment:
        named = sa.select(IncidentDeployment.incident_id).where(IncidentDeployment.name == filters.deployment)
        wanted.append(ActionItem.id.in_(_visible_ids(person, Incident.id.in_(named))))
    for word in filters.words.split():
        says = _visible_ids(person, Mention.text.icontains(word, autoescape=True))
        wanted.append(sa.or_(ActionItem.id.in_(says), ActionItem.owner.icontains(word, autoescape=True), _has_key(word)))
    return wanted


def _visible_ids(person: Person | None, *conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    return mentions_visible_to(person).where(*conditions).with_only_columns(Mention.action_item_id)


def _has_key(word: str) -> sa.ColumnElement[bool]:
    return sa.func.upper(ActionItem.key) == word.upper()


def is_overdue(today: date) -> sa.ColumnElement[bool]:
    """Condition on `ActionItem`: it is due before today, and not closed."""
    return sa.and_(ActionItem.due < today, sa.not_(claimed("closed")))


def is_mine(person: Person | None) -> sa.ColumnElement[bool]:
    """Condition on `ActionItem`: one of its owners is this person, by account or by name; nothing is nobody's."""
    if person is None:
        return sa.false()
    is_me = sa.or_(ItemOwner.person_id == person.id, sa.func.lower(ItemOwner.name) == person.name.lower())
    return ActionItem.id.in_(sa.select(ItemOwner.action_item_id).where(is_me))


def _is_owned_by(name: str) -> sa.ColumnElement[bool]:
    """Any of its owners, not only the first."""
    named = sa.select(ItemOwner.action_item_id).where(sa.func.lower(ItemOwner.name) == name.lower())
    return sa.or_(sa.func.lower(ActionItem.owner) == name.lower(), ActionItem.id.in_(named))


def _grouping(by: str, shown: sa.Subquery, today: date) -> tuple[Column, list[Column]]:
    """What a group is called (None: it has no value), and the order of groups."""
    if by == "age":
        since = ActionItem.opened_on
        steps = [(since > today - timedelta(days=days), name) for days, name in AGES]
        label = sa.case((since.is_(None), sa.literal(UNKNOWN)), *steps, else_=sa.literal(OLDER))
        order = sa.case((since.is_(None), len(AGES) + 1), *[(when, n) for n, (when, _) in enumerate(steps)], else_=len(AGES))
        return label, [sa.case((since.is_(None), 1), else_=0), order.desc()]
    if by == "incident":
        return shown.c.incident_slug, [shown.c.incident_date.desc().nulls_last(), shown.c.incident_slug]
    if by == "deployment":
        of_incident = IncidentDeployment.incident_id == shown.c.incident_id
        first = sa.select(sa.func.min(IncidentDeployment.name)).where(of_incident).scalar_subquery()
        return first, [first.is_(None), first]
    if by == "year":
        year = sa.extract("year", shown.c.incident_date)
        return year, [year.desc().nulls_last()]
    if by == "claim":
        order = sa.case(*[(ActionItem.claim == claim, n) for n, claim in enumerate(Claim)])
        return sa.cast(ActionItem.claim, sa.String), [order]
    if by == "none":
        return sa.null(), []
    column: Column = {"owner": ActionItem.owner, "priority": ActionItem.priority, "group": shown.c.section}[by]
    return column, [column.is_(None), sa.func.lower(column), column]


def _order(state: str) -> list[Column]:
    """Inside a group: what is due first, then what matters most, then what waits longest; of closed ones the last closed, of
    regressed ones what broke last."""
    if state == "regressed":
        return [Evidence.broke_at.desc(), ActionItem.id]
    if state == "closed":
        return [ActionItem.closed_on.desc().nulls_last(), ActionItem.id.desc()]
    if state == "not_stated":
        return [ActionItem.opened_on.desc().nulls_last(), ActionItem.id]
    return [
        ActionItem.due.asc().nulls_last(),
        ActionItem.priority.asc().nulls_last(),
        ActionItem.opened_on.asc().nulls_last(),
        ActionItem.id,
    ]


def items_by_id(ids: list[int]) -> sa.Select[ActionItem]:
    """The items themselves, to be changed."""
    return sa.select(ActionItem).where(ActionItem.id.in_(ids)).order_by(ActionItem.id)
