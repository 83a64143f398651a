"""The migrations make exactly the models' schema, and carry data up and down, on both databases."""

import multiprocessing
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.store.policy_rows import add_policy_rows
from tracker.store import migrate
from tracker.store.engine import make_engine
from tracker.store.models import Base

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def checks(connection, table):
    """A table's CHECKs by name, their text without what a database adds to it."""
    found = sa.inspect(connection).get_check_constraints(table)
    return {one["name"]: set(re.findall(r"'[^']*'|\b(?:IN|IS|NOT|NULL|OR)\b", one["sqltext"])) for one in found}


def insert(connection, table, **values):
    connection.execute(sa.insert(Base.metadata.tables[table]).values(**values))


@pytest.fixture
def filled(engine):
    """A database with a row of each of the tables that refer to each other."""
    with engine.begin() as connection:
        insert(connection, "person", name="Ada", role="admin", created_at=NOW)
        insert(connection, "blob", sha="a" * 64, bytes=b"# One")
        insert(connection, "incident", slug="one", name="one.md", status="draft", visibility="internal")
        columns = {"incident_id": 1, "sha": "a" * 64, "by_id": 1, "at": NOW, "message": "", "via": "import"}
        insert(connection, "revision", **columns)
        connection.execute(sa.update(Base.metadata.tables["incident"]).values(head_id=1))
        insert(connection, "action_item", key="A1", claim="open")
        insert(connection, "mention", action_item_id=1, incident_id=1, n=0, text="Do it", stated={}, known={})
        insert(connection, "event", at=NOW, by_id=1, batch_id="b", verb="created", because="")
        add_policy_rows(connection)
    return engine


def test_the_migrated_schema_is_the_models(engine):
    def ours(_object, name, kind, _reflected, _compare_to):
        return not (kind == "table" and name and name.split("_")[0] == "search")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_checks_and_names_are_the_models(engine, databases):
    other = make_engine(databases.empty())
    with other.begin() as connection:
        Base.metadata.create_all(connection)
    with engine.connect() as migrated, other.connect() as created:
        for table in Base.metadata.tables:
            assert checks(migrated, table) == checks(created, table), table
            for kind in ("get_foreign_keys", "get_unique_constraints", "get_indexes"):
                names = [sorted(x["name"] for x in getattr(sa.inspect(c), kind)(table)) for c in (migrated, created)]
                assert names[0] == names[1], (table, kind)
            keys = [sa.inspect(c).get_pk_constraint(table)["name"] for c in (migrated, created)]
            assert keys[0] == keys[1]
        assert any(checks(migrated, table) for table in Base.metadata.tables)
    other.dispose()


def test_down_with_data_leaves_nothing_and_up_again_gives_the_schema(filled, database_url):
    filled.dispose()
    migrate.downgrade(database_url, "base")
    engine = make_engine(database_url)
    assert not migrate.is_current(engine)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
    migrate.upgrade(database_url)
    assert migrate.is_current(engine)
    engine.dispose()


def rows_of(engine):
    """Every row of every table of ours that there is, as text."""
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
        tables = [table for table in Base.metadata.sorted_tables if table.name in names]
        return {table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in tables}


def test_each_step_down_and_up_keeps_every_row_of_the_tables_that_stay(filled, database_url):
    revisions = [one.revision for one in migrate.ScriptDirectory.from_config(migrate._config()).walk_revisions()]
    assert len(revisions) > 1
    before = rows_of(filled)
    assert sum(map(len, before.values())) > 6
    steps = [(migrate.downgrade, one) for one in revisions[1:]] + [(migrate.upgrade, one) for one in revisions[-2::-1]]
    for step, revision in steps:
        filled.dispose()
        step(database_url, revision)
        now = rows_of(filled)
        assert {name: before[name] for name in now} == now, revision
        before = {name: now.get(name, []) for name in before}  # a table that went comes back empty
    assert migrate.is_current(filled)
    assert set(rows_of(filled)) == set(before)


def test_processes_that_start_at_once_take_turns(databases):
    url = databases.empty()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=migrate.upgrade, args=(url,)) for _ in range(2)]
    for one in processes:
        one.start()
    for one in processes:
        one.join(timeout=120)
    assert [one.exitcode for one in processes] == [0, 0]
    engine = make_engine(url)
    assert migrate.is_current(engine)
    engine.dispose()


def test_upgrading_twice_changes_nothing(filled, database_url):
    filled.dispose()
    migrate.upgrade(database_url)
    with filled.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM event")) == 1


def test_a_database_without_a_schema_is_not_current(databases):
    engine = make_engine(databases.empty())
    assert not migrate.is_current(engine)
    engine.dispose()


@pytest.mark.databases("sqlite")  # a PostgreSQL server has its databases made by its admin
def test_the_folder_of_a_new_database_is_made(tmp_path, dialect):
    url = f"sqlite:///{tmp_path / 'new' / 'tracker.db'}"
    migrate.upgrade(url)
    assert (tmp_path / "new" / "tracker.db").exists()


@pytest.mark.parametrize(
    ("table", "change", "why"),
    [
        ("event", "UPDATE event SET verb = 'x'", "append only"),
        ("event", "DELETE FROM event", "append only"),
        ("revision", "UPDATE revision SET message = 'x'", "never changed"),
        ("blob", "UPDATE blob SET bytes = 'x'", "never changed"),
        ("observation", "UPDATE observation SET outcome = 'pass'", "never changed"),
        ("policy_version", "UPDATE policy_version SET yaml = 'x'", "never changed"),
        ("policy_push", "UPDATE policy_push SET by = 'x'", "append only"),
        ("policy_push", "DELETE FROM policy_push", "append only"),
    ],
)
def test_the_database_refuses_to_change_what_has_happened(filled, table, change, why):
    with filled.connect() as connection, pytest.raises(sa.exc.IntegrityError, match=why):
        connection.execute(sa.text(change))


@pytest.mark.databases("postgresql")  # SQLite has no TRUNCATE
def test_events_cannot_be_truncated(filled):
    with filled.connect() as connection, pytest.raises(sa.exc.IntegrityError, match="append only"):
        connection.execute(sa.text("TRUNCATE event"))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("action_item", {"key": "A2", "claim": "wont_do"}),
        ("action_item", {"key": "A2", "claim": "finished"}),
        ("action_item", {"key": "A2", "claim": "open", "priority": "P9"}),
        ("action_item", {"key": "A1", "claim": "open"}),
        ("mention", {"action_item_id": 99, "incident_id": 1, "text": "", "stated": "{}", "known": "{}"}),
    ],
)
def test_the_database_refuses_what_cannot_be_true(filled, table, values):
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    with filled.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def test_the_id_of_a_deleted_row_is_not_used_again(filled):
    """Events have no foreign keys, so that a purge leaves them: they must not come to tell of something else."""
    with filled.begin() as connection:
        connection.execute(sa.text("DELETE FROM mention"))
        connection.execute(sa.text("DELETE FROM action_item"))
        assert connection.scalar(sa.text("SELECT count(*) FROM proof")) == 0  # what proved it goes with it
        insert(connection, "action_item", key="A2", claim="open")
        assert connection.scalar(sa.text("SELECT id FROM action_item")) == 2
