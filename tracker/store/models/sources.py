"""Where documents come from."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.models.base import Base


class Source(Base):
    """A folder, or a git repo known by its remote and subfolder (DESIGN §2). Removing it hides what came from it."""

    __tablename__ = "source"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('folder', 'git', 'upload')", name="kind"),
        sa.CheckConstraint("writes IN ('always', 'never')", name="writes"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # what people call it: `tracker source remove NAME`
    kind: Mapped[str]
    location: Mapped[str] = mapped_column(unique=True)
    zone: Mapped[str | None]  # an IANA name, where a person has said it
    writes: Mapped[str] = mapped_column(default="always")
    removed_at: Mapped[datetime | None]


class Place(Base):
    """One file in a source, and the bytes that it last said: its base.

    Zips, uploads, pastes and standard input share one source of kind 'upload', where a path is a name and `present` is
    never taken away: they are no sources in the sense of DESIGN §2, and the base is what last came in that way.
    """

    __tablename__ = "place"
    __table_args__ = (sa.UniqueConstraint("source_id", "path"), sa.Index("ix_place_base_sha", "base_sha"))
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id", ondelete="CASCADE"))
    path: Mapped[str]
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    base_sha: Mapped[str] = mapped_column(sa.ForeignKey("blob.sha"))
    present: Mapped[bool] = mapped_column(default=True)
