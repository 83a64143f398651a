"""Which place in which source a file is, and which incident stands there (DESIGN §2, "Which incident a file is")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.found import Found, SourceRef
from tracker.store.bulk import insert_rows
from tracker.store.models import Incident, Place, Revision, Source

UPLOADS = "uploads"  # the one source of zips, uploads, pastes and standard input


@dataclass(slots=True)
class Row:
    """A place, with what an import wants to know of its incident. `head_sha` is what the incident's document says now."""

    place: Place
    slug: str
    head_sha: str | None


@dataclass(slots=True)
class Places:
    """The known sources and their places, for one import. Sources that are new are made when their first file is taken."""

    session: Session
    sources: list[Source] = field(init=False)
    rows: dict[tuple[int, str], Row] = field(default_factory=dict)
    _loaded: set[int] = field(default_factory=set)
    _homes: dict[str, list[tuple[Source, str, str]]] = field(default_factory=dict)
    _standing: dict[int, tuple[set[int], set[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sources = list(self.session.scalars(sa.select(Source).order_by(Source.id)))

    def home(self, found: Found) -> tuple[Source | None, str]:
        """The deepest known source that holds the file, and its path there; (None, …) where its folder is not known yet.

        So a file is the same one whether its folder, a folder above it or the file itself is imported.
        """
        if found.source is None:
            return next((one for one in self.sources if one.kind == "upload"), None), found.name
        for source, above, below in self.around(found.source):
            if not below or found.name.startswith(f"{below}/"):
                name = found.name.removeprefix(f"{below}/") if below else found.name
                return source, f"{above}/{name}" if above else name
        return None, found.name

    def make(self, ref: SourceRef | None) -> Source:
        """A new source for that folder, or for uploads."""
        kind, location = (ref.kind, ref.location) if ref else ("upload", UPLOADS)
        source = Source(name=self._free_name(ref), kind=kind, location=location, writes="always")
        self.session.add(source)
        self.session.flush()
        self.sources.append(source)
        self._homes.clear()
        self._loaded.add(source.id)
        return source

    def at(self, source: Source, path: str) -> Row | None:
        """What stands at that place; a source's places are read once, in one statement."""
        if source.id not in self._loaded:
            self._load([source.id])
        return self.rows.get((source.id, path))

    def of(self, source: Source) -> list[Row]:
        if source.id not in self._loaded:
            self._load([source.id])
        return [row for (source_id, _), row in self.rows.items() if source_id == source.id]

    def standing(self, source: Source) -> tuple[set[int], set[int]]:
        """Incidents that have a file there, and those whose file is gone; asked when it is known which files are there."""
        if source.id not in self._standing:
            there: tuple[set[int], set[int]] = (set(), set())
            for row in self.of(source):
                there[not row.place.present].add(row.place.incident_id)
            self._standing[source.id] = there
        return self._standing[source.id]

    def add(self, source: Source, path: str, incident_id: int, slug: str, sha: str) -> Row:
        """A new place, which says `sha`."""
        place = Place(source_id=source.id, path=path, incident_id=incident_id, base_sha=sha, present=True)
        self.session.add(place)
        row = self.rows[source.id, path] = Row(place, slug, sha)
        self._standing.pop(source.id, None)
        return row

    def add_many(self, new: Sequence[tuple[Source, str, int, str]]) -> None:
        """Many new places at once, (source, path, incident's id, bytes' sha), which this object does not look at again."""
        rows = [
            {"source_id": source.id, "path": path, "incident_id": incident_id, "base_sha": sha, "present": True}
            for source, path, incident_id, sha in new
        ]
        insert_rows(self.session, Place.__table__, rows)

    def free_path(self, source: Source, path: str) -> str:
        """`path`, or a name beside it that nothing stands at yet."""
        n = 1
        while self.at(source, path if n == 1 else f"{path} ({n})"):
            n += 1
        return path if n == 1 else f"{path} ({n})"

    def move(self, row: Row, path: str) -> None:
        """The file is called otherwise now."""
        del self.rows[row.place.source_id, row.place.path]
        row.place.path, row.place.present = path, True
        self.rows[row.place.source_id, path] = row
        self._standing.pop(row.place.source_id, None)

    def scopes(self, ref: SourceRef) -> Iterable[tuple[Source, str]]:
        """The known sources that looking through the folder `ref` covers, each with the part of it, as a path's start."""
        for source, above, _ in self.around(ref):
            yield source, f"{above}/" if above else ""

    def around(self, ref: SourceRef) -> list[tuple[Source, str, str]]:
        """Sources that hold `ref` or lie inside it, deepest first: (source, path of ref in it, path of it in ref)."""
        key = f"{ref.location} {ref.root}"  # two clones may lie in folders that were known before they had a remote
        if key not in self._homes:
            around = []
            for known_as in {ref, SourceRef("folder", str(ref.root), ref.root)}:
                for source in self.sources:
                    if source.kind != known_as.kind:
                        continue
                    if (above := known_as.within(source.location)) is not None:
                        around.append((source, above, ""))
                    elif below := SourceRef(ref.kind, source.location, ref.root).within(known_as.location):
                        around.append((source, "", below))
            self._homes[key] = sorted(around, key=lambda one: -len(one[0].location))
        return self._homes[key]

    def _load(self, source_ids: list[int]) -> None:
        query = (
            sa.select(Place, Incident.slug, Revision.sha)
            .join(Incident, Incident.id == Place.incident_id)
            .outerjoin(Revision, Revision.id == Incident.head_id)
            .where(Place.source_id.in_(source_ids))
        )
        for place, slug, head_sha in self.session.execute(query):
            self.rows[place.source_id, place.path] = Row(place, slug, head_sha)
        self._loaded.update(source_ids)

    def _free_name(self, ref: SourceRef | None) -> str:
        """What people call it: `incidents` for a folder, `datahub/docs/incidents` for a part of a repo."""
        if ref is None:
            wanted = UPLOADS
        elif ref.kind == "git":
            remote, _, below = ref.location.partition("//")
            wanted = "/".join(part for part in (PurePosixPath(remote).name, below) if part)
        else:
            wanted = PurePosixPath(ref.location).name or "root"
        taken, name, n = {source.name for source in self.sources}, wanted, 1
        while name in taken:
            n += 1
            name = f"{wanted}-{n}"
        return name
