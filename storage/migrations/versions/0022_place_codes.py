"""Codes of places, with which posters begin an appeal."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0022_place_codes'
down_revision = '0021_subscriptions'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('place_codes',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=600), nullable=False),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('topic_id', sa.Integer(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('made_by', sa.String(length=100), nullable=False),
    sa.Column('made_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_place_codes_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_place_codes_topic_id_topics')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_place_codes'))
    )


def downgrade() -> None:
    op.drop_table('place_codes')
