"""An index in the order in which messages leave the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004_outbox_due"
down_revision = "0003_gathered_cards"
branch_labels = None
depends_on = None

UNSENT = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Add it."""
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["channel", "push", "priority", "next_at", "id", "lane", "chat"],
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_outbox_due", "outbox")
