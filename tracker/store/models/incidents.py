"""Incidents, their documents' revisions, and what the reader made of the newest one."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.claims import Milestone, Status, Visibility
from tracker.store.models.base import Base


class Blob(Base):
    """The exact bytes of a document, once, by their SHA-256 in hex."""

    __tablename__ = "blob"
    sha: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    bytes: Mapped[bytes]


class Incident(Base):
    """One thing that went wrong; it has one document. `head_id` moves by compare-and-set only (DESIGN §6)."""

    __tablename__ = "incident"
    __table_args__ = {"sqlite_autoincrement": True}  # an id is never used again: events outlive what they tell of
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]  # a file name for export where it has no place yet
    head_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id", use_alter=True))
    severity: Mapped[str | None]
    declared_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    status: Mapped[Status] = mapped_column(default=Status.DRAFT)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    due: Mapped[date | None]
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.INTERNAL)
    hidden_at: Mapped[datetime | None]  # all its sources are removed; comes back with them


class IncidentDeployment(Base):
    __tablename__ = "incident_deployment"
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class IncidentReader(Base):
    """A person who may see a restricted incident."""

    __tablename__ = "incident_reader"
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)


class Revision(Base):
    """A saved version of an incident's document; immutable. `merged_id` is the other text of a merge."""

    __tablename__ = "revision"
    __table_args__ = {"sqlite_autoincrement": True}
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    merged_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    sha: Mapped[str] = mapped_column(sa.ForeignKey("blob.sha"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    message: Mapped[str]
    via: Mapped[str]  # import, form, text, upload, undo, merge


class Reading(Base):
    """What the reader understands of the head: a projection, made anew by `tracker reread`."""

    __tablename__ = "reading"
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"))
    reader_version: Mapped[int]
    title: Mapped[str]
    date: Mapped[date | None]
    zone: Mapped[str | None]
    json: Mapped[dict[str, Any]]  # the fixed form of DESIGN §5, and `notes`, `factors`, `because`


class Entry(Base):
    __tablename__ = "entry"
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[str | None]
    end: Mapped[str | None]
    precision: Mapped[str]
    zone: Mapped[str | None]
    utc: Mapped[datetime | None]  # only where a zone is known
    milestone: Mapped[Milestone | None]
    line: Mapped[int]
    text: Mapped[str]
