"""Add upload and upload_file: what somebody sent through the browser and has not accepted yet."""

import sqlalchemy as sa
from alembic import op

revision = "0002_upload"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "upload_file",
        sa.Column("upload_id", sa.String, sa.ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("bytes", sa.LargeBinary),
        sa.Column("problem", sa.String),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.Column("verb", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("slug", sa.String),
        sa.Column("items", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """What waited is gone: its senders send it again."""
    op.drop_table("upload_file")
    op.drop_table("upload")
