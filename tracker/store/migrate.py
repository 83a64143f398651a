"""The schema's way up and down. The migrations are the only thing that makes or changes tables."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tracker.resources import resource
from tracker.store.engine import make_engine

LOCK = 0x7261636B  # an arbitrary number: PostgreSQL's advisory lock for whoever migrates


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision`; makes it, and its folder, where there is none. Twice is fine."""
    database = sa.make_url(url)
    if database.get_backend_name() == "sqlite" and database.database not in (None, "", ":memory:"):
        Path(str(database.database)).expanduser().parent.mkdir(parents=True, exist_ok=True)
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision` ("base": nothing left, "0001_initial": that schema)."""
    _run(url, lambda config: command.downgrade(config, revision))


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has the newest schema. False also where it has none."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")).replace("%", "%%"))
    return config


def _run(url: str, step: Callable[[Config], None]) -> None:
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(writing=True) as connection:
            if engine.dialect.name == "sqlite":
                # Tables are made anew to be altered, and dropping the old one must not cascade. Outside a transaction,
                # since within one SQLite ignores this.
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                config = _config()
                config.attributes["connection"] = connection
                step(config)
                if engine.dialect.name == "sqlite" and (
                    broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                ):
                    raise RuntimeError(f"the migration left rows that refer to nothing: {broken[:5]}")
    finally:
        engine.dispose()
