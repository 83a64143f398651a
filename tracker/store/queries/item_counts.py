"""How many items there are of which a person may know, and how many questions wait for an answer."""

from datetime import date

import sqlalchemy as sa

from tracker.domain.claims import Claim, Role
from tracker.store.models import ActionItem, Incident, Mention, Person, Question
from tracker.store.queries import Rows, built_once
from tracker.store.queries.action_items import STATES, Column, claimed, is_mine, is_overdue, listed
from tracker.store.queries.evidence import regressed_items
from tracker.store.visibility import mentions_visible_to, visible_to


@built_once
def item_counts(person: Person | None, today: date) -> Rows:
    """One row: how many items the person may see are open, not stated, open and overdue, open and without owner, open and
    theirs; how many are regressed; whether any is closed (those are not counted: they only grow); and how many questions
    wait."""
    is_open = claimed("open")

    def number(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)

    waiting = sa.select(sa.func.count()).select_from(Question).where(question_waits(person)).scalar_subquery()
    item = sa.orm.aliased(ActionItem)
    closed = sa.select(item.id).where(item.claim.in_(STATES["closed"]), item.hidden_at.is_(None), item.joined_to.is_(None))
    broke = sa.select(sa.func.count()).select_from(item).where(item.id.in_(regressed_items()), _is_seen(person, item.id))
    broke = broke.where(item.claim == Claim.DONE, item.hidden_at.is_(None), item.joined_to.is_(None))
    return sa.select(
        number(is_open).label("open"),
        number(claimed("not_stated")).label("not_stated"),
        number(is_open, is_overdue(today)).label("overdue"),
        number(is_open, ActionItem.owner.is_(None)).label("unowned"),
        number(is_open, is_mine(person)).label("mine"),
        broke.scalar_subquery().label("regressed"),
        closed.where(_is_seen(person, item.id)).exists().label("any_closed"),
        waiting.label("questions"),
    ).where(claimed("remaining"), listed(), _is_seen(person, ActionItem.id))


def _is_seen(person: Person | None, item_id: Column) -> sa.ColumnElement[bool]:
    """Whether one of the item's mentions is in an incident that the person may see; looked up item by item."""
    return mentions_visible_to(person).where(Mention.action_item_id == item_id).exists()


def question_waits(person: Person | None) -> sa.ColumnElement[bool]:
    """Condition on `Question`: nobody has answered it, and it is about an incident that the person may see.

    One about no incident yet (say, a file that may be a known one) is for those who can answer it.
    """
    about: sa.ColumnElement[bool] = Question.incident_id.in_(sa.select(Incident.id).where(visible_to(person)))
    if person is not None and person.role.includes(Role.EDITOR):
        about = sa.or_(Question.incident_id.is_(None), about)
    return sa.and_(Question.answered_at.is_(None), about)
