"""What a message showed when it was last seen, and which message brought a file: for its edits."""

import sqlalchemy as sa
from alembic import op

revision = '0018_looks_of_messages'
down_revision = '0017_our_accounts'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_messages", sa.Column("seen", sa.String(16), server_default="", nullable=False))
    op.add_column("files", sa.Column("message", sa.String(64), server_default="", nullable=False))
    op.add_column("files", sa.Column("same", sa.String(64), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("files", "same")
    op.drop_column("files", "message")
    op.drop_column("chat_messages", "seen")
