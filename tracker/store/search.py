"""Finding incidents by words: the same matches on SQLite (FTS5) and PostgreSQL (tsvector), newest first.

Both keep the words of tracker.domain.folding as they are: SQLite's `ascii` tokenizer splits at the spaces only, and a
tsvector is made of an array. So neither database has rules of its own about what a word is.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.folding import spaced_words
from tracker.domain.folding import words as words_of
from tracker.store.models import Incident, Person, Reading
from tracker.store.visibility import visible_to


def index(session: Session, incident_id: int, title: str, body: str) -> None:
    """Let the incident be found by the words of its title and document, and by no words that it had before."""
    if _is_sqlite(session):
        session.execute(sa.text("DELETE FROM search WHERE rowid = :id"), {"id": incident_id})
    else:
        session.execute(sa.text("DELETE FROM search WHERE incident_id = :id"), {"id": incident_id})
    index_new(session, [(incident_id, searchable(title, body))])


def searchable(title: str, body: str) -> str:
    """The words of a title and a document, folded, each once, with spaces between them."""
    return spaced_words(f"{title}\n{body}")


def index_new(session: Session, documents: Iterable[tuple[int, str]]) -> None:
    """The same for incidents that have no words yet, many at once: ids, and words as `searchable` gives them."""
    rows = [{"id": incident_id, "words": words} for incident_id, words in documents]
    if rows and _is_sqlite(session):
        session.execute(sa.text("INSERT INTO search (rowid, words) VALUES (:id, :words)"), rows)
    elif rows:
        statement = "INSERT INTO search (incident_id, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))"
        session.execute(sa.text(statement), rows)


def forget(session: Session, incident_ids: Iterable[int]) -> None:
    """Let incidents that are deleted no longer be found; on SQLite no foreign key does that."""
    column = "rowid" if _is_sqlite(session) else "incident_id"
    statement = sa.text(f"DELETE FROM search WHERE {column} = :id")
    if rows := [{"id": incident_id} for incident_id in incident_ids]:
        session.execute(statement, rows)


def search(
    session: Session, words: str, person: Person | None, limit: int = 50
) -> Sequence[sa.Row[int, str, str, date | None]]:
    """Incidents with all of `words` in their title or document, the last word also as the beginning of one, newest first.

    Rows of (incident_id, slug, title, date); none for words without a letter or digit. Only what `person` may see.
    """
    asked = words_of(words)
    if not asked:
        return ()
    statement = (
        sa.select(Incident.id.label("incident_id"), Incident.slug, Reading.title, Reading.date)
        .join(Reading, Reading.incident_id == Incident.id)
        .where(Incident.id.in_(_matches(session, asked)), visible_to(person))
        .order_by(Reading.date.desc().nulls_last(), Incident.id.desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def _matches(session: Session, asked: list[str]) -> sa.Select[Any]:
    """Ids of the incidents; words have letters and digits only, so that quoting them is enough."""
    if _is_sqlite(session):
        query = " AND ".join(f'"{word}"' for word in asked) + "*"
        found = sa.text("SELECT rowid AS id FROM search WHERE search MATCH :asked")
    else:
        query = " & ".join(f"'{word}'" for word in asked) + ":*"
        found = sa.text("SELECT incident_id AS id FROM search WHERE words @@ CAST(:asked AS tsquery)")
    return sa.select(found.bindparams(asked=query).columns(sa.column("id", sa.Integer)).subquery().c.id)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
