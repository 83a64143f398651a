"""Whether a database has the newest schema, without loading Alembic, which takes longer than most commands run."""

import sqlalchemy as sa

from tracker.resources import resource

VERSION = sa.text("SELECT version_num FROM alembic_version")


def is_newest(engine: sa.Engine) -> bool:
    """True where the database says that it has the newest migration; a migration's id is its file's name."""
    newest = max(path.stem for path in (resource("migrations") / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        return connection.scalars(VERSION).all() == [newest]
