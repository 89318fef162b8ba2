"""One-time codes for the staff room on the web; its sessions are found among the residents'."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0007_web_codes'
down_revision = '0006_installation'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('web_codes',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('admin', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('expires_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_by', sa.String(length=64), nullable=False),
    sa.Column('used_at', storage.tables.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_web_codes'))
    )
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.create_index('ix_web_sessions_staff', ['seen_at'], unique=False, sqlite_where=sa.text('staff = 1'), postgresql_where=sa.text('staff = true'))


def downgrade() -> None:
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.drop_index('ix_web_sessions_staff', sqlite_where=sa.text('staff = 1'), postgresql_where=sa.text('staff = true'))
    op.drop_table('web_codes')
