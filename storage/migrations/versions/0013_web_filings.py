"""From which addresses appeals were filed on the web lately: hashes, kept for a day."""

import sqlalchemy as sa
from alembic import op

revision = '0013_web_filings'
down_revision = '0012_upload_networks'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('web_filings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_filings'))
    )
    op.create_index('ix_web_filings_source_at', 'web_filings', ['source', 'at'])
    op.create_index(op.f('ix_web_filings_at'), 'web_filings', ['at'])


def downgrade() -> None:
    op.drop_table('web_filings')
