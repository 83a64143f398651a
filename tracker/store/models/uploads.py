"""What somebody has sent and not accepted yet: it waits here between the preview and the answer, for any process to find."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.models.base import Base


class Upload(Base):
    """One sending of files or text, shown only to who sent it, until `expires_at`."""

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(primary_key=True)  # random, since it stands in an address
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]  # when some of it was last imported


class UploadFile(Base):
    """One file of it with its exact bytes, and what importing it would do, as planned when it was sent; then what it did."""

    __tablename__ = "upload_file"
    upload_id: Mapped[str] = mapped_column(sa.ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bytes: Mapped[bytes | None]  # None where it could not be read (`problem` says why), and once it is imported
    problem: Mapped[str | None]
    named: Mapped[bool]  # a person pointed at this very file; members of an archive are not
    verb: Mapped[str]  # services.imports.Outcome's words
    detail: Mapped[str]
    slug: Mapped[str | None]
    items: Mapped[int]
