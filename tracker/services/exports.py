"""Writing documents back to where people keep them: the exact bytes, and never over what we do not know."""

import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.domain.claims import Visibility
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.services import questions, readings
from tracker.services.finding import source_of
from tracker.services.found import Found, Outcome, SourceRef
from tracker.services.names import folded, is_document
from tracker.services.places import Places, Row
from tracker.store.keys import lock_documents
from tracker.store.models import Blob, Incident, Person, Place, Revision, Source
from tracker.store.visibility import visible_to

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Document:
    incident_id: int
    slug: str
    name: str
    sha: str
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Written:
    """A file that says now what its incident's document says: at `path` below the folder that was exported to."""

    incident_id: int
    slug: str
    sha: str
    path: str


def export(
    session: Session,
    directory: Path,
    *,
    by: Person | None,
    restricted: Collection[str] = (),
    everything: bool = False,
) -> list[Outcome]:
    """Write documents to `directory` and remember what was written where, in one transaction; the caller commits."""
    outcomes, written = write_documents(session, directory, by=by, restricted=restricted, everything=everything)
    remember(session, directory, written)
    return outcomes


def write_documents(
    session: Session,
    directory: Path,
    *,
    by: Person | None,
    restricted: Collection[str] = (),
    everything: bool = False,
    progress: Progress | None = None,
) -> tuple[list[Outcome], list[Written]]:
    """Write the head of every incident that `by` may see to `directory`; `remember` what was written afterwards.

    Only reads the database, since waiting for a disk is no reason to keep others from writing. A folder that documents came
    from gets its own files back, at their own paths, and what was written here; what came from other sources only with
    `everything`. Any other folder gets all. Restricted incidents are left out, except for the slugs in `restricted`. A
    file that says something we neither wrote nor read, or that waits for the answer to a question, is refused, and the
    others are written all the same.
    Raises `Invalid` for a directory that is a file, `NotFound` for a slug, `Conflict` for a source that is never written to.
    """
    if directory.exists() and not directory.is_dir():
        raise Invalid(f"{directory} is a file: name a folder to write to.")
    directory.mkdir(parents=True, exist_ok=True)
    plan = _Plan(session, source_of(directory), everything)
    documents = _documents(session, by, restricted)
    outcomes = []
    for n, document in enumerate(documents):
        outcomes.append(plan.write(document))
        if progress:
            progress(n + 1, len(documents))
    return outcomes, plan.written


def remember(session: Session, directory: Path, written: Sequence[Written]) -> None:
    """Keep, as the base of each file's place, what was written to it; the folder becomes a source. The caller commits.

    Where this is never reached, the next import or export finds the files equal to their documents and does the same.
    """
    if not written:
        return
    lock_documents(session)
    ref = source_of(directory)
    places = Places(session)
    for one in written:
        source, path = places.home(Found(one.path, b"", ref))
        if source is None or source.removed_at is not None:
            source, path = places.make(ref), one.path
        row = places.at(source, path)
        if row is None:
            places.add(source, path, one.incident_id, one.slug, one.sha)
        elif row.place.incident_id == one.incident_id:
            row.place.base_sha, row.place.present = one.sha, True
    session.flush()
    readings.seen(session, [one.incident_id for one in written])


def _documents(session: Session, by: Person | None, restricted: Collection[str]) -> Sequence[_Document]:
    rows = session.execute(
        sa.select(Incident.id, Incident.slug, Incident.name, Revision.sha, Incident.visibility)
        .join(Revision, Revision.id == Incident.head_id)
        .where(visible_to(by), sa.or_(Incident.visibility != Visibility.RESTRICTED, Incident.slug.in_(restricted)))
        .order_by(Incident.id)
    )
    documents = [_Document(*row) for row in rows]
    if missing := set(restricted) - {one.slug for one in documents}:
        raise NotFound(f"There is no incident {', '.join(sorted(missing))} that you may see.")
    return documents


