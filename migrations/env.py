"""Runs the migrations on the connection that `tracker.store.migrate` hands over, in its transaction."""

from alembic import context

from tracker.store.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    version_table_pk=True,
    transaction_per_migration=False,
)
context.run_migrations()
