"""The databases that tests ask for are real, and their own."""

from typing import Any

import pytest
import sqlalchemy as sa


def test_a_test_gets_the_database_that_it_is_run_on(databases: Any, dialect: str) -> None:
    engine = sa.create_engine(databases.empty())
    with engine.connect() as connection:
        assert connection.dialect.name == dialect
        assert sa.inspect(connection).get_table_names() == []
    engine.dispose()


@pytest.mark.databases("sqlite")
def test_a_test_may_name_the_database_that_it_needs(dialect: str) -> None:
    assert dialect == "sqlite"


def test_two_fresh_databases_share_nothing(make_database: Any) -> None:
    first, second = (sa.create_engine(make_database()) for _ in range(2))
    with first.begin() as connection:
        connection.execute(sa.text("INSERT INTO blob (sha, bytes) VALUES ('a', '')"))
    with second.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM blob")).scalar() == 0
    first.dispose()
    second.dispose()
