"""What happened, and what waits for an answer."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.models.base import Base


class Event(Base):
    """One change; append only, which a trigger enforces. Events of one `batch_id` are one act, and undone together."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    batch_id: Mapped[str] = mapped_column(index=True)
    incident_id: Mapped[int | None] = mapped_column(index=True)  # no foreign key: a purge deletes the incident, not this
    revision_id: Mapped[int | None]
    action_item_id: Mapped[int | None] = mapped_column(index=True)
    verb: Mapped[str]
    old: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    new: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    because: Mapped[str] = mapped_column(default="")


class Question(Base):
    """Something that only a person can decide; nothing is changed until then.

    `kind` is merge (a text that could not be merged: `revision_id` is theirs, kept whole), similar_file (a file that may
    be a known incident; `sha` is its bytes), value (an item's field where the document now says something else than we
    decided), same_item (a new item that may be a known one), vanished (an item that left its document, and one came that
    may be it).
    """

    __tablename__ = "question"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('merge', 'similar_file', 'value', 'same_item', 'vanished')", name="kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    incident_id: Mapped[int | None] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    action_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("action_item.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id", ondelete="CASCADE"))
    sha: Mapped[str | None] = mapped_column(sa.ForeignKey("blob.sha"))
    detail: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answer: Mapped[str | None]