class _Plan:
    """Where each document goes below one folder."""

    def __init__(self, session: Session, ref: SourceRef, everything: bool) -> None:
        self.session, self.root, self.everything = session, ref.root, everything
        self.places = Places(session)
        around = [(source, above, below) for source, above, below in self.places.around(ref) if source.removed_at is None]
        removed = next((source for source, above, below in self.places.around(ref) if not (above or below)), None)
        if removed is not None and removed.removed_at is not None:
            raise Conflict(f"{removed.name} was removed: `tracker source restore {removed.name}` brings it back.")
        self.is_source = any(not below and self._gave(source) for source, _, below in around)
        if never := next((source for source, _, below in around if source.writes == "never" and not below), None):
            raise Conflict(f"{never.name} is never written to: `tracker source writes {never.name} always` allows it.")
        self.written: list[Written] = []
        self.rows = self._rows_below(around)
        self.elsewhere = self._elsewhere(around)
        self.paths = {folded(path) for _, path in self.rows.values()}
        self.asked = questions.merges_waiting(session)  # their files stay as they are

    def write(self, document: _Document) -> Outcome:
        known = self.rows.get(document.incident_id)
        if known is None:
            if self.is_source and not self.everything and document.incident_id in self.elsewhere:
                where = self.elsewhere[document.incident_id][0]
                return Outcome(document.name, "skipped", f"belongs to {where}.", document.slug)
            path = self._new_path(document)
            row = None
        else:
            row, path = known
            if not row.place.present and not self.everything:
                return Outcome(path, "skipped", "was taken away from this folder.", document.slug)
        return self._put(document, row, path)

    def _put(self, document: _Document, row: Row | None, path: str) -> Outcome:
        target = self.root / path
        if problem := _unsafe(self.root, target):
            return Outcome(path, "refused", problem, document.slug)
        there = sha256(target.read_bytes()).hexdigest() if target.exists() else None
        if there is not None and there != document.sha and (row is None or there != row.place.base_sha):
            text = "says something that was not read here yet: import it first, or move it away."
            return Outcome(path, "refused", text, document.slug)
        if (document.incident_id, there) in self.asked:
            text = "clashes with what was written here, and waits for an answer: `tracker questions`."
            return Outcome(path, "refused", text, document.slug)
        try:
            if there != document.sha:
                data = self.session.scalars(sa.select(Blob.bytes).where(Blob.sha == document.sha)).one()
                write_whole(target, data)
        except OSError as why:
            return Outcome(path, "refused", f"cannot be written: {(why.strerror or str(why)).lower()}.", document.slug)
        self.written.append(Written(document.incident_id, document.slug, document.sha, path))
        verb = "unchanged" if there == document.sha else "changed" if there else "created"
        return Outcome(path, verb, "", document.slug)  # type: ignore[arg-type]

    def _gave(self, source: Source) -> bool:
        """Whether documents came from there. A folder that only ever got exports may have everything."""
        earlier = aliased(Place)
        first = ~sa.exists().where(earlier.incident_id == Place.incident_id, earlier.id < Place.id)
        came = sa.exists().where(
            Revision.incident_id == Place.incident_id, Revision.parent_id.is_(None), Revision.via == "import"
        )
        return self.session.scalar(sa.select(Place.id).where(Place.source_id == source.id, first, came).limit(1)) is not None

    def _rows_below(self, around: list[tuple[Source, str, str]]) -> dict[int, tuple[Row, str]]:
        """Places that lie below the folder, by incident, with their path from it; present ones win."""
        rows: dict[int, tuple[Row, str]] = {}
        for source, above, below in around:
            for row in self.places.of(source):
                path = f"{below}/{row.place.path}" if below else row.place.path
                if above:
                    if not path.startswith(f"{above}/"):
                        continue
                    path = path.removeprefix(f"{above}/")
                if row.place.present or row.place.incident_id not in rows:
                    rows[row.place.incident_id] = (row, path)
        return rows

    def _elsewhere(self, around: list[tuple[Source, str, str]]) -> dict[int, tuple[str, str, str]]:
        """Incidents with a place in another source: (its name, its kind, the path there). Folders win over uploads."""
        mine = [source.id for source, _, _ in around]
        rows = self.session.execute(
            sa.select(Place.incident_id, Source.name, Source.kind, Place.path)
            .join(Source, Source.id == Place.source_id)
            .where(Source.id.not_in(mine), Source.removed_at.is_(None))
            .order_by(Source.kind != "upload", Place.present, Place.id.desc())
        )
        found = {row[0]: (row[1], row[2], row[3]) for row in rows}
        self._names = {incident_id: (kind, path) for incident_id, (_, kind, path) in found.items()}
        return {incident_id: one for incident_id, one in found.items() if one[1] != "upload"}

    def _new_path(self, document: _Document) -> str:
        """A free path for a document that has none here: that of its own source, else its name."""
        _, wanted = self._names.get(document.incident_id, ("", document.name))
        parts = [part for part in PurePosixPath(wanted).parts if part not in ("/", "..", ".") and not part.startswith(".")]
        path = PurePosixPath(*parts) if parts else PurePosixPath(document.slug)
        if not path.suffix or not is_document(path.name):
            path = path.with_name(f"{document.slug}.md")
        free, n = path, 1
        while folded(str(free)) in self.paths:
            n += 1
            free = path.with_name(f"{path.stem}-{n}{path.suffix}")
        self.paths.add(folded(str(free)))
        return str(free)


def write_whole(target: Path, data: bytes) -> None:
    """Replace `target` by `data` or leave it as it was, whatever happens meanwhile; its rights stay."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".tracker-", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unsafe(root: Path, target: Path) -> str | None:
    """Why a file is not written there: links could lead anywhere."""
    if target.is_symlink():
        return "is a link: not written through."
    if not target.parent.resolve().is_relative_to(root):
        return "lies behind a link that leaves the folder."
    if target.exists() and not target.is_file():
        return "is a folder there."
    return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
