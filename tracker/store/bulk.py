"""Many rows at once: an import brings thousands, of which each would cost more time in Python than in the database.

SQLAlchemy binds row by row; here each column is bound as a whole, by the same types, so that the same values are stored.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.engine import to_json

Row = Mapping[str, Any]

# Rows of one statement. SQLite makes the list that a CHECK looks into once per statement, and both databases are asked less.
AT_ONCE = 25
NAMED = re.compile(r"%\(\w+\)s")  # psycopg takes values by place as well


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
    columns = [_bound(table.c[name].type, [row[name] for row in rows], connection.dialect) for name in names]
    values = list(zip(*columns, strict=True))
    start, row = _statement(table, names, connection.dialect)
    whole = len(values) - len(values) % AT_ONCE
    if whole:
        parts = [tuple(chain.from_iterable(values[at : at + AT_ONCE])) for at in range(0, whole, AT_ONCE)]
        connection.exec_driver_sql(start + ", ".join([row] * AT_ONCE), parts)
    if whole < len(values):
        connection.exec_driver_sql(start + row, values[whole:])


@lru_cache(maxsize=64)
def _statement(table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> tuple[str, str]:
    """The INSERT up to its rows, and one of its rows, with places for its values as the driver takes them."""
    # Not the table itself: it would add defaults that are made in Python, for which there are no values here.
    plain = sa.table(table.name, *(sa.column(name, table.c[name].type) for name in names))
    start, values, row = str(sa.insert(plain).compile(dialect=dialect)).partition(" VALUES ")
    return start + values, NAMED.sub("%s", row)


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
        nothing = bind({})  # which most documents state of most items
        return [nothing if value == {} else str(value) if isinstance(value, Encoded) else bind(value) for value in values]
    bound = {value: bind(value) for value in set(values)}
    return [bound[value] for value in values]
