"""Action items: what outlives any reading of a document."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.claims import Claim
from tracker.store.models.base import Base


class ActionItem(Base):
    """A thing to do, with its permanent key. It holds the current values; mentions hold what documents last stated."""

    __tablename__ = "action_item"
    __table_args__ = (
        sa.CheckConstraint("claim <> 'wont_do' OR reason IS NOT NULL", name="wont_do_has_a_reason"),
        sa.CheckConstraint("priority IN ('P0', 'P1', 'P2', 'P3')", name="priority"),
        sa.Index(
            "ix_action_item_open",
            "owner",
            "due",
            "priority",
            "opened_on",
            sqlite_where=sa.text("claim IN ('open', 'in_progress', 'blocked') AND hidden_at IS NULL"),
            postgresql_where=sa.text("claim IN ('open', 'in_progress', 'blocked') AND hidden_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},  # an id is never used again: events outlive what they tell of
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    claim: Mapped[Claim] = mapped_column(default=Claim.NOT_STATED)
    reason: Mapped[str | None]
    owner: Mapped[str | None]  # the first of item_owner, for lists
    due: Mapped[date | None]
    priority: Mapped[str | None]
    kind: Mapped[str | None]
    opened_on: Mapped[date | None]  # the incident's date
    closed_on: Mapped[date | None]  # None where it was found closed: unknown, not import day
    hidden_at: Mapped[datetime | None]  # "not an item"
    joined_to: Mapped[int | None] = mapped_column(sa.ForeignKey("action_item.id"))


class Mention(Base):
    """What one document says of an item. `n` is its place in the head's reading, None where it no longer stands there."""

    __tablename__ = "mention"
    __table_args__ = (sa.Index("ix_mention_incident_id_n", "incident_id", "n"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    action_item_id: Mapped[int] = mapped_column(sa.ForeignKey("action_item.id"), index=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"))
    n: Mapped[int | None]
    text: Mapped[str]
    group_: Mapped[str | None]
    line: Mapped[int | None]
    stated: Mapped[dict[str, Any]]  # claim, reason, owners, due, priority, kind, links: only what the document states
    # claim, owners, due, priority: the item's value that this document has taken into account, by stating it or by being
    # written to. Where the item's differs from it, it was decided here since (services.statements).
    known: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ItemOwner(Base):
    __tablename__ = "item_owner"
    action_item_id: Mapped[int] = mapped_column(sa.ForeignKey("action_item.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class ItemTicket(Base):
    __tablename__ = "item_ticket"
    action_item_id: Mapped[int] = mapped_column(sa.ForeignKey("action_item.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)


class NotAnItem(Base):
    """A text that is hidden wherever it stands ("write this report"): its words folded, and who said so."""

    __tablename__ = "not_an_item"
    folded: Mapped[str] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


class Counter(Base):
    """The last number given out under a name: keys of action items are "A" and a number, permanent, never used again."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
