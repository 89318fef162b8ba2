"""Of a new upload, the marks of the networks that it came from; how much an account has brought."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import indexes

revision = "0012_upload_networks"
down_revision = "0011_chat_of_a_file"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the indexes."""
    op.add_column(
        "web_uploads",
        sa.Column("network", sa.String(length=64), server_default="", nullable=False),
    )
    indexes.create("ix_web_uploads_network", "web_uploads", ["network"], "network <> ''")
    indexes.create("ix_files_of_account", "files", ["channel", "account", "created_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_files_of_account", "files")
    op.drop_index("ix_web_uploads_network", "web_uploads")
    op.drop_column("web_uploads", "network")
