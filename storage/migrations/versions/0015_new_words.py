"""Of which new keywords the staff was told, and which the admins have settled."""

import sqlalchemy as sa
from alembic import op

revision = "0015_new_words"
down_revision = "0014_strangers"
branch_labels = None
depends_on = None

COLUMNS = ("words_told", "words_settled")


def upgrade() -> None:
    """Add both columns; no town's words change."""
    for name in COLUMNS:
        op.add_column(
            "municipalities", sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    """Take both away."""
    for name in COLUMNS:
        op.drop_column("municipalities", name)
