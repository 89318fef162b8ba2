"""Whose words are being erased, so that it goes on after a restart."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0010_erasures'
down_revision = '0009_looks'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('erasures',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resident_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('chat', sa.String(length=64), nullable=False),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('last_line', sa.BigInteger(), nullable=False),
    sa.Column('last_sent', sa.BigInteger(), nullable=False),
    sa.Column('told', sa.Boolean(), nullable=False),
    sa.Column('at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('next_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_erasures_resident_id_residents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures'))
    )


def downgrade() -> None:
    op.drop_table('erasures')
