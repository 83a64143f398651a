"""Files that no known incident is: each becomes one; many are stored at once, which takes a fraction of the time."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.services.files import File
from tracker.services.found import Outcome
from tracker.services.new_incidents import NewIncident, add_incidents
from tracker.services.new_items import Act
from tracker.services.places import Places
from tracker.store.bulk import insert_rows, is_of_the_rows
from tracker.store.models import IncidentReader

TOGETHER = 200  # files in one savepoint


class NewFiles:
    """One import's new files. `places` know where each of them is by now."""

    def __init__(self, session: Session, places: Places, act: Act, *, message: str, visibility: Visibility) -> None:
        self.session, self.places, self.act = session, places, act
        self.message, self.visibility = message, visibility

    def store(self, files: Sequence[File]) -> Iterator[dict[int, Outcome]]:
        """Outcomes by the files' numbers, some hundred at a time.

        Equal files in two sources are one incident, in one source two, as if they had come one after the other.
        """
        first, copies = _apart(files)
        for start in range(0, len(first), TOGETHER):
            yield self._store_together([(file, copies.get(file.n, [])) for file in first[start : start + TOGETHER]])

    def _store_together(self, files: Sequence[tuple[File, list[File]]]) -> dict[int, Outcome]:
        """What the database does not take is refused by itself; the others are stored all the same."""
        try:
            with self.session.begin_nested():
                return self._add(files)
        except Exception as why:
            if not is_of_the_rows(why):
                raise
            if len(files) == 1:
                return _refused(files[0], why)
        outcomes: dict[int, Outcome] = {}
        for one in files:
            outcomes |= self._store_together([one])
        return outcomes

    def _add(self, files: Sequence[tuple[File, list[File]]]) -> dict[int, Outcome]:
        new = [NewIncident(file.data, first, self.visibility) for file, _ in files if (first := file.first)]
        made = add_incidents(self.session, new, self.act, message=self.message, via="import")
        outcomes: dict[int, Outcome] = {}
        places = []
        for (file, copies), its in zip(files, made, strict=True):
            outcomes[file.n] = Outcome(file.name, "created", "", its.slug, file.items)
            for copy in copies:
                outcomes[copy.n] = Outcome(copy.name, "unchanged", f"says what {its.slug} says.", its.slug, copy.items)
            places += [(one, its.incident_id) for one in (file, *copies)]
        self._let_see([its.incident_id for its in made])
        self.places.add_many([(one.source, one.path, incident, one.sha) for one, incident in places if one.source])
        return outcomes

    def _let_see(self, incident_ids: Sequence[int]) -> None:
        """What is restricted is seen by who brought it."""
        if self.visibility is Visibility.RESTRICTED and self.act.by is not None:
            rows = [{"incident_id": one, "person_id": self.act.by.id} for one in incident_ids]
            insert_rows(self.session, IncidentReader.__table__, rows)


def _apart(files: Sequence[File]) -> tuple[list[File], dict[int, list[File]]]:
    """The files that make an incident each, and the copies of one in other sources, by its number."""
    first: list[File] = []
    copies: dict[int, list[File]] = {}
    seen: dict[tuple[str, int], File] = {}  # (bytes, how many-th in its source)
    many: dict[tuple[str, object], int] = {}
    for file in files:
        home = file.found.source.location if file.found.source else None
        n = many[file.sha, home] = many.get((file.sha, home), 0) + 1
        known = seen.setdefault((file.sha, n), file)
        if known is file:
            first.append(file)
        else:
            copies.setdefault(known.n, []).append(file)
    return first, copies


def _refused(file: tuple[File, list[File]], why: Exception) -> dict[int, Outcome]:
    cause = why.orig if isinstance(why, sa.exc.DBAPIError) else why
    said = " ".join(str(cause).splitlines()[:1])
    problem = f"could not be stored, by a fault of the tracker ({type(cause).__name__}: {said})."
    return {one.n: Outcome(one.name, "refused", problem) for one in (file[0], *file[1])}
