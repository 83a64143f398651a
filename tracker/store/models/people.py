"""People, and the ways in which they are signed in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.claims import Role
from tracker.store.models.base import Base


class Person(Base):
    """Somebody who can sign in. A person is never deleted: their decisions keep their name."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(default=Role.READER)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Login(Base):
    """A secret that signs somebody in, kept as its SHA-256: a one-time link, or the session of one browser."""

    __tablename__ = "login"
    __table_args__ = (sa.CheckConstraint("kind IN ('link', 'session')", name="kind"),)
    hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]  # a link is revoked by being used
    agent: Mapped[str] = mapped_column(default="")  # what the browser calls itself, so that people know their sign-ins
