"""The database's engine and its transactions, alike on SQLite and PostgreSQL.

SQLAlchemy's default transactions on SQLite lose updates silently, since a transaction that begins by reading may write
over what another wrote meanwhile. So the driver's own transactions are off, and one that may write takes the write lock
when it begins (DESIGN §6, "Found by trying").
"""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

BUSY_MILLISECONDS = 10_000  # a writer waits so long for the one before it


def make_engine(url: str) -> sa.Engine:
    """An engine for `url`; a writing transaction is one with the execution option `writing` (see `sessions`)."""
    engine = sa.create_engine(
        url,
        pool_pre_ping=not url.startswith("sqlite"),
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    )
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    # The time to wait comes first: the next ones may have to wait for a lock themselves.
    for pragma in (f"busy_timeout = {BUSY_MILLISECONDS}", "foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    """Straight at the driver: what takes the lock is no statement of anybody's."""
    driver: Any = connection.connection.dbapi_connection
    writing = connection.get_execution_options().get("writing")
    driver.execute(f"PRAGMA query_only = {int(writing is False)}")
    driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


class Sessions:
    """Gives sessions on one engine: `with sessions.writing() as session: …; session.commit()`."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._reading = sessionmaker(engine.execution_options(writing=False, postgresql_readonly=True))
        self._writing = sessionmaker(engine.execution_options(writing=True))

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session that the database itself keeps from writing."""
        with self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Generator[Session]:
        """A session that may write; the caller commits, and leaving without a commit rolls back.

        On SQLite it holds the one write lock from its first statement to its end: read and think before it.
        """
        with self._writing() as session:
            yield session


def sessions(engine: sa.Engine) -> Sessions:
    return Sessions(engine)


def allocate(session: Session, table: sa.FromClause, count: int) -> list[int]:
    """`count` new ids of `table`, in order, for rows that are inserted in bulk and refer to each other.

    Never given twice: from PostgreSQL's sequence, or on SQLite, whose transaction holds the write lock, from what stands
    in sqlite_sequence. The caller inserts the rows in the same transaction.
    """
    if not count:
        return []
    assert isinstance(table, sa.Table)
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        return list(session.scalars(sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))))
    # Both: sqlite_sequence also remembers rows that are gone, and is empty until a first row came.
    largest = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)).scalar_subquery()
    remembered = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name").bindparams(name=table.name)
    last = max(session.scalar(sa.select(largest)) or 0, session.scalar(remembered) or 0)
    return list(range(last + 1, last + 1 + count))


def batches(rows: list[dict[str, Any]], size: int = 500) -> Iterator[list[dict[str, Any]]]:
    """`rows` in parts, so that one statement never grows without end."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
