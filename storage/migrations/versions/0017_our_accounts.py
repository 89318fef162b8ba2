"""Which bot or community of ours ids belong to: its number stands beside the channel.

What is kept so far is of the first one, whose number is left out, so no row is written anew.
"""

import sqlalchemy as sa
from alembic import op

revision = '0017_our_accounts'
down_revision = '0016_troubles'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'our_accounts',
        sa.Column('channel', sa.String(16), nullable=False),
        sa.Column('account', sa.String(64), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('present', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('channel', 'account', name='pk_our_accounts'),
    )
    for table in ('residents', 'files'):
        op.add_column(
            table, sa.Column('through', sa.String(16), server_default='', nullable=False)
        )


def downgrade() -> None:
    for table in ('residents', 'files'):
        op.drop_column(table, 'through')
    op.drop_table('our_accounts')
