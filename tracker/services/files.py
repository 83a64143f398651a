"""A file on its way through an import."""

from dataclasses import dataclass

from tracker.domain.postmortem import Postmortem
from tracker.services.first_readings import FirstReading
from tracker.services.found import Found
from tracker.services.known_documents import Heading
from tracker.services.places import Row
from tracker.store.models import Source


@dataclass(slots=True)
class File:
    """A file, its place where it has one, and what it says, once it was read.

    A postmortem stays no longer than one step; of a file that may be a new incident `says` and `first` keep what is needed.
    """

    found: Found
    n: int
    data: bytes
    sha: str
    source: Source | None
    path: str
    row: Row | None
    postmortem: Postmortem | None = None
    says: Heading | None = None
    first: FirstReading | None = None

    @property
    def name(self) -> str:
        return self.found.name

    @property
    def whole_path(self) -> str:
        """With the folders above: a page in `postmortems/` is likelier to be one."""
        ref = self.found.source
        return f"{ref.location}/{self.name}" if ref else self.name

    @property
    def items(self) -> int:
        """How many action items it states, as far as it was read."""
        if self.first is not None:
            return len(self.first.items)
        return len(self.postmortem.items) if self.postmortem is not None else 0
