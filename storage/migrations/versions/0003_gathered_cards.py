"""Cards gathered in lists: their order in the outbox, and which appeals stand in which list."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = "0003_gathered_cards"
down_revision = "0002_bans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("outbox", sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "listed_appeals",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column(
            "appeal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("at", storage.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeals.id"], name=op.f("fk_listed_appeals_appeal_id_appeals")
        ),
        sa.PrimaryKeyConstraint("channel", "chat", "appeal_id", name=op.f("pk_listed_appeals")),
    )
    op.create_index(op.f("ix_listed_appeals_appeal_id"), "listed_appeals", ["appeal_id"])
    op.create_index("ix_listed_appeals_message", "listed_appeals", ["channel", "chat", "message"])


def downgrade() -> None:
    """Take both away."""
    op.drop_table("listed_appeals")
    op.drop_column("outbox", "priority")
