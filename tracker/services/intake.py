"""One import, file by file: each step takes a file and answers with its outcome, or with None for “not mine”."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.domain.errors import TrackerError
from tracker.services import documents, git, known_documents, questions, sources
from tracker.services.files import File
from tracker.services.found import Outcome
from tracker.services.known_documents import heading
from tracker.services.new_files import NewFiles
from tracker.services.new_items import Act
from tracker.services.places import Places, Row
from tracker.services.reading_ahead import Ahead, read_once, understood
from tracker.store.blobs import keep
from tracker.store.models import Incident, Revision, Source

MESSAGE = "Imported"


class Intake:
    """What the steps share: who imports and how, the places, and which incidents this import has met in which source."""

    def __init__(self, session: Session, act: Act, all_pages: bool, visibility: Visibility, ahead: Ahead) -> None:
        self.session, self.act, self.by, self.at = session, act, act.by, act.at
        self.all_pages, self.visibility, self.ahead = all_pages, visibility, ahead
        self.places = Places(session)
        self._committed: dict[Path, dict[str, git.Committed]] = {}  # of each checkout, read once
        self._asked: dict[tuple[int, str], int] | None = None  # merges that wait, see `_waits`
        self._met: dict[int | None, set[int]] = {}
        self._documents = known_documents.KnownDocuments(session, act.by)

    # The steps, in their order

    def known(self, file: File) -> Outcome | None:
        """A file that has a place: unchanged, or what it says now is merged into what was edited here."""
        row = file.row
        if row is None or file.source is None:
            return None
        if not self._documents.may_see(row.place.incident_id):  # an upload's name tells nothing of a restricted incident
            file.row, file.path = None, self.places.free_path(file.source, file.path)
            return None
        if file.source.kind == "upload" and not self._is_that_upload(file, row):
            file.row, file.path = None, self.places.free_path(file.source, file.path)
            return None
        row.place.present = True
        self._meet(file, row.place.incident_id)
        if file.sha == row.place.base_sha:
            return self._waits(file, row) or Outcome(file.name, "unchanged", "", row.slug)
        return self._changed(file, row)

    def unwanted(self, file: File) -> Outcome | None:
        """What cannot be read, and pages that are no postmortems; of the others stays what will be stored."""
        it = understood(file, self.ahead, all_pages=self.all_pages)
        if it.problem:
            return Outcome(file.name, "refused", it.problem)
        if it.why_not:
            return Outcome(file.name, "skipped", it.why_not)
        file.says, file.first = it.says, it.first
        return None

    def moved(self, file: File) -> Outcome | None:
        """A file without a place that says, to the byte, what an incident without a file here says or once said."""
        if not self._documents.have_said(file.sha):
            return None
        known = self._documents.saying(file.sha, self._taken(file), self._left(file))
        if known is None:
            return None
        self._meet(file, known.incident_id)
        source = self._source(file)
        old = next((row for row in self.places.of(source) if row.place.incident_id == known.incident_id), None)
        if old is not None and not old.place.present and source.kind != "upload":
            was = old.place.path
            self.places.move(old, file.path)
            outcome = self._changed(file, old) if old.place.base_sha != file.sha else None
            return outcome or Outcome(file.name, "renamed", f"was {was}.", known.slug, file.items)
        self.places.add(source, file.path, known.incident_id, known.slug, file.sha)
        return Outcome(file.name, "unchanged", f"says what {known.slug} says.", known.slug, file.items)

    def similar(self, file: File) -> Outcome | None:
        """A file that merely resembles a known one creates nothing; a person says whether it is the same."""
        if file.says is None or not self._documents.are_any():
            return None
        known = self._documents.resembling(file.data, file.says, file.path, self._taken(file), self._left(file))
        if known is None:
            return None
        keep(self.session, [file.data])
        where = {"kind": file.found.source.kind, "location": file.found.source.location} if file.found.source else {}
        detail = {**where, "name": file.name, "path": file.path, "source_id": file.source.id if file.source else None}
        detail |= {"alike": round(known.alike), "visibility": self.visibility.value}
        detail["base"] = self._documents.nearest_revision(known.incident_id, file.data)
        self._documents.ask(known, file.sha, detail, at=self.at)
        text = f"resembles {known.slug} ({known.alike:.0f} % alike): is it the same? See the questions."
        return Outcome(file.name, "asks", text, known.slug, file.items)

    def create(self, files: list[File]) -> Iterator[dict[int, Outcome]]:
        """What is left is new; outcomes by the files' numbers, some hundred at a time."""
        for file in files:
            self._source(file)
        new = NewFiles(self.session, self.places, self.act, message=MESSAGE, visibility=self.visibility)
        return new.store(files)

    # What they are made of

    def _changed(self, file: File, row: Row) -> Outcome:
        """The file says something else than it last said: three-way with what it last said as the base."""
        if problem := read_once(file):
            return Outcome(file.name, "refused", problem, row.slug)
        if file.sha == row.head_sha:
            row.place.base_sha = file.sha
            return Outcome(file.name, "unchanged", "says what is said here.", row.slug, file.items)
        incident = self.session.get_one(Incident, row.place.incident_id)
        base = self._revision(incident, row.place.base_sha)
        try:
            saved = documents.save(
                self.session, incident, base, file.data, by=self.by, at=self.at, message=MESSAGE, via="import",
                batch=self.act.batch, day=self._day(file), postmortem=file.postmortem,
            )  # fmt: skip
        except TrackerError as why:
            return Outcome(file.name, "refused", str(why), row.slug)
        keep(self.session, [file.data])
        row.place.base_sha = file.sha
        return self._said(file, row, saved)

    def _waits(self, file: File, row: Row) -> Outcome | None:
        """A file that clashed with what was written here asks again for as long as nobody has answered."""
        if self._asked is None:
            self._asked = questions.merges_waiting(self.session)
        number = self._asked.get((row.place.incident_id, file.sha))
        if number is None:
            return None
        return Outcome(file.name, "asks", f"still waits for an answer to question {number}: both texts are kept.", row.slug)

    def _is_that_upload(self, file: File, row: Row) -> bool:
        """Whether an upload is what came under its name before: every second one is called `postmortem.md`."""
        if file.sha in (row.place.base_sha, row.head_sha) or read_once(file):
            return True
        assert file.postmortem is not None
        return self._documents.is_alike(row.place.incident_id, file.data, heading(file.postmortem))

    def _said(self, file: File, row: Row, saved: documents.Saved) -> Outcome:
        if saved.question is not None:
            text = "was changed here, too, in the same lines: both texts are kept; see the questions."
            return Outcome(file.name, "asks", text, row.slug, file.items)
        if saved.revision is None:
            return Outcome(file.name, "unchanged", "says nothing that is not here already.", row.slug, file.items)
        if saved.merged:
            return Outcome(file.name, "merged", "with what was edited here.", row.slug, file.items)
        return Outcome(file.name, "changed", "", row.slug, file.items)

    def _revision(self, incident: Incident, sha: str) -> int:
        """The revision that the file last said; the first one where it is not known, since all came from that."""
        said = sa.select(Revision.id).where(Revision.incident_id == incident.id, Revision.sha == sha)
        first = sa.select(sa.func.min(Revision.id)).where(Revision.incident_id == incident.id)
        return self.session.scalar(said.order_by(Revision.id.desc()).limit(1)) or self.session.scalars(first).one()

    def _source(self, file: File) -> Source:
        """The file's source: made with the first file that is taken, shown again where it was removed."""
        if file.source is None:
            file.source, file.path = self.places.home(file.found)
            file.source = file.source or self.places.make(file.found.source)
        if file.source.removed_at is not None:
            sources.restore(self.session, file.source, by=self.by, at=self.at)
        return file.source

    def _taken(self, file: File) -> set[int]:
        """Incidents that this file cannot be: they have another file in the same source, or had one in this import."""
        source = file.source or self.places.home(file.found)[0]
        met = self._met.get(source.id, set()) if source else set()
        if source is None or source.kind == "upload":
            return met
        return met | self.places.standing(source)[0]

    def _left(self, file: File) -> set[int]:
        """Incidents whose file in the same source is gone: the likeliest to have moved."""
        source = file.source or self.places.home(file.found)[0]
        return self.places.standing(source)[1] if source else set()

    def met(self) -> list[int]:
        """The incidents that the files of this import are."""
        return sorted(set().union(*self._met.values()))

    def _meet(self, file: File, incident_id: int) -> None:
        self._met.setdefault(self._source(file).id, set()).add(incident_id)

    def _day(self, file: File) -> date | None:
        """The day of the commit that wrote the file, asked of git only where it matters: some item is closed."""
        ref = file.found.source
        closed = file.postmortem is not None and any(item.state.is_closed for item in file.postmortem.items)
        if ref is None or ref.kind != "git" or not closed:
            return None
        if ref.root not in self._committed:
            self._committed[ref.root] = git.committed(ref.root)
        known = self._committed[ref.root].get(file.name)
        return known.day if known is not None and known.says(file.data) else None
