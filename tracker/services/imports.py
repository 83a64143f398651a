"""Taking files in: which incident each one is, what it changes, and one clear line about it.

The same import twice changes nothing, whatever was decided in between: a place remembers the bytes that it last said, and
a file that still says them says nothing. No paths and no terminals here: pages upload through the same function.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from tracker.config import Settings
from tracker.domain.claims import Visibility
from tracker.services import readings
from tracker.services.events import new_batch
from tracker.services.files import File
from tracker.services.finding import too_large
from tracker.services.found import Found, Outcome, SourceRef, Verb
from tracker.services.intake import Intake
from tracker.services.new_items import Act
from tracker.services.places import Places, Row
from tracker.services.reading_ahead import Ahead, Progress, no_collections
from tracker.store.keys import lock_documents
from tracker.store.models import Person

__all__ = ["Found", "Outcome", "SourceRef", "Verb", "plan_or_import", "unplaced"]


def plan_or_import(
    session: Session,
    found: Iterable[Found],
    *,
    by: Person | None,
    at: datetime,
    dry_run: bool = False,
    all_pages: bool = False,
    visibility: Visibility = Visibility.INTERNAL,
    progress: Progress | None = None,
    max_document_bytes: int = Settings.max_document_bytes,
    ahead: Ahead | None = None,
) -> list[Outcome]:
    """Import what was found; one outcome per file, in their order, then one for each that left its folder.

    `dry_run` does the very same in a savepoint and takes it back. `all_pages` takes pages that read as no postmortem, too.
    New incidents get `visibility`. One bad file stops nothing else. What was read `ahead` (`read_ahead`, before the session
    wrote anything) is not read again. The caller commits.
    """
    everything = list(found)
    if not dry_run:
        lock_documents(session)  # of two imports of one folder at once the second finds what the first has made
    savepoint = session.begin_nested() if dry_run else None
    try:
        with no_collections():
            intake = Intake(session, Act(by, at, new_batch()), all_pages, visibility, ahead or {})
            return _run(intake, everything, max_document_bytes, progress or (lambda done, total: None))
    finally:
        if savepoint is not None:
            savepoint.rollback()
            session.expire_all()


def unplaced(
    session: Session, found: Iterable[Found], *, max_document_bytes: int = Settings.max_document_bytes
) -> list[File]:
    """The files that stand at no known place, and so will have to be read, whatever they are: for `read_ahead`."""
    files = _sorted_out([one for one in found if one.name], Places(session), max_document_bytes, {})
    return [file for file in files if file.row is None]


def _run(intake: Intake, everything: list[Found], max_bytes: int, progress: Progress) -> list[Outcome]:
    """Files that have a place go first, so that an incident which is there is not taken for one that moved."""
    outcomes: dict[int, Outcome] = {}
    found = [one for one in everything if one.name]
    total = len(found)
    files = list(_sorted_out(found, intake.places, max_bytes, outcomes))
    gone = _missing(everything, intake.places, files)
    for row in gone:
        row.place.present = False
    steps = (intake.known, intake.unwanted, intake.moved, intake.similar)
    for step in steps:
        left = []
        for file in files:
            outcome = step(file)
            if outcome is None:
                left.append(file)
            else:
                outcomes[file.n] = outcome
                progress(len(outcomes), total)
        files = left
    for stored in intake.create(files):
        outcomes |= stored
        progress(len(outcomes), total)
    readings.seen(intake.session, intake.met())
    return [outcomes[n] for n in sorted(outcomes)] + [_vanished(row) for row in gone if not row.place.present]


def _sorted_out(found: list[Found], places: Places, max_bytes: int, outcomes: dict[int, Outcome]) -> Iterator[File]:
    """The files that can be looked at, each with its place; the others get their outcome."""
    seen: dict[tuple[object, str], str] = {}
    for n, one in enumerate(found):
        if one.problem or one.data is None:
            outcomes[n] = Outcome(one.name, "refused", one.problem or "could not be read.")
            continue
        if len(one.data) > max_bytes:
            outcomes[n] = Outcome(one.name, "refused", too_large(len(one.data), max_bytes))
            continue
        sha = sha256(one.data).hexdigest()
        source, path = places.home(one)
        home = source.id if source else one.source.location if one.source else None
        if (home, path) not in seen:
            seen[home, path] = sha
            yield File(one, n, one.data, sha, source, path, places.at(source, path) if source else None)
        elif seen[home, path] == sha:
            outcomes[n] = Outcome(one.name, "skipped", "is the same file again.")
        else:
            outcomes[n] = Outcome(one.name, "refused", "has the name of another file in this import: import it by itself.")


def _missing(everything: list[Found], places: Places, files: list[File]) -> list[Row]:
    """Places in the folders that were looked through whose file is not there any more."""
    there = {(file.source.id, file.path) for file in files if file.source}
    troubled = [(source.id, path) for one in everything if one.problem for source, path in [places.home(one)] if source]
    missing: dict[tuple[int, str], Row] = {}
    for folder in (one.source for one in everything if not one.name and one.source):
        for source, start in places.scopes(folder):
            for row in places.of(source):
                key = (source.id, row.place.path)
                if row.place.present and row.place.path.startswith(start) and key not in there:
                    missing[key] = row
    # What could not be read is still there, and so may be all that lies in a folder that could not be opened.
    for source_id, path in troubled:
        for key in [key for key in missing if key[0] == source_id and (key[1] == path or key[1].startswith(f"{path}/"))]:
            del missing[key]
    return list(missing.values())


def _vanished(row: Row) -> Outcome:
    return Outcome(row.place.path, "vanished", "left its folder; its incident stays.", row.slug)
