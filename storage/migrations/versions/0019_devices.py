"""One-time codes by which a resident opens their chat on one more device."""

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0019_devices'
down_revision = '0018_looks_of_messages'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('web_device_codes',
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', storage.tables.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_by', sa.String(length=64), nullable=False),
    sa.Column('used_at', storage.tables.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('account', name=op.f('pk_web_device_codes')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_web_device_codes_code_hash'))
    )


def downgrade() -> None:
    op.drop_table('web_device_codes')
