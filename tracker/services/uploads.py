"""Importing in two steps: what was sent waits in the database, is looked at, and then accepted, all of it or some.

The plan is made when the files arrive, so that looking at it writes nothing; accepting imports the same bytes and says what
really happened, which may differ where somebody else was at work in between.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.services.found import Found, Outcome, Verb
from tracker.services.imports import plan_or_import
from tracker.services.reading_ahead import Ahead
from tracker.store.models import Person, Upload, UploadFile

KEPT_FOR = timedelta(hours=24)
KEPT_EACH = 5  # uploads that one person can have waiting; older ones give way
TAKEN: tuple[Verb, ...] = ("created", "changed", "merged", "renamed", "asks")  # chosen unless a person says otherwise


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as the preview lists it; its bytes are read only where they are shown."""

    n: int
    name: str
    problem: str | None
    verb: str
    detail: str
    slug: str | None
    items: int
    size: int | None  # None: its bytes are not kept (any more)

    @property
    def is_done(self) -> bool:
        return self.size is None and self.problem is None

    @property
    def can_be_chosen(self) -> bool:
        """A page that reads as no postmortem may still be taken; what is refused or known already may not."""
        return self.size is not None and self.verb in (*TAKEN, "skipped")

    @property
    def is_chosen(self) -> bool:
        return self.size is not None and self.verb in TAKEN


def hold(
    session: Session,
    found: Iterable[Found],
    *,
    by: Person,
    at: datetime,
    max_document_bytes: int,
    ahead: Ahead | None = None,
) -> Upload:
    """Keep what was sent and plan its import; `rows` shows the plan. Raises `Invalid` where nothing was sent.

    What is refused is named with its reason, and not kept. What was read `ahead` is not read again.
    """
    files = list(found)
    if not files:
        raise Invalid("There is no document in it. Choose Markdown files or a zip of them, or paste a text.", "files")
    plan = plan_or_import(session, files, by=by, at=at, dry_run=True, max_document_bytes=max_document_bytes, ahead=ahead)
    outcomes = _by_place(files, plan)
    forget_old(session, by, at=at)
    upload = Upload(id=secrets.token_urlsafe(12), by_id=by.id, at=at, expires_at=at + KEPT_FOR)
    session.add(upload)
    session.flush()
    session.add_all(
        UploadFile(
            upload_id=upload.id,
            n=n,
            name=file.name,
            bytes=None if outcome.verb == "refused" else file.data,
            problem=(file.problem or outcome.detail) if outcome.verb == "refused" else None,
            named=file.named,
            verb=outcome.verb,
            detail=outcome.detail,
            slug=outcome.incident_slug,
            items=outcome.items,
        )
        for n, (file, outcome) in enumerate(zip(files, outcomes, strict=True))
    )
    session.flush()
    return upload


def find(session: Session, upload_id: str, person: Person, *, at: datetime) -> Upload:
    """The upload that `person` sent. Raises `NotFound` for another's, an expired and an unknown one alike."""
    upload = session.scalar(
        sa.select(Upload).where(Upload.id == upload_id, Upload.by_id == person.id, Upload.expires_at > at)
    )
    if upload is None:
        raise NotFound("This upload is not here any more: it waits for a day. Send the files again.")
    return upload


def rows(session: Session, upload: Upload) -> list[FileRow]:
    """Its files in the order in which they were sent; one statement, without their bytes."""
    size = sa.func.length(UploadFile.bytes)
    columns = (UploadFile.n, UploadFile.name, UploadFile.problem, UploadFile.verb, UploadFile.detail, UploadFile.slug)
    found = session.execute(
        sa.select(*columns, UploadFile.items, size).where(UploadFile.upload_id == upload.id).order_by(UploadFile.n)
    )
    return [FileRow(*row) for row in found]


def file(session: Session, upload: Upload, n: int) -> UploadFile:
    """One of its files, with its bytes. Raises `NotFound`."""
    found = session.get(UploadFile, (upload.id, n))
    if found is None:
        raise NotFound("There is no such file in this upload.")
    return found


def accept(
    session: Session,
    upload: Upload,
    chosen: Iterable[int] | None,
    *,
    by: Person,
    at: datetime,
    visibility: Visibility = Visibility.INTERNAL,
    max_document_bytes: int,
    ahead: Ahead | None = None,
) -> int:
    """Import the chosen files (None: all that the plan takes) and say how many; the others wait on.

    A file is imported once: of two clicks at once the second finds nothing left. Raises `Invalid` where nothing is chosen,
    `Conflict` where all that is chosen was imported before.
    """
    session.execute(sa.select(Upload.id).where(Upload.id == upload.id).with_for_update())  # SQLite's writers stand in line
    left = _left(session, upload, chosen)
    found = [_found(one) for one in left]
    done = plan_or_import(
        session, found, by=by, at=at, visibility=visibility, all_pages=True,
        max_document_bytes=max_document_bytes, ahead=ahead,
    )  # fmt: skip
    for one, outcome in zip(left, _by_place(found, done), strict=True):
        one.verb, one.detail, one.slug, one.items = outcome.verb, outcome.detail, outcome.incident_slug, outcome.items
        one.bytes = None
    upload.accepted_at = at
    session.flush()
    return len(left)


def waiting(session: Session, upload: Upload, chosen: Iterable[int] | None) -> list[Found]:
    """What `accept` would import, for reading it ahead. Raises as `accept` does."""
    return [_found(one) for one in _left(session, upload, chosen)]


def _left(session: Session, upload: Upload, chosen: Iterable[int] | None) -> list[UploadFile]:
    wanted = sa.select(UploadFile).where(UploadFile.upload_id == upload.id, UploadFile.problem.is_(None))
    wanted = wanted.where(UploadFile.verb.in_(TAKEN) if chosen is None else UploadFile.n.in_(list(chosen)))
    files = session.scalars(wanted.order_by(UploadFile.n).execution_options(populate_existing=True)).all()
    if not files:
        raise Invalid("Choose at least one document, or send others.", "chosen")
    left = [one for one in files if one.bytes is not None]
    if not left:
        raise Conflict("These were imported already; the list says what became of them.")
    return left


def _found(file: UploadFile) -> Found:
    return Found(file.name, file.bytes, named=True)


def drop(session: Session, upload: Upload) -> None:
    """Forget what was sent, at its sender's word."""
    _delete(session, [upload.id])


def forget_old(session: Session, by: Person, *, at: datetime) -> None:
    """Delete what is too old, and of `by` all but the newest few: what waits stays bounded without a job that cleans."""
    old = session.scalars(sa.select(Upload.id).where(Upload.expires_at <= at)).all()
    own = session.scalars(
        sa.select(Upload.id).where(Upload.by_id == by.id).order_by(Upload.at.desc()).offset(KEPT_EACH - 1)
    ).all()
    _delete(session, [*old, *own])


def _delete(session: Session, ids: Sequence[str]) -> None:
    if ids:
        session.execute(sa.delete(UploadFile).where(UploadFile.upload_id.in_(ids)))
        session.execute(sa.delete(Upload).where(Upload.id.in_(ids)))


def _by_place(files: Sequence[Found], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome per file, in their order."""
    if [one.name for one in files] == [one.name for one in outcomes]:
        return list(outcomes)
    known = {one.name: one for one in outcomes}
    missing = "Nothing is known of it. Send it by itself."
    return [known.get(one.name, Outcome(one.name, "refused", one.problem or missing)) for one in files]
