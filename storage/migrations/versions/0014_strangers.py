"""An index of who never consented: forgetting them goes through no years of residents."""

import sqlalchemy as sa
from alembic import op

revision = '0014_strangers'
down_revision = '0013_web_filings'
branch_labels = None
depends_on = None

NAME, WHERE = 'ix_residents_strangers', sa.text('consent_at IS NULL')


def upgrade() -> None:
    op.create_index(
        NAME, 'residents', ['channel', 'created_at'], sqlite_where=WHERE, postgresql_where=WHERE
    )


def downgrade() -> None:
    op.drop_index(NAME, 'residents', sqlite_where=WHERE, postgresql_where=WHERE)
