"""Documents that are known already: those that said the same to the byte, and those that merely resemble a file."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from tracker.domain.claims import Role, Visibility
from tracker.domain.postmortem import Postmortem
from tracker.services.names import folded
from tracker.store.models import Blob, Incident, Person, Question, Reading, Revision
from tracker.store.visibility import visible_to

# Per cent of the characters. Two reports on one team's template share much of their text, and trouble comes back under
# the same title; so a document of another title or day has to be nearly the same.
ALIKE = 70.0
ALIKE_OTHERWISE = 85.0
COMPARED = 20_000  # characters of a document that are compared: the time grows with their square
AT_MOST = 20  # documents that one file is compared with


@dataclass(frozen=True, slots=True)
class Known:
    incident_id: int
    slug: str
    alike: float = 100.0


@dataclass(frozen=True, slots=True)
class _Sign:
    """By what a document is recognised before its text is compared."""

    incident_id: int
    slug: str
    head_sha: str
    title: str
    date: date | None
    name: str
    hidden: bool


class Heading(NamedTuple):
    """What a text says of itself: its title folded, and its day, in ISO form; None where it does not say."""

    title: str | None
    day: str | None


def heading(postmortem: Postmortem) -> Heading:
    title = folded(postmortem.title.value) if postmortem.title else None
    return Heading(title, postmortem.date.value if postmortem.date else None)


class KnownDocuments:
    """The documents that `by` may see, or that are hidden with their source, as they were when an import began."""

    def __init__(self, session: Session, by: Person | None) -> None:
        self.session, self.by = session, by
        self._allowed: set[int] | None = None
        self._signs: list[_Sign] | None = None
        self._any: bool | None = None
        self._shas: set[str] | None = None

    def may_see(self, incident_id: int) -> bool:
        """Whether `by` may learn of that incident. The program itself (None) and admins may always."""
        if self.by is None or self.by.role is Role.ADMIN:
            return True
        if self._allowed is None:
            self._allowed = set(self.session.scalars(sa.select(Incident.id).where(self._visible())))
        return incident_id in self._allowed

    def are_any(self) -> bool:
        if self._any is None:
            self._any = self.session.scalar(sa.select(Incident.id).limit(1)) is not None
        return self._any

    def have_said(self, sha: str) -> bool:
        """Whether any revision has these bytes, as it was when this was first asked: few files of an import are known so."""
        if self._shas is None:
            self._shas = set(self.session.scalars(sa.select(Revision.sha).distinct())) if self.are_any() else set()
        return sha in self._shas

    def saying(self, sha: str, taken: set[int], left: set[int]) -> Known | None:
        """An incident with a revision of exactly these bytes: one whose file has just left first, then by its head."""
        rows = self.session.execute(
            sa.select(Incident.id, Incident.slug, Incident.head_id == Revision.id)
            .join(Revision, Revision.incident_id == Incident.id)
            .where(Revision.sha == sha, self._visible())
            .order_by(Incident.id)
        ).all()
        free = [row for row in rows if row[0] not in taken]
        best = min(free, key=lambda row: (row[0] not in left, not row[2], row[0]), default=None)
        return Known(best[0], best[1]) if best else None

    def resembling(self, data: bytes, says: Heading, path: str, taken: set[int], left: set[int]) -> Known | None:
        """The incident whose document is most alike, if it is alike enough; None where nothing comes near.

        Compared are those whose file has just left, and those that share the title, the day or the file's name; not what
        is hidden with its source: nobody would see the question, and the file would wait for ever.
        """
        name = folded(PurePosixPath(path).name)

        def near(sign: _Sign) -> bool:
            if sign.hidden:
                return False
            same_day = says.day is not None and sign.date is not None and sign.date.isoformat() == says.day
            return sign.incident_id in left or same_day or sign.title == says.title or sign.name == name

        candidates = [sign for sign in self._all_signs() if sign.incident_id not in taken and near(sign)][:AT_MOST]
        best: Known | None = None
        for sign in candidates:
            blob = self.session.scalars(sa.select(Blob.bytes).where(Blob.sha == sign.head_sha)).one()
            needed = ALIKE if sign.title == says.title and not _on_another_day(sign, says) else ALIKE_OTHERWISE
            alike = _alike(data, blob)
            if alike >= needed and (best is None or alike > best.alike):
                best = Known(sign.incident_id, sign.slug, alike)
        return best

    def is_alike(self, incident_id: int, data: bytes, says: Heading) -> bool:
        """Whether a text may be a later one of that incident: by its title and day, or by nearly all of its words."""
        sign = next((one for one in self._all_signs() if one.incident_id == incident_id), None)
        if sign is None:
            return False
        if sign.title == says.title and not _on_another_day(sign, says):
            return True
        blob = self.session.scalars(sa.select(Blob.bytes).where(Blob.sha == sign.head_sha)).one()
        return _alike(data, blob) >= ALIKE_OTHERWISE

    def nearest_revision(self, incident_id: int, data: bytes) -> int:
        """The revision that a text was most likely made from: the base to merge it with. The newest of equals."""
        rows = self.session.execute(
            sa.select(Revision.id, Blob.bytes)
            .join(Blob, Blob.sha == Revision.sha)
            .where(Revision.incident_id == incident_id)
            .order_by(Revision.id.desc())
            .limit(AT_MOST)
        ).all()
        return int(max(rows, key=lambda row: _alike(data, row[1]))[0])

    def ask(self, known: Known, sha: str, detail: dict[str, Any], *, at: datetime) -> None:
        """Ask whether that file is this incident; a question about the same file that waits is brought up to date."""
        waiting = self.session.scalars(
            sa.select(Question).where(Question.kind == "similar_file", Question.answered_at.is_(None))
        )
        same = ("location", "path")
        for question in waiting:
            if all(question.detail.get(one) == detail.get(one) for one in same):
                question.sha, question.detail, question.incident_id = sha, detail, known.incident_id
                return
        self.session.add(Question(kind="similar_file", incident_id=known.incident_id, sha=sha, detail=detail, asked_at=at))

    def _visible(self) -> sa.ColumnElement[bool]:
        """What came from a removed source is hidden, and still known: it comes back rather than twice."""
        if self.by is None:
            return sa.true()
        removed: sa.ColumnElement[bool] = Incident.hidden_at.is_not(None)
        if self.by.role is not Role.ADMIN:
            removed = sa.and_(removed, Incident.visibility != Visibility.RESTRICTED)
        return sa.or_(visible_to(self.by), removed)

    def _all_signs(self) -> list[_Sign]:
        if self._signs is None:
            rows = self.session.execute(
                sa.select(
                    Incident.id, Incident.slug, Revision.sha, Reading.title, Reading.date, Incident.name, Incident.hidden_at
                )
                .join(Revision, Revision.id == Incident.head_id)
                .join(Reading, Reading.incident_id == Incident.id)
                .where(self._visible())
                .order_by(Incident.id)
            )
            self._signs = [
                _Sign(*row[:3], folded(row[3]), row[4], folded(PurePosixPath(row[5]).name), row[6] is not None)
                for row in rows
            ]
        return self._signs


def _on_another_day(sign: _Sign, says: Heading) -> bool:
    return sign.date is not None and says.day is not None and sign.date.isoformat() != says.day


def _alike(one: bytes, other: bytes) -> float:
    """How much of two texts is the same, in per cent of their characters."""
    return fuzz.ratio(one.decode("utf-8", "replace")[:COMPARED], other.decode("utf-8", "replace")[:COMPARED])
