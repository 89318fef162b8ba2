"""Browsers of residents that want to be told of news, through the push service of their maker."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0021_subscriptions'
down_revision = '0020_who_has_it'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('web_subscriptions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=16), nullable=False),
    sa.Column('endpoint', sa.Text(), nullable=False),
    sa.Column('endpoint_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_at', storage.tables.UtcDateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_subscriptions')),
    sa.UniqueConstraint('endpoint_hash', name=op.f('uq_web_subscriptions_endpoint_hash'))
    )
    with op.batch_alter_table('web_subscriptions', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_web_subscriptions_account'), ['account'], unique=False)
        batch_op.create_index('ix_web_subscriptions_due', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))


def downgrade() -> None:
    op.drop_table('web_subscriptions')
