"""Looks through files that began, so that a file that kills who looks is known by it."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0009_looks'
down_revision = '0008_rights_of_rooms'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("looks",
    sa.Column("digest", sa.String(length=64), nullable=False),
    sa.Column("life", sa.String(length=32), nullable=False),
    sa.Column("begun_at", storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("digest", "life", name=op.f("pk_looks"))
    )
    with op.batch_alter_table("looks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_looks_begun_at"), ["begun_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("looks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_looks_begun_at"))

    op.drop_table("looks")
