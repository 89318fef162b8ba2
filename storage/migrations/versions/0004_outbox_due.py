"""An index in the order in which messages leave the outbox."""

from alembic import op

from storage.migrations import indexes

revision = "0004_outbox_due"
down_revision = "0003_gathered_cards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    indexes.create(
        "ix_outbox_due",
        "outbox",
        ["channel", "push", "priority", "next_at", "id", "lane", "chat"],
        "done_at IS NULL",
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_outbox_due", "outbox")
