"""Many rows at once: an import brings thousands, of which each would cost more time in Python than in the database.

SQLAlchemy binds row by row; here each column is bound as a whole, by the same types, so that the same values are stored.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.engine import to_json

Row = Mapping[str, Any]


class Encoded(str):
    """JSON that is a text already, for a column that takes JSON."""


def encoded(value: Any) -> Encoded:
    return Encoded(to_json(value))


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


def insert_rows(session: Session, table: sa.FromClause, rows: Sequence[Row]) -> None:
    """Insert `rows`, which all have the first one's columns; a column that is left out has the database's own default."""
    if not rows:
        return
    assert isinstance(table, sa.Table)
    connection = session.connection()
    names = tuple(rows[0])
    statement, positional = _statement(table, names, connection.dialect)
    columns = [_bound(table.c[name].type, [row[name] for row in rows], connection.dialect) for name in names]
    values: list[Any] = list(zip(*columns, strict=True))
    if not positional:  # psycopg's are named
        values = [dict(zip(names, row, strict=True)) for row in values]
    connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=64)
def _statement(table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> tuple[str, bool]:
    """The INSERT as the driver takes it, and whether its values have places or names."""
    # Not the table itself: it would add defaults that are made in Python, for which there are no values here.
    plain = sa.table(table.name, *(sa.column(name, table.c[name].type) for name in names))
    statement = sa.insert(plain).compile(dialect=dialect)
    return str(statement), statement.positional


def is_of_the_rows(error: Exception) -> bool:
    """Whether rows are to blame that could not be stored, and not the database: a full disk, a connection that is lost."""
    if not isinstance(error, sa.exc.DBAPIError) or isinstance(error, sa.exc.IntegrityError | sa.exc.DataError):
        return True
    return str(getattr(error.orig, "sqlstate", "")).startswith("54")  # PostgreSQL: too long for an index


def _bound(kind: sa.types.TypeEngine[Any], values: list[Any], dialect: sa.Dialect) -> list[Any]:
    """The values of one column as the driver takes them; the same ones, of which most columns have few, are made once."""
    bind = kind.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    if isinstance(kind, sa.JSON):
        return [str(value) if isinstance(value, Encoded) else bind(value) for value in values]
    bound = {value: bind(value) for value in set(values)}
    return [bound[value] for value in values]
