"""Where a file came from, so that it can be told there that it was not taken."""

import sqlalchemy as sa
from alembic import op

revision = '0011_chat_of_a_file'
down_revision = '0010_erasures'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("chat", sa.String(64), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("files", "chat")
