"""Uploads of the web chat: whose they are stands in the database, their bytes in the file store."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0005_web_uploads'
down_revision = '0004_millions'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('web_uploads',
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('mime', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('said', sa.Boolean(), nullable=False),
    sa.Column('created_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('ref', name=op.f('pk_web_uploads'))
    )
    with op.batch_alter_table('web_uploads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_uploads_owner'), ['owner'], unique=False)
        batch_op.create_index('ix_web_uploads_unsaid', ['created_at'], unique=False, sqlite_where=sa.text('said = 0'), postgresql_where=sa.text('said = false'))


def downgrade() -> None:
    with op.batch_alter_table('web_uploads', schema=None) as batch_op:
        batch_op.drop_index('ix_web_uploads_unsaid', sqlite_where=sa.text('said = 0'), postgresql_where=sa.text('said = false'))
        batch_op.drop_index(batch_op.f('ix_web_uploads_owner'))
    op.drop_table('web_uploads')
