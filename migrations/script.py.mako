"""${message}

Write what it adds and what rows of before keep or become. Constraints carry their short name ("kind", not
"ck_source_kind"): the naming convention puts the rest in front, and would double it. On SQLite a table is altered in
`op.batch_alter_table`. `tests/store/test_migrations.py` runs it up and down with data on both databases.
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> None:
    ${downgrades if downgrades else "raise NotImplementedError"}
