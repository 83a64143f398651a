"""The database's engine and its transactions, alike on SQLite and PostgreSQL.

SQLAlchemy's default transactions on SQLite lose updates silently, since a transaction that begins by reading may write
over what another wrote meanwhile. So the driver's own transactions are off, and one that may write takes the write lock
when it begins (DESIGN §6, "Found by trying").
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

BUSY_MILLISECONDS = 10_000  # a writer waits so long for the one before it
CACHE_KIB = 32_768  # at most: with SQLite's 2 MiB much of an import is written to the log more than once before it commits

# One encoder for all: values are plain and never contain themselves, so nobody needs to look for that.
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def make_engine(url: str) -> sa.Engine:
    """An engine for `url`; a writing transaction is one with the execution option `writing` (see `sessions`)."""
    engine = sa.create_engine(
        url,
        pool_pre_ping=not url.startswith("sqlite"),
        json_serializer=to_json,
    )
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    # The time to wait comes first: the next ones may have to wait for a lock themselves.
    first = f"busy_timeout = {BUSY_MILLISECONDS}"
    safe = ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL")
    quick = (f"cache_size = -{CACHE_KIB}", "temp_store = MEMORY")  # what a savepoint may take back needs no file
    for pragma in (first, *safe, *quick):
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
