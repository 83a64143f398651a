"""Questions with what a person needs to answer them: both texts, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.postmortem.merge import Conflict, DiffLine, diff, merge
from tracker.services import questions
from tracker.store.models import ActionItem, Blob, Incident, Mention, Person, Question, Reading, Revision

CONTEXT = 2  # lines around a change


@dataclass(frozen=True, slots=True)
class Saying:
    """A text with whose it is."""

    data: bytes
    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """A place where two texts cannot both stand, as text."""

    line: int
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; `slug`, `title` are its incident's, `key`, `text` its item's. Texts are for merge and similar_file."""

    question: Question
    slug: str | None = None
    title: str | None = None
    key: str | None = None
    text: str | None = None
    ours: Saying | None = None
    theirs: Saying | None = None
    clashes: list[Clash] = field(default_factory=list)
    lines: list[DiffLine] = field(default_factory=list)
    together: bytes = b""  # ours, with what of theirs does not clash


def waiting(session: Session, person: Person | None, *, limit: int) -> list[Asked]:
    """What waits, oldest first; five statements at most. One more than `limit` where there are more."""
    return _asked(session, session.scalars(questions.waiting(person).limit(limit + 1)).all())


def one(session: Session, question_id: int, person: Person | None) -> Asked:
    """Raises `NotFound` for one that `person` may not see, that is unknown, or that was answered."""
    found = session.scalar(questions.waiting(person).where(Question.id == question_id))
    if found is None:
        raise NotFound("There is no such question; perhaps somebody has answered it already.")
    return _asked(session, [found])[0]


def _asked(session: Session, asked: Sequence[Question]) -> list[Asked]:
    incidents = _incidents(session, {one.incident_id for one in asked if one.incident_id})
    items = _items(session, {one.action_item_id for one in asked if one.action_item_id})
    texts = _revisions(session, asked, [row.head_id for row in incidents.values()])
    files = _files(session, {one.sha for one in asked if one.sha})
    return [_with_texts(one, incidents, items, texts, files) for one in asked]


def _with_texts(
    question: Question, incidents: dict[int, Any], items: dict[int, Any], texts: dict[int, Saying], files: dict[str, bytes]
) -> Asked:
    incident, item = incidents.get(question.incident_id or 0), items.get(question.action_item_id or 0)
    said: dict[str, Any] = {}
    if incident:
        said |= {"slug": incident.slug, "title": incident.title or incident.slug}
    if item:
        said |= {"key": item.key, "text": item.text}
    ours = texts.get(incident.head_id) if incident else None
    if question.kind == "merge" and ours and question.revision_id in texts:
        theirs = texts[question.revision_id]
        merged = merge(texts[question.detail["base"]].data, ours.data, theirs.data)
        clashes = [_clash(conflict) for conflict in merged.conflicts]
        lines = diff(ours.data, theirs.data, context=CONTEXT)
        said |= {"ours": ours, "theirs": theirs, "clashes": clashes, "lines": lines, "together": merged.text}
    elif question.kind == "similar_file" and ours and question.sha in files:
        lines = diff(ours.data, files[question.sha], context=CONTEXT)
        said |= {"ours": ours, "theirs": Saying(files[question.sha]), "lines": lines}
    return Asked(question, **said)


def _clash(conflict: Conflict) -> Clash:
    return Clash(conflict.line, _plain(conflict.ours), _plain(conflict.theirs))


def _plain(text: bytes) -> str:
    return text.decode(errors="replace").strip("\r\n")


def _incidents(session: Session, ids: set[int]) -> dict[int, Any]:
    if not ids:
        return {}
    rows = session.execute(
        sa.select(Incident.id, Incident.slug, Incident.head_id, Reading.title)
        .outerjoin(Reading, Reading.incident_id == Incident.id)
        .where(Incident.id.in_(ids))
    )
    return {row.id: row for row in rows}


def _items(session: Session, ids: set[int]) -> dict[int, Any]:
    """Key and text of items; of several mentions the newest. Where a question is seen, its item's mention is."""
    if not ids:
        return {}
    rows = session.execute(
        sa.select(ActionItem.id, ActionItem.key, Mention.text)
        .join(Mention, Mention.action_item_id == ActionItem.id)
        .where(ActionItem.id.in_(ids))
        .order_by(Mention.id)
    )
    return {row.id: row for row in rows}


def _revisions(session: Session, asked: Sequence[Question], heads: Sequence[int]) -> dict[int, Saying]:
    texts = [one for one in asked if one.kind in ("merge", "similar_file")]
    if not texts:
        return {}
    wanted = {*heads, *(one.revision_id for one in texts if one.revision_id)}
    wanted |= {one.detail["base"] for one in texts if one.kind == "merge"}
    rows = session.execute(
        sa.select(Revision.id, Blob.bytes, Revision.at, Person.name)
        .join(Blob, Blob.sha == Revision.sha)
        .outerjoin(Person, Person.id == Revision.by_id)
        .where(Revision.id.in_(wanted))
    )
    return {row.id: Saying(row.bytes, row.at, row.name) for row in rows}


def _files(session: Session, shas: set[str]) -> dict[str, bytes]:
    if not shas:
        return {}
    rows = session.execute(sa.select(Blob.sha, Blob.bytes).where(Blob.sha.in_(shas)))
    return {row.sha: row.bytes for row in rows}
